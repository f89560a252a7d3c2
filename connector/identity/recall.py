"""Recall: when a decision is taken back, people go by the ids again by which they went before it.

A decision that joins or parts people leaves behind by which profile's id each of their records
went until then. When it is taken back, each record asks for the id by which it went right after
the newest decision that is older, stands, and touched its part: as if this one had never been.
Where another one has that id, it asks for the one right after the newest decision that stands at all, and then
for its own. So decisions may be taken back in any order, and when none of them stands any more,
everybody goes by the id of before the first. An id belongs to those who went by it the longest
ago: whoever came later, while others went by it too, goes with them or begins anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf

from sqlalchemy import Connection

from connector.identity.clusters import Cluster, Settled
from connector.store import members, pins, undoings, went_by
from connector.store.went_by import Went

# Until which decision a record went by an id (infinite: it still does), and that id.
Word = tuple[float, str]


@dataclass(frozen=True, slots=True)
class Turn:
    """What people do: they decide something, or (`back`) take it back. `decision`: its number.

    `touched`: what is taken back bit by bit comes to its end for these records that it touched; None: for all.
    """

    decision: int
    back: bool = False
    touched: frozenset[int] | None = None


class Recall:
    """By which ids records went, for one turn."""

    def __init__(self, connection: Connection, workspace: str, turn: Turn) -> None:
        self.connection, self.workspace, self.turn = connection, workspace, turn
        self._went: dict[int, list[Went]] = defaultdict(list)
        self._floor: dict[int, int] = {}

    def touched(self) -> list[int]:
        """The records that have to be looked at, because a decision that is taken back touched them."""
        turn = self.turn
        if turn.touched is not None:
            return sorted(turn.touched)
        return went_by.touched_by(self.connection, self.workspace, turn.decision) if turn.back else []

    def claims(self, found: Iterable[Cluster], before: Mapping[int, str]) -> list[dict[int, str]]:
        """By which ids the records of these clusters would go; what comes first counts first."""
        for went in went_by.of_records(self.connection, before):
            self._went[went.record_id].append(went)
        decisions = {went.decision_id for known in self._went.values() for went in known}
        standing = pins.standing(self.connection, self.workspace, decisions)
        standing |= undoings.standing(self.connection, self.workspace, decisions - standing)
        first: dict[int, Word] = {}
        second: dict[int, Word] = {}
        for cluster in found:
            here = {went.decision_id for each in cluster for went in self._went.get(each, ())} & standing
            older = max((each for each in here if each < self.turn.decision), default=0)
            newest = max(here, default=0)
            for each in before.keys() & set(cluster):
                self._floor[each] = newest
                first[each] = self._since(each, older) or (inf, before[each])
                second[each] = self._since(each, newest) or (inf, before[each])
        told = {name for words in (first, second) for _, name in words.values()}
        elsewhere = members.in_use(self.connection, self.workspace, told.difference(before.values()))
        return [_oldest(first, elsewhere), _oldest(second, elsewhere), dict(before)]

    def note(self, before: Mapping[int, str], done: Settled) -> None:
        """Keep by which ids records went, as far as it may be needed again."""
        if self.turn.back:
            # Until nothing of it is left to do, whoever asked for an id may lose it again, and ask anew.
            if self.turn.touched is None or self.turn.touched:
                self._let_go(before, done.placed)
            return
        touched = (
            Went(each, self.turn.decision, before[each])
            for each, name in done.placed.items()
            if each in before and not done.profiles.isdisjoint((before[each], name))
        )
        went_by.put(self.connection, self.workspace, touched)

    def _let_go(self, before: Mapping[int, str], placed: Mapping[int, str]) -> None:
        """Forget what was asked for; who did not get it will ask again with the decision that stands against it."""
        done, waiting = [], []
        for each in before.keys() & placed.keys():
            floor = self._floor[each]
            done += [went for went in self._went.get(each, ()) if went.decision_id > floor]
            _, name = self._since(each, floor) or (inf, before[each])
            if floor and placed[each] != name:
                waiting.append(Went(each, floor, name))
        went_by.remove(self.connection, done)
        went_by.put(self.connection, self.workspace, waiting)

    def _since(self, each: int, floor: int) -> Word | None:
        """By which id the record went right after this decision, and until which; None when nothing changed since."""
        later = (went for went in self._went.get(each, ()) if went.decision_id > floor)
        return next(((went.decision_id, went.profile_id) for went in later), None)


def _oldest(words: Mapping[int, Word], elsewhere: set[str]) -> dict[int, str]:
    """Of those who ask for one id, the ones who went by it first."""
    since: dict[str, float] = {}
    for when, name in words.values():
        since[name] = min(when, since.get(name, inf))
    return {each: name for each, (when, name) in words.items() if when == since[name] and name not in elsewhere}
