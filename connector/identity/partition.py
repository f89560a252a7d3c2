"""Partition: links become people, and no join lets in who conflicts with anybody there.

To check pairs only is the classic hole: J. Smith is like John and like Jane, and through
him they would be one. So links are taken by strength, then by the records' keys, and each
join asks whether the two clusters conflict. A record that is equally like two who conflict
is neither's: nothing is picked silently.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from connector.identity.evidence.record import Evidence
from connector.identity.verdict import STRENGTH
from connector.identity.vetoes import apart, clash, twice_listed, veto

# A link as strong as this or weaker rests on what a family shares.
AT_HOME = STRENGTH["shared_phone"]
# A link as strong as this rests on a number that was given to one person, or on all that there is: it leaves no doubt.
ASSIGNED = STRENGTH["everything_agrees"]

Key = str
Edge = tuple[int, Key, Key]
Cluster = tuple[Key, ...]


class Conflict:
    """Whether records are known to be two people; vetoes are remembered for one partition."""

    def __init__(
        self,
        evidence: Callable[[Key], Evidence | None],
        never: Iterable[tuple[Key, Key]] = (),
        may_differ: int = 1,
    ) -> None:
        self.evidence, self.may_differ = evidence, may_differ
        self.never = {frozenset(pair) for pair in never}
        self._known: dict[tuple[Key, Key], bool] = {}

    def between(self, left: Key, right: Key) -> bool:
        pair = (left, right) if left < right else (right, left)
        if pair not in self._known:
            self._known[pair] = self._ask(*pair)
        return self._known[pair]

    def contradict(self, left: Key, right: Key) -> bool:
        """Whether they tell two names or days of birth, be it that one was taken down wrongly."""
        one, other = self.evidence(left), self.evidence(right)
        return one is not None and other is not None and bool(clash(one, other))

    def forbidden(self, left: Key, right: Key) -> bool:
        return bool(self.never) and frozenset((left, right)) in self.never

    def doubtful(self, one: list[list[Key]], other: list[list[Key]]) -> bool:
        """Whether two clusters of one name and home are reached in other ways: father and son."""
        sides = [[held for unit in side for key in unit if (held := self.evidence(key))] for side in (one, other)]
        born = [{each.birth for each in side if each.birth} for side in sides]
        return not born[0] & born[1] and (apart(*sides) > self.may_differ or twice_listed(*sides))

    def _ask(self, left: Key, right: Key) -> bool:
        if self.forbidden(left, right):
            return True
        one, other = self.evidence(left), self.evidence(right)
        return one is not None and other is not None and bool(veto(one, other))


def partition(
    keys: Iterable[Key], edges: Sequence[Edge], conflict: Conflict, must: Iterable[tuple[Key, Key]] = ()
) -> list[Cluster]:
    """The clusters of one component, each sorted. `must`: pairs that a person joined, whatever else is said."""
    clusters = {key: [[key]] for key in keys}
    # Two whom a person parted are no rivals for anybody any more: the rest of their records need not choose.
    edges = [edge for edge in edges if not conflict.forbidden(*edge[1:])]
    for left, right in sorted(tuple(sorted(pair)) for pair in must):
        _unite(clusters, left, right, as_one=True)
    for strength, left, right in sorted(_settled(edges, conflict), key=lambda edge: (-edge[0], edge[1], edge[2])):
        one, other = clusters[left], clusters[right]
        if one is other or _conflict(one, other, conflict, mostly=strength >= ASSIGNED):
            continue
        if strength > AT_HOME or not conflict.doubtful(one, other):
            _unite(clusters, left, right)
    found = {id(units): units for units in clusters.values()}
    return sorted(tuple(sorted(key for unit in units for key in unit)) for units in found.values())


def _settled(edges: Sequence[Edge], conflict: Conflict) -> list[Edge]:
    """The edges without those of a record that is as like one as it is like another who conflicts."""
    around: dict[Key, list[tuple[int, Key]]] = defaultdict(list)
    for strength, left, right in edges:
        around[left].append((strength, right))
        around[right].append((strength, left))
    torn: dict[Key, int] = {}
    for key, told in around.items():
        # The strongest link to each of two who conflict: the weaker of them is the doubt.
        others = sorted(told, reverse=True)
        for place, (_, one) in enumerate(others):
            # Of one whose name or day was taken down wrongly, as its number tells, nobody else need be like it.
            if conflict.contradict(key, one):
                continue
            rival = next((strength for strength, other in others[place + 1 :] if conflict.between(one, other)), None)
            if rival is not None:
                torn[key] = max(torn.get(key, -1), rival)
    return [
        edge
        for edge in edges
        if edge[0] >= ASSIGNED or all(_rank(edge[0]) > _rank(torn.get(end, -1)) for end in edge[1:])
    ]


def _rank(strength: int) -> int:
    return strength // 1000


def _unite(clusters: dict[Key, list[list[Key]]], left: Key, right: Key, *, as_one: bool = False) -> None:
    one, other = clusters[left], clusters[right]
    if one is other:
        return
    units = [[key for unit in (*one, *other) for key in unit]] if as_one else [*one, *other]
    for unit in units:
        for key in unit:
            clusters[key] = units


def _conflict(one: list[list[Key]], other: list[list[Key]], conflict: Conflict, *, mostly: bool = False) -> bool:
    """Whether two clusters are two people. `mostly`: a slip in one record does not outweigh a number that all have."""
    found = [(unit, each) for unit in one for each in other if _units_conflict(unit, each, conflict)]
    if not found or any(_forbidden(*pair, conflict) for pair in found):
        return bool(found)
    if mostly:
        return 2 * len(found) > len(one) * len(other)
    return any(_speaks(unit, one, conflict) and _speaks(each, other, conflict) for unit, each in found)


def _speaks(unit: list[Key], cluster: list[list[Key]], conflict: Conflict) -> bool:
    """Whether a record says for its cluster who that is: not if most of the others there contradict it.

    It is there by a number that was given to one person, and its name or day was taken down wrongly.
    """
    others = [each for each in cluster if each is not unit]
    against = sum(all(conflict.contradict(left, right) for left in unit for right in each) for each in others)
    return 2 * against <= len(others)


def _forbidden(one: list[Key], other: list[Key], conflict: Conflict) -> bool:
    return any(conflict.forbidden(left, right) for left in one for right in other)


def _units_conflict(one: list[Key], other: list[Key], conflict: Conflict) -> bool:
    """Those whom a person joined are one: who agrees with any of them may come in, unless it is forbidden."""
    if _forbidden(one, other, conflict):
        return True
    return all(conflict.between(left, right) for left in one for right in other)


def components(keys: Iterable[Key], neighbours: Callable[[Key], Iterable[Key]]) -> list[tuple[Key, ...]]:
    """The connected parts in which these keys are, each sorted."""
    seen: set[Key] = set()
    found = []
    for start in keys:
        if start in seen:
            continue
        part, edge = {start}, [start]
        while edge:
            edge = [other for key in edge for other in neighbours(key) if other not in part and not part.add(other)]
        seen |= part
        found.append(tuple(sorted(part)))
    return found


def by_key(clusters: Iterable[Cluster]) -> Mapping[Key, Cluster]:
    return {key: cluster for cluster in clusters for key in cluster}
