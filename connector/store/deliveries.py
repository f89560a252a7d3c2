"""Webhook deliveries that were verified and wait to be taken in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from connector.store import json
from connector.store.bulk import among, chunks, free
from connector.store.tables import deliveries


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One delivery: its changes (stream, raw or external_id), and how often it was tried in vain."""

    id: int
    changes: list[dict[str, Any]]
    attempts: int


def put(connection: Connection, workspace: str, source: str, changes: Sequence[dict[str, Any]], at: int) -> int:
    """Keep a delivery; its id."""
    row = {"workspace": workspace, "source": source, "changes": json.dump(changes), "received_at": at}
    return connection.scalar(insert(deliveries).values(row).returning(deliveries.c.id)) or 0


def waiting(connection: Connection, workspace: str, source: str, *, after: int = 0, limit: int = 100) -> list[Waiting]:
    """The oldest deliveries behind the id `after`, oldest first."""
    table = deliveries.c
    query = select(table.id, table.changes, table.attempts)
    query = query.where(table.workspace == workspace, table.source == source, table.id > after)
    rows = connection.execute(query.order_by(table.id).limit(limit))
    return [Waiting(id=row.id, changes=json.load(row.changes), attempts=row.attempts) for row in rows]


def remove(connection: Connection, workspace: str, ids: Sequence[int]) -> None:
    """These are taken in."""
    for part in chunks(ids):
        connection.execute(delete(deliveries).where(deliveries.c.workspace == workspace, among(deliveries.c.id, part)))


def failed(connection: Connection, workspace: str, ids: Sequence[int], error: str) -> None:
    """These wait on, for this reason; but for those that another worker is about to remove."""
    for part in chunks(ids):
        these = free(connection, deliveries, deliveries.c.workspace == workspace, among(deliveries.c.id, part))
        connection.execute(
            update(deliveries).where(*these).values(attempts=deliveries.c.attempts + 1, error=json.clean(error))
        )


def sources_waiting(connection: Connection) -> list[tuple[str, str]]:
    """(workspace, source) of all that wait."""
    query = select(deliveries.c.workspace, deliveries.c.source).distinct()
    return [(row.workspace, row.source) for row in connection.execute(query)]


def count(connection: Connection, workspace: str, source: str) -> int:
    query = select(func.count()).select_from(deliveries)
    return connection.scalar(query.where(deliveries.c.workspace == workspace, deliveries.c.source == source)) or 0
