"""Whole: what looks at all records of a workspace at once, a portion at a time: a dry run, and suggestions.

A portion is read in a moment of its own, so that nobody waits for the end; what changes
meanwhile may be seen as it was or as it is.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from connector.identity.brake import Waits
from connector.identity.compared import compared
from connector.identity.evidence.packed import unpacked
from connector.identity.evidence.record import Evidence
from connector.identity.inquiry import pin_of
from connector.identity.linkage import Standings
from connector.identity.pair import Pair
from connector.identity.partition import Key
from connector.identity.pins import Pins
from connector.identity.review import Review
from connector.identity.shelf import Shelf
from connector.identity.simulate import Difference, simulate
from connector.identity.strictness import Strictness
from connector.identity.suggest import Suggester, Suggestion
from connector.identity.vetoes import veto
from connector.store import Store, pins, suggestions

# Records read at once, and suggestions looked at at once.
PORTION, LOOKED_AT = 5_000, 200

Progress = Callable[[int], None]


class Whole:
    """Reads everything, and writes nothing but suggestions."""

    def __init__(self, store: Store, review: Review, clock: Callable[[], datetime]) -> None:
        self.store, self.review, self.clock = store, review, clock

    def records(self, workspace: str) -> int:
        """How many records there are to look at."""
        with self.store.reading() as connection:
            return suggestions.count(connection, workspace)

    def simulate(self, workspace: str, how: Strictness, progress: Progress | None = None) -> Difference:
        """What these rules would merge and split."""
        profile_of: dict[Key, str] = {}
        ids: dict[Key, int] = {}

        def told() -> Iterator[Evidence]:
            for record_id, each, profile_id in self._told(workspace):
                ids[each.key] = record_id
                if profile_id:
                    profile_of[each.key] = profile_id
                yield each

        def rule(left: Key, right: Key) -> str | None:
            with self.store.reading() as connection:
                return suggestions.rule(connection, _ids(ids, left, right))

        with self.store.reading() as connection:
            decided = Pins(pin_of(one) for one in pins.of_workspace(connection, workspace))
            held = suggestions.held(connection, workspace)
        waits: Waits = lambda left, right: _ids(ids, left.key, right.key) in held  # noqa: E731
        return simulate(told(), how, profile=profile_of.get, rule=rule, pins=decided, waits=waits, progress=progress)

    def suggest(self, workspace: str, suggester: Suggester, progress: Progress | None = None) -> int:
        """Add to the review queue what the suggester finds; how many. Raises NoSuggesterError."""
        began, count = self.clock(), 0
        # A thousand orders of one guest are no thousand people who are alike.
        everybody = (each for _, each, _ in self._told(workspace, followers=False) if not each.is_former)
        with suggester.suggestions(everybody, progress) as chunks:
            for chunk in chunks:
                for start in range(0, len(chunk), LOOKED_AT):
                    found = self._looked_at(workspace, chunk[start : start + LOOKED_AT])
                    count += self.review.suggest(workspace, found)
        self.review.forget_suggestions(workspace, began)
        return count

    def _told(self, workspace: str, *, followers: bool = True) -> Iterator[tuple[int, Evidence, str | None]]:
        behind = 0
        while True:
            with self.store.reading() as connection:
                portion = suggestions.portion(connection, workspace, behind, PORTION, followers=followers)
            if not portion:
                return
            for record_id, content, profile_id in portion:
                yield record_id, unpacked(content), profile_id
            behind = portion[-1].record_id

    def _looked_at(self, workspace: str, found: list[Suggestion]) -> list[tuple[Key, Key, float, list[str]]]:
        """Those that nothing speaks against, with the fields that agree."""
        told = []
        with self.store.reading() as connection:
            shelf = Shelf(connection, workspace)
            shelf.expect({end for one in found for end in (one.left, one.right)})
            standings = Standings(shelf, self.review.how.of(workspace))
            for one in found:
                left, right = shelf.evidence(one.left), shelf.evidence(one.right)
                if left and right and not veto(left, right):
                    pair = Pair(left, right, standings)
                    fields = [each.field for each in compared(pair) if each.agrees]
                    told.append((one.left, one.right, one.probability, fields))
        return told


def _ids(ids: dict[Key, int], left: Key, right: Key) -> tuple[int, int]:
    low, high = sorted((ids[left], ids[right]))
    return low, high
