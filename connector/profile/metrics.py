"""Metrics of a customer's orders: what was bought, what came back, per currency and month.

Currencies are never added to each other. A draft is no order yet and counts nowhere; a
cancelled order is listed but its money does not count. Money is exact, and shown as text.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from connector.profile.things import Extreme, Shown, Thing, cut, iso, where

MOST_MONTHS = 12
MOST_LINES = 5

ZERO = Decimal(0)


@dataclass(slots=True)
class Totals:
    """The money of one currency. `count` counts the sales, not the refunds."""

    gross: Decimal = ZERO
    refunded: Decimal = ZERO
    count: int = 0

    @property
    def net(self) -> Decimal:
        return self.gross - self.refunded

    def add(self, total: Decimal, *, is_refund: bool, came_back: bool) -> None:
        if is_refund:
            self.refunded -= total
            return
        self.count += 1
        self.gross += total
        if came_back:
            self.refunded += total

    def shown(self) -> Shown:
        return {"net": money(self.net), "gross": money(self.gross), "refunded": money(self.refunded)} | {
            "count": self.count
        }


@dataclass(slots=True)
class Orders:
    """Takes orders one by one, in any order; holds sums and the newest few."""

    most: int = 10
    count: int = 0
    refund_count: int = 0
    cancelled_count: int = 0
    first_at: int | None = None
    last_at: int | None = None
    totals: dict[str, Totals] = field(default_factory=dict)
    months: dict[tuple[str, str], Totals] = field(default_factory=dict)
    newest: Extreme = field(init=False)

    def __post_init__(self) -> None:
        self.newest = Extreme(self.most)

    def add(self, order: Thing) -> None:
        state = order.body.get("state") or "placed"
        if state == "draft":
            return
        self.newest.add(order)
        is_refund = bool(order.body.get("is_refund"))
        if is_refund:
            self.refund_count += 1
        else:
            self.count += 1
            self._date(order.happened_at)
        if state == "cancelled":
            self.cancelled_count += 1
            return
        total, currency = Decimal(order.body["total"]), order.body["currency"]
        counted = [self.totals.setdefault(currency, Totals())]
        if order.happened_at is not None:
            counted.append(self.months.setdefault((iso(order.happened_at)[:7], currency), Totals()))
        for totals in counted:
            totals.add(total, is_refund=is_refund, came_back=state == "refunded")

    def _date(self, at: int | None) -> None:
        if at is not None:
            self.first_at = at if self.first_at is None else min(self.first_at, at)
            self.last_at = at if self.last_at is None else max(self.last_at, at)

    def shown(self) -> Shown:
        return {
            "count": self.count,
            "refund_count": self.refund_count,
            "cancelled_count": self.cancelled_count,
            "totals": [{"currency": currency} | self.totals[currency].shown() for currency in sorted(self.totals)],
            "first_at": iso(self.first_at),
            "last_at": iso(self.last_at),
            "months": self._months(),
            "recent": [order_shown(order) for order in self.newest],
        }

    def _months(self) -> list[Shown]:
        """The newest months in which anything was ordered or came back, oldest first."""
        newest = set(sorted({month for month, _ in self.months})[-MOST_MONTHS:])
        return [
            {"month": month, "currency": currency, "net": money(totals.net), "count": totals.count}
            for (month, currency), totals in sorted(self.months.items())
            if month in newest
        ]


def order_shown(order: Thing) -> Shown:
    """One order, with its first few lines."""
    body, lines = order.body, order.body.get("lines") or []
    return where(order) | {
        "number": cut(body.get("number"), 60),
        "placed_at": iso(order.happened_at),
        "state": body.get("state"),
        "is_refund": bool(body.get("is_refund")),
        "currency": body["currency"],
        "total": body["total"],
        "lines": [line_shown(line) for line in lines[:MOST_LINES]],
        "line_count": len(lines),
    }


def line_shown(line: dict[str, Any]) -> Shown:
    return {
        "name": cut(line.get("name") or line.get("sku") or line.get("product_id"), 80),
        "quantity": line["quantity"],
        "total": line.get("total"),
    }


def money(amount: Decimal) -> str:
    """Exact, never in exponents; zero has no sign."""
    return format(amount if amount else abs(amount), "f")
