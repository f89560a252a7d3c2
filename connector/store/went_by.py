"""Went by: the profile's id by which each record went before a decision that touched it."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, select

from connector.store.bulk import among, chunks, write
from connector.store.tables_identity import went_by


class Went(NamedTuple):
    """Before this decision the record went by this profile's id."""

    record_id: int
    decision_id: int
    profile_id: str


def put(connection: Connection, workspace: str, rows: Iterable[Went]) -> None:
    """Keep these; what is known of a record and a decision already stays as it is."""
    told = [{"workspace": workspace, **each._asdict()} for each in sorted(rows)]
    write(connection, went_by, told, unless=True)


def of_records(connection: Connection, ids: Iterable[int]) -> list[Went]:
    """What is kept of these records; of each the oldest decision first."""
    columns = (went_by.c[name] for name in Went._fields)
    query = select(*columns).order_by(went_by.c.record_id, went_by.c.decision_id)
    found: list[Went] = []
    for part in chunks(sorted(ids)):
        found += [Went(*row) for row in connection.execute(query.where(among(went_by.c.record_id, part)))]
    return found


def touched_by(
    connection: Connection, workspace: str, decision_id: int, *, behind: int = 0, limit: int | None = None
) -> list[int]:
    """The records that this decision touched, in order; `behind`: those with larger ids, at most `limit` of them."""
    here = went_by.c.workspace == workspace, went_by.c.decision_id == decision_id, went_by.c.record_id > behind
    query = select(went_by.c.record_id).where(*here).order_by(went_by.c.record_id)
    return list(connection.scalars(query.limit(limit)))


def remove(connection: Connection, rows: Iterable[Went]) -> None:
    """Forget these."""
    given = [{"one": each.record_id, "by": each.decision_id} for each in rows]
    if given:
        exactly = went_by.c.record_id == bindparam("one"), went_by.c.decision_id == bindparam("by")
        connection.execute(delete(went_by).where(*exactly), given)


def forget(connection: Connection, ids: Iterable[int]) -> None:
    """Forget all that is kept of these records."""
    for part in chunks(ids):
        connection.execute(delete(went_by).where(among(went_by.c.record_id, part)))
