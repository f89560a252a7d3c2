"""Records by their keys (`source:kind:external_id`): which a profile has, whose each is, and which there are."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Column, Connection, select

from connector.store.bulk import among, chunks
from connector.store.pins import key_of, parted
from connector.store.records import ERASED
from connector.store.tables import members, records


def of_profile(connection: Connection, workspace: str, profile_id: str) -> list[str]:
    """A profile's records, in order; those that were merged away are part of it, too."""
    query = (
        select(records.c.source, records.c.kind, records.c.external_id)
        .join(members, members.c.record_id == records.c.id)
        .where(members.c.workspace == workspace, members.c.profile_id == profile_id)
    )
    return sorted(key_of(*row) for row in connection.execute(query))


def profiles_of(connection: Connection, workspace: str, keys: Iterable[str]) -> dict[str, str]:
    """The profile of each of these records that has one."""
    return dict(_each(connection, workspace, keys, members.c.profile_id))


def known(connection: Connection, workspace: str, keys: Iterable[str]) -> set[str]:
    """Those of these of which there is a record, be it a tombstone; of one that was erased nobody knows."""
    return {key for key, reason in _each(connection, workspace, keys, records.c.reason) if reason != ERASED}


def _each(connection: Connection, workspace: str, keys: Iterable[str], wanted: Column) -> Iterator[tuple[str, str]]:
    by_kind: dict[tuple[str, str], list[str]] = {}
    for source, kind, external_id in map(parted, keys):
        by_kind.setdefault((source, kind), []).append(external_id)
    for (source, kind), external_ids in by_kind.items():
        for part in chunks(external_ids):
            query = select(records.c.external_id, wanted).where(
                records.c.workspace == workspace,
                records.c.source == source,
                records.c.kind == kind,
                among(records.c.external_id, part),
            )
            if wanted.table is members:
                query = query.join(members, members.c.record_id == records.c.id)
            yield from ((key_of(source, kind, own), found) for own, found in connection.execute(query))
