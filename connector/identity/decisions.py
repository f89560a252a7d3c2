"""Decisions: what people decide on two records, written down, kept as a pin, and in force at once."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from connector.clock import micros, moment
from connector.identity.pins import LINK, NEVER, Pin, Pins
from connector.identity.recall import Turn
from connector.store import Store, bulk, pins, profiles
from connector.store.pins import Pinned

TAKE_BACK = "take_back"


class Repins(Protocol):
    """What makes profiles right again after pins changed."""

    def repin(self, connection: Connection, workspace: str, keys: Iterable[str], turn: Turn) -> frozenset[str]:
        """The profiles that the pins on these records touch."""


class Decisions:
    """Each takes two record keys (`source:kind:external_id`), by whom it was decided, and why.

    Each returns the profiles that it touched, which wait to be rebuilt. A record need not be there yet, or any more.
    """

    def __init__(self, store: Store, resolver: Repins, clock: Callable[[], datetime]) -> None:
        self.store, self.resolver, self.clock = store, resolver, clock

    def link(self, workspace: str, left_key: str, right_key: str, by: str, why: str = "") -> frozenset[str]:
        """These two are one person, whatever rules say. Raises PinContradictedError when decisions say otherwise."""
        return self._decide(workspace, [(left_key, right_key)], LINK, by, why)

    def never(self, workspace: str, left_key: str, right_key: str, by: str, why: str = "") -> frozenset[str]:
        """These two are never one person. Raises PinContradictedError when decisions say that they are."""
        return self._decide(workspace, [(left_key, right_key)], NEVER, by, why)

    def take_back(self, workspace: str, left_key: str, right_key: str, by: str, why: str = "") -> frozenset[str]:
        """Forget the decision on these two: rules judge them again. Without one nothing happens."""
        with self.store.transaction() as connection:
            bulk.lock(connection, workspace)
            gone = pins.remove(connection, workspace, left_key, right_key)
            if gone is None:
                return frozenset()
            subject = {"left": gone.left, "right": gone.right, "was": gone.what}
            told = {"made_by": by, "made_at": micros(self.clock()), "why": why}
            undoes = pins.that_set(connection, workspace, gone)
            pins.log(connection, workspace, TAKE_BACK, subject, **told, undoes=undoes)
            return self._settle(connection, workspace, {gone.left, gone.right}, Turn(gone.decision or 0, back=True))

    def decide(
        self, connection: Connection, workspace: str, pairs: Iterable[tuple[str, str]], what: str, by: str, why: str
    ) -> frozenset[str]:
        """Pin several pairs at once: all of them or, when one contradicts, none. The caller holds the workspace's lock.

        Raises PinContradictedError.
        """
        at = micros(self.clock())
        ordered = sorted({tuple(sorted(pair)) for pair in pairs})
        ends = {end for pair in ordered for end in pair}
        known = around(connection, workspace, ends)
        for left, right in ordered:
            known.add(Pin(left=left, right=right, what=what, by=by, at=moment(at), why=why))
        told = {"made_by": by, "made_at": at, "why": why}
        # In the moment in which the pin is made: so it is known which decision a pin is from.
        numbers = [
            pins.log(connection, workspace, what, {"left": left, "right": right}, **told) for left, right in ordered
        ]
        # What was decided together stands as long as one of them does, and goes by the last number.
        told |= {"what": what, "decision": max(numbers)}
        pins.put(connection, workspace, [Pinned(left=left, right=right, **told) for left, right in ordered])
        return self._settle(connection, workspace, ends, Turn(max(numbers)))

    def _decide(self, workspace: str, pairs: Iterable[tuple[str, str]], what: str, by: str, why: str) -> frozenset[str]:
        with self.store.transaction() as connection:
            bulk.lock(connection, workspace)
            return self.decide(connection, workspace, pairs, what, by, why)

    def _settle(self, connection: Connection, workspace: str, keys: Iterable[str], turn: Turn) -> frozenset[str]:
        touched = self.resolver.repin(connection, workspace, keys, turn)
        profiles.mark_stale(connection, workspace, touched, micros(self.clock()))
        return touched


def around(connection: Connection, workspace: str, keys: Iterable[str]) -> Pins:
    """The pins that a decision on these records could contradict: all that hang together with them, and their ends."""
    found: dict[tuple[str, str], Pinned] = {}
    seen: set[str] = set()
    edge = set(keys)
    while edge:
        seen |= edge
        told = pins.on(connection, workspace, edge)
        found |= {(pin.left, pin.right): pin for pin in told}
        # Who is only parted from them hangs on nobody here.
        edge = {end for pin in told if pin.what == LINK for end in (pin.left, pin.right)} - seen
    return Pins(
        Pin(left=pin.left, right=pin.right, what=pin.what, by=pin.made_by, at=moment(pin.made_at), why=pin.why)
        for pin in found.values()
    )
