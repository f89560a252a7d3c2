"""Worth: what is gained by looking at a possible match, in points. It orders a queue and says nothing else.

Two halves of a good customer, or of one who waits for an answer, are looked at before two
who never bought. Points grow with the logarithm, so that nobody outweighs all others.
"""

import math
from collections.abc import Mapping
from typing import Any

# Points of a doubling of the number of each.
ORDERS, OPEN_TICKETS, VIEWS = 10, 20, 5
# Points of ten times the money, in the currency in which it is most: currencies are never added.
MONEY = 10


def worth(document: Mapping[str, Any] | None, views: int = 0) -> int:
    """Points of one profile. `document`: as it is served; None when it was not built yet. `views`: lately."""
    if document is None:
        return 0
    orders, tickets = document.get("orders") or {}, document.get("tickets") or {}
    money = max((_amount(total) for total in orders.get("totals", ())), default=0.0)
    points = (
        ORDERS * math.log2(1 + orders.get("count", 0))
        + OPEN_TICKETS * math.log2(1 + tickets.get("open_count", 0))
        + VIEWS * math.log2(1 + views)
        + MONEY * math.log10(1 + money)
    )
    return round(points)


def rank(worth: int, certainty: int) -> int:
    """The place in the queue: what both are worth, times how sure it is. Who is worth nothing has a place, too."""
    return (100 + worth) * certainty


def certainty(strength: float | None, probability: float | None, *, possible: float, sure: float) -> int:
    """Thousandths. A rule's bits count from the first possible match (500) to where no rule is needed (950)."""
    found = [0.0]
    if strength is not None:
        found.append(500 + 450 * min(1.0, max(0.0, (strength - possible) / max(1.0, sure - possible))))
    if probability is not None:
        found.append(950 * probability)
    return round(max(found))


def _amount(total: Mapping[str, Any]) -> float:
    try:
        return max(0.0, float(total.get("net") or 0))
    except ValueError:
        return 0.0
