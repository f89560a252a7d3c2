"""Apart: why two records are not one person, and what would make them so (or part them, when they are)."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from connector.identity.compared import NOUNS, missing, values
from connector.identity.explained import Reason, Told
from connector.identity.held import LET_GO, Held, words
from connector.identity.overlay import Remembered
from connector.identity.pair import Pair
from connector.identity.partition import Conflict, Key
from connector.identity.pins import NEVER, Pin
from connector.identity.standing import Standing
from connector.identity.strictness import Strictness
from connector.identity.verdict import CONFIRMED, HELD, POSSIBLE
from connector.identity.vetoes import VETOES
from connector.identity.weights import weight
from connector.identity.whatif import decided, would_join, would_part

# More reasons of one kind than a person reads.
MOST = 10

PinOf = Callable[[Key, Key], Pin | None]
HeldBy = Callable[[Key, Key], tuple[Held, ...]]

# Why a link that is believed, or nearly, joins nobody.
REASONS = {
    "nothing_shared": "They share nothing by which records are compared.",
    "not_enough": "What they share is not enough by itself.",
    "possible": "They may be one, and no rule is sure enough to join them.",
    "held": LET_GO,
    "torn": "One of the two is as much like somebody else, who is another person.",
    "father_and_son": (
        "One name and one home, and no mailbox in common, and no number either or both in one system's list: "
        "a father and a son look like that."
    ),
}


class Apart:
    """Reasons, from one moment of a base."""

    def __init__(
        self, base: Remembered, standings: Callable[[str], Standing], how: Strictness, pin_of: PinOf, held_by: HeldBy
    ) -> None:
        self.base, self.standings, self.how, self.pin_of, self.held_by = base, standings, how, pin_of, held_by

    def why(self, pair: Pair, mine: Sequence[Key], theirs: Sequence[Key]) -> Iterator[Reason]:
        """Why the two are kept apart; `mine` and `theirs`: all records of the left one's person, and of the right's."""
        left, right = pair.left.key, pair.right.key
        if right in self.base.never(left):
            yield self._reason("never_link", left, right)
        if pair.vetoed:
            yield self._reason(pair.vetoed, left, right)
        verdict = self.base.links(left).get(right)
        if verdict is None:
            yield from self._unlinked(pair)
        elif verdict.tier == POSSIBLE:
            yield self._reason("possible", left, right, self._missing(pair))
        elif verdict.tier == HELD:
            held = self.held_by(left, right)
            yield Reason(rule="held", why=words(held), left=left, right=right, held_by=held)
        if self._linked(mine, theirs):
            yield from self._conflicts(left, right, mine, theirs)

    def would_join(self, left: Key, right: Key) -> list[str]:
        """What would make one of two."""
        found = []
        if right in self.base.never(left) and decided(self.base, left, right, self.how, link=None):
            found.append("taking back the decision that they are two")
        against = self._forbidden(left, right)
        if against is None:
            found.append("a decision that they are one")
        else:
            found.append(
                "a decision that they are one, once the one that parts {} and {} is taken back".format(*against)
            )
        return found + would_join(self.base, left, right, self.how)

    def would_part(self, left: Key, right: Key, chain: Iterable[Told]) -> list[str]:
        """What would make two of one."""
        found = []
        if not decided(self.base, left, right, self.how, link=False):
            found.append("a decision that they are two")
        for link in chain:
            if link.is_bridge:
                told = (
                    "taking back the decision on" if link.right in self.base.must(link.left) else "losing the link of"
                )
                found.append(f"{told} {link.left} and {link.right}")
        return found + would_part(self.base, left, right, self.how)

    def _unlinked(self, pair: Pair) -> Iterator[Reason]:
        left, right = pair.left.key, pair.right.key
        theirs = set(pair.right.values)
        if not any(value in theirs and self.standings(value).is_open for value in pair.left.values):
            yield self._reason("nothing_shared", left, right)
        elif not pair.vetoed:
            yield self._reason("not_enough", left, right, self._missing(pair))
        for value in values(pair):
            if value[0] in "epdh" and not self.standings(value).is_personal:
                yield Reason(
                    rule="shared_value",
                    why=f"Their {NOUNS[value[0]]} says little: it is {self.standings(value).told}.",
                    left=left,
                    right=right,
                )

    def _missing(self, pair: Pair) -> str:
        """What the weight of the evidence lacks."""
        found = weight(pair)
        groups = f"{found.groups} of {self.how.groups} independent groups of evidence"
        told = f"It weighs {found.bits:.0f} bits from {groups}; without a rule it takes {self.how.sure:.0f}."
        return f"{told} Too little comes from: {', '.join(missing(found))}." if missing(found) else told

    def _conflicts(self, left: Key, right: Key, mine: Sequence[Key], theirs: Sequence[Key]) -> Iterator[Reason]:
        """What keeps the two clusters apart although a link leads from one to the other."""
        never = [(one, other) for one in mine for other in self.base.never(one)]
        conflict = Conflict(self.base.evidence, never, self.how.home_may_differ)
        pairs = [(one, other) for one in mine for other in theirs if {one, other} != {left, right}]
        found = [self._conflict(*ends) for ends in pairs if conflict.between(*ends)]
        yield from found[:MOST]
        if found or conflict.between(left, right):
            return
        if rival := self._rival(mine, theirs, conflict):
            yield self._reason("torn", *rival)
        elif conflict.doubtful([list(mine)], [list(theirs)]):
            yield self._reason("father_and_son", left, right)

    def _conflict(self, one: Key, other: Key) -> Reason:
        if other in self.base.never(one):
            return self._reason("never_link", one, other)
        return self._reason(Pair(self.base.evidence(one), self.base.evidence(other), self.standings).vetoed, one, other)

    def _rival(self, mine: Sequence[Key], theirs: Sequence[Key], conflict: Conflict) -> tuple[Key, Key] | None:
        """A record that is linked with both clusters' side and with somebody who conflicts with the other end."""
        for one, other in self._crossing(mine, theirs):
            for end, far in ((one, other), (other, one)):
                for rival, verdict in sorted(self.base.links(end).items()):
                    parted = rival == far or rival in self.base.never(end)
                    if not parted and verdict.tier == CONFIRMED and conflict.between(rival, far):
                        return end, rival
        return None

    def _crossing(self, mine: Sequence[Key], theirs: Sequence[Key]) -> list[tuple[Key, Key]]:
        """The links that are believed between the two clusters."""
        inside = set(theirs)
        return [
            (one, other)
            for one in mine
            for other, verdict in sorted(self.base.links(one).items())
            if other in inside and verdict.tier == CONFIRMED
        ]

    def _linked(self, mine: Sequence[Key], theirs: Sequence[Key]) -> bool:
        return bool(self._crossing(mine, theirs))

    def _forbidden(self, left: Key, right: Key) -> tuple[Key, Key] | None:
        """The decision, on others than these two, that they cannot be joined without contradicting."""
        theirs = self._unit(right)
        for one in sorted(self._unit(left)):
            for other in sorted(self.base.never(one)):
                if other in theirs and {one, other} != {left, right}:
                    return one, other
        return None

    def _unit(self, key: Key) -> set[Key]:
        """All whom people joined with the record."""
        found, edge = {key}, {key}
        while edge:
            edge = {other for one in edge for other in self.base.must(one)} - found
            found |= edge
        return found

    def _reason(self, rule: str, left: Key, right: Key, more: str = "") -> Reason:
        pin = self.pin_of(left, right)
        why = VETOES.get(rule) or REASONS[rule]
        return Reason(
            rule=rule,
            why=f"{why} {more}".strip(),
            left=left,
            right=right,
            pin=pin if pin and pin.what == NEVER and rule == "never_link" else None,
        )
