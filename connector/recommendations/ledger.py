"""Ledger: what a workspace's customers bought, read from the store a few customers at a time.

It keeps a few bytes per line, three numbers per customer, and one name per product; the
orders themselves are let go as soon as they are counted.
"""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from connector.recommendations.consent import may_be_scored
from connector.recommendations.history import History, HistoryBuilder
from connector.recommendations.outlook import WEEK, days_of, repeat_value
from connector.recommendations.products import Purchase, purchase
from connector.store import Store, sales
from connector.store.sales import Customer

# Profiles read in one transaction.
PORTION = 500

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(slots=True)
class Rhythms:
    """Per customer: how many days with orders after the first; the first and the last; and by lot who is held back."""

    repeats: array = field(default_factory=lambda: array("i"))
    first: array = field(default_factory=lambda: array("i"))
    last: array = field(default_factory=lambda: array("i"))
    lots: array = field(default_factory=lambda: array("d"))

    def add(self, days: Sequence[int], lot: float) -> None:
        distinct = sorted(set(days))
        self.repeats.append(len(distinct) - 1)
        self.first.append(distinct[0])
        self.last.append(distinct[-1])
        self.lots.append(lot)

    def observed(self, as_of: int) -> tuple[Floats, Floats, Floats]:
        """Repeat orders, and weeks from the first order to the last and to that day."""
        repeats, first, last = (np.array(one, float) for one in (self.repeats, self.first, self.last))
        return repeats, (last - first) / WEEK, (as_of - first) / WEEK


@dataclass(slots=True)
class Values:
    """Of one currency, per customer: how many days after the first had paid orders, and their mean total."""

    repeats: array = field(default_factory=lambda: array("i"))
    mean: array = field(default_factory=lambda: array("d"))
    lots: array = field(default_factory=lambda: array("d"))


@dataclass(slots=True)
class Ledger:
    """Everything a fit needs. `left_out`: customers with orders who may not be scored."""

    builder: HistoryBuilder = field(default_factory=HistoryBuilder)
    names: dict[str, str] = field(default_factory=dict)
    rhythms: Rhythms = field(default_factory=Rhythms)
    values: dict[str, Values] = field(default_factory=dict)
    customers: int = 0
    orders: int = 0
    left_out: int = 0

    def add(self, profile_id: str, bought: Sequence[Purchase], today: int) -> None:
        """One customer's purchases, oldest first. What is dated after `today` has not happened."""
        bought = [one for one in bought if one.day is None or one.day <= today]
        if not bought:
            return
        self.customers += 1
        self.orders += len(bought)
        for one in bought:
            self.builder.add(profile_id, one.day, one.products)
            # The last word on a product's name wins: orders come in a fixed order, and so does this.
            self.names |= {product: name for product, name in one.products.items() if name}
        dated = [one for one in bought if one.day is not None]
        if dated:
            lot = lot_of(profile_id)
            self.rhythms.add([one.day for one in dated], lot)
            for currency, days in days_of(dated).items():
                repeats, mean = repeat_value(days)
                held = self.values.setdefault(currency, Values())
                held.repeats.append(repeats)
                held.mean.append(mean)
                held.lots.append(lot)

    @property
    def as_of(self) -> int | None:
        """The last day of which the store knows an order: beyond it, nobody's silence says anything."""
        return max(self.rhythms.last, default=None)

    def history(self) -> History:
        return self.builder.build()


def read(
    store: Store, workspace: str, *, today: int, rule: str, progress: Callable[[int], None] = lambda _customers: None
) -> Ledger:
    """All purchases of a workspace's customers, but of those who may not be scored (`consent`). Days since 1970."""
    ledger = Ledger()
    for customer in customers_of(store, workspace):
        if may_be_scored(customer.contacts, rule):
            ledger.add(customer.profile_id, purchases_of(customer), today)
        else:
            ledger.left_out += 1
        progress(ledger.customers)
    return ledger


def customers_of(store: Store, workspace: str) -> Iterator[Customer]:
    """Portion by portion, each in a transaction of its own: a long one would keep SQLite from tidying up."""
    last = ""
    while True:
        with store.reading() as connection:
            profile_ids = sales.profiles_after(connection, workspace, last, PORTION)
            yield from sales.customers(connection, workspace, profile_ids)
        if not profile_ids:
            return
        last = profile_ids[-1]


def purchases_of(customer: Customer) -> list[Purchase]:
    return [made for order in customer.orders if (made := purchase(*order))]


def lot_of(profile_id: str) -> float:
    """A number from 0 to 1 that is the customer's for ever, and says nothing about them."""
    return int.from_bytes(blake2b(profile_id.encode(), digest_size=7, person=b"held back").digest(), "big") / 2**56


def lots_of(profile_ids: Sequence[str] | Mapping[str, object]) -> Floats:
    return np.array([lot_of(one) for one in profile_ids], float)
