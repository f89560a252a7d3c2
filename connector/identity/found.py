"""Found: who is found by which value, as it is kept and with what changed since."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from connector.identity.evidence.packed import digest
from connector.identity.evidence.record import CAPS
from connector.identity.partition import Key
from connector.store import evidence as kept_evidence

if TYPE_CHECKING:
    from connector.identity.shelf import Shelf

# One more than may hold any value before nobody is compared by it.
MOST = max(CAPS.values()) + 1


class Found:
    """Who is found by which value: as it is kept, with what changed since."""

    def __init__(self, shelf: "Shelf") -> None:
        self.shelf = shelf
        self._read: dict[str, Sequence[int]] = {}
        self._most: dict[str, int] = {}
        self._more: dict[str, set[Key]] = {}
        self._less: dict[str, set[Key]] = {}

    def read(self, values: Iterable[str], most: int = MOST) -> None:
        """Read who holds these values, unless it was, and what they say."""
        asked = {value: digest(value) for value in values if self._most.get(value, 0) < most}
        if not asked:
            return
        self.shelf.hold_values(asked.values())
        found = kept_evidence.holders(self.shelf.connection, self.shelf.workspace, asked.values(), most)
        for value, number in asked.items():
            self._read[value], self._most[value] = found.get(number, ()), most
            self.shelf.cover(self._read[value])
        calm = (self._read[value] for value in asked if len(self._read[value]) <= CAPS[value[0]])
        self.shelf.read({record_id for ids in calm for record_id in ids})

    def change(self, key: Key, before: Iterable[str], after: Iterable[str]) -> None:
        """The record held and holds these values."""
        held, holds = set(before), set(after)
        for value in held - holds:
            self._less.setdefault(value, set()).add(key)
            if value in self._more:
                self._more[value].discard(key)
        for value in holds - held:
            self._more.setdefault(value, set()).add(key)
            if value in self._less:
                self._less[value].discard(key)

    def holders(self, value: str, limit: int) -> Sequence[Key] | None:
        more, less = self._more.get(value), self._less.get(value)
        most = limit + len(less or ())
        if self._most.get(value, 0) <= most:
            self.read([value], max(MOST, most + 1))
        ids = self._read[value]
        if not ids and not more:
            return ()
        # So many that those who left don't matter.
        if len(ids) > most:
            return None
        found = {key for key in self.shelf.keys_of(ids).values() if self._holds(key, value)} if ids else set()
        if more:
            found |= more
        return tuple(found) if len(found) <= limit else None

    def _holds(self, key: Key, value: str) -> bool:
        """Whether it holds the value now: it may have left, or hold another one of the same digest."""
        evidence = self.shelf.evidence(key)
        return evidence is not None and evidence.holds(value)
