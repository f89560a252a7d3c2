"""Members: which profile a person's record belongs to, and which profile succeeded which."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, and_, bindparam, delete, exists, select, update

from connector.store.bulk import among, chunks, write
from connector.store.evidence import CONTACT, FOLLOWS
from connector.store.tables import members, profiles, record_contacts, record_refs, records
from connector.store.tables_identity import evidence

_PLACES = select(members.c.record_id, members.c.profile_id)
_OF_RECORDS = _PLACES.where(among(members.c.record_id, named="ids"))
_OF_PROFILES = _PLACES.where(members.c.workspace == bindparam("workspace"), among(members.c.profile_id, named="ids"))


def profiles_of(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    """The profile of each of these records that has one."""
    found: dict[int, str] = {}
    for part in chunks(ids):
        found.update(connection.execute(_OF_RECORDS, {"ids": part}).all())
    return found


def members_of(connection: Connection, workspace: str, profile_ids: Iterable[str]) -> dict[int, str]:
    """All records of these profiles, each with its profile."""
    found: dict[int, str] = {}
    for part in chunks(profile_ids):
        found.update(connection.execute(_OF_PROFILES, {"workspace": workspace, "ids": part}).all())
    return found


def judged_of(connection: Connection, workspace: str, profile_ids: Iterable[str]) -> set[int]:
    """The records of these profiles that have evidence, without those that follow another one."""
    found: set[int] = set()
    for part in chunks(profile_ids):
        query = select(members.c.record_id).join(evidence, evidence.c.record_id == members.c.record_id)
        query = query.where(members.c.workspace == workspace, among(members.c.profile_id, part), ~FOLLOWS)
        found.update(connection.scalars(query))
    return found


def unjudged_of(connection: Connection, workspace: str, profile_ids: Iterable[str]) -> set[int]:
    """The records of these profiles that have no evidence yet."""
    found: set[int] = set()
    for part in chunks(profile_ids):
        query = select(members.c.record_id).where(
            members.c.workspace == workspace,
            among(members.c.profile_id, part),
            ~exists().where(evidence.c.record_id == members.c.record_id),
        )
        found.update(connection.scalars(query))
    return found


def place(connection: Connection, workspace: str, placed: Mapping[int, str]) -> None:
    """Let these records belong to these profiles."""
    rows = [{"workspace": workspace, "record_id": each, "profile_id": to} for each, to in sorted(placed.items())]
    write(connection, members, rows, keys=["record_id"], replace=["profile_id"])


def remove(connection: Connection, ids: Iterable[int]) -> None:
    """Let these records belong to nobody."""
    for part in chunks(ids):
        connection.execute(delete(members).where(among(members.c.record_id, part)))


def in_use(connection: Connection, workspace: str, profile_ids: Iterable[str]) -> set[str]:
    """Those of these profiles that have members."""
    return set(members_of(connection, workspace, profile_ids).values())


def open_profiles(connection: Connection, workspace: str, profile_ids: Iterable[str], at: int) -> None:
    """Let these profiles be, those that were retired again."""
    rows = [{"workspace": workspace, "id": each, "successor": None, "created_at": at} for each in sorted(profile_ids)]
    write(connection, profiles, rows, keys=["workspace", "id"], replace=["successor"])


def retire(connection: Connection, workspace: str, successors: Mapping[str, str]) -> None:
    """Let each of these profiles be succeeded by another."""
    if successors:
        statement = update(profiles).where(profiles.c.workspace == workspace, profiles.c.id == bindparam("one"))
        rows = [{"one": old, "successor": new} for old, new in sorted(successors.items())]
        connection.execute(statement.values(successor=bindparam("successor")), rows)


def of_contacts(connection: Connection, workspace: str, contacts: Iterable[tuple[str, str]]) -> set[str]:
    """The profiles of these contacts (source, external id)."""
    by_source: dict[str, list[str]] = {}
    for source, external_id in contacts:
        by_source.setdefault(source, []).append(external_id)
    found: set[str] = set()
    for source, external_ids in by_source.items():
        for part in chunks(external_ids):
            query = select(members.c.profile_id).join(records, records.c.id == members.c.record_id)
            query = query.where(
                records.c.workspace == workspace,
                records.c.source == source,
                records.c.kind == CONTACT,
                among(records.c.external_id, part),
            )
            found.update(connection.scalars(query))
    return found


_there = records.alias("there")
_SAME = and_(
    _there.c.workspace == record_refs.c.workspace,
    _there.c.source == record_refs.c.source,
    _there.c.kind == record_refs.c.kind,
    _there.c.external_id == record_refs.c.external_id,
)
_SPEAKERS = select(record_refs.c.record_id).join(_there, _SAME).where(among(_there.c.id, named="ids"))
_ANSWERED = (
    select(_there.c.id)
    .join(record_refs, _SAME)
    .where(among(record_refs.c.record_id, named="ids"), _there.c.kind == "mention")
)


def beside(connection: Connection, ids: Iterable[int]) -> set[int]:
    """The records whose profiles show these, because they speak of them or are answered by them.

    A company shows on its people, and a reply on whom it answers.
    """
    found: set[int] = set()
    for part in chunks(ids):
        found.update(connection.scalars(_SPEAKERS, {"ids": part}))
        found.update(connection.scalars(_ANSWERED, {"ids": part}))
    return found


def contacts_of(connection: Connection, ids: Iterable[int]) -> set[tuple[str, str]]:
    """The contacts (source, external id) whom these records are about."""
    found: set[tuple[str, str]] = set()
    for part in chunks(ids):
        query = select(record_contacts.c.source, record_contacts.c.external_id)
        told = connection.execute(query.where(among(record_contacts.c.record_id, part)))
        found.update((source, external_id) for source, external_id in told)
    return found
