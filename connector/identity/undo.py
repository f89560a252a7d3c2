"""Undo: what an import linked waits again, and what waited is let go.

Undoing an import takes the links that its source's records brought about in a span of time,
and holds them: exactly those, whatever their records say from then on, for as long as the
decision stands. Never-pins would keep the *people* apart, also by what others say of them
later; a ban on the source would also take what it linked well before. Nothing else is
changed, so taking the decision back ends where nothing had been undone.

Both work in batches, each a transaction of its own: stopped anywhere, they go on from there.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from connector.clock import micros
from connector.errors import InvalidRequestError, NotFoundError
from connector.identity.brake import hold, let_go
from connector.identity.brakes import Brakes, counted_of, rate_of
from connector.identity.linkage import Linkage, Pair
from connector.identity.partition import Key
from connector.store import Store, brakes, bulk, pins, profiles
from connector.store.pins import Decision, key_of

UNDO_IMPORT, TAKE_BACK_IMPORT, RELEASE = "undo_import", "take_back_import", "release"

# Links in one transaction.
BATCH = 500

# Called with how many links are done.
Progress = Callable[[int], None]


class Reworks(Protocol):
    """What makes profiles right after links were turned."""

    def rework(
        self, connection: Connection, workspace: str, keys: Iterable[Key], work: Callable[[Linkage], object]
    ) -> frozenset[str]:
        """Do this with a linkage that knows these records; the profiles that changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What was done: the decision's id, and how many links were held (or let go)."""

    decision: int
    links: int


class Imports:
    """Undoes imports, and lets go what waits."""

    def __init__(
        self, store: Store, resolver: Reworks, clock: Callable[[], datetime], brakes: Brakes | None = None
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
        span = micros(since), micros(until)
        if not self.count(workspace, source, since, until):
            raise NotFoundError("that source linked nothing in that time")
        subject = {"source": source, "since": since.isoformat(), "until": until.isoformat()}
        decision = self._log(workspace, UNDO_IMPORT, subject, by, why)
        done = 0
        while True:
            with self.store.transaction() as connection:
                bulk.lock(connection, workspace)
                found = brakes.made(connection, workspace, source, *span, BATCH)
                if not found:
                    return Undone(decision=decision, links=done)
                brakes.undo(connection, workspace, decision, found)
                self._turn(connection, workspace, found, hold)
            done += len(found)
            if progress:
                progress(done)

    def take_back(self, workspace: str, decision: int, by: str, why: str = "") -> Undone:
        """Let an import that was undone be as if it had not been. Raises NotFoundError, InvalidRequestError."""
        self.decision(workspace, decision)
        taken = self._log(workspace, TAKE_BACK_IMPORT, {"decision": decision}, by, why, undoes=decision)
        done = 0
        while True:
            with self.store.transaction() as connection:
                bulk.lock(connection, workspace)
                found = brakes.undone_by(connection, workspace, decision, BATCH)
                if not found:
                    return Undone(decision=taken, links=done)
                brakes.redo(connection, workspace, decision, found)
                self._turn(connection, workspace, found, let_go)
            done += len(found)

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

    def _turn(self, connection: Connection, workspace: str, found: Sequence[tuple[int, int]], how: Callable) -> None:
        named = brakes.keys(connection, [end for pair in found for end in pair])
        ids = {key_of(*key): record_id for record_id, key in named.items()}
        pairs: list[Pair] = [tuple(sorted(key_of(*named[end]) for end in pair)) for pair in found]
        waits = self.brakes.waits(connection, workspace, ids.get)
        touched = self.resolver.rework(connection, workspace, ids, lambda linkage: how(linkage, pairs, waits))
        profiles.mark_stale(connection, workspace, touched, micros(self.clock()))

    def _log(self, workspace: str, what: str, subject: dict, by: str, why: str, undoes: int | None = None) -> int:
        with self.store.transaction() as connection:
            at = micros(self.clock())
            return pins.log(connection, workspace, what, subject, made_by=by, made_at=at, why=why, undoes=undoes)
