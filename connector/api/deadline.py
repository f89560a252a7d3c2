"""A deadline: what somebody on the phone waits for is given up, not waited out."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from typing import Any, TypeVar

T = TypeVar("T")

# Work that waits behind a store that hangs is not begun at all once this many wait.
MOST_WAITING = 64


class Hurry:
    """Calls with a time limit, on a few threads of their own."""

    def __init__(self, seconds: float, threads: int = 8) -> None:
        self.seconds, self.threads = seconds, threads
        self._pool: ThreadPoolExecutor | None = None

    def start(self) -> "Race":
        """The time runs from now."""
        # Made at the first use: a server may load the application before it forks its processes.
        self._pool = self._pool or ThreadPoolExecutor(self.threads, thread_name_prefix="hurry")
        return Race(self._pool, time.monotonic() + self.seconds)


class Race:
    """The calls of one request, which share one deadline."""

    def __init__(self, pool: ThreadPoolExecutor, until: float) -> None:
        self.pool, self.until = pool, until

    def call(self, function: Callable[..., T], *args: Any, at_least: float = 0.0) -> T:
        """The function's result. Raises TooLate at the deadline, or `at_least` seconds from now if that is later."""
        if self.pool._work_queue.qsize() > MOST_WAITING:
            raise TooLate
        future: Future[T] = self.pool.submit(function, *args)
        try:
            return future.result(max(self.until - time.monotonic(), at_least))
        except TooLate:
            future.cancel()
            raise


__all__ = ["Hurry", "Race", "TooLate"]
