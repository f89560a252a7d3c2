"""Serving: two lists for one customer, from their orders and a model, without a refit.

"Due" holds what they bought before, with when; "may like" what they never bought. Both
are a pure function of model and orders: the same input gives the same hints.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from connector.recommendations.customer import MOST_BASKETS, Customer, customer_of
from connector.recommendations.history import Basket
from connector.recommendations.model import Model, Ranking
from connector.recommendations.reasons import LAST_ORDERS, Explainer, Reason

# How many of the orders that a hint rests on are named.
MOST_EVIDENCE = 5

Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Orders:
    """One customer's orders as the model sees them: build with `Recommender.orders`, extend with `ingest`."""

    customer: Customer
    baskets: tuple[Basket, ...] = ()
    holding: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # product: places of the baskets that hold it
    unknown: int = 0  # lines of products that the model has never seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """One product. `likelihood` is that of being in the next order; days count like those of the baskets."""

    product: str
    score: float
    likelihood: float
    reasons: tuple[Reason, ...]
    evidence: tuple[str, ...]  # ids of the orders it rests on, newest first
    due_day: int | None = None  # None: no rhythm known
    every_days: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    due: tuple[Hint, ...]
    may_like: tuple[Hint, ...]
    model: str
    note: str | None = None  # what the lists do not know


@dataclass(frozen=True)
class Recommender:
    """Answers from one model."""

    model: Model

    def orders(self, baskets: Sequence[Basket]) -> Orders:
        """All of a customer's baskets, in any order; only the latest MOST_BASKETS count."""
        kept = [basket for basket in baskets if basket.items]
        if any(basket.day is not None for basket in kept):
            kept.sort(key=lambda basket: -(2**31) if basket.day is None else basket.day)
        kept = kept[-MOST_BASKETS:]
        rows = [self.rows(basket.items) for basket in kept]
        unknown = sum(len(set(basket.items)) - row.size for basket, row in zip(kept, rows, strict=True))
        known = [(day, row) for day, row in zip(days_of(kept), rows, strict=True) if row.size]
        sizes = [row.size for _day, row in known]
        place = np.repeat(np.arange(len(known), dtype=np.int32), sizes)
        days = np.repeat(np.array([day for day, _row in known], np.int32), sizes)
        lines = np.concatenate([np.empty(0, np.int32), *(row for _day, row in known)])
        return Orders(customer_of(lines, place, days), tuple(kept), holding_of(kept), unknown)

    def ingest(self, orders: Orders, basket: Basket) -> Orders:
        """One more order, without looking at the older ones unless it is older itself."""
        if not basket.items:
            return orders
        day = basket.day if basket.day is not None else next_day(orders)
        rows = self.rows(basket.items)
        if orders.customer.baskets and day < orders.customer.day:
            return self.orders((*orders.baskets, basket))
        unknown = orders.unknown + len(set(basket.items)) - rows.size
        customer = orders.customer.after(day, rows) if rows.size else orders.customer
        at = (len(orders.baskets),)
        holding = {**orders.holding, **{item: orders.holding.get(item, ()) + at for item in set(basket.items)}}
        return Orders(customer, (*orders.baskets, basket), holding, unknown)

    def rows(self, items: Sequence[str]) -> Ints:
        known = self.model.item_rows
        return np.array(sorted({known[item] for item in items if item in known}), np.int32)

    def hints(self, orders: Orders, who: str | None = None, count: int = 10) -> Hints:
        """Both lists, best first; `who` is the customer's id in the history that was fitted, if they were in it."""
        found = self.model.find(orders.customer, who)
        both, new = self.model.rank(found)
        due, may_like = best(both, found.owned, count), best(new, ~found.owned, count)
        due_asked, new_asked = (
            Explainer(self.model, orders.customer, ranking, rows) for ranking, rows in ((both, due), (new, may_like))
        )
        return Hints(
            due=tuple(self.due(orders, due_asked, row) for row in due),
            may_like=tuple(self.may_like(orders, new_asked, row) for row in may_like),
            model=self.model.version,
            note=note(orders, self.model),
        )

    def top(self, orders: Orders, who: str | None = None, count: int = 10) -> list[str]:
        """Repeats and new items in one list, best first."""
        ranking, _new = self.model.rank(self.model.find(orders.customer, who))
        rows = best(ranking, np.ones(ranking.score.size, bool), count)
        return [self.model.items[item] for item in ranking.found.items[rows]]

    def due(self, orders: Orders, asked: Explainer, row: int) -> Hint:
        item = int(asked.ranking.found.items[row])
        product = self.model.items[item]
        of_last = min(LAST_ORDERS, len(orders.baskets))
        in_last = sum(place >= len(orders.baskets) - of_last for place in orders.holding[product])
        recent = {"in_last": in_last, "of_last": of_last}
        told = asked.reasons(row)
        reasons = [replace(one, facts=one.facts | recent) if one.kind == "bought" else one for one in told]
        every = orders.customer.days_between(item) if self.model.timed else None
        last_day = int(orders.customer.last_day[orders.customer.row_of(item)])
        due_day = None if every is None else last_day + round(every)
        return replace(
            hint(asked, row, product, reasons, evidence(orders, [product])),
            due_day=due_day,
            every_days=every,
        )

    def may_like(self, orders: Orders, asked: Explainer, row: int) -> Hint:
        told = asked.reasons(row)
        sources = {fact for one in told for name, fact in one.facts.items() if name in ("with", "after")}
        product = self.model.items[asked.ranking.found.items[row]]
        return hint(asked, row, product, told, evidence(orders, sources))


def hint(asked: Explainer, row: int, product: str, reasons: Sequence[Reason], evidence: Sequence[str]) -> Hint:
    return Hint(
        product=product,
        score=float(asked.ranking.score[row]),
        likelihood=float(asked.ranking.likelihood[row]),
        reasons=tuple(reasons),
        evidence=tuple(evidence),
    )


def holding_of(baskets: Sequence[Basket]) -> dict[str, tuple[int, ...]]:
    places: dict[str, list[int]] = {}
    for place, basket in enumerate(baskets):
        for item in dict.fromkeys(basket.items):
            places.setdefault(item, []).append(place)
    return {item: tuple(found) for item, found in places.items()}


def evidence(orders: Orders, products: Iterable[str]) -> list[str]:
    """The ids of the newest orders that hold any of the products."""
    places = {place for product in products for place in orders.holding.get(product, ())[-MOST_EVIDENCE:]}
    return [orders.baskets[place].id for place in sorted(places, reverse=True)[:MOST_EVIDENCE]]


def best(ranking: Ranking, among: NDArray[np.bool_], count: int) -> list[int]:
    rows = np.flatnonzero(among)
    return rows[np.argsort(-ranking.score[rows], kind="stable")[:count]].tolist()


def days_of(baskets: Sequence[Basket]) -> list[int]:
    """The day of each basket, oldest first; without any times, the place in the row."""
    if all(basket.day is None for basket in baskets):
        return list(range(len(baskets)))
    first = next(basket.day for basket in baskets if basket.day is not None)
    return [first if basket.day is None else basket.day for basket in baskets]


def next_day(orders: Orders) -> int:
    """The day of a basket that tells none."""
    if all(basket.day is None for basket in orders.baskets):
        return len(orders.baskets)
    return orders.customer.day


def note(orders: Orders, model: Model) -> str | None:
    if not model.items:
        return "Nothing is known of what customers buy yet."
    if not orders.baskets:
        return "No orders yet: what most customers buy."
    if not orders.customer.items.size:
        return "None of the products bought was known when the model was fitted."
    return None
