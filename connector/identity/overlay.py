"""An overlay: a base as it would be if something were otherwise. What lies below is only read.

So a question "what if" is answered by the code that decides, and not by another that might
decide differently. What was read below is remembered: ask within one moment of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from connector.identity.evidence.record import Evidence
from connector.identity.linkage import Base, Pair
from connector.identity.partition import Cluster, Key
from connector.identity.verdict import Verdict


class Remembered:
    """The reading half of a base; everything is asked for once."""

    def __init__(self, base: Base) -> None:
        self.evidence = cache(base.evidence)
        self.holders = cache(base.holders)
        self.links = cache(lambda key: dict(base.links(key)))
        self.must = cache(lambda key: frozenset(base.must(key)))
        self.never = cache(lambda key: frozenset(base.never(key)))


class Overlay:
    """A base over another. What is put, linked and pinned here hides what is below, and is written nowhere."""

    def __init__(self, below: Base | Remembered) -> None:
        self.below = below
        self._evidence: dict[Key, Evidence | None] = {}
        # Who holds a value here and not below, and the other way round.
        self._more: defaultdict[str, set[Key]] = defaultdict(set)
        self._less: defaultdict[str, set[Key]] = defaultdict(set)
        self._links: dict[Key, dict[Key, Verdict]] = {}
        self._must: dict[Key, set[Key]] = {}
        self._never: dict[Key, set[Key]] = {}
        self._clusters: dict[Key, Cluster] = {}

    def evidence(self, key: Key) -> Evidence | None:
        return self._evidence[key] if key in self._evidence else self.below.evidence(key)

    def put(self, key: Key, evidence: Evidence | None) -> None:
        below = self.below.evidence(key)
        held, now = set(below.values if below else ()), set(evidence.values if evidence else ())
        before = self.evidence(key)
        for value in {*held, *now, *(before.values if before else ())}:
            self._change(self._more[value], key, value in now - held)
            self._change(self._less[value], key, value in held - now)
        self._evidence[key] = evidence

    def holders(self, value: str, limit: int) -> Sequence[Key] | None:
        less = self._less.get(value, ())
        held = self.below.holders(value, limit + len(less))
        if held is None:
            return None
        found = sorted({key for key in held if key not in less} | self._more.get(value, set()))
        return found if len(found) <= limit else None

    def links(self, key: Key) -> Mapping[Key, Verdict]:
        return self._links[key] if key in self._links else self.below.links(key)

    def link(self, pair: Pair, verdict: Verdict | None) -> None:
        for one, other in (pair, pair[::-1]):
            told = self._links.setdefault(one, dict(self.below.links(one)))
            told.pop(other, None)
            if verdict is not None:
                told[other] = verdict

    def must(self, key: Key) -> Iterable[Key]:
        return self._must[key] if key in self._must else self.below.must(key)

    def never(self, key: Key) -> Iterable[Key]:
        return self._never[key] if key in self._never else self.below.never(key)

    def pin(self, pair: Pair, *, link: bool) -> None:
        """Let a person have joined these two (or parted them), whatever was decided on them before."""
        self.unpin(pair)
        sides = self._must if link else self._never
        for one, other in (pair, pair[::-1]):
            sides[one].add(other)

    def unpin(self, pair: Pair) -> None:
        """Let nobody have decided on these two."""
        for sides, below in ((self._must, self.below.must), (self._never, self.below.never)):
            for one, other in (pair, pair[::-1]):
                sides.setdefault(one, set(below(one))).discard(other)

    def place(self, clusters: Iterable[Cluster]) -> None:
        self._clusters |= {key: cluster for cluster in clusters for key in cluster}

    def cluster(self, key: Key) -> Cluster | None:
        """All records of the one whose this is, as far as it was partitioned here."""
        return self._clusters.get(key)

    @staticmethod
    def _change(keys: set[Key], key: Key, inside: bool) -> None:
        if inside:
            keys.add(key)
        else:
            keys.discard(key)
