"""Collecting: a sync makes many short-lived objects beside caches that stay, and looking through both takes long."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Objects before the young are looked through, and how often that is done before all are.
RARELY = (50_000, 20, 100)


@contextmanager
def rarely() -> Iterator[None]:
    """Let garbage be collected less often: a sixth of a large sync's work was that."""
    usual = gc.get_threshold()
    gc.set_threshold(*RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
