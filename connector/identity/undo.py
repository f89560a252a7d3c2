"""Undo: what an import linked waits again, and what waited is let go.

Undoing an import takes the links that its source's records brought about in a span of time,
and holds them: exactly those, whatever their records say from then on, for as long as the
decision stands. Never-pins would keep the *people* apart, also by what others say of them
later; a ban on the source would also take what it linked well before. Nothing else is
changed, so taking the decision back ends where nothing had been undone: when all links are let
go, the records that it touched go by their ids of before again (`recall`).

All works in batches, each a transaction of its own: stopped anywhere, it goes on from there. What was decided is
written down first, so that whoever goes on knows whether links have to be held or let go.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from connector.clock import micros
from connector.errors import InvalidRequestError, NotFoundError
from connector.identity.brake import hold, let_go
from connector.identity.brakes import Brakes, counted_of, rate_of
from connector.identity.linkage import Pair
from connector.identity.recall import Turn
from connector.identity.resolver import Resolver
from connector.store import Store, brakes, bulk, pins, profiles, undoings, went_by
from connector.store.pins import Decision, key_of
from connector.store.undoings import UNDO_IMPORT

TAKE_BACK_IMPORT, RELEASE = "take_back_import", "release"

# Links, or records, in one transaction.
BATCH = 500

# Called with how many links are done.
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What was done: the decision's id, and how many links were held (or let go)."""

    decision: int
    links: int


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How far the undoing of an import is. `links`: how many it holds by now.

    `state`: running or done; taking_back or taken_back.
    """

    decision: Decision
    state: str
    links: int


class Imports:
    """Undoes imports, and lets go what waits."""

    def __init__(
        self, store: Store, resolver: Resolver, clock: Callable[[], datetime], brakes: Brakes | None = None
    ) -> None:
        self.store, self.resolver, self.clock, self.brakes = store, resolver, clock, brakes or Brakes()

    def count(self, workspace: str, source: str, since: datetime, until: datetime) -> int:
        """How many links that join the source's records brought about in this time."""
        with self.store.reading() as connection:
            return brakes.count_made(connection, workspace, source, micros(since), micros(until))

    def undo(
        self,
        workspace: str,
        source: str,
        since: datetime,
        until: datetime,
        by: str,
        why: str = "",
        progress: Progress | None = None,
    ) -> Undone:
        """Hold every link that the source's records brought about from `since` to `until`. Raises NotFoundError."""
        decision = self.begin(workspace, source, since, until, by, why)
        return self.go_on(workspace, decision, progress)

    def begin(self, workspace: str, source: str, since: datetime, until: datetime, by: str, why: str = "") -> int:
        """Write down that these links shall be held; the decision with which to `go_on`. Raises NotFoundError.

        Who asks for the very same while it is under way is told the same decision.
        """
        subject = {"source": source, "since": since.isoformat(), "until": until.isoformat()}
        with self.store.transaction() as connection:
            bulk.lock(connection, workspace)
            for decision in undoings.under_way(connection, workspace):
                if pins.decision(connection, workspace, decision).subject == subject:
                    return decision
            if not brakes.count_made(connection, workspace, source, micros(since), micros(until)):
                raise NotFoundError("that source linked nothing in that time")
            at = micros(self.clock())
            told = {"made_by": by, "made_at": at, "why": why}
            decision = pins.log(connection, workspace, UNDO_IMPORT, subject, **told)
            undoings.go_on(connection, workspace, decision, at)
        return decision

    def go_on(self, workspace: str, decision: int, progress: Progress | None = None) -> Undone:
        """Do what this decision still asks for: hold links or, as soon as it is taken back, let them go.

        `links` of the answer: how many it holds, or how many were let go here.
        """
        told, freed, recalled = self.decision(workspace, decision), 0, 0
        while True:
            with self.store.transaction() as connection:
                bulk.lock(connection, workspace)
                is_back = pins.undone(connection, workspace, decision)
                found = self._turn_some(connection, workspace, told, is_back=is_back)
                if not found:
                    recalled = self._recall_some(connection, workspace, told, behind=recalled) if is_back else 0
                    self._note(connection, workspace, decision, is_done=not recalled)
                held = brakes.count_undone(connection, workspace, decision)
            freed += len(found) if is_back else 0
            done = Undone(decision=decision, links=freed if is_back else held)
            if not found and not recalled:
                return done
            if progress:
                progress(done.links)

    def finish(self, workspace: str) -> int:
        """Go on with all that is under way; how many there were."""
        with self.store.reading() as connection:
            waiting = undoings.under_way(connection, workspace)
        for decision in waiting:
            self.go_on(workspace, decision)
        return len(waiting)

    def state(self, workspace: str, decision: int) -> State:
        """How far it is. Raises NotFoundError, InvalidRequestError."""
        told = self.decision(workspace, decision)
        with self.store.reading() as connection:
            links = brakes.count_undone(connection, workspace, decision)
            running = undoings.is_under_way(connection, workspace, decision)
            back = pins.undone(connection, workspace, decision)
        states = ("taking_back", "taken_back") if back else ("running", "done")
        return State(decision=told, state=states[not running], links=links)

    def take_back(
        self, workspace: str, decision: int, by: str, why: str = "", progress: Progress | None = None
    ) -> Undone:
        """Let an import that was undone be as if it had not been. Raises NotFoundError, InvalidRequestError."""
        self.begin_back(workspace, decision, by, why)
        return self.go_on(workspace, decision, progress)

    def begin_back(self, workspace: str, decision: int, by: str, why: str = "") -> None:
        """Write down that the links of this undoing shall be let go; what it does not hold yet, it need not.

        Who asks for it again changes nothing. Raises NotFoundError, InvalidRequestError.
        """
        self.decision(workspace, decision)
        with self.store.transaction() as connection:
            bulk.lock(connection, workspace)
            at = micros(self.clock())
            if not pins.undone(connection, workspace, decision):
                told = {"made_by": by, "made_at": at, "why": why, "undoes": decision}
                pins.log(connection, workspace, TAKE_BACK_IMPORT, {"decision": decision}, **told)
            if brakes.count_undone(connection, workspace, decision):
                undoings.go_on(connection, workspace, decision, at)
            else:
                undoings.end(connection, workspace, decision)

    def decision(self, workspace: str, decision: int) -> Decision:
        """The decision by which an import was undone. Raises NotFoundError, InvalidRequestError."""
        with self.store.reading() as connection:
            found = pins.decision(connection, workspace, decision)
        if found is None:
            raise NotFoundError("there is no such decision")
        if found.what != UNDO_IMPORT:
            raise InvalidRequestError("that decision undid no import")
        return found

    def release(self, workspace: str, source: str, by: str, why: str = "") -> bool:
        """Let a source's links go on: new ones at once, those that wait by `drain`. False when nothing held it."""
        at = micros(self.clock())
        with self.store.transaction() as connection:
            bulk.lock(connection, workspace)
            if not brakes.release(connection, workspace, source, at, by):
                return False
            counted = brakes.rates(connection, workspace, [source]).get(source, brakes.Counted())
            brakes.put_rates(connection, workspace, {source: counted_of(rate_of(counted).released())}, at)
            pins.log(connection, workspace, RELEASE, {"source": source}, made_by=by, made_at=at, why=why)
        return True

    def drain(self, workspace: str, progress: Progress | None = None) -> int:
        """Let go every link that waits although nothing holds it any more; how many."""
        done, last = 0, None
        while True:
            with self.store.transaction() as connection:
                bulk.lock(connection, workspace)
                found = brakes.held(connection, workspace, BATCH)
                # What cannot be turned (its record went this moment) must not keep us here.
                if not found or found == last:
                    return done
                self._turn(connection, workspace, found, let_go)
            done, last = done + len(found), found
            if progress:
                progress(done)

    def _turn_some(
        self, connection: Connection, workspace: str, told: Decision, *, is_back: bool
    ) -> list[tuple[int, int]]:
        """Some of the links that this decision has to hold, which are held by now, or to let go; none when all are."""
        if not undoings.is_under_way(connection, workspace, told.id):
            return []
        if is_back:
            found = brakes.undone_by(connection, workspace, told.id, BATCH)
            brakes.redo(connection, workspace, told.id, found)
        else:
            span = [micros(datetime.fromisoformat(told.subject[end])) for end in ("since", "until")]
            found = brakes.made(connection, workspace, told.subject["source"], *span, BATCH)
            brakes.undo(connection, workspace, told.id, found)
        if found:
            turn = Turn(told.id, back=True, touched=frozenset()) if is_back else Turn(told.id)
            self._turn(connection, workspace, found, let_go if is_back else hold, turn)
            self._note(connection, workspace, told.id)
        return found

    def _recall_some(self, connection: Connection, workspace: str, told: Decision, *, behind: int) -> int:
        """Let some of the records that it touched go by their ids of before, now that none of its links waits any more.

        `behind`: those with larger ids. The last one that was looked at; 0 when all were.
        """
        if not undoings.is_under_way(connection, workspace, told.id):
            return 0
        ids = went_by.touched_by(connection, workspace, told.id, behind=behind, limit=BATCH)
        if not ids:
            return 0
        turn = Turn(told.id, back=True, touched=frozenset(ids))
        touched = self.resolver.rework(connection, workspace, (), lambda linkage: None, turn)
        profiles.mark_stale(connection, workspace, touched, micros(self.clock()))
        return ids[-1]

    def _note(self, connection: Connection, workspace: str, decision: int, *, is_done: bool = False) -> None:
        """Some of it is done, or all."""
        if is_done:
            undoings.end(connection, workspace, decision)
        else:
            undoings.go_on(connection, workspace, decision, micros(self.clock()))

    def _turn(
        self,
        connection: Connection,
        workspace: str,
        found: Sequence[tuple[int, int]],
        how: Callable,
        turn: Turn | None = None,
    ) -> None:
        named = brakes.keys(connection, [end for pair in found for end in pair])
        ids = {key_of(*key): record_id for record_id, key in named.items()}
        pairs: list[Pair] = [tuple(sorted(key_of(*named[end]) for end in pair)) for pair in found]
        waits = self.brakes.waits(connection, workspace, ids.get)
        touched = self.resolver.rework(connection, workspace, ids, lambda linkage: how(linkage, pairs, waits), turn)
        profiles.mark_stale(connection, workspace, touched, micros(self.clock()))
