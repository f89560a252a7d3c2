"""What every module of SQL needs to write and ask in bulk, on both databases."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, String, Table, bindparam, func, select, text
from sqlalchemy.dialects import postgresql, sqlite

from connector.store import json

# Values in one IN list: below every database's limit of parameters.
CHUNK = 500


def chunks(values: Iterable[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    listed = list(values)
    return (listed[start : start + size] for start in range(0, len(listed), size))


def is_postgresql(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def lock(connection: Connection, workspace: str) -> None:
    """Wait until no other transaction writes this workspace's records; held to the end of this one."""
    if is_postgresql(connection):  # SQLite has one writer anyway
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": workspace})


def upsert(connection: Connection, table: Table) -> Any:
    """An INSERT of the connection's dialect, which knows ON CONFLICT."""
    return (postgresql if is_postgresql(connection) else sqlite).insert(table)


def listed(connection: Connection, values: Iterable[str]) -> Any:
    """These texts as a table with the one column `value`, in a single parameter."""
    if is_postgresql(connection):
        array = bindparam(None, list(values), type_=postgresql.ARRAY(String))
        return select(func.unnest(array).label("value")).subquery()
    return select(func.json_each(json.dump(list(values))).table_valued("value").c.value.label("value")).subquery()
