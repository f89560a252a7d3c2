"""The way into the database: transactions that write, and transactions that only read.

SQLite is the embedded default and PostgreSQL the real one; all SQL is written once, for
both. A write transaction on SQLite takes the one writer's place at its beginning, so
that it never fails half-way because another was faster.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError

from connector.errors import StoreUnavailableError

MIGRATIONS = Path(__file__).parent / "migrations"

# Milliseconds that a SQLite writer waits for the one before it.
BUSY_TIMEOUT = 30_000

# KiB of a page of a SQLite file, as SQLite makes it.
PAGE_KIB = 4

# PostgreSQL's lock under which only one process migrates: any number that nobody else uses.
MIGRATION_LOCK = 0x56495341


class Store:
    """One database. `url` is SQLAlchemy's: `sqlite:///path/to/file.db` or `postgresql://user@host/name`.

    `cache`: MiB of the file that each SQLite connection keeps at hand. Who only looks up needs little; a sync
    of a large base reads all over the file, and gets slower as it grows when it has too little.
    """

    def __init__(self, url: str | URL, *, echo: bool = False, cache: int = 64) -> None:
        self.url = _driven(make_url(url))
        options: dict[str, Any] = {"echo": echo}
        if self.url.get_backend_name() == "postgresql":
            options |= {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 20}
        self.engine: Engine = create_engine(self.url, **options)
        if self.is_sqlite:
            event.listen(self.engine, "connect", partial(_prepare_sqlite, cache))
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            event.listen(self.engine, "connect", _prepare_postgresql)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction that writes: committed at the end, rolled back on any error.

        Raises StoreUnavailableError when the database cannot be reached or stays locked.
        """
        with _reached(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads; it sees one moment of the store and waits for no writer (SQLite: WAL)."""
        with _reached(), self.engine.connect() as connection:
            options: dict[str, Any] = {"reading": True}
            if not self.is_sqlite:
                options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            connection.execution_options(**options)
            yield connection

    def migrate(self) -> None:
        """Bring the tables to the newest form; safe when several processes start at once."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        with self.transaction() as connection:
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        self.engine.dispose()


def _driven(url: URL) -> URL:
    if url.drivername in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    return url


def _prepare_sqlite(cache: int, connection: Any, _record: Any) -> None:
    # We begin transactions ourselves (below): the driver would begin too late, and never for DDL.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
        f"cache_size = -{cache * 1024}",
        # A quarter of it: a page that changes again and again is then written to the file once in a while.
        f"wal_autocheckpoint = {cache * 1024 // PAGE_KIB // 4}",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    from psycopg.types.array import ListBinaryDumper  # noqa: PLC0415 - only who has PostgreSQL needs its driver

    # Arrays of JSON, as text, would cost fifty times as much: each quote in them is escaped and read again.
    connection.adapters.register_dumper(list, ListBinaryDumper)
    # Planned anew for the values at hand: a plan that was kept from when a table was small reads all of it.
    connection.prepare_threshold = None


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, TimeoutError) as error:
        # Without its cause: that one's text holds the statement and its values.
        raise StoreUnavailableError(f"the store cannot be reached ({_cause(error)})") from None


def _cause(error: Exception) -> str:
    return type(getattr(error, "orig", None) or error).__name__
