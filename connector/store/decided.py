"""What is asked of the store about decisions: whose records a profile has, by key, and what was taken back."""

from collections.abc import Iterable

from sqlalchemy import Connection, exists, select

from connector.store.bulk import among, chunks
from connector.store.pins import key_of, parted
from connector.store.tables import members, records
from connector.store.tables_identity import decisions


def records_of(connection: Connection, workspace: str, profile_id: str) -> list[str]:
    """The keys of a profile's records, in order; those that were merged away are part of it, too."""
    query = (
        select(records.c.source, records.c.kind, records.c.external_id)
        .join(members, members.c.record_id == records.c.id)
        .where(members.c.workspace == workspace, members.c.profile_id == profile_id)
    )
    return sorted(key_of(*row) for row in connection.execute(query))


def profiles_of(connection: Connection, workspace: str, keys: Iterable[str]) -> dict[str, str]:
    """The profile of each of these records (keys) that has one."""
    by_kind: dict[tuple[str, str], list[str]] = {}
    for source, kind, external_id in map(parted, keys):
        by_kind.setdefault((source, kind), []).append(external_id)
    found = {}
    for (source, kind), external_ids in by_kind.items():
        for part in chunks(external_ids):
            query = (
                select(records.c.external_id, members.c.profile_id)
                .join(members, members.c.record_id == records.c.id)
                .where(
                    records.c.workspace == workspace,
                    records.c.source == source,
                    records.c.kind == kind,
                    among(records.c.external_id, part),
                )
            )
            found |= {key_of(source, kind, own): profile_id for own, profile_id in connection.execute(query)}
    return found


def undone(connection: Connection, workspace: str, decision_id: int) -> bool:
    """Whether a later decision took this one back."""
    later = exists().where(decisions.c.workspace == workspace, decisions.c.undoes == decision_id)
    return bool(connection.scalar(select(later)))
