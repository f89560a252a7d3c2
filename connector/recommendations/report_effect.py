"""The report's part on what hints do: customers who were offered hints beside those who were held out.

A customer belongs to the group that chance gave them when somebody first looked at their card while there was a hint to
show, whatever happened later (intention to treat). Each is followed for the same number of days from that moment, and
who is still within them is not counted yet. An effect is claimed only where the interval excludes zero.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from connector.recommendations.holdout import HELD_OUT, OFFERED
from connector.recommendations.products import DAY, purchase
from connector.recommendations.report_hints import Period
from connector.recommendations.statistics import CONFIDENCE, Amounts, Interval, mean_difference, newcombe, wilson
from connector.store.exposures import Exposure
from connector.store.sales import Order

ARMS = (OFFERED, HELD_OUT)

# With fewer in a group, or fewer who ordered, nothing is said: an interval would be too wide to help, and too wrong.
FEWEST_CUSTOMERS, FEWEST_ORDERED, FEWEST_PAID = 100, 10, 20


@dataclass(slots=True)
class Arm:
    """The customers of one group whose days are over."""

    customers: int = 0
    ordered: int = 0
    worth: dict[str, array] = field(default_factory=dict)

    def amounts(self, currency: str) -> Amounts:
        return Amounts(self.customers, self.worth.get(currency, array("d")))


@dataclass(slots=True)
class Effect:
    """Counts customers, one by one; 8 bytes for each customer and currency with money are all that it keeps.

    `as_of`: now, in microseconds. `days`: how long each customer is followed.
    """

    period: Period
    days: int
    as_of: int
    arms: dict[str, Arm] = field(default_factory=lambda: {name: Arm() for name in ARMS})
    waiting: Counter[str] = field(default_factory=Counter)
    in_both: int = 0
    not_chosen_from: int = 0

    def add(self, exposures: Sequence[Exposure], orders: Iterable[Order]) -> None:
        """One customer, in the order of time. Only the first exposure decides: it is the last that no hint can sway."""
        chosen = [seen for seen in exposures if seen.arm in self.arms]
        if not chosen:
            self.not_chosen_from += bool(exposures)
            return
        entered, name = chosen[0].at, chosen[0].arm
        if not self.period.holds(entered):
            return
        if entered + self.days * DAY > self.as_of:
            self.waiting[name] += 1
            return
        self.in_both += len({seen.arm for seen in chosen}) > 1
        self._follow(self.arms[name], [order for order in orders if self._is_within(order, entered)])

    def _is_within(self, order: Order, entered: int) -> bool:
        return order.happened_at is not None and entered < order.happened_at <= entered + self.days * DAY

    @staticmethod
    def _follow(arm: Arm, orders: Sequence[Order]) -> None:
        arm.customers += 1
        bought = [made for order in orders if (made := purchase(*order))]
        arm.ordered += bool(bought)
        worth: Counter[str] = Counter()
        for made in bought:
            worth[made.currency] += made.total
        for order in orders:
            if order.body.get("is_refund"):
                worth[order.body["currency"]] -= abs(Decimal(order.body["total"]))
        for currency, amount in worth.items():
            if amount:
                arm.worth.setdefault(currency, array("d")).append(float(amount))

    def shown(self) -> dict[str, Any]:
        """As the report tells it."""
        return {
            "days": self.days,
            "waiting": {name: self.waiting[name] for name in ARMS},
            "in_both": self.in_both,
            "not_chosen_from": self.not_chosen_from,
            "conversion": self._conversion(),
            "revenue": self._revenue(),
        }

    def _conversion(self) -> dict[str, Any]:
        offered, held_out = (self.arms[name] for name in ARMS)
        told = {name: _share(self.arms[name]) for name in ARMS}
        enough = min(offered.customers, held_out.customers) >= FEWEST_CUSTOMERS
        if not enough or offered.ordered + held_out.ordered < FEWEST_ORDERED:
            return told | {"difference": None, "verdict": "too_little"}
        difference = newcombe(offered.ordered, offered.customers, held_out.ordered, held_out.customers)
        return told | {"difference": _interval(difference), "verdict": verdict(difference)}

    def _revenue(self) -> list[dict[str, Any]]:
        """Per currency. Where several are judged, each interval is wider: so all of them hold together."""
        currencies = sorted({currency for arm in self.arms.values() for currency in arm.worth})
        judged = {currency for currency in currencies if self._has_enough(currency)}
        confidence = 1 - (1 - CONFIDENCE) / max(len(judged), 1)
        return [self._of_currency(currency, confidence if currency in judged else None) for currency in currencies]

    def _has_enough(self, currency: str) -> bool:
        both = [arm.amounts(currency) for arm in self.arms.values()]
        return all(one.count >= FEWEST_CUSTOMERS and len(one.told) >= FEWEST_PAID for one in both)

    def _of_currency(self, currency: str, confidence: float | None) -> dict[str, Any]:
        offered, held_out = (self.arms[name].amounts(currency) for name in ARMS)
        told = {"currency": currency}
        for name, amounts in zip(ARMS, (offered, held_out), strict=True):
            told[name] = {"customers": amounts.count, "paid": len(amounts.told), "mean": amounts.mean}
        if confidence is None:
            return told | {"difference": None, "verdict": "too_little"}
        difference = mean_difference(offered, held_out, confidence)
        return told | {"difference": _interval(difference), "verdict": verdict(difference)}


def verdict(difference: Interval) -> str:
    """more, less, or no_difference: none that can be told from chance."""
    if not difference.is_clear:
        return "no_difference"
    return "more" if difference.low > 0 else "less"


def _share(arm: Arm) -> dict[str, Any]:
    share = wilson(arm.ordered, arm.customers)
    told = {"rate": share.estimate, "low": share.low, "high": share.high} if share else {}
    return {"customers": arm.customers, "ordered": arm.ordered, "rate": None, "low": None, "high": None} | told


def _interval(told: Interval) -> dict[str, float]:
    return {"estimate": told.estimate, "low": told.low, "high": told.high, "confidence": told.confidence}
