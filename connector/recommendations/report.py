"""The report: what came of hints, and what hints do, as JSON says it; and the sentences that may be said of it.

Pure: the same customers in any order give the same report. Only the comparison with the held-out says anything of what
hints cause, and it is the only place where words like more and less are used.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.recommendations.report_effect import FEWEST_CUSTOMERS, FEWEST_ORDERED, FEWEST_PAID, Effect
from connector.recommendations.report_hints import Hints, Period
from connector.store.exposures import Exposure
from connector.store.outcomes import Outcome
from connector.store.sales import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """What is known of one customer, each in the order of time."""

    exposures: Sequence[Exposure]
    outcomes: Sequence[Outcome]
    orders: Sequence[Order]


def report(customers: Iterable[Customer], *, period: Period, days: int, as_of: int) -> dict[str, Any]:
    """`days`: how long an order counts for a hint, and how long a customer is followed. `as_of`: now, microseconds."""
    hints, effect = Hints(period, days), Effect(period, days, as_of)
    for customer in customers:
        hints.add(customer.exposures, customer.outcomes, customer.orders)
        effect.add(customer.exposures, customer.orders)
    return {"hints": hints.shown(), "effect": effect.shown()}


def said_of_conversion(effect: Mapping[str, Any]) -> str:
    """What may be said of how many ordered."""
    told, days = effect["conversion"], effect["days"]
    offered, held_out, difference = told["offered"], told["held_out"], told["difference"]
    waiting = sum(effect["waiting"].values())
    if difference is None:
        later = f" {waiting:,} more are still within their {days} days." if waiting else ""
        return (
            f"Too little to tell what hints do: {offered['customers']:,} customers who were offered hints and "
            f"{held_out['customers']:,} who were held out have been followed for {days} days; it takes "
            f"{FEWEST_CUSTOMERS} of each, and {FEWEST_ORDERED} who ordered.{later}"
        )
    numbers = (
        f"{percent(offered['rate'])} of those who were offered hints ordered within {days} days, and "
        f"{percent(held_out['rate'])} of those held out: {points(difference)}"
    )
    return _verdict(told["verdict"], numbers, "ordered more often", "ordered less often", "how many order")


def said_of_revenue(told: Mapping[str, Any], days: int) -> str:
    """What may be said of what customers spent, in one currency."""
    offered, held_out, difference = told["offered"], told["held_out"], told["difference"]
    currency = told["currency"]
    if difference is None:
        return (
            f"{currency}: too little to tell: {offered['paid']:,} of those offered and {held_out['paid']:,} of those "
            f"held out paid in it; it takes {FEWEST_PAID} of each."
        )
    low, high = difference["low"], difference["high"]
    numbers = (
        f"{offered['mean']:,.2f} {currency} a customer within {days} days, "
        f"and {held_out['mean']:,.2f} of those held out: "
        f"{difference['estimate']:+,.2f} ({percent(difference['confidence'])} interval {low:+,.2f} to {high:+,.2f})"
    )
    return f"{currency}: " + _verdict(told["verdict"], numbers, "spent more", "spent less", "what customers spend")


def _verdict(verdict: str, numbers: str, more: str, less: str, what: str) -> str:
    if verdict == "no_difference":
        return f"No effect on {what} can be told from chance. {numbers}."
    return f"Who was offered hints {more if verdict == 'more' else less}. {numbers}."


def percent(share: float) -> str:
    """With as many digits as it takes: 5%, 97.5%."""
    return f"{share * 100:.1f}".removesuffix(".0") + "%"


def points(difference: Mapping[str, float]) -> str:
    """A difference of shares in percentage points, with its interval."""
    estimate, low, high = (difference[name] * 100 for name in ("estimate", "low", "high"))
    return f"{estimate:+.1f} points ({percent(difference['confidence'])} interval {low:+.1f} to {high:+.1f})"
