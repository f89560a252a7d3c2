"""A history of baskets in memory: who bought what, in which order.

Ids are strings outside and small integers inside. Baskets of one customer lie side by
side, oldest first, so that a customer is a slice and a whole shop is four arrays.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Ints = NDArray[np.int32]
UNKNOWN = np.iinfo(np.int32).min


@dataclass(frozen=True, slots=True)
class Basket:
    """One order: its id (the evidence), the day it was made (None when unknown), and what was in it."""

    id: str
    day: int | None
    items: Sequence[str]


@dataclass(frozen=True)
class History:
    """Baskets of many customers: offsets of customers into baskets, and of baskets into lines."""

    customers: tuple[str, ...]
    items: tuple[str, ...]
    first_basket: NDArray[np.int64]
    day: Ints
    first_line: NDArray[np.int64]
    item: Ints

    @cached_property
    def timed(self) -> bool:
        """Whether days are days, and not the place in a row."""
        return not np.array_equal(self.day, self.place)

    @cached_property
    def place(self) -> Ints:
        """Of each basket: how many baskets of the same customer are older."""
        sizes = np.diff(self.first_basket)
        return (np.arange(self.day.size) - np.repeat(self.first_basket[:-1], sizes)).astype(np.int32)

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """Baskets by items, 1 where the basket holds the item."""
        ones = np.ones(self.item.size, np.float32)
        return sparse.csr_array((ones, self.item, self.first_line), shape=(self.day.size, len(self.items)))

    @cached_property
    def customer_of(self) -> Ints:
        """Of each basket: whose it is."""
        return np.repeat(np.arange(len(self.customers), dtype=np.int32), np.diff(self.first_basket))

    def baskets(self, customer: int) -> Iterator[tuple[int, Ints]]:
        """Day and items of each basket of a customer, oldest first."""
        for basket in range(self.first_basket[customer], self.first_basket[customer + 1]):
            yield int(self.day[basket]), self.item[self.first_line[basket] : self.first_line[basket + 1]]

    def lines(self, customer: int, most: int | None = None) -> tuple[Ints, Ints, Ints]:
        """Item, place of the basket, and day of every line of a customer's latest `most` baskets, oldest first."""
        first, last = self.first_basket[customer], self.first_basket[customer + 1]
        first = first if most is None else max(first, last - most)
        sizes = np.diff(self.first_line[first : last + 1])
        place = np.repeat(np.arange(last - first, dtype=np.int32), sizes)
        item = self.item[self.first_line[first] : self.first_line[last]]
        return item, place, np.repeat(self.day[first:last], sizes)

    def only(self, customers: NDArray[np.bool_]) -> "History":
        """Of these customers alone; the items keep their numbers."""
        sizes, line_sizes = np.diff(self.first_basket), np.diff(self.first_line)
        keep = customers[self.customer_of]
        return History(
            tuple(name for name, kept in zip(self.customers, customers.tolist(), strict=True) if kept),
            self.items,
            offsets(sizes[customers]),
            self.day[keep],
            offsets(line_sizes[keep]),
            self.item[np.repeat(keep, line_sizes)],
        )

    def without_last(self, count: int) -> "History":
        """As it was before each customer's last `count` baskets: what a fit may learn from."""
        sizes = np.diff(self.first_basket)
        keep = self.place < np.repeat(sizes - count, sizes)
        line_sizes = np.diff(self.first_line)
        return History(
            self.customers,
            self.items,
            offsets(np.maximum(sizes - count, 0)),
            self.day[keep],
            offsets(line_sizes[keep]),
            self.item[np.repeat(keep, line_sizes)],
        )


def offsets(sizes: NDArray[np.integer]) -> NDArray[np.int64]:
    """Where each of the parts begins, and where the last ends."""
    return np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])


class HistoryBuilder:
    """Takes baskets in any order and in any chunks; 4 to 8 bytes a line are all it keeps."""

    def __init__(self) -> None:
        self.customers: dict[str, int] = {}
        self.items: dict[str, int] = {}
        self._customer, self._day, self._size, self._item = array("i"), array("i"), array("i"), array("i")

    def add(self, customer: str, day: int | None, items: Iterable[str]) -> None:
        """One basket. Without a day it follows those that were added before; an empty one is no basket."""
        held = {self.items.setdefault(item, len(self.items)) for item in dict.fromkeys(items)}
        if not held:
            return
        self._customer.append(self.customers.setdefault(customer, len(self.customers)))
        self._day.append(UNKNOWN if day is None else day)
        self._size.append(len(held))
        self._item.extend(sorted(held))

    def build(self) -> History:
        """Everything that was added, by customer and day; baskets of one day stay in the order of arrival."""
        customer, day = np.array(self._customer, np.int32), np.array(self._day, np.int32)
        size, item = np.array(self._size, np.int32), np.array(self._item, np.int32)
        day = known_days(customer, day)
        order = np.lexsort((day, customer))
        first_basket = offsets(np.bincount(customer, minlength=len(self.customers)))
        starts = offsets(size)[:-1][order]
        size, day = size[order], day[order]
        first_line = offsets(size)
        lines = np.repeat(starts - first_line[:-1], size) + np.arange(item.size)
        return History(tuple(self.customers), tuple(self.items), first_basket, day, first_line, item[lines])


def known_days(customer: Ints, day: Ints) -> Ints:
    """Without any times, the place in the row stands in for the day; a gap takes the day of the basket before."""
    missing = day == UNKNOWN
    if not missing.any():
        return day
    order = np.argsort(customer, kind="stable")
    starts = offsets(np.bincount(customer))[:-1][customer[order]]
    filled, place = day[order], np.arange(day.size) - starts
    if missing.all():
        filled = place
    else:
        known = np.where(filled == UNKNOWN, -1, np.arange(day.size))
        before = np.maximum.accumulate(known)
        filled = np.where(before >= starts, filled[np.maximum(before, 0)], filled[~missing[order]].min())
    made = np.empty_like(day)
    made[order] = filled
    return made
