"""What a profile is made of: things that sources told, in the form in which the store hands them out."""

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from connector.clock import moment

# A source that tells no time of change gets small counts as versions; they are no times.
FIRST_TIME = 10**9

Shown = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Thing:
    """A record, as far as a profile needs it. Times are microseconds; `body` is read from JSON."""

    source: str
    kind: str
    external_id: str
    version: int
    happened_at: int | None
    seen_at: int
    body: Mapping[str, Any]

    @property
    def order(self) -> tuple[int, str, str]:
        """Sorts by time; what the sources call it decides among equals, so that arrival never does."""
        return self.happened_at or self.version, self.source, self.external_id

    @property
    def since(self) -> tuple[str | None, str]:
        """When it began and how we know: its own time, or that of its last change when it tells none."""
        if self.happened_at is not None:
            return iso(self.happened_at), "opened"
        return told_time(self.version), "last change"


class Extreme:
    """Keeps the newest (or the oldest) of many things and counts them all; memory does not grow with their number."""

    def __init__(self, limit: int, *, oldest: bool = False) -> None:
        self.limit, self.oldest, self.count = limit, oldest, 0
        self._kept: list[tuple[Any, Thing]] = []

    def add(self, thing: Thing) -> None:
        self.count += 1
        order = _Reversed(thing.order) if self.oldest else thing.order
        if len(self._kept) < self.limit:
            heapq.heappush(self._kept, (order, thing))
        elif self._kept[0][0] < order:
            heapq.heapreplace(self._kept, (order, thing))

    def __iter__(self) -> Iterator[Thing]:
        """From the newest back; from the oldest on."""
        if not self._kept:
            return iter(())
        ordered = sorted(self._kept, key=itemgetter(0), reverse=True)
        return iter([thing for _, thing in ordered])


class _Reversed:
    """The opposite order of a key."""

    __slots__ = ("key",)

    def __init__(self, key: tuple[int, str, str]) -> None:
        self.key = key

    def __lt__(self, other: "_Reversed") -> bool:
        return other.key < self.key


@lru_cache(maxsize=65_536)
def iso(micros: int | None) -> str | None:
    """ISO 8601 with Z."""
    return None if micros is None else moment(micros).isoformat().replace("+00:00", "Z")


def told_time(version: int) -> str | None:
    """A record's version as a time, when the source told one."""
    return iso(version) if version >= FIRST_TIME else None


def cut(text: Any, length: int) -> str | None:
    """The text, or its beginning."""
    if not isinstance(text, str):
        return None
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def where(thing: Thing) -> Shown:
    """By what the source knows it, and where a person can look at it."""
    return {"source": thing.source, "external_id": thing.external_id, "url": cut(thing.body.get("url"), 300)}
