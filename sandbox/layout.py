"""Layout: where each row of a table stands, by arithmetic alone.

Three numbers name a row. Its *owner* is a person and a count (the third order of person
12); its *place* is its turn in the order of (modified, id); its *number* is what its id is
made of. Each leads to the others in a few operations, so a page costs what a page costs,
however large the table.

Times are not unique: some rows were changed in one transaction, and one bulk edit stamped
a twentieth of the table alike. Ids don't follow the time of change either, except inside
a group of equal times, which is ordered by id.
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from math import gcd

from sandbox.crowd import BLOCK

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Of 16 rows in a row: which of them begins the group of equal times that each is in.
GROUPS = (0, 1, 2, 2, 4, 5, 5, 5, 8, 9, 9, 9, 9, 9, 9, 9)
# Four sixteens change places, so that ids do not grow with the time of change.
STRIDE = 64


class Layout:
    """`counts` are the rows of each place of a block; `begin` and `end` bound the times of change."""

    def __init__(
        self, counts: Sequence[int], people: int, begin: datetime, end: datetime, *, jumbled: bool = True
    ) -> None:
        self._before = [0, *accumulate(counts)]
        self._block = self._before[-1]
        blocks, rest = divmod(people, BLOCK)
        self.count = blocks * self._block + self._before[rest]
        self._begin = (begin - EPOCH) // timedelta(seconds=1)
        self._span = (end - begin) // timedelta(seconds=1)
        self._step = _coprime(self.count)
        self._back = pow(self._step, -1, self.count) if self.count > 1 else 0
        self._bulk_from = self.count * 2 // 5 // STRIDE * STRIDE
        self._bulk_to = self.count * 9 // 20 // STRIDE * STRIDE
        self._jumbled = jumbled

    def owner(self, place: int) -> tuple[int, int]:
        """The person whose row stands there, and which of the person's rows it is."""
        block, within = divmod(place * self._step % self.count, self._block)
        position = bisect_right(self._before, within) - 1
        return block * BLOCK + position, within - self._before[position]

    def place(self, person: int, which: int) -> int:
        """Where a person's row stands."""
        block, position = divmod(person, BLOCK)
        return (block * self._block + self._before[position] + which) * self._back % max(self.count, 1)

    def rows_of(self, person: int) -> int:
        """How many rows a person has."""
        position = person % BLOCK
        return self._before[position + 1] - self._before[position]

    def seconds(self, place: int) -> int:
        """When the row was last changed, in seconds since 1970. Never falls as the place grows."""
        if self._bulk_from <= place < self._bulk_to:
            place = self._bulk_from
        elif self._jumbled:
            place = (place & ~15) + GROUPS[place & 15]
        return self._begin + place * self._span // self.count

    def number(self, place: int) -> int:
        """The number of the row at a place, and, for it is its own inverse, the place of a number."""
        if not self._jumbled or self._bulk_from <= place < self._bulk_to or place | (STRIDE - 1) >= self.count:
            return place
        return place ^ 48


def _coprime(count: int) -> int:
    """About the golden ratio of the count: a person's rows then lie far apart, all over the years."""
    step = max(1, int(count * 0.6180339887))
    while gcd(step, count) > 1:
        step += 1
    return step


class AnsweredLayout:
    """Three of five mentions are answered, hours later: a table that follows the mentions' table step by step."""

    DELAY = 9_300
    ANSWERED = (0, 1, 3)

    def __init__(self, mentions: Layout) -> None:
        self._mentions = mentions
        rounds, rest = divmod(mentions.count, 5)
        self.count = rounds * 3 + sum(1 for turn in self.ANSWERED if turn < rest)

    def _asked(self, place: int) -> int:
        rounds, turn = divmod(place, 3)
        return rounds * 5 + self.ANSWERED[turn]

    def owner(self, place: int) -> tuple[int, int]:
        return self._mentions.owner(self._asked(place))

    def seconds(self, place: int) -> int:
        return self._mentions.seconds(self._asked(place)) + self.DELAY

    def number(self, place: int) -> int:
        return place
