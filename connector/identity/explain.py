"""Explain: why records are one person, or are not, and what would change that.

Everything is read from a base in one moment and nothing is written. What is told is for
those who may see the records; logs and errors name none of it.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from connector.identity.apart import REASONS, Apart, HeldBy, PinOf
from connector.identity.bridges import bridges, hinges
from connector.identity.compared import by_group, compared, shared
from connector.identity.explained import (
    PINNED,
    PINNED_WHY,
    SAME_GUEST,
    SAME_GUEST_WHY,
    Guest,
    Profile,
    Reason,
    Told,
    Two,
    Weighed,
)
from connector.identity.held import Held, words
from connector.identity.linkage import Base, Linkage, Standings
from connector.identity.overlay import Overlay, Remembered
from connector.identity.pair import Pair
from connector.identity.partition import Key
from connector.identity.strictness import STANDARD, Strictness
from connector.identity.verdict import CONFIRMED, HELD, POSSIBLE, WHY, Verdict
from connector.identity.weights import weight

Ends = tuple[Key, Key]


class Explain:
    """Answers from one moment of a base.

    `pin_of`: the decision on two records, if somebody made one; `held_by`: for what their link waits; `heads`: records
    that follow another one, with it.
    """

    def __init__(
        self,
        base: Base,
        how: Strictness = STANDARD,
        pin_of: PinOf = lambda left, right: None,
        held_by: HeldBy = lambda left, right: (),
        heads: Mapping[Key, Key] | None = None,
    ) -> None:
        self.base, self.how, self.heads = Remembered(base), how, heads or {}
        self.pin_of, self.held_by = pin_of, held_by
        self.standings = Standings(self.base, how)
        self.apart = Apart(self.base, self.standings, how, pin_of, held_by)

    def profile(self, records: Iterable[Key]) -> Profile:
        """Why these are one person; `records` are all of a profile's."""
        everybody = tuple(sorted(records))
        keys = tuple(key for key in everybody if key not in self.heads)
        guests = self._guests(everybody)
        pairs = self._joined(keys)
        splits = bridges({*keys, *(key for pair in pairs for key in pair)}, pairs)
        single = {split.without for split in splits}
        told = [self._told(pair, is_bridge=pair in single) for pair in pairs]
        return Profile(
            records=everybody,
            links=tuple(
                sorted(told, key=lambda link: (-self._strength((link.left, link.right)), link.left, link.right))
            ),
            bridges=tuple(splits),
            # Were a guest's record gone, the next one would stand where it stood.
            hinges=tuple(
                split for split in hinges(keys, pairs) if split.without[0] in keys and split.without[0] not in guests
            ),
            possible=tuple(self._told(pair) for pair in self._beside(keys, settled=False)),
            parted=tuple(self._parted(keys)),
            guests=tuple(Guest(record=head, followers=tuple(keys)) for head, keys in sorted(guests.items())),
        )

    def pair(self, left: Key, right: Key) -> Two | None:
        """Whether and why these two are one person; None when one of them is not there."""
        ends = self.heads.get(left, left), self.heads.get(right, right)
        if left == right or ends == (left, right):
            return self._pair(left, right)
        if ends[0] == ends[1]:
            return self._one_guest(left, right, ends[0])
        told = self._pair(*ends)
        if told is None:
            return None
        beside = [self._same(*each) for each in ((left, ends[0]), (ends[1], right)) if each[0] != each[1]]
        if not told.is_one:
            why = [Reason(rule=SAME_GUEST, why=each.why, left=each.left, right=each.right) for each in beside]
            return replace(told, left=left, right=right, direct=None, against=(*why, *told.against))
        before, behind = ([each for each in beside if end in (each.left, each.right)] for end in (left, right))
        return replace(told, left=left, right=right, direct=None, chain=(*before, *told.chain, *behind))

    def _guests(self, keys: Iterable[Key]) -> dict[Key, list[Key]]:
        found: dict[Key, list[Key]] = defaultdict(list)
        for key in keys:
            if key in self.heads:
                found[self.heads[key]].append(key)
        return found

    def _same(self, left: Key, right: Key) -> Told:
        """That two records are one guest's."""
        head = self.base.evidence(self.heads.get(left, left))
        both = Pair(replace(head, key=left), replace(head, key=right), self.standings)
        return Told(
            left=left,
            right=right,
            rule=SAME_GUEST,
            why=SAME_GUEST_WHY,
            tier=CONFIRMED,
            shared=tuple(shared(both)),
            compared=tuple(compared(both)),
        )

    def _one_guest(self, left: Key, right: Key, head: Key) -> Two:
        told, evidence = self._same(left, right), self.base.evidence(head)
        return Two(
            left=left,
            right=right,
            is_one=True,
            direct=told,
            shared=told.shared,
            compared=told.compared,
            weighed=self._weighed(Pair(replace(evidence, key=left), replace(evidence, key=right), self.standings)),
            chain=(told,),
            would=("a decision that they are two",),
        )

    def _pair(self, left: Key, right: Key) -> Two | None:
        one, other = self.base.evidence(left), self.base.evidence(right)
        if one is None or other is None or left == right:
            return None
        pair = Pair(one, other, self.standings)
        sides = self._clusters(left, right)
        is_one = right in sides[0]
        chain = self._chain(left, right, sides[0]) if is_one else ()
        verdict = self.base.links(left).get(right)
        return Two(
            left=left,
            right=right,
            is_one=is_one,
            direct=self._told(_ordered(left, right)) if verdict or right in self.base.must(left) else None,
            shared=tuple(shared(pair)),
            compared=tuple(compared(pair)),
            weighed=self._weighed(pair),
            chain=tuple(chain),
            against=() if is_one else tuple(self.apart.why(pair, *sides)),
            would=tuple(self.apart.would_part(left, right, chain) if is_one else self.apart.would_join(left, right)),
        )

    def _clusters(self, left: Key, right: Key) -> tuple[tuple[Key, ...], tuple[Key, ...]]:
        overlay = Overlay(self.base)
        Linkage(overlay, self.how).repin((left, right))
        return overlay.cluster(left) or (left,), overlay.cluster(right) or (right,)

    def _joined(self, keys: Sequence[Key]) -> list[Ends]:
        """What holds these together: links that are believed, and decisions, also by way of records that are gone."""
        inside, found, edge = set(keys), set(), set(keys)
        while edge:
            made = {_ordered(key, other) for key in edge for other in self.base.must(key)}
            found |= made
            edge = {key for pair in made for key in pair} - inside
            inside |= edge
        for key in keys:
            links = self.base.links(key).items()
            found |= {_ordered(key, other) for other, told in links if told.tier == CONFIRMED and other in inside}
        return sorted(found)

    def _beside(self, keys: Sequence[Key], *, settled: bool) -> Iterator[Ends]:
        """Links that lead out of the profile: possible ones, or those that are believed or decided and join nobody."""
        inside = set(keys)
        for key in keys:
            for other, verdict in sorted(self.base.links(key).items()):
                is_settled = verdict.tier == CONFIRMED or other in self.base.never(key)
                if other not in inside and is_settled == settled:
                    yield _ordered(key, other)

    def _parted(self, keys: Sequence[Key]) -> Iterator[Reason]:
        for left, right in self._beside(keys, settled=True):
            pair = Pair(self.base.evidence(left), self.base.evidence(right), self.standings)
            yield from list(self.apart.why(pair, *self._clusters(left, right)))[:1]

    def _told(self, pair: Ends, *, is_bridge: bool = False) -> Told:
        verdict, pin = self.base.links(pair[0]).get(pair[1]), self.pin_of(*pair)
        one, other = self.base.evidence(pair[0]), self.base.evidence(pair[1])
        both = Pair(one, other, self.standings) if one and other else None
        joined = verdict is None or (pair[1] in self.base.must(pair[0]) and verdict.tier != CONFIRMED)
        held = self.held_by(*pair) if not joined and verdict.tier == HELD else ()
        return Told(
            left=pair[0],
            right=pair[1],
            rule=PINNED if joined else verdict.rule,
            why=PINNED_WHY if joined else _why(verdict, held),
            tier=CONFIRMED if joined else verdict.tier,
            shared=tuple(shared(both)) if both else (),
            compared=tuple(compared(both)) if both else (),
            pin=pin,
            is_bridge=is_bridge,
            held_by=held,
        )

    def _strength(self, pair: Ends) -> float:
        verdict = self.base.links(pair[0]).get(pair[1])
        pinned = pair[1] in self.base.must(pair[0])
        return float("inf") if pinned else verdict.strength if verdict else -1

    def _chain(self, left: Key, right: Key, cluster: Sequence[Key]) -> list[Told]:
        """The shortest way from one to the other, each link the way that it is gone."""
        pairs = self._joined(cluster)
        around: dict[Key, list[tuple[float, Key]]] = {}
        for pair in pairs:
            for one, other in (pair, pair[::-1]):
                around.setdefault(one, []).append((-self._strength(pair), other))
        came, waiting = {left: left}, deque([left])
        while waiting and right not in came:
            one = waiting.popleft()
            for _, other in sorted(around.get(one, ())):
                if other not in came:
                    came[other] = one
                    waiting.append(other)
        single = {split.without for split in bridges(around, pairs)}
        chain: list[Told] = []
        while right != left:
            ends = came[right], right
            chain.append(self._told(ends, is_bridge=_ordered(*ends) in single))
            right = came[right]
        return chain[::-1]

    def _weighed(self, pair: Pair) -> Weighed:
        found = weight(pair)
        return Weighed(groups=by_group(found), bits=found.bits, needed=self.how.sure, needed_groups=self.how.groups)


def _why(verdict: Verdict, held: tuple[Held, ...]) -> str:
    """The rule's own words; of a link that joins nobody, why it does not."""
    if verdict.tier == CONFIRMED:
        return WHY.get(verdict.rule, verdict.rule)
    return REASONS["possible"] if verdict.tier == POSSIBLE else words(held)


def _ordered(one: Key, other: Key) -> Ends:
    return (one, other) if one < other else (other, one)
