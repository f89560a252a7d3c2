"""How fresh each source's word is, as the bytes that go around every answer about a person.

Asked from the store about once a second and process, whatever the number of lookups.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

import orjson

from connector.errors import StoreUnavailableError

# Seconds for which an answer is good.
GOOD_FOR = 1.0


@dataclass(frozen=True, slots=True)
class Fresh:
    """`body` is JSON: a list of sources with state, last_success and lag_seconds. `mark` changes when a state does."""

    body: bytes
    mark: str


# What an answer about a person says of each source, and what the list of sources says.
FRESHNESS = ("source", "state", "last_success", "lag_seconds")
STATUS = (*FRESHNESS, "adapter", "error", "error_kind", "counts")


def told(status: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """These attributes of a SourceStatus or a stream's, as they are sent."""
    return {name: _told(getattr(status, name)) for name in names}


def _told(value: Any) -> Any:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


class Freshness:
    """The freshness of each workspace's sources, remembered for a moment."""

    def __init__(self, ask: Callable[[str], list[dict[str, Any]]], tick: Callable[[], float] = time.monotonic) -> None:
        self.ask, self.tick = ask, tick
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, Fresh]] = {}

    def of(self, workspace: str) -> Fresh:
        known = self._known.get(workspace)
        if known and self.tick() - known[0] < GOOD_FOR:
            return known[1]
        # One thread asks; the others answer with what was true a second ago.
        if known and not self._lock.acquire(blocking=False):
            return known[1]
        if not known:
            self._lock.acquire()
        try:
            return self._renew(workspace, known)
        finally:
            self._lock.release()

    def _renew(self, workspace: str, known: tuple[float, Fresh] | None) -> Fresh:
        try:
            sources = self.ask(workspace)
        except StoreUnavailableError:
            # The cache still answers; how old its word is, nobody can say now.
            old = orjson.loads(known[1].body) if known else []
            sources = [source | {"state": "unknown", "lag_seconds": None} for source in old]
        told = Fresh(orjson.dumps(sources), _mark(sources))
        self._known[workspace] = self.tick(), told
        return told


def _mark(sources: list[dict[str, Any]]) -> str:
    states = orjson.dumps([[source["source"], source["state"]] for source in sources])
    return blake2b(states, digest_size=4).hexdigest()
