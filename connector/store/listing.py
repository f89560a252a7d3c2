"""Full reads: what a complete one did not list is gone from the source."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select, update

from connector.store.bulk import among, chunks
from connector.store.records import UNLISTED, Put, forget
from connector.store.tables import records


def mark(connection: Connection, workspace: str, source: str, stream: str, ids: Sequence[str], run: str) -> None:
    """Note that the full read `run` lists these external ids, although their items could not be read."""
    for part in chunks(ids):
        conditions = (*_alive(workspace, source, stream), among(records.c.external_id, part))
        connection.execute(update(records).where(*conditions).values(listed_by=run))


def count(connection: Connection, workspace: str, source: str, stream: str, *, run: str, since: int) -> tuple[int, int]:
    """How many live records the full read `run`, begun at `since`, did not list; and how many there are."""
    query = select(func.count()).select_from(records).where(*_missing(workspace, source, stream, run, since))
    return connection.scalar(query) or 0, alive(connection, workspace, source, stream)


def alive(connection: Connection, workspace: str, source: str, stream: str) -> int:
    """How many live records the stream has."""
    return connection.scalar(select(func.count()).select_from(records).where(*_alive(workspace, source, stream))) or 0


def ids(
    connection: Connection, workspace: str, source: str, kind: str, *, but: Sequence[str], behind: str, most: int
) -> list[str]:
    """The next external ids, in their order, of what is alive of this kind and came by other streams than `but`."""
    query = select(records.c.external_id).where(
        records.c.workspace == workspace,
        records.c.source == source,
        records.c.kind == kind,
        records.c.stream.not_in(but),
        records.c.deleted.is_(False),
        records.c.external_id > behind,
    )
    return list(connection.scalars(query.order_by(records.c.external_id).limit(most)))


def drop(
    connection: Connection, workspace: str, source: str, stream: str, *, run: str, since: int, at: int, limit: int
) -> Put:
    """Make tombstones of up to `limit` records that the full read did not list."""
    missing = select(records.c.id).where(*_missing(workspace, source, stream, run, since))
    done = Put(changed=list(connection.scalars(missing.order_by(records.c.id).limit(limit))))
    empty = {"deleted": True, "reason": UNLISTED, "happened_at": None, "digest": b"", "body": "{}", "raw": "{}"}
    for part in chunks(done.changed):
        forget(connection, part, done)
        connection.execute(update(records).where(among(records.c.id, part)).values(seen_at=at, **empty))
    return done


def _alive(workspace: str, source: str, stream: str) -> tuple[Any, ...]:
    of_stream = records.c.workspace == workspace, records.c.source == source, records.c.stream == stream
    return (*of_stream, records.c.deleted.is_(False))


def _missing(workspace: str, source: str, stream: str, run: str, since: int) -> tuple[Any, ...]:
    # What arrived since the read began (by a webhook) may lie where it had already passed.
    unlisted = records.c.listed_by.is_distinct_from(run), records.c.seen_at < since
    return (*_alive(workspace, source, stream), *unlisted)
