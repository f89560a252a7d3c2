"""Pins: what people decided on two records, which outranks every rule.

A pin is a fact of its own: by whom, when and why. It names records by their keys, so it
holds when one of them is gone and comes back. Two pins that contradict each other are
refused, with the chain that contradicts: nobody has to guess which of them counts.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from connector.errors import ContradictedError
from connector.identity.partition import Key

LINK, NEVER = "link", "never"


class PinContradictedError(ContradictedError):
    """What is asked for contradicts what was decided. `chain` leads from the one record to the other."""

    def __init__(self, chain: list[Key]) -> None:
        super().__init__("another decision stands against it; take that one back first", chain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """`what`: LINK or NEVER."""

    left: Key
    right: Key
    what: str
    by: str = ""
    at: datetime | None = None
    why: str = ""


class Pins:
    """All decisions of one workspace."""

    def __init__(self, pins: Iterable[Pin] = ()) -> None:
        self._pins: dict[frozenset[Key], Pin] = {}
        self._must: dict[Key, set[Key]] = {}
        self._never: dict[Key, set[Key]] = {}
        for pin in pins:
            self.add(pin)

    def __iter__(self) -> Iterator[Pin]:
        return iter(self._pins.values())

    def add(self, pin: Pin) -> None:
        """Take the decision in, in place of an earlier one on the same two. Raises PinContradictedError."""
        if pin.left == pin.right:
            raise PinContradictedError([pin.left, pin.right])
        before = self._pins.get(frozenset((pin.left, pin.right)))
        self.remove(pin.left, pin.right)
        chain = self._contradiction(pin)
        if chain:
            if before:
                self._keep(before)
            raise PinContradictedError(chain)
        self._keep(pin)

    def remove(self, left: Key, right: Key) -> Pin | None:
        """Take the decision on these two back."""
        pin = self._pins.pop(frozenset((left, right)), None)
        if pin:
            sides = self._must if pin.what == LINK else self._never
            for one, other in ((left, right), (right, left)):
                sides[one].discard(other)
                if not sides[one]:
                    del sides[one]
        return pin

    def must(self, key: Key) -> Iterable[Key]:
        return self._must.get(key, ())

    def never(self, key: Key) -> Iterable[Key]:
        return self._never.get(key, ())

    def _keep(self, pin: Pin) -> None:
        self._pins[frozenset((pin.left, pin.right))] = pin
        sides = self._must if pin.what == LINK else self._never
        sides.setdefault(pin.left, set()).add(pin.right)
        sides.setdefault(pin.right, set()).add(pin.left)

    def _contradiction(self, pin: Pin) -> list[Key]:
        if pin.what == NEVER:
            return self._chain(pin.left, pin.right)
        # Joined, these two and all that hang on them are one: is any of them parted from another?
        for one in sorted(self._joined(pin.left)):
            for other in sorted(self._joined(pin.right)):
                if other in self._never.get(one, ()):
                    return [*self._chain(one, pin.left), *self._chain(pin.right, other)]
        return []

    def _joined(self, key: Key) -> set[Key]:
        found, edge = {key}, [key]
        while edge:
            edge = [other for one in edge for other in self._must.get(one, ()) if other not in found]
            found.update(edge)
        return found

    def _chain(self, start: Key, end: Key) -> list[Key]:
        """The records by which two are joined, both included; empty when they are not."""
        came: dict[Key, Key] = {start: start}
        waiting = deque([start])
        while waiting and end not in came:
            one = waiting.popleft()
            for other in sorted(self._must.get(one, ())):
                if other not in came:
                    came[other] = one
                    waiting.append(other)
        if end not in came:
            return []
        chain = [end]
        while chain[-1] != start:
            chain.append(came[chain[-1]])
        return chain[::-1]
