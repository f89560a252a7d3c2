"""Cells: what spread-sheets and exports do to ids, numbers, dates and truths, undone.

A reading is strict: a number that could mean two things is unreadable, for a wrong amount
looks as right as the right one.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

TRUE = frozenset({"true", "t", "yes", "y", "1", "x", "ja", "oui", "si", "sí", "sì"})
FALSE = frozenset({"false", "f", "no", "n", "0", "nein", "non"})

# 12345.0: what a spread-sheet makes of an id when a cell of the column is empty.
FLOAT_ID = re.compile(r"(-?\d+)\.0+")
# 1.23457E+11: what it shows of a longer one. The digits are lost.
ROUNDED_ID = re.compile(r"\d(\.\d+)?[eE]\+\d+")
PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
EXACT = 2**53
# What stands for a minus in print, and between thousands in Switzerland.
MINUS, APOSTROPHES = "\u2212", "'\u2019"


class UnreadableError(ValueError):
    """A cell that says nothing of the kind it should. Names the column, never the value."""

    def __init__(self, columns: tuple[str, ...], why: str) -> None:
        super().__init__(f"{', '.join(columns)}: {why}")
        self.columns, self.why = columns, why


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the cells of a stream are written."""

    decimal: str = "."
    formats: tuple[str, ...] = ()
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))


def text(cell: Any) -> str | None:
    """A cell as text; None when it is empty."""
    if cell is None or cell != cell:  # noqa: PLR0124 - a float that is no number is an empty cell
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT:
        cell = int(cell)
    return str(cell).strip() or None


def identity(cell: Any) -> str | None:
    """An id, without the decimal places of a spread-sheet. Raises ValueError when it has lost digits."""
    if isinstance(cell, float) and abs(cell) >= EXACT:
        raise ValueError("an id that was rounded")
    written = text(cell)
    if written is None:
        return None
    if ROUNDED_ID.fullmatch(written):
        raise ValueError("an id that was rounded")
    whole = FLOAT_ID.fullmatch(written)
    return whole[1] if whole else written


def number(cell: Any, decimal: str = ".") -> Decimal | None:
    """An exact number. Thousands may be grouped by threes; a currency sign, brackets or a last minus may stand by."""
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        return None if cell != cell else Decimal(str(cell))  # noqa: PLR0124
    written = text(cell)
    if written is None:
        return None
    written, negative = _unsigned(written)
    group = "," if decimal == "." else "."
    whole, point, places = written.partition(decimal)
    parts = re.split(rf"[{re.escape(group)}{APOSTROPHES} ]", whole)
    if len(parts) > 1 and (not 1 <= len(parts[0]) <= 3 or any(len(part) != 3 for part in parts[1:])):
        raise ValueError("not a number")
    plain = "".join(parts) + ("." + places if point else "")
    if not plain.isascii() or not PLAIN.fullmatch(plain):
        raise ValueError("not a number")
    return -Decimal(plain) if negative else Decimal(plain)


def _unsigned(written: str) -> tuple[str, bool]:
    """The number's text without sign, currency and odd spaces, and whether it is negative."""
    kept = "".join(
        " " if unicodedata.category(letter) == "Zs" else "-" if letter == MINUS else letter
        for letter in written
        if unicodedata.category(letter) != "Sc"
    ).strip()
    negative = False
    if kept.startswith("(") and kept.endswith(")"):
        kept, negative = kept[1:-1].strip(), True
    elif kept.startswith("-"):
        kept, negative = kept[1:].strip(), True
    elif kept.endswith("-"):
        kept, negative = kept[:-1].strip(), True
    return kept.removeprefix("+"), negative


def time(cell: Any, reading: Reading, formats: tuple[str, ...] = ()) -> datetime | None:
    """A moment. One without a zone is in the stream's."""
    written = text(cell)
    if written is None:
        return None
    moment = _moment(written, formats or reading.formats)
    return (moment if moment.tzinfo else moment.replace(tzinfo=reading.zone)).astimezone(UTC)


def day(cell: Any, reading: Reading, formats: tuple[str, ...] = ()) -> date | None:
    """A calendar day, whatever the zone."""
    written = text(cell)
    return _moment(written, formats or reading.formats).date() if written else None


def _moment(written: str, formats: tuple[str, ...]) -> datetime:
    if not formats:
        return datetime.fromisoformat(written)
    for one in formats:
        try:
            if one in ("epoch", "epoch_ms"):
                return datetime.fromtimestamp(float(written) / (1000 if one == "epoch_ms" else 1), UTC)
            return datetime.strptime(written, one)
        except (ValueError, OverflowError):
            continue
    raise ValueError("not a date in the format of the settings")


def truth(cell: Any) -> bool | None:
    written = text(cell)
    if written is None:
        return None
    if written.casefold() in TRUE:
        return True
    if written.casefold() in FALSE:
        return False
    raise ValueError("neither yes nor no")
