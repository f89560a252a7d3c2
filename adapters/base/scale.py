"""Scales: a source's own ratings as shares, from 0 (the worst) to 1 (the best).

A rating of 3 is the best of one survey and the middle of another, so a scale is never guessed:
the settings name its ends (`satisfaction_scale = "1-5"`), or nothing is said of satisfaction.
"""

from decimal import Decimal, InvalidOperation
from typing import Any


def share(rating: Any, scale: str | None) -> str | None:
    """Where a rating lies between the worst and the best one; None for one beyond them, or without a scale."""
    worst, best = (Decimal(end) for end in (scale or "0-0").split("-"))
    try:
        lies = (Decimal(str(rating)) - worst) / (best - worst)
    except (InvalidOperation, ZeroDivisionError):
        return None
    return f"{lies:.4f}".rstrip("0").rstrip(".") if 0 <= lies <= 1 else None
