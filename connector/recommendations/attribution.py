"""Attribution: the orders that came after a hint, of the product that it named.

That somebody bought what a hint had named does not say that they bought because of it (they may have come for it
anyway): only the comparison with the held-out says that. So these sums say what hints were about, and no more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from connector.recommendations.products import DAY, NO_PURCHASE, key
from connector.store.sales import Order

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """A hint was on the card, or the customer heard of it. `at`: microseconds; `accepted`: they said yes."""

    at: int
    product: str
    list: str
    model: str
    accepted: bool


@dataclass(slots=True)
class Credit:
    """What of one order line is credited to a hint. `amount` has its refunds taken off."""

    touch: Touch
    at: int
    currency: str
    amount: Decimal


def credited(touches: Iterable[Touch], orders: Sequence[Order], days: int) -> list[Credit]:
    """Each order line within so many days of a touch with its product, credited once: to the latest touch before it.

    `orders` are one customer's, oldest first. A refund of the product is taken off what was credited last before it, at
    most all of it; what came back whole, was cancelled, or has no time is credited to nothing.
    """
    by_product: dict[str, list[Touch]] = {}
    for touch in sorted(touches, key=lambda each: (each.at, each.accepted)):
        by_product.setdefault(touch.product, []).append(touch)
    found: list[Credit] = []
    for order in orders:
        if order.happened_at is None or order.body.get("state") in NO_PURCHASE:
            continue
        for product, amount in amounts(order):
            if order.body.get("is_refund"):
                _take_off(found, product, order, abs(amount))
            elif touch := _latest(by_product.get(product, ()), order.happened_at, days):
                found.append(Credit(touch, order.happened_at, order.body["currency"], amount))
    return found


def amounts(order: Order) -> list[tuple[str, Decimal]]:
    """Product and money of each line that has both; the order's total stands for its only line."""
    lines = order.body.get("lines") or ()
    told = []
    for line in lines:
        product, amount = key(line), _amount(line)
        if amount is None and len(lines) == 1:
            amount = _decimal(order.body.get("total"))
        if product is not None and amount is not None:
            told.append((product, amount))
    return told


def _amount(line: Any) -> Decimal | None:
    total = _decimal(line.get("total"))
    if total is not None:
        return total
    price, quantity = _decimal(line.get("unit_price")), _decimal(line.get("quantity"))
    return None if price is None or quantity is None else price * quantity


def _decimal(told: Any) -> Decimal | None:
    try:
        return None if told is None else Decimal(str(told))
    except InvalidOperation:
        return None


def _latest(touches: Sequence[Touch], at: int, days: int) -> Touch | None:
    """The last touch that is no later, and not too long ago."""
    before = [touch for touch in touches if touch.at <= at <= touch.at + days * DAY]
    return before[-1] if before else None


def _take_off(found: Sequence[Credit], product: str, refund: Order, amount: Decimal) -> None:
    """From the latest credits of the product in that currency."""
    for credit in reversed(found):
        if credit.touch.product == product and credit.currency == refund.body["currency"] and credit.amount > 0:
            taken = min(credit.amount, amount)
            credit.amount -= taken
            amount -= taken
        if amount <= ZERO:
            return
