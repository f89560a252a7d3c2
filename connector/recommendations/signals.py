"""Signals: the numbers by which an item is ranked for a customer, on a log scale.

Signals of what the customer did (OWN) are zero for items that they never bought;
those of what everybody did (SHARED) are there for every candidate.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from connector.recommendations.customer import FADES, HALF_LIVES, Customer
from connector.recommendations.gathering import largest, weighted_rows
from connector.recommendations.history import History
from connector.recommendations.neighbours import SIZES, Neighbours, neighbours_of
from connector.recommendations.tallies import (
    co_purchases,
    popularity,
    recent_popularity,
    repeat_buyers,
    strongest,
    transitions,
)

OWN = (
    *(f"share_fading_{fade}" for fade in FADES),
    *(f"share_half_life_{days:.0f}_days" for days in HALF_LIVES),
    "count",
    "orders_since",
    "days_since",
    "gap_in_orders",
    "gap_in_days",
    "overdue_in_orders",
    "overdue_in_days",
    "bought_once",
)
SHARED = (
    *(f"near_{size}" for size in SIZES),
    *(f"near_recent_{size}" for size in SIZES),
    "bought_together",
    "follows_latest",
    "follows_recent",
    "popular",
    "popular_now",
    "repeat_rate",
)
# What is added before the logarithm: less than this is as good as nothing.
FLOORS = (*(1e-3,) * (len(SHARED) - 3), 1e-5, 1e-5, 1e-2)
# Of the customer, the same for all candidates: they shift repeats against new items.
CONTEXT = ("orders", "order_size", "repeat_share", "days_between_orders")

# How many candidates each way of finding some contributes.
MOST_OWN, BY_NEIGHBOURS, BY_COUNTS, BY_POPULARITY = 100, 80, 20, 20
MOST_SOURCES = 80
# Shrinks what was seen a few times towards "never".
SHRINK = 5.0
NOW_HALF_LIFE = 30.0
# Places in FADES: what a vector of neighbours fades by, and what leads to companions and followers.
SLOW, RECENT, LATEST = 1, 2, 4

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Tables:
    """What is known of all customers together, as a fit left it."""

    popular: Floats  # items: share of baskets
    popular_now: Floats
    repeat_rate: Floats
    together: sparse.csr_array
    follows: sparse.csr_array
    slow: Neighbours
    recent: Neighbours

    @property
    def top(self) -> NDArray[np.integer]:
        best = (largest(self.popular, BY_POPULARITY), largest(self.popular_now, BY_POPULARITY))
        return np.unique(np.concatenate(best))


@dataclass(frozen=True)
class Candidates:
    """Items to rank for one customer, with their signals; row by row the same item."""

    items: NDArray[np.integer]
    owned: NDArray[np.bool_]
    own: Floats
    shared: Floats
    context: Floats
    nearest: NDArray[np.integer]  # rows of the most similar customers, best first

    def only(self, rows: NDArray[np.bool_]) -> "Candidates":
        """Some of them."""
        kept = {name: getattr(self, name)[rows] for name in ("items", "owned", "own", "shared")}
        return replace(self, **kept)


def tables_of(history: History) -> Tables:
    """Count everything that does not depend on who asks."""
    bought = popularity(history)
    buyers, again = repeat_buyers(history)
    now = recent_popularity(history, NOW_HALF_LIFE)
    root = 1 / np.sqrt(bought + SHRINK)
    return Tables(
        bought / max(history.day.size, 1),
        now / max(now.sum(), 1e-12),
        again / (buyers + SHRINK),
        strongest(co_purchases(history), root, root),
        strongest(transitions(history), 1 / (bought + SHRINK), np.ones_like(bought)),
        neighbours_of(history, SLOW),
        neighbours_of(history, RECENT),
    )


def candidates_of(tables: Tables, top: NDArray[np.integer], customer: Customer, who: int | None) -> Candidates:
    """Find what could come next, and take its signals; `who` is the customer's own row among the neighbours."""
    share = customer.share
    nearest, likeness = tables.slow.nearest(customer, who)
    near = (*tables.slow.shares_of(nearest, likeness), *tables.recent.shares_of(*tables.recent.nearest(customer, who)))
    together = weighted_rows(tables.together, *sources(customer, share, RECENT))
    latest = weighted_rows(tables.follows, *sources(customer, share, LATEST))
    recent = weighted_rows(tables.follows, *sources(customer, share, RECENT))
    found = (
        customer.items[largest(share.sum(axis=1), MOST_OWN)],
        largest(near[1], BY_NEIGHBOURS),
        largest(near[2], BY_NEIGHBOURS),
        largest(together, BY_COUNTS),
        largest(latest, BY_COUNTS),
        top,
    )
    items = np.unique(np.concatenate(found)).astype(np.int64)
    owned, own = own_signals(customer, share, items)
    shared = [*near, together, latest, recent, tables.popular, tables.popular_now, tables.repeat_rate]
    logs = np.log(np.stack([column[items] for column in shared], axis=1) + FLOORS)
    return Candidates(items, owned, own, logs, context_of(customer), nearest)


def sources(customer: Customer, share: Floats, fade: int) -> tuple[Ints, Floats]:
    """The items from which companions and followers are sought, and how much each counts."""
    heaviest = largest(share[:, fade], MOST_SOURCES)
    return customer.items[heaviest], share[heaviest, fade]


def own_signals(customer: Customer, share: Floats, items: NDArray[np.integer]) -> tuple[NDArray[np.bool_], Floats]:
    """Whether each item was bought before, and if so, its signals."""
    signals = np.zeros((items.size, len(OWN)))
    at = np.searchsorted(customer.items, items)
    at[at == customer.items.size] = 0
    owned = customer.items[at] == items if customer.items.size else np.zeros(items.size, bool)
    at = at[owned]
    count = customer.count[at].astype(float)
    between = np.maximum(count - 1, 1)
    orders_since = customer.baskets - customer.last_place[at]
    days_since = customer.day - customer.last_day[at]
    orders = (customer.last_place[at] - customer.first_place[at]) / between
    days = (customer.last_day[at] - customer.first_day[at]) / between
    signals[owned] = np.column_stack(
        [
            np.log(share[at] + 1e-3),
            np.log(count + 1),
            np.log(orders_since + 1),
            np.log(days_since + 1),
            np.log(orders + 0.5),
            np.log(days + 0.5),
            np.log((orders_since + 0.5) / (orders + 0.5)),
            np.log((days_since + 1) / (days + 1)),
            count == 1,
        ]
    )
    return owned, signals


def context_of(customer: Customer) -> Floats:
    baskets, lines = max(customer.baskets, 1), max(customer.lines, 1)
    apart = (customer.day - customer.first) / max(customer.baskets - 1, 1)
    return np.array([np.log(baskets), np.log(lines / baskets), customer.repeats / lines, np.log(apart + 1)])
