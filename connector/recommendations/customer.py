"""One customer, as the model sees them: per item what was bought, how often and when.

Every number is a sum that fades, so that a new order updates it without looking at the
older ones: what was true a moment ago is multiplied, and the order's items are added.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

# What remains of a basket's weight after one more basket ...
FADES = (1.0, 0.97, 0.9, 0.75, 0.5, 0.25)
# ... and after how many days half of it remains.
HALF_LIVES = (14.0, 45.0, 150.0)
# Older orders say nothing that these do not, and must not cost time.
MOST_BASKETS = 1_000

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Customer:
    """Sums per item bought (rows as `items`, ascending) as of the latest basket."""

    items: Ints
    faded: Floats  # items x fades: sums of weights of the baskets that hold the item
    total: Floats  # fades: sums of weights of all baskets
    count: Ints
    first_place: Ints
    last_place: Ints
    first_day: Ints
    last_day: Ints
    baskets: int = 0
    first: int = 0  # the day of the first basket
    day: int = 0  # the day of the latest basket
    lines: int = 0
    repeats: int = 0  # lines that had been bought before

    @property
    def share(self) -> Floats:
        """Items x fades: the faded share of the baskets that hold the item."""
        return self.faded / np.maximum(self.total, 1e-12)

    def row_of(self, item: int) -> int | None:
        """Where an item stands, if it was ever bought."""
        at = int(np.searchsorted(self.items, item))
        return at if at < self.items.size and self.items[at] == item else None

    def days_between(self, item: int) -> float | None:
        """Days from one purchase of an item to the next; None until it was bought on two days."""
        at = self.row_of(item)
        if at is None or self.last_day[at] == self.first_day[at]:
            return None
        return float((self.last_day[at] - self.first_day[at]) / (self.count[at] - 1))

    def after(self, day: int, items: Ints) -> "Customer":
        """The customer after one more basket; `items` ascending and distinct, the day no earlier than the latest."""
        kept = remaining(np.array([1.0]), np.array([float(max(day - self.day, 0))]))[0] if self.baskets else 0.0
        grown = self.with_rows(items)
        at = np.searchsorted(grown.items, items)
        faded, count = grown.faded * kept, grown.count.copy()
        repeats = self.repeats + int((count[at] > 0).sum())
        faded[at] += 1.0
        first_place, first_day = grown.first_place.copy(), grown.first_day.copy()
        last_place, last_day = grown.last_place.copy(), grown.last_day.copy()
        new = at[count[at] == 0]
        first_place[new], first_day[new] = self.baskets, day
        last_place[at], last_day[at] = self.baskets, day
        count[at] += 1
        return Customer(
            grown.items,
            faded,
            self.total * kept + 1.0,
            count,
            first_place,
            last_place,
            first_day,
            last_day,
            self.baskets + 1,
            self.first if self.baskets else day,
            day,
            self.lines + items.size,
            repeats,
        )

    def with_rows(self, items: Ints) -> "Customer":
        """The same with empty rows for items not bought before."""
        new = np.setdiff1d(items, self.items, assume_unique=True)
        if not new.size:
            return self
        at = np.searchsorted(self.items, new)
        rows = ("count", "first_place", "last_place", "first_day", "last_day")
        grown = {name: np.insert(getattr(self, name), at, 0) for name in rows}
        return replace(
            self, items=np.insert(self.items, at, new), faded=np.insert(self.faded, at, 0.0, axis=0), **grown
        )


def remaining(places: Floats, days: Floats) -> Floats:
    """Rows x fades: the weight of a basket that so many baskets and days ago was the latest."""
    by_place = np.power.outer(np.array(FADES), places)
    by_day = 0.5 ** (days / np.array(HALF_LIVES)[:, None])
    return np.concatenate([by_place, by_day]).T


def customer_of(item: Ints, place: Ints, day: Ints) -> Customer:
    """From all lines, oldest first (see `History.lines`): the same as one basket after the other."""
    if not item.size:
        return NOBODY
    baskets, latest = int(place[-1]) + 1, int(day[-1])
    starts = np.flatnonzero(np.diff(place, prepend=-1))
    weights = remaining((baskets - 1 - place[starts]).astype(float), (latest - day[starts]).astype(float))
    which = np.repeat(np.arange(starts.size), np.diff(np.append(starts, item.size)))
    items, row = np.unique(item, return_inverse=True)
    faded = np.stack([np.bincount(row, weights[which, fade], items.size) for fade in range(weights.shape[1])], axis=1)
    first_place, last_place, first_day, last_day = (np.empty(items.size, np.int32) for _ in range(4))
    # Lines are in the order of time: the last one written stays.
    last_place[row], last_day[row] = place, day
    first_place[row[::-1]], first_day[row[::-1]] = place[::-1], day[::-1]
    count = np.bincount(row, minlength=items.size).astype(np.int32)
    return Customer(
        items.astype(np.int32),
        faded,
        weights.sum(axis=0),
        count,
        first_place,
        last_place,
        first_day,
        last_day,
        baskets,
        int(day[0]),
        latest,
        item.size,
        item.size - items.size,
    )


_none = np.empty(0, np.int32)
NOBODY = Customer(
    _none,
    np.empty((0, len(FADES) + len(HALF_LIVES))),
    np.zeros(len(FADES) + len(HALF_LIVES)),
    _none,
    _none,
    _none,
    _none,
    _none,
)
