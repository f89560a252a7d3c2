"""The thread that writes down, twice a second, what the requests of this process left behind."""

import atexit
import os
import threading
from collections.abc import Callable, Sequence
from multiprocessing import util as processes

import structlog

log = structlog.get_logger()

EVERY = 0.5


class Background:
    """Calls the chores again and again. It begins with the first request, so that a server may fork before."""

    def __init__(self, chores: Sequence[Callable[[], None]], every: float = EVERY) -> None:
        self.chores, self.every = chores, every
        self._process: int | None = None
        self._ended = threading.Event()
        self._lock = threading.Lock()

    def ensure(self) -> None:
        """Have the thread running in this process."""
        if self._process == os.getpid():
            return
        with self._lock:
            if self._process == os.getpid():
                return
            self._process = os.getpid()
            self._ended.clear()
            threading.Thread(target=self._run, name="visavis-background", daemon=True).start()
            # A worker process of a server that uses multiprocessing ends without atexit.
            atexit.register(self.once)
            processes.Finalize(None, self.once, exitpriority=10)

    def stop(self) -> None:
        """End the thread, with everything written down. The next request begins another."""
        self._ended.set()
        self._process = None
        self.once()

    def once(self) -> None:
        """Do every chore now."""
        for chore in self.chores:
            try:
                chore()
            except Exception as error:  # noqa: BLE001 - the outermost loop of this thread, which must not end
                log.error("background chore failed", chore=chore.__qualname__, error=type(error).__name__)

    def _run(self) -> None:
        while not self._ended.wait(self.every):
            self.once()
