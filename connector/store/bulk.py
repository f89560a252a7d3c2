"""What every module of SQL needs to write and ask in bulk, on both databases."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Connection, Dialect, String, Table, Text, bindparam, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine

from connector.store import json

# Values or rows in one statement.
CHUNK = 500

SQLITE = sqlite.dialect(paramstyle="qmark")


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


class ListOf(TypeDecorator):
    """Many values in one parameter: an array on PostgreSQL, JSON on SQLite. Costs nothing to parse, however many."""

    impl = Text
    cache_ok = True

    def __init__(self, item: TypeEngine) -> None:
        super().__init__()
        # A cast to VARCHAR(n) would cut off silently what is too long.
        self.item = Text() if isinstance(item, String) else item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine:
        return postgresql.ARRAY(self.item) if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return value if dialect.name == "postgresql" else json.dump(value)


class among(FunctionElement):
    """`among(column, values)`: the column has one of these values, all in one parameter.

    `among(column, named="ids")`: one of those that each execution gives by this name. A statement that is made once
    costs a third of one that is made for each question.
    """

    # Not a Boolean: SQLAlchemy would write `(… IN …) = 1` for SQLite, which then reads the whole table.
    type = NullType()
    name = "among"
    inherit_cache = True

    def __init__(self, column: ColumnElement, values: Iterable[Any] = (), *, named: str | None = None) -> None:
        kind = ListOf(column.type)
        given = bindparam(named, type_=kind) if named else bindparam(None, list(values), type_=kind, unique=True)
        super().__init__(column, given)


@compiles(among)
def _among_sqlite(element: among, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - both are compiled parts


@compiles(among, "postgresql")
def _among_postgresql(element: among, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} = ANY({values})"


def free(connection: Connection, table: Table, *where: Any) -> tuple[Any, ...]:
    """For an UPDATE or DELETE of many rows: these, but for those that another transaction writes.

    Who waits for nobody is in nobody's way, in whatever order the rows lie.
    """
    if not is_postgresql(connection):  # SQLite has one writer anyway
        return where
    keys = table.primary_key.columns
    found = select(*keys).where(*where).with_for_update(skip_locked=True).cte("free")
    return tuple(key == found.c[key.name] for key in keys)


def listed(connection: Connection, values: Iterable[str]) -> Any:
    """These texts as a table with the one column `value`, in a single parameter."""
    texts = bindparam(None, list(values), type_=ListOf(Text()), unique=True)
    if is_postgresql(connection):
        return select(func.unnest(texts).label("value")).subquery()
    return select(func.json_each(texts).table_valued("value").c.value.label("value")).subquery()


def write(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    unless: bool = False,
    replace: Sequence[str] = (),
    keys: Sequence[str] = (),
    returning: Sequence[Column] = (),
) -> list[Any]:
    """Insert rows that all have the same columns.

    `unless`: leave out those whose key is there already; `replace`: let these columns of the ones there (by `keys`)
    have the new values. PostgreSQL gets an array per column, which it reads many times faster than a row of parameters;
    SQLite's driver gets the plain rows, at which SQLAlchemy would look value by value.
    """
    if not rows:
        return []
    names = tuple(rows[0])
    if not is_postgresql(connection) and not returning:
        sql, given = _sqlite_insert(table, names, unless, tuple(replace), tuple(keys))
        connection.exec_driver_sql(sql, list(map(given, rows)))
        return []
    in_arrays = is_postgresql(connection)
    statement = _insert(in_arrays, table, names, unless, tuple(replace), tuple(keys), tuple(returning))
    given = {f"all_{name}": [row[name] for row in rows] for name in names} if in_arrays else list(rows)
    result = connection.execute(statement, given)
    return list(result) if returning else []


def _on_conflict(statement: Any, unless: bool, replace: Sequence[str], keys: Sequence[str]) -> Any:
    if unless:
        return statement.on_conflict_do_nothing()
    if replace:
        replaced = {name: statement.excluded[name] for name in replace}
        return statement.on_conflict_do_update(index_elements=list(keys), set_=replaced)
    return statement


@lru_cache(maxsize=256)
def _insert(
    in_arrays: bool,
    table: Table,
    names: tuple[str, ...],
    unless: bool,
    replace: tuple[str, ...],
    keys: tuple[str, ...],
    returning: tuple[Column, ...],
) -> Any:
    """The INSERT of a dialect. To write it takes long."""
    statement: Any = (postgresql if in_arrays else sqlite).insert(table)
    if in_arrays:
        columns = [func.unnest(bindparam(f"all_{name}", type_=ListOf(table.c[name].type))) for name in names]
        statement = statement.from_select(list(names), select(*columns), include_defaults=False)
    statement = _on_conflict(statement, unless, replace, keys)
    return statement.returning(*returning) if returning else statement


@lru_cache(maxsize=256)
def _sqlite_insert(
    table: Table, names: tuple[str, ...], unless: bool, replace: tuple[str, ...], keys: tuple[str, ...]
) -> tuple[str, Callable[[Mapping[str, Any]], tuple[Any, ...]]]:
    """The INSERT as SQLite's driver takes it, and what takes its values out of a row. To write it takes long."""
    statement = _on_conflict(sqlite.insert(table), unless, replace, keys)
    compiled = statement.compile(dialect=SQLITE, column_keys=list(names))
    places = tuple(compiled.positiontup)
    return str(compiled), itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],)
