"""Credentials that a source rotates, such as a single-use refresh token: the newest one."""

from datetime import datetime

from sqlalchemy import Connection, select

from connector.clock import micros
from connector.store.bulk import upsert
from connector.store.tables import rotated_secrets


def put(connection: Connection, workspace: str, source: str, name: str, value: str, at: datetime) -> None:
    """Keep the newest value. Commit before it is used: the one before it is worth nothing any more."""
    columns = {"value": value, "changed_at": micros(at)}
    statement = upsert(connection, rotated_secrets).values(workspace=workspace, source=source, name=name, **columns)
    connection.execute(statement.on_conflict_do_update(index_elements=["workspace", "source", "name"], set_=columns))


def get(connection: Connection, workspace: str, source: str, name: str) -> str | None:
    table = rotated_secrets.c
    query = select(table.value).where(table.workspace == workspace, table.source == source, table.name == name)
    return connection.scalar(query)
