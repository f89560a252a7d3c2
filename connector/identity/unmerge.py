"""Unmerge: records leave their profile for good, by the fewest decisions that keep them out; and come back in one call.

A decision never to link two records keeps apart all that hang together with either: a join asks about every
record on both sides. So between those who leave and those who stay there is one such decision for each two
*units*, a unit being the records that people joined, which nothing takes apart. No fewer would hold: were two
units without one, their records might one day say that they are one person, and only they, and they would be
one again. Neither would more: what a third record has in common with both sides leads it to one of them.

Those who leave are not said to be one person: whether they are, their records say, as those of who stays do.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection

from connector.clock import micros, moment
from connector.errors import InvalidRequestError, NotFoundError
from connector.identity.decisions import TAKE_BACK, Repins, around
from connector.identity.partition import Key, components
from connector.identity.pins import LINK, NEVER, Pin, PinContradictedError, Pins
from connector.identity.recall import Turn
from connector.store import Store, bulk, keyed, pins, profiles
from connector.store.pins import Decision, Pinned

UNMERGE = "unmerge"
# Decisions of one unmerge. Who needs more has not a profile before them but a heap: a rule to switch off.
MOST = 5_000

Pair = tuple[Key, Key]


@dataclass(frozen=True, slots=True)
class Partings:
    """`never`: the pairs on which that has to be decided; `replaced`: those on which people had decided otherwise."""

    never: tuple[Pair, ...]
    replaced: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """What an unmerge did, or the undoing of one. `profiles` wait to be rebuilt."""

    decision: int
    records: tuple[Key, ...]
    never: tuple[Pair, ...]
    profiles: frozenset[str]


def partings(leaving: Iterable[Key], staying: Iterable[Key], must: Callable[[Key], Iterable[Key]]) -> Partings:
    """What has to be decided so that those who leave are parted from those who stay. `must`: whom people joined.

    A decision that joined one who leaves with one who stays is replaced. Raises PinContradictedError where they are
    joined by way of a record that is not there: which of those decisions was wrong, nobody here knows.
    """
    sides = set(leaving), set(staying)
    crossing = sorted(_ordered(one, other) for one in sides[0] for other in must(one) if other in sides[1])

    def kept(key: Key) -> list[Key]:
        return [other for other in must(key) if _ordered(key, other) not in crossing]

    units = [components(sorted(side), kept) for side in sides]
    for unit in units[0]:
        if far := set(unit) & sides[1]:
            raise PinContradictedError(_chain(min(set(unit) & sides[0]), min(far), kept))
    ends = [[min(set(unit) & side) for unit in each] for side, each in zip(sides, units, strict=True)]
    never = sorted(_ordered(one, other) for one in ends[0] for other in ends[1])
    return Partings(tuple(never), tuple(crossing))


class Unmerge:
    """Takes records out of their profile, and puts them back."""

    def __init__(self, store: Store, resolver: Repins, clock: Callable[[], datetime]) -> None:
        self.store, self.resolver, self.clock = store, resolver, clock

    def part(self, workspace: str, profile_id: str, leaving: Iterable[Key], by: str, why: str = "") -> Parted:
        """These records (keys) leave the profile.

        Raises NotFoundError (no such profile), InvalidRequestError (not its records, or all of them) and
        PinContradictedError.
        """
        with self.store.transaction() as connection:
            bulk.lock(connection, workspace)
            current = profiles.current(connection, workspace, profile_id)
            leaving, staying = self._sides(connection, workspace, current, leaving)
            known = around(connection, workspace, [*leaving, *staying])
            found = partings(leaving, staying, known.must)
            if len(found.never) > MOST:
                raise InvalidRequestError("too many at once", {"records": ["Too many: let fewer leave at once."]})
            replaced = [self._remove(connection, workspace, pair) for pair in found.replaced]
            sides = {"profile": current, "records": leaving, "stayed": staying}
            subject = sides | {"never": found.never, "replaced": replaced}
            at = micros(self.clock())
            decision = pins.log(connection, workspace, UNMERGE, subject, made_by=by, made_at=at, why=why)
            told = {"what": NEVER, "made_by": by, "made_at": at, "why": why, "decision": decision}
            pins.put(connection, workspace, [Pinned(left=low, right=high, **told) for low, high in found.never])
            records = (*leaving, *staying)
            touched = self.resolver.repin(connection, workspace, records, Turn(decision))
            profiles.mark_stale(connection, workspace, touched, at)
            return Parted(decision=decision, records=records, never=found.never, profiles=touched)

    def undo(self, workspace: str, decision_id: int, by: str, why: str = "") -> Parted:
        """Take an unmerge back: its decisions, and those that it had replaced, are as they were.

        Raises NotFoundError, InvalidRequestError (it was taken back already) and PinContradictedError.
        """
        with self.store.transaction() as connection:
            bulk.lock(connection, workspace)
            known = self._unmerge(connection, workspace, decision_id)
            never = tuple((low, high) for low, high in known.subject["never"])
            standing = {(pin.left, pin.right): pin.what for pin in pins.on(connection, workspace, _ends(never))}
            for pair in never:
                if standing.get(pair) == NEVER:
                    pins.remove(connection, workspace, *pair)
            replaced = [Pinned(**pin) for pin in known.subject["replaced"]]
            _check(around(connection, workspace, _ends((pin.left, pin.right) for pin in replaced)), replaced)
            pins.put(connection, workspace, replaced)
            at = micros(self.clock())
            subject = {"was": UNMERGE, "records": known.subject["records"], "profile": known.subject["profile"]}
            log = {"made_by": by, "made_at": at, "why": why, "undoes": decision_id}
            decision = pins.log(connection, workspace, TAKE_BACK, subject, **log)
            records = (*known.subject["records"], *known.subject["stayed"])
            touched = self.resolver.repin(connection, workspace, records, Turn(decision_id, back=True))
            profiles.mark_stale(connection, workspace, touched, at)
            return Parted(decision=decision, records=records, never=never, profiles=touched)

    def _sides(
        self, connection: Connection, workspace: str, current: str | None, leaving: Iterable[Key]
    ) -> tuple[list[Key], list[Key]]:
        records = keyed.of_profile(connection, workspace, current) if current else []
        if not records:
            raise NotFoundError("there is no such profile")
        gone = sorted(set(leaving))
        staying = sorted(set(records) - set(gone))
        if not gone or not set(gone) <= set(records):
            raise InvalidRequestError("wrong: records", {"records": ["Name records of this profile, by key."]})
        if not staying:
            raise InvalidRequestError("wrong: records", {"records": ["Somebody has to stay."]})
        return gone, staying

    def _remove(self, connection: Connection, workspace: str, pair: Pair) -> dict:
        gone = pins.remove(connection, workspace, *pair)
        return asdict(gone) if gone else {}

    def _unmerge(self, connection: Connection, workspace: str, decision_id: int) -> Decision:
        known = pins.decision(connection, workspace, decision_id)
        if known is None or known.what != UNMERGE:
            raise NotFoundError("there is no such unmerge")
        if pins.undone(connection, workspace, decision_id):
            raise InvalidRequestError("it was taken back already", {"id": ["Taken back already."]})
        return known


def _check(known: Pins, restored: Iterable[Pinned]) -> None:
    """Raises PinContradictedError when what comes back contradicts what was decided since."""
    for pin in restored:
        known.add(Pin(left=pin.left, right=pin.right, what=LINK, by=pin.made_by, at=moment(pin.made_at), why=pin.why))


def _ends(pairs: Iterable[Pair]) -> list[Key]:
    return sorted({key for pair in pairs for key in pair})


def _chain(start: Key, end: Key, around: Callable[[Key], Iterable[Key]]) -> list[Key]:
    """The way from one to the other."""
    ways = [[start]]
    for way in ways:
        if way[-1] == end:
            return way
        seen = {key for each in ways for key in each}
        ways += [[*way, other] for other in sorted(around(way[-1])) if other not in seen]
    return []


def _ordered(one: Key, other: Key) -> Pair:
    return (one, other) if one < other else (other, one)
