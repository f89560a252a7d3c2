"""Outlook: what the card says of one customer's next orders, from their purchases and a fitted likelihood.

Pure: the same purchases and the same fit say the same, whatever the day is on which they
are asked. Time is counted to the day of the fit, or to the customer's latest order after it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from connector.recommendations.likelihood import Ordering, Worth, summary
from connector.recommendations.products import Purchase

WEEK = 7.0
# An order dated so many days after the fit is a slip of a pen.
LATEST = 400

Shown = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Likelihood:
    """A fit: how customers order (times in weeks), and per currency what an order is worth. `as_of`: since 1970."""

    version: str
    as_of: int
    ordering: Ordering
    worth: Mapping[str, Worth]

    def of(self, purchases: Iterable[Purchase], weeks: int = 12) -> list[Shown]:
        """JSON-ready: first whether they will order within `weeks` (currency null), then a value per currency.

        Each has a `text` for people, its `basis` in words, and the numbers behind both; what cannot be said is null.
        """
        dated = [one for one in purchases if one.day is not None and one.day <= self.as_of + LATEST]
        told = summary([one.day for one in dated], self._today(dated), unit=WEEK)
        if told is None:
            return [self._unknown(weeks)]
        again = self._again(told, len(dated), weeks)
        return [again, *self._values(dated, again["expected_orders"], weeks)]

    def _today(self, dated: Iterable[Purchase]) -> int:
        return max([self.as_of, *(one.day for one in dated)])

    def _unknown(self, weeks: int) -> Shown:
        text = "too little history to say whether they will order again: no order with a date"
        nothing = dict.fromkeys(("probability", "alive", "expected_orders"))
        return self._shown(None, text, self._fitted, weeks) | nothing | {"orders": 0}

    def _again(self, told: tuple[int, float, float], orders: int, weeks: int) -> Shown:
        repeats, last, observed = told
        probability = float(self.ordering.any_order(weeks, *told)[0])
        text = f"{percent(probability)} likely to order again within {weeks} weeks"
        if not repeats:
            text = f"too little history: one order; who ordered once that long ago is {text}"
        # Two orders of a day are one decision to order.
        days = "" if orders == repeats + 1 else f" on {counted(repeats + 1, 'day')}"
        basis = f"{counted(orders, 'order')}{days} in {counted(round(observed), 'week')}, last {ago(observed - last)}"
        return self._shown(None, text, f"{basis}; {self._fitted}", weeks) | {
            "probability": round(probability, 4),
            # Who ordered once is alive by assumption: that says nothing.
            "alive": round(float(self.ordering.alive(*told)[0]), 4) if repeats else None,
            "expected_orders": round(float(self.ordering.expected(weeks, *told)[0]), 4),
            "orders": orders,
        }

    def _values(self, dated: Iterable[Purchase], expected: float, weeks: int) -> list[Shown]:
        days = days_of(dated)
        everything = sum(len(held) for held in days.values())
        return [
            self._value(currency, held, expected * len(held) / everything, weeks)
            for currency, held in sorted(days.items())
        ]

    def _value(self, currency: str, days: Mapping[int, Decimal], expected: float, weeks: int) -> Shown:
        worth = self.worth.get(currency)
        if worth is None:
            text = f"too few customers ordered in {currency} again to say what an order will be worth"
            return self._shown(currency, text, self._fitted, weeks) | {"order_value": None, "expected_value": None}
        repeats, mean = repeat_value(days)
        order = float(worth.expected(repeats, mean)[0])
        basis = f"{counted(repeats, 'repeat order')} in {currency}"
        basis += f" of {mean:.2f} on average" if repeats else ": what everybody's are worth"
        text = f"about {order * expected:.2f} {currency} within {weeks} weeks, {order:.2f} an order"
        fitted = f"fitted on {counted(worth.customers, 'customer')}, as of {date_of(self.as_of)}"
        return self._shown(currency, text, f"{basis}; {fitted}", weeks) | {
            "order_value": f"{order:.2f}",
            "expected_value": f"{order * expected:.2f}",
        }

    @property
    def _fitted(self) -> str:
        return f"fitted on {counted(self.ordering.customers, 'customer')}, as of {date_of(self.as_of)}"

    def _shown(self, currency: str | None, text: str, basis: str, weeks: int) -> Shown:
        told = {"currency": currency, "text": text, "basis": basis, "weeks": weeks}
        return told | {"as_of": date_of(self.as_of), "model": self.version}


def days_of(dated: Iterable[Purchase]) -> dict[str, dict[int, Decimal]]:
    """Per currency what was ordered on each day; two orders of a day are one."""
    found: dict[str, dict[int, Decimal]] = {}
    for one in dated:
        days = found.setdefault(one.currency, {})
        days[one.day] = days.get(one.day, Decimal(0)) + one.total
    return found


def repeat_value(days: Mapping[int, Decimal]) -> tuple[int, float]:
    """Of one currency: how many days after the first had orders that cost something, and their mean total."""
    paid = [float(days[day]) for day in sorted(days)[1:] if days[day] > 0]
    return len(paid), sum(paid) / len(paid) if paid else 0.0


def percent(share: float) -> str:
    """Never certain: nobody knows."""
    return "less than 1%" if share < 0.01 else "more than 99%" if share > 0.99 else f"{share:.0%}"


def counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def ago(weeks: float) -> str:
    days = round(weeks * WEEK)
    if days < 2 * WEEK:
        return "today" if not days else f"{counted(days, 'day')} ago"
    return f"{counted(round(weeks), 'week')} ago"


def date_of(day: int) -> str:
    """ISO 8601, of a day since 1970."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)).date().isoformat()
