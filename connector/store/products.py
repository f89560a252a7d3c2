"""Products as the sources know them: read whole, for a catalogue, when they have changed."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, func, select

from connector.store.gather import STREAMED
from connector.store.tables import cursors, records

PRODUCT = "product"


def sign(connection: Connection, workspace: str) -> tuple[tuple[Any, ...], ...]:
    """What differs when any product came, changed or went: per source how many there are, and the last change."""
    found = []
    for source in _sources(connection, workspace):
        query = select(func.count(), func.max(records.c.seen_at), func.max(records.c.id)).where(*_of(workspace, source))
        found.append((source, *connection.execute(query).one()))
    return tuple(found)


def living(connection: Connection, workspace: str) -> Iterator[Row[Any]]:
    """source, external_id and body of each, in the order of these."""
    for source in _sources(connection, workspace):
        query = (
            select(records.c.source, records.c.external_id, records.c.body)
            .where(*_of(workspace, source))
            .order_by(records.c.external_id)
        )
        yield from connection.execute(query, execution_options={"yield_per": STREAMED})


def _sources(connection: Connection, workspace: str) -> list[str]:
    # Each source that was ever read has a cursor; asking the records would read them all.
    query = select(cursors.c.source).where(cursors.c.workspace == workspace).distinct().order_by(cursors.c.source)
    return list(connection.scalars(query))


def _of(workspace: str, source: str) -> tuple[Any, ...]:
    return (
        records.c.workspace == workspace,
        records.c.source == source,
        records.c.kind == PRODUCT,
        records.c.deleted.is_(False),
    )
