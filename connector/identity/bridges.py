"""Bridges: the single links, and the single records, that hold a profile together.

Who takes one of them away splits the profile: a bridge made by a weak rule is where to
look first when a profile seems to be two people. Found in one walk over the links.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from connector.identity.partition import Cluster, Key

Pair = tuple[Key, Key]


@dataclass(frozen=True, slots=True)
class Split:
    """What is taken away (a link's two ends, or one record), and the parts that are left, each sorted."""

    without: tuple[Key, ...]
    parts: tuple[Cluster, ...]


def bridges(keys: Iterable[Key], pairs: Iterable[Pair]) -> list[Split]:
    """The links without which these records, which hang together, would be two."""
    walk = _walked(keys, pairs)
    found = []
    for key, above in walk.above.items():
        # Nothing below leads back above: the link is the only way.
        if above is not None and walk.low[key] > walk.turn[above]:
            below = walk.below(key)
            rest = tuple(sorted(each for each in walk.turn if each not in below))
            found.append(Split(tuple(sorted((key, above))), tuple(sorted((tuple(sorted(below)), rest)))))
    return sorted(found, key=lambda split: split.without)


def hinges(keys: Iterable[Key], pairs: Iterable[Pair]) -> list[Split]:
    """The records without which the others would be two or more."""
    walk = _walked(keys, pairs)
    found = []
    for key, above in walk.above.items():
        # Those below who reach nobody above it hang on it alone.
        hanging = [walk.below(child) for child in walk.children.get(key, ()) if walk.low[child] >= walk.turn[key]]
        rest = set(walk.turn).difference({key}, *hanging)
        parts = [*hanging, rest] if above is not None else hanging
        if len(parts) > 1:
            found.append(Split((key,), tuple(sorted(tuple(sorted(part)) for part in parts))))
    return sorted(found, key=lambda split: split.without)


@dataclass(slots=True)
class _Walk:
    """A walk in depth. `low`: the earliest turn that is reached from below without the way down."""

    above: dict[Key, Key | None] = field(default_factory=dict)
    children: dict[Key, list[Key]] = field(default_factory=dict)
    turn: dict[Key, int] = field(default_factory=dict)
    low: dict[Key, int] = field(default_factory=dict)

    def enter(self, key: Key, above: Key | None) -> None:
        self.turn[key] = self.low[key] = len(self.turn)
        self.above[key] = above
        if above is not None:
            self.children.setdefault(above, []).append(key)

    def below(self, key: Key) -> set[Key]:
        """The record and all that were come to through it."""
        found, edge = {key}, [key]
        while edge:
            edge = [child for each in edge for child in self.children.get(each, ())]
            found.update(edge)
        return found


def _walked(keys: Iterable[Key], pairs: Iterable[Pair]) -> _Walk:
    around = _around(pairs)
    walk = _Walk()
    for start in sorted(keys):
        if start not in walk.turn:
            _walk(start, around, walk)
    return walk


def _walk(start: Key, around: Mapping[Key, Sequence[Key]], walk: _Walk) -> None:
    # By a stack of our own: a chain of a thousand records is deeper than Python's.
    walk.enter(start, None)
    path: list[tuple[Key, Iterator[Key]]] = [(start, iter(around.get(start, ())))]
    while path:
        key, others = path[-1]
        other = next(others, None)
        if other is None:
            path.pop()
            if path:
                walk.low[path[-1][0]] = min(walk.low[path[-1][0]], walk.low[key])
        elif other not in walk.turn:
            walk.enter(other, key)
            path.append((other, iter(around.get(other, ()))))
        elif other != walk.above[key]:
            walk.low[key] = min(walk.low[key], walk.turn[other])


def _around(pairs: Iterable[Pair]) -> dict[Key, list[Key]]:
    """The neighbours of each record, in order. Two links between the same two are one way."""
    found: dict[Key, set[Key]] = {}
    for left, right in pairs:
        found.setdefault(left, set()).add(right)
        found.setdefault(right, set()).add(left)
    return {key: sorted(others) for key, others in found.items()}
