"""Ids as each vendor writes them. Those of one kind have one length, so text order is the order of numbers."""

from typing import Protocol

from sandbox.layout import Layout
from schemas.identifiers import CHECKSUM, salesforce_id

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
VALUES = {digit: value for value, digit in enumerate(DIGITS)}

# X counts milliseconds from here (2010-11-04T01:42:54.657Z), in the upper bits of an id.
X_EPOCH = 1_288_834_974_657
X_LOW = 22


class Ids(Protocol):
    def at(self, layout: Layout, place: int) -> str:
        """The id of the row at a place."""

    def find(self, layout: Layout, id: str) -> int | None:
        """The place of exactly this id, None when no row has it."""

    def new(self, layout: Layout, seconds: int, turn: int) -> str:
        """The id of the `turn`-th row that was added later, at that time."""

    def seconds(self, id: str) -> int | None:
        """The time that an id tells, when ids of this kind tell one."""


class SalesforceIds:
    """Three characters for the kind, an instance, a number in base 62, and the checksum of the case."""

    def __init__(self, prefix: str) -> None:
        self._start = prefix + "5Y00000"
        self._checksum = salesforce_id(self._start + "00000")[15:17]

    def of(self, number: int) -> str:
        text, capitals = "", 0
        # As schemas.identifiers.salesforce_id does it, with the capitals counted on the way: ids are half of a row.
        for place in (16, 8, 4, 2, 1):
            number, digit = divmod(number, 62)
            text = DIGITS[digit] + text
            if 10 <= digit < 36:
                capitals += place
        return self._start + text + self._checksum + CHECKSUM[capitals]

    def at(self, layout: Layout, place: int) -> str:
        return self.of(layout.number(place))

    def find(self, layout: Layout, id: str) -> int | None:
        number = 0
        for digit in id[10:15]:
            number = number * 62 + VALUES.get(digit, 0)
        if number >= layout.count or self.of(number) != salesforce_id(id):
            return None
        return layout.number(number)

    def new(self, layout: Layout, seconds: int, turn: int) -> str:
        return self.of(layout.count + turn)

    def seconds(self, id: str) -> int | None:
        return None


class DecimalIds:
    """Plain numbers from `first` on."""

    def __init__(self, first: int) -> None:
        self._first = first

    def of(self, number: int) -> str:
        return str(self._first + number)

    def at(self, layout: Layout, place: int) -> str:
        return self.of(layout.number(place))

    def find(self, layout: Layout, id: str) -> int | None:
        if not (id.isascii() and id.isdecimal()) or len(id) > 20:
            return None
        number = int(id) - self._first
        return layout.number(number) if 0 <= number < layout.count and self.of(number) == id else None

    def new(self, layout: Layout, seconds: int, turn: int) -> str:
        return self.of(layout.count + turn)

    def seconds(self, id: str) -> int | None:
        return None


class Snowflakes:
    """X's ids: the time in the upper bits, a counter in the lower ones. `lane` keeps two kinds apart."""

    def __init__(self, lane: int) -> None:
        self._lane = lane

    def of(self, seconds: int, counter: int) -> str:
        return str((seconds * 1000 - X_EPOCH << X_LOW) + counter * 4 + self._lane)

    def at(self, layout: Layout, place: int) -> str:
        return self.of(layout.seconds(place), place)

    def find(self, layout: Layout, id: str) -> int | None:
        if not (id.isascii() and id.isdecimal()) or len(id) > 20:
            return None
        place = (int(id) & (1 << X_LOW) - 1) // 4
        return place if place < layout.count and self.at(layout, place) == id else None

    def new(self, layout: Layout, seconds: int, turn: int) -> str:
        return self.of(seconds, turn)

    def seconds(self, id: str) -> int | None:
        if not (id.isascii() and id.isdecimal()) or len(id) > 20:
            return None
        return ((int(id) >> X_LOW) + X_EPOCH) // 1000
