"""Review: what rules and the suggester think possible, for people to decide on, the most worth first.

The queue is derived: it is made again from verdicts, suggestions and profiles, a portion at
a time, and every line is looked at again when it is shown, so that nobody is asked about
what was decided, is one by now, or is no longer thought.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from connector.clock import micros
from connector.identity.in_force import InForce
from connector.identity.partition import Key
from connector.identity.worth import certainty, rank, worth
from connector.store import Store, brakes, chores, evidence, json, pins, possible, profiles, review
from connector.store.pins import key_of
from connector.store.review import Listed, Possible

# Lines that are made, or looked at, at once.
BATCH = 500

# The name under which is kept when the queue was last made.
CHORE = "review"
# What a transaction that was under way then wrote, is seen the next time.
OVERLAP = timedelta(minutes=10)
# How far back views count.
VIEWED = timedelta(days=90)

Place = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A possible match: two records, the profiles that they belong to, and why it is worth a look.

    `certainty`: 0 to 1; `probability`: the suggester's, and `agrees` the fields by which; None when it did not say.
    `place`: for the page behind it.
    """

    left: Key
    right: Key
    left_profile: str
    right_profile: str
    worth: int
    certainty: float
    by_rule: bool
    probability: float | None
    agrees: tuple[str, ...]
    place: Place


class Review:
    """The queue of a workspace."""

    def __init__(self, store: Store, clock: Callable[[], datetime], how: InForce) -> None:
        self.store, self.clock, self.how = store, clock, how

    def refresh(self, workspace: str, *, everything: bool = False) -> int:
        """List what has come since the last time, and drop what was decided; how many lines were made.

        `everything`: rank all anew by what profiles are worth now, and drop what no longer holds (no page shows it).
        """
        at = micros(self.clock())
        with self.store.reading() as connection:
            last = chores.done_at(connection, workspace, CHORE)
        since = 0 if everything or last is None else last - OVERLAP // timedelta(microseconds=1)
        count, after = 0, None
        while found := self._possible(workspace, since, after):
            self._list(workspace, found, at)
            count, after = count + len(found), (found[-1].made_at, found[-1].left_id, found[-1].right_id)
        if everything:
            self._sweep(workspace)
        with self.store.transaction() as connection:
            chores.done(connection, workspace, CHORE, at)
            decided = [pin for pin in pins.of_workspace(connection, workspace) if pin.made_at >= since]
            self._drop(connection, workspace, [(pin.left, pin.right) for pin in decided])
        return count

    def page(self, workspace: str, after: Place | None = None, limit: int = 20) -> list[Item]:
        """The next possible matches that nobody has decided on; one for each two profiles."""
        found: list[Item] = []
        seen: set[frozenset[str]] = set()
        with self.store.reading() as connection:
            while len(found) < limit:
                lines = review.page(connection, workspace, after, 2 * limit)
                for item in self._undecided(connection, workspace, lines):
                    ends = frozenset((item.left_profile, item.right_profile))
                    if ends not in seen and len(found) < limit:
                        seen.add(ends)
                        found.append(item)
                if len(lines) < 2 * limit:
                    break
                after = lines[-1][2], lines[-1][0], lines[-1][1]
        return found

    def item(self, workspace: str, left: Key, right: Key) -> Item | None:
        """The line of these two records; None when it is decided or no longer holds."""
        with self.store.reading() as connection:
            ids = sorted(evidence.ids_of(connection, workspace, (left, right)).values())
            line = review.one(connection, workspace, tuple(ids)) if len(ids) == 2 else None
            return next(iter(self._undecided(connection, workspace, [line] if line else [])), None)

    def between(self, workspace: str, one: str, other: str) -> Item | None:
        """The surest line of these two profiles, which is listed if it was not; None as of `item`."""
        with self.store.reading() as connection:
            ids = [profiles.current(connection, workspace, each) for each in (one, other)]
            told = possible.undecided(connection, workspace, ids[:1]) if None not in ids else []
            best = next((each for each in told if each.other_id == ids[1]), None)
        if best is None:
            return None
        sides = sorted(((best.record_id, best.profile_id), (best.other_record_id, best.other_id)))
        (left_id, left), (right_id, right) = sides
        self._list(workspace, [Possible(left_id, right_id, best.strength, 0, left, right)], micros(self.clock()))
        with self.store.reading() as connection:
            line = review.one(connection, workspace, (left_id, right_id))
            return next(iter(self._undecided(connection, workspace, [line] if line else [])), None)

    def drop(self, workspace: str, left: Key, right: Key) -> None:
        """Take these two off the list: somebody decided on them."""
        with self.store.transaction() as connection:
            self._drop(connection, workspace, [(left, right)])

    def suggest(self, workspace: str, suggested: Iterable[tuple[Key, Key, float, Sequence[str]]]) -> int:
        """List suggestions: two records, a probability, and the fields that agree. How many are new to people."""
        at, count = micros(self.clock()), 0
        told = {(left, right): (probability, agrees) for left, right, probability, agrees in suggested}
        with self.store.reading() as connection:
            ids = evidence.ids_of(connection, workspace, {end for pair in told for end in pair})
            of_ids = {
                tuple(sorted((ids[left], ids[right]))): told[left, right]
                for left, right in told
                if left in ids and right in ids
            }
            found = review.apart(connection, workspace, of_ids)
            decided = possible.parted(connection, workspace, [(one.left_profile, one.right_profile) for one in found])
            found = [one for one in found if frozenset((one.left_profile, one.right_profile)) not in decided]
        self._list(workspace, found, at, of_ids)
        return count + len(found)

    def forget_suggestions(self, workspace: str, before: datetime) -> None:
        """Drop suggestions that were not made again since then."""
        self._sweep(workspace, micros(before))

    def _possible(self, workspace: str, since: int, after: Place | None) -> list[Possible]:
        with self.store.reading() as connection:
            return review.possible(connection, workspace, since, after, BATCH)

    def _sweep(self, workspace: str, suggested_before: int | None = None) -> None:
        # By itself: who also waited for lines of the queue would have some of them out of their order.
        with self.store.transaction() as connection:
            review.sweep(connection, workspace, suggested_before)

    def _drop(self, connection: Connection, workspace: str, pairs: Sequence[tuple[Key, Key]]) -> None:
        ids = evidence.ids_of(connection, workspace, {end for pair in pairs for end in pair})
        known = [(ids[left], ids[right]) for left, right in pairs if left in ids and right in ids]
        review.remove(connection, [(min(pair), max(pair)) for pair in known])

    def _list(self, workspace: str, found: Sequence[Possible], at: int, suggested: dict | None = None) -> None:
        how = self.how.of(workspace)
        with self.store.reading() as connection:
            worths = self._worths(connection, workspace, found)
            known = review.known(connection, [one[:2] for one in found])
        lines = []
        for one in found:
            sure_before, by_rule, chance = known.get(one[:2], (0, False, None))
            chance, agrees = (suggested or {}).get(one[:2], (chance, ()))
            sure = certainty(one.strength, chance, possible=how.possible, sure=how.sure)
            sure = max(sure, sure_before) if suggested is not None and by_rule else sure
            points = worths.get(one.left_profile, 0) + worths.get(one.right_profile, 0)
            told = json.dump(list(agrees)) if agrees else None
            of_rule = by_rule or one.strength is not None
            ends = one.left_profile, one.right_profile
            lines.append(Listed(*one[:2], rank(points, sure), points, sure, of_rule, chance, told, *ends))
        with self.store.transaction() as connection:
            review.put(connection, workspace, lines, at, suggested=suggested is not None)

    def _worths(self, connection: Connection, workspace: str, found: Sequence[Possible]) -> dict[str, int]:
        ends = sorted({profile for one in found for profile in (one.left_profile, one.right_profile)})
        documents = profiles.documents(connection, workspace, ends)
        viewed = review.looked_at(connection, workspace, ends, micros(self.clock() - VIEWED))
        return {
            profile: worth(json.load(documents[profile]), viewed.get(profile, 0))
            for profile in ends
            if profile in documents
        }

    def _undecided(self, connection: Connection, workspace: str, lines: Sequence[Listed]) -> list[Item]:
        decided = possible.parted(connection, workspace, [(line.left_profile, line.right_profile) for line in lines])
        keys = brakes.keys(connection, [end for line in lines for end in line[:2]])
        return [
            _item(line, key_of(*keys[line.left_id]), key_of(*keys[line.right_id]))
            for line in lines
            if frozenset((line.left_profile, line.right_profile)) not in decided
        ]


def _item(line: Listed, one: Key, other: Key) -> Item:
    # The smaller key is the left one, as everywhere where people decide; the smaller id may be the other's.
    sides = sorted(((one, line.left_profile), (other, line.right_profile)))
    return Item(
        left=sides[0][0],
        right=sides[1][0],
        left_profile=sides[0][1],
        right_profile=sides[1][1],
        worth=line.worth,
        certainty=line.certainty / 1000,
        by_rule=line.by_rule,
        probability=line.probability,
        agrees=tuple(json.load(line.agrees)) if line.agrees else (),
        place=(line.rank, line.left_id, line.right_id),
    )
