"""The report's charts: shares and differences with their intervals, each a small drawing in its row of a table.

The row tells the same in figures, so the drawing is for the eye alone. All of one table share a scale.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 240, 22
# So that the ends of an interval, and a dot at zero, are seen whole.
MARGIN = 6


@dataclass(frozen=True, slots=True)
class Mark:
    """An estimate and its interval, as places on the drawing; `zero` is where nothing is."""

    at: float
    low: float
    high: float
    zero: float
    width: int = WIDTH
    height: int = HEIGHT


def shares(rows: Iterable[Mapping[str, Any]]) -> list[Mark | None]:
    """Rows with `rate`, `low` and `high` (or none), from zero to the highest of them."""
    rows = list(rows)
    top = max((row["high"] for row in rows if row["rate"] is not None), default=1.0) or 1.0
    return [None if row["rate"] is None else _mark(row["rate"], row["low"], row["high"], 0.0, top) for row in rows]


def difference(told: Mapping[str, float] | None) -> Mark | None:
    """A difference with zero in the middle: an interval that crosses the middle says nothing."""
    if told is None:
        return None
    reach = max(abs(told["low"]), abs(told["high"])) or 1.0
    return _mark(told["estimate"], told["low"], told["high"], -reach, reach)


def _mark(estimate: float, low: float, high: float, start: float, end: float) -> Mark:
    def place(value: float) -> float:
        return round(MARGIN + (value - start) / (end - start) * (WIDTH - 2 * MARGIN), 1)

    return Mark(place(estimate), place(low), place(high), place(0.0))
