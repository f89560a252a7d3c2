"""The bulk queries that gather what profiles are made of: a fixed, small number for a batch of any size.

A profile's own records are its members: contacts, those that were merged into them, and
things without a contact (a guest's order). Orders, tickets and posts hang on a contact by
its id in their source, also by one that was merged away.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Integer, Row, Select, cast, func, select

from connector.store.bulk import among
from connector.store.tables import identifiers, members, record_contacts, record_refs, records
from connector.store.tables_identity import verdicts

# Values asked for at once.
MOST_VALUES = 5_000

# Rows that are held at once of those that are streamed.
STREAMED = 500

CONTACT = "contact"

# A contact, as its source knows it: source and external id.
Key = tuple[str, str]

WANTED = tuple(
    records.c[name] for name in ("id", "source", "kind", "external_id", "version", "happened_at", "seen_at", "body")
)


class Handed(NamedTuple):
    """A record, and the profiles that show it."""

    profile_ids: Sequence[str]
    row: Row[Any]


def contacts(connection: Connection, workspace: str, profile_ids: Sequence[str]) -> dict[str, list[Row[Any]]]:
    """The contacts of each profile; those that were merged away are `deleted`, and only their ids count."""
    found: dict[str, list[Row[Any]]] = {}
    query = _of_members(workspace, profile_ids).where(records.c.kind == CONTACT)
    for row in connection.execute(query):
        found.setdefault(row.profile_id, []).append(row)
    return found


def guests(connection: Connection, workspace: str, profile_ids: Sequence[str]) -> Iterator[Handed]:
    """The living members that are no contacts, streamed."""
    query = _of_members(workspace, profile_ids).where(records.c.kind != CONTACT, records.c.deleted.is_(False))
    for row in _streamed(connection, query):
        yield Handed((row.profile_id,), row)


def activities(connection: Connection, workspace: str, keys: Mapping[Key, Iterable[str]]) -> Iterator[Handed]:
    """What hangs on these contacts, streamed. What hangs on several of a profile's comes several times."""
    for source, external_ids in _by_source(keys):
        query = (
            select(*WANTED, record_contacts.c.external_id.label("contact"))
            .join(record_contacts, record_contacts.c.record_id == records.c.id)
            .where(
                record_contacts.c.workspace == workspace,
                record_contacts.c.source == source,
                among(record_contacts.c.external_id, external_ids),
                records.c.deleted.is_(False),
            )
        )
        for row in _streamed(connection, query):
            yield Handed(keys[source, row.contact], row)


def handles(connection: Connection, workspace: str, profile_ids: Sequence[str]) -> Iterator[Row[Any]]:
    """Every handle of each profile, once per source: profile_id, kind, value, source, shown, label, valid, verified."""
    query = (
        select(
            members.c.profile_id,
            identifiers.c.kind,
            identifiers.c.value,
            records.c.source,
            func.max(identifiers.c.shown).label("shown"),
            func.max(identifiers.c.label).label("label"),
            func.max(_number(identifiers.c.valid)).label("valid"),
            func.max(_number(identifiers.c.verified)).label("verified"),
        )
        .join(records, records.c.id == members.c.record_id)
        .join(identifiers, identifiers.c.record_id == members.c.record_id)
        .where(members.c.workspace == workspace, among(members.c.profile_id, profile_ids), records.c.deleted.is_(False))
        .group_by(members.c.profile_id, identifiers.c.kind, identifiers.c.value, records.c.source)
    )
    yield from _streamed(connection, query)


def links_between(connection: Connection, record_ids: Sequence[int]) -> Iterator[Row[Any]]:
    """The links whose both ends are among these records."""
    wanted = set(record_ids)
    for part in _parts(record_ids):
        # A record's id is of one workspace only. SQLite, told the workspace too, would read all of its links;
        # told both ends, it would try every pair of the two lists.
        query = select(verdicts.c.left_id, verdicts.c.right_id, verdicts.c.rule, verdicts.c.value, verdicts.c.tier)
        query = query.where(among(verdicts.c.left_id, part))
        yield from (row for row in connection.execute(query) if row.right_id in wanted and row.tier == "confirmed")


def companies(connection: Connection, workspace: str, keys: Iterable[Key]) -> dict[Key, Row[Any]]:
    """The living companies of these keys."""
    found = {}
    for source, external_ids in _by_source(keys):
        query = select(*WANTED).where(
            records.c.workspace == workspace,
            records.c.source == source,
            records.c.kind == "company",
            among(records.c.external_id, external_ids),
            records.c.deleted.is_(False),
        )
        found |= {(row.source, row.external_id): row for row in connection.execute(query)}
    return found


def answers(connection: Connection, workspace: str, mentions: Iterable[Key]) -> Iterator[tuple[Key, Row[Any]]]:
    """The posts that answer these ones, whoever wrote them: the key of what is answered, and the answer."""
    for source, external_ids in _by_source(mentions):
        query = (
            select(*WANTED, record_refs.c.external_id.label("answered"))
            .join(record_refs, record_refs.c.record_id == records.c.id)
            .where(
                record_refs.c.workspace == workspace,
                record_refs.c.source == source,
                record_refs.c.kind == "mention",
                among(record_refs.c.external_id, external_ids),
                records.c.deleted.is_(False),
            )
        )
        for row in _streamed(connection, query):
            yield (source, row.answered), row


def _of_members(workspace: str, profile_ids: Sequence[str]) -> Select[Any]:
    return (
        select(*WANTED, records.c.deleted, members.c.profile_id)
        .join(members, members.c.record_id == records.c.id)
        .where(members.c.workspace == workspace, among(members.c.profile_id, profile_ids))
    )


def _by_source(keys: Iterable[Key]) -> Iterator[tuple[str, list[str]]]:
    sources: dict[str, list[str]] = {}
    for source, external_id in keys:
        sources.setdefault(source, []).append(external_id)
    for source in sorted(sources):
        for part in _parts(sources[source]):
            yield source, part


def _parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[start : start + MOST_VALUES] for start in range(0, len(values), MOST_VALUES))


def _streamed(connection: Connection, query: Select[Any]) -> Iterator[Row[Any]]:
    yield from connection.execute(query, execution_options={"yield_per": STREAMED})


def _number(column: Any) -> Any:
    # PostgreSQL has no max() of booleans.
    return cast(column, Integer)
