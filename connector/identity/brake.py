"""The brake: while a source's merge rate jumps, its new links wait until a person lets them go on.

A bad import (one address in every row, a column shifted by one) joins people by the
thousand before anybody looks. Under the brake its records are taken in, judged and
served as ever, and what would join them to others is stored as a link that is *held*: it
joins nobody. A verdict depends on two records and the standing of what they share, not on
time; so once the held links are let go, everything is as if there had been no brake.

How the resolver uses it, in the transaction that takes records in (`connector.identity.brakes`):

    base = Braked(shelf, brakes.waits(connection, workspace, shelf.id_of))
    linkage = Linkage(base, how)
    linkage.update(changes)
    if brakes.took(connection, workspace, by_source(changes, clusters, profile_before), at):  # some jumped just now
        hold(linkage, base.made, brakes.waits(connection, workspace, shelf.id_of))  # what they just joined waits, too
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from connector.identity.evidence.record import Evidence
from connector.identity.linkage import Base, Changed, Linkage, Pair
from connector.identity.partition import Cluster
from connector.identity.verdict import CONFIRMED, HELD, Verdict

# Records after which what is recent becomes part of what is usual.
WINDOW = 1_000
# What is usual is halved when it is more records than this: a rate of long ago fades.
MEMORY = 200_000

# Whether links between these two have to wait. Pairs are in the order of their keys.
Waits = Callable[[Evidence, Evidence], bool]


class Braked:
    """A base in which some links wait: a `Base` around another one.

    A link that joins already goes on joining, whatever becomes of its rule; one that would begin to is held.
    `made`: the pairs that began to be joined through this base.
    """

    def __init__(self, base: Base, waits: Waits) -> None:
        self.base, self.waits = base, waits
        self.made: set[Pair] = set()
        self.evidence, self.put = base.evidence, base.put
        self.holders, self.links, self.must, self.never = base.holders, base.links, base.must, base.never

    def link(self, pair: Pair, verdict: Verdict | None) -> None:
        self.made.discard(pair)
        if verdict is not None and verdict.tier == CONFIRMED and not self._joins(pair):
            if _waits(self.base, pair, self.waits):
                verdict = replace(verdict, tier=HELD)
            else:
                self.made.add(pair)
        self.base.link(pair, verdict)

    def place(self, clusters: Iterable[Cluster]) -> None:
        self.base.place(clusters)

    def _joins(self, pair: Pair) -> bool:
        known = self.base.links(pair[0]).get(pair[1])
        return known is not None and known.tier == CONFIRMED


def hold(linkage: Linkage, pairs: Iterable[Pair], waits: Waits) -> Changed:
    """Let links that join wait after all: those that were made by the batch in which a jump was noticed."""
    held = [pair for pair in sorted(pairs) if _waits(linkage.base, pair, waits)]
    return _turn(linkage, held, CONFIRMED, HELD)


def let_go(linkage: Linkage, pairs: Iterable[Pair], waits: Waits) -> Changed:
    """Let held links join, but for those that something else holds as well."""
    free = [pair for pair in sorted(pairs) if not _waits(linkage.base, pair, waits)]
    return _turn(linkage, free, HELD, CONFIRMED)


def _turn(linkage: Linkage, pairs: Iterable[Pair], old: str, new: str) -> Changed:
    """Let the links of these pairs that are of the one tier be of the other, and make right what hangs on them."""
    # Beneath what holds new links: what is turned here was decided.
    base = linkage.base.base if isinstance(linkage.base, Braked) else linkage.base
    done = Changed()
    for pair in pairs:
        verdict = base.links(pair[0]).get(pair[1])
        if verdict is not None and verdict.tier == old:
            done.links[pair] = replace(verdict, tier=new)
            base.link(pair, done.links[pair])
    done.clusters = linkage.repin(end for pair in done.links for end in pair).clusters
    return done


def _waits(base: Base, pair: Pair, waits: Waits) -> bool:
    left, right = base.evidence(pair[0]), base.evidence(pair[1])
    return left is not None and right is not None and waits(left, right)


@dataclass(frozen=True, slots=True)
class Took:
    """Records that were taken in, and how many profiles they joined to others that were there before."""

    records: int = 0
    joins: int = 0

    def __add__(self, other: "Took") -> "Took":
        return Took(self.records + other.records, self.joins + other.joins)

    @property
    def rate(self) -> float:
        return self.joins / self.records if self.records else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """When a merge rate has jumped: all three must be passed.

    `joins`: so many joins of late; below it nothing is a jump, so that a small first sync never trips.
    `percent`: so many joins per hundred records. `times`: so many times what is usual for this source.
    """

    joins: int = 100
    percent: int = 10
    times: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What a source did of late, and what is usual for it."""

    recent: Took = Took()
    usual: Took = Took()

    def after(self, took: Took) -> "Rate":
        """With what was taken in now. It never makes a jump usual: who asks `jumped` does so first."""
        recent = self.recent + took
        if recent.records < WINDOW:
            return Rate(recent=recent, usual=self.usual)
        usual = self.usual + recent
        if usual.records > MEMORY:
            usual = Took(usual.records // 2, usual.joins // 2)
        return Rate(usual=usual)

    def jumped(self, took: Took, when: Thresholds) -> bool:
        """Whether this source joins more than it should, with what was taken in now."""
        recent = self.recent + took
        least = max(when.percent / 100, when.times * self.usual.rate)
        return recent.joins >= when.joins and recent.rate >= least

    def released(self) -> "Rate":
        """After a person said that it is right: that rate is the usual one now, and fades as others come."""
        usual = max(self.usual, self.recent, key=lambda took: took.rate)
        return Rate(usual=usual)
