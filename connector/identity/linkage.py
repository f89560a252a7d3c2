"""Linkage: keeps links and clusters right when records change, whoever keeps them.

`Linkage` knows what must be asked again after a change, and a `Base` knows what there is:
one in memory, one in the store. A pair's verdict rests on its two records and the standing
of what they share, so a change asks about the pairs of the changed record and, where the
standing of a value changed, about the pairs of its holders; then only the components at the
ends of changed links are partitioned anew. `build` does the same for all records at once,
and both end in the same clusters: a test holds them to it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Protocol

from connector.identity.evidence.record import Evidence
from connector.identity.partition import Cluster, Conflict, Edge, Key, components, partition
from connector.identity.standing import JUDGED, Standing, cap, standing
from connector.identity.strictness import STANDARD, Strictness
from connector.identity.verdict import CONFIRMED, POSSIBLE, Verdict, judge

Pair = tuple[Key, Key]


class Base(Protocol):
    """What a linkage asks of whoever keeps records and links. Pairs are in the order of their keys."""

    def evidence(self, key: Key) -> Evidence | None:
        """What the record says; None when it is not there."""

    def put(self, key: Key, evidence: Evidence | None) -> None:
        """Let the record say this, and be found by its values; None: it is gone."""

    def holders(self, value: str, limit: int) -> Sequence[Key] | None:
        """Who holds the value, in any order; None when more than `limit` do."""

    def links(self, key: Key) -> Mapping[Key, Verdict]:
        """The record's links, by the other end."""

    def link(self, pair: Pair, verdict: Verdict | None) -> None:
        """Let this link be, or (None) not be."""

    def must(self, key: Key) -> Iterable[Key]:
        """Whom a person joined with the record."""

    def never(self, key: Key) -> Iterable[Key]:
        """Whom a person parted from the record."""

    def place(self, clusters: Iterable[Cluster]) -> None:
        """Let these be the clusters of their records."""


@dataclass(slots=True)
class Changed:
    """What an update did: links made or changed (None: removed), and the clusters that were partitioned anew.

    `turned`: values by which nobody is compared any more, or again, each with its standing. `joins`: those of the pairs
    whose link joins, or did; a link that is merely possible changes no cluster.
    """

    links: dict[Pair, Verdict | None] = field(default_factory=dict)
    joins: set[Pair] = field(default_factory=set)
    clusters: list[Cluster] = field(default_factory=list)
    turned: dict[str, Standing] = field(default_factory=dict)


class Standings:
    """The standing of values, and who holds them, as the base is at one moment; each is asked for once."""

    def __init__(self, base: Base, how: Strictness = STANDARD) -> None:
        self.base, self.how = base, how
        self._known: dict[str, Standing] = {}
        self._held: dict[str, Sequence[Key] | None] = {}

    def __call__(self, value: str) -> Standing:
        found = self._known.get(value)
        if found is None:
            found = self._known[value] = standing(value, self._held_by(value), self.how)
        return found

    def _held_by(self, value: str) -> Sequence[Evidence] | None:
        """What its holders say, as far as a standing hangs on it."""
        keys = self._asked(value)
        if keys is None:
            return None
        asked = keys if len(keys) > 1 and value[0] in JUDGED else ()
        return [told for key in asked if (told := self.base.evidence(key))]

    def holders(self, value: str) -> Sequence[Key]:
        """Who holds the value; nobody when it is a crowd."""
        return self._asked(value) or ()

    def has_several(self, value: str) -> bool:
        """Whether two records can meet by it; a crowd's do not, but did or may."""
        keys = self._asked(value)
        return keys is None or len(keys) > 1

    def _asked(self, value: str) -> Sequence[Key] | None:
        if value not in self._held:
            self._held[value] = self.base.holders(value, cap(value, self.how))
        return self._held[value]


# Keys and values that will be asked about soon, for a base that does better when it knows.
Expect = Callable[[Iterable[Key], Iterable[str]], None]


class Linkage:
    """Who is who in one base, by one strictness. `expect` is told beforehand what the base will be asked."""

    def __init__(self, base: Base, how: Strictness = STANDARD, expect: Expect | None = None) -> None:
        self.base, self.how, self.expect = base, how, expect

    def build(self, keys: Collection[Key], progress: Callable[[int], None] | None = None) -> Changed:
        """Judge every pair that meets and partition everything, at first or after a change of rules.

        `keys`: all records of the base, in order.
        """
        done = Changed()
        standings = Standings(self.base, self.how)
        for turn, key in enumerate(keys):
            for other in self._meets(key, standings):
                if other > key:
                    self._judge((key, other), standings, done)
            if progress:
                progress(turn + 1)
        self._link(done)
        self._partition(keys, done)
        return done

    def update(self, changes: Mapping[Key, Evidence | None]) -> Changed:
        """Let these records say this (None: they are gone), and make right what hangs on it."""
        done = Changed()
        affected = {value for key in changes for value in self._values(self.base.evidence(key))}
        affected |= {value for evidence in changes.values() for value in self._values(evidence)}
        self._expect(changes, affected)
        # Asked before anything changes.
        before = Standings(self.base, self.how)
        old = {value: before(value) for value in affected if before.has_several(value)}
        for key, evidence in sorted(changes.items()):
            self.base.put(key, evidence)
        after = Standings(self.base, self.how)
        here = [key for key, evidence in changes.items() if evidence is not None]
        met = {_pair(key, other) for key in here for other in self._meets(key, after)}
        pairs = met.union(self._linked(changes))
        for value in affected:
            if value in old or after.has_several(value):
                if before(value).is_open != after(value).is_open:
                    done.turned[value] = after(value)
                pairs.update(self._shaken(value, before, after))
        self._expect_pairs(pairs, changes)
        for pair in pairs:
            self._judge(pair, after, done, meeting=pair not in met, near=changes)
        self._link(done)
        ends = {end for pair in done.joins for end in pair} | set(changes)
        self._partition(sorted(ends), done)
        return done

    def repin(self, keys: Iterable[Key]) -> Changed:
        """Partition anew around records whose pins were made or taken away."""
        done = Changed()
        self._partition(sorted(set(keys)), done)
        return done

    def _judge(
        self,
        pair: Pair,
        standings: Standings,
        done: Changed,
        *,
        meeting: bool = False,
        near: Collection[Key] = (),
    ) -> None:
        """Note the verdict on a pair if it is another than it was. `meeting`: only if they meet, which nobody asked."""
        left, right = self.base.evidence(pair[0]), self.base.evidence(pair[1])
        verdict = None
        if left is not None and right is not None and (not meeting or _meet(left, right, standings)):
            verdict = judge(left, right, standings, self.how)
        one, other = _from(pair, near)
        known = self.base.links(one).get(other)
        if known != verdict:
            done.links[pair] = verdict
            if any(each is not None and each.tier != POSSIBLE for each in (known, verdict)):
                done.joins.add(pair)

    def _link(self, done: Changed) -> None:
        self._expect(keys={end for pair in done.joins for end in pair})
        for pair, verdict in done.links.items():
            self.base.link(pair, verdict)

    def _meets(self, key: Key, standings: Standings) -> set[Key]:
        """Whom the record is compared with: all that hold one of its values, crowds aside."""
        met: set[Key] = set()
        for value in self._values(self.base.evidence(key)):
            holders = standings.holders(value)
            if len(holders) > 1 and standings(value).is_open:
                met.update(holders)
        met.discard(key)
        return met

    def _shaken(self, value: str, before: Standings, after: Standings) -> Iterable[Pair]:
        """The pairs of a value's holders, before and now, on whom its new standing may tell."""
        old, new = before(value), after(value)
        if old == new:
            return ()
        both = {*before.holders(value), *after.holders(value)}
        if new.is_open:
            return combinations(sorted(both), 2)
        # Nobody is compared by it any more: only links may go.
        if not old.is_open:
            return ()
        self._expect(keys=both)
        return (pair for pair in self._linked(both) if pair[0] in both and pair[1] in both)

    def _linked(self, keys: Iterable[Key]) -> Iterator[Pair]:
        for key in keys:
            yield from (_pair(key, other) for other in self.base.links(key))

    def _expect(self, keys: Iterable[Key] = (), values: Iterable[str] = ()) -> None:
        if self.expect:
            self.expect(keys, values)

    def _expect_pairs(self, pairs: Iterable[Pair], near: Collection[Key]) -> None:
        """These pairs will be judged: their links will be asked for, and the standing of what they share.

        A link is known at both of its ends. It is asked for at that of a changed record (`near`): the links of the many
        strangers who share no more than a name with it need not be read. Who holds its values is known already.
        """
        if not self.expect:
            return
        self.expect({_from(pair, near)[0] for pair in pairs}, ())
        far = (pair for pair in pairs if pair[0] not in near and pair[1] not in near)
        held = (
            (self._values(self.base.evidence(left)), self._values(self.base.evidence(right))) for left, right in far
        )
        self.expect((), {value for left, right in held for value in set(left) & set(right)})

    def _expect_around(self, keys: Iterable[Key]) -> None:
        """All that hang together with these records will be asked for: read in waves, all components at once."""
        edge, seen = set(keys) if self.expect else set(), set()
        while edge:
            self._expect(keys=edge)
            seen |= edge
            edge = {other for key in edge for other in self._neighbours(key)} - seen

    def _values(self, evidence: Evidence | None) -> tuple[str, ...]:
        return evidence.values if evidence is not None else ()

    def _partition(self, keys: Collection[Key], done: Changed) -> None:
        self._expect_around(keys)
        for component in components(keys, self._neighbours):
            # Decisions hold though a record between them is gone.
            found = (tuple(key for key in each if self.base.evidence(key)) for each in self._clusters(component))
            done.clusters += [cluster for cluster in found if cluster]
        self.base.place(done.clusters)

    def _clusters(self, keys: Sequence[Key]) -> list[Cluster]:
        if len(keys) < 2:
            return [tuple(keys)]
        inside = set(keys)
        edges: list[Edge] = []
        must, never = set(), set()
        for key in keys:
            for other, verdict in self.base.links(key).items():
                if key < other and other in inside and verdict.tier == CONFIRMED:
                    edges.append((verdict.strength, key, other))
            must |= {_pair(key, other) for other in self.base.must(key) if other in inside}
            never |= {_pair(key, other) for other in self.base.never(key)}
        return partition(keys, edges, Conflict(self.base.evidence, never, self.how.home_may_differ), must)

    def _neighbours(self, key: Key) -> Iterator[Key]:
        yield from (other for other, verdict in self.base.links(key).items() if verdict.tier == CONFIRMED)
        yield from self.base.must(key)


def _meet(left: Evidence, right: Evidence, standings: Standings) -> bool:
    """Whether the two hold a value by which records are compared."""
    values = set(right.values)
    return any(value in values and standings(value).is_open for value in left.values)


def _from(pair: Pair, near: Collection[Key]) -> Pair:
    """The pair as seen from the end at which its link is at hand."""
    return pair[::-1] if pair[1] in near and pair[0] not in near else pair


def _pair(one: Key, other: Key) -> Pair:
    return (one, other) if one < other else (other, one)
