"""What hints note of one customer while the profile is put together: purchases, returns, and what went wrong.

Orders pass by one at a time and only what counts is kept: of ten thousand orders the
latest thousand as baskets, of the others a day, a currency and a sum.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from connector.clock import micros
from connector.profile.things import Extreme, Thing
from connector.recommendations import products
from connector.recommendations.customer import MOST_BASKETS
from connector.recommendations.history import Basket
from connector.recommendations.limits import Limits, named

# The place of an order among a customer's others: its day, then what sorts things of one day.
Place = tuple[int, Any]
UNDATED = -(2**31)


class Sale(NamedTuple):
    """Of a purchase, what its worth and rhythm need (a `products.Purchase` in short)."""

    day: int | None
    currency: str
    total: Decimal


class Evidence(NamedTuple):
    """By what an agent finds an order."""

    source: str
    external_id: str
    number: str | None


@dataclass(frozen=True, slots=True)
class Rated:
    """What the customer said of a ticket, 0 to 1; `at` in microseconds."""

    at: int
    satisfaction: float
    ticket: str


class Noted:
    """Takes in the things of a customer, each once and in any order."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.sales: list[Sale] = []
        # By product: when it was last bought and last came back.
        self.bought: dict[str, int] = {}
        self.returned: dict[str, tuple[int, str]] = {}
        self.complaints, self.severe = Extreme(1, oldest=True), Extreme(1, oldest=True)
        self.rated: Rated | None = None
        self._kept: list[tuple[Place, Basket, Evidence]] = []
        self._names: dict[str, tuple[Place, str]] = {}

    def add(self, thing: Thing) -> None:
        if thing.kind == "order":
            self._order(thing)
        elif thing.kind == "ticket":
            self._ticket(thing)

    @property
    def baskets(self) -> list[Basket]:
        """The latest purchases, oldest first."""
        return [basket for _, basket, _ in self._latest()]

    @property
    def evidence(self) -> dict[str, Evidence]:
        """By the id of a basket: which order that is."""
        return {basket.id: evidence for _, basket, evidence in self._latest()}

    @property
    def names(self) -> dict[str, str]:
        """What the customer's own orders call the products."""
        return {product: name for product, (_, name) in self._names.items()}

    def _order(self, order: Thing) -> None:
        if order.body.get("is_refund") or order.body.get("state") == "refunded":
            self._came_back(order)
            return
        one = products.purchase(order.source, order.external_id, order.happened_at, order.body)
        if one is None:
            return
        self.sales.append(Sale(one.day, one.currency, one.total))
        if not one.products:
            return
        place = UNDATED if one.day is None else one.day, order.order
        for product, name in one.products.items():
            self.bought[product] = max(self.bought.get(product, 0), order.order[0])
            if name and (product not in self._names or self._names[product] < (place, name)):
                self._names[product] = place, name
        self._kept.append((place, one.basket, Evidence(order.source, order.external_id, one.number)))
        if len(self._kept) >= 2 * MOST_BASKETS:
            self._kept = self._latest()

    def _latest(self) -> list[tuple[Place, Basket, Evidence]]:
        return sorted(self._kept, key=lambda kept: kept[0])[-MOST_BASKETS:]

    def _came_back(self, refund: Thing) -> None:
        told = refund.order[0], number_of(refund)
        for product in products.named(refund.body.get("lines") or ()):
            self.returned[product] = max(self.returned.get(product, told), told)

    def _ticket(self, ticket: Thing) -> None:
        body = ticket.body
        if body.get("is_open"):
            if not self.limits.complaint_types.isdisjoint(named(body.get("type"))):
                self.complaints.add(ticket)
            if not self.limits.severe_priorities.isdisjoint(named(body.get("priority"))):
                self.severe.add(ticket)
        if body.get("satisfaction") is not None:
            told = Rated(rated_at(ticket), float(body["satisfaction"]), number_of(ticket))
            if self.rated is None or (self.rated.at, self.rated.ticket) < (told.at, told.ticket):
                self.rated = told


def number_of(thing: Thing) -> str:
    """What people call it by."""
    return str(thing.body.get("number") or thing.external_id)[:60]


def rated_at(ticket: Thing) -> int:
    """When they said so; where the source does not tell, when the ticket was closed, or last changed."""
    told = ticket.body.get("rated_at") or ticket.body.get("closed_at")
    return micros(datetime.fromisoformat(told)) if told else ticket.version or ticket.order[0]


def oldest(things: Extreme) -> Thing | None:
    return next(iter(things), None)
