"""Where a stream is: the row it has read to, and within a run also when that began.

Between runs the position lies `lookback` behind what was seen, because a long
transaction shows its rows later than their stamps say. It goes back once for each
news, not for ever: when a run after a quiet while finds nothing newer, the position
moves up, so that a bulk job's ten thousand equal stamps are read again once only.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

Position = tuple[str | None, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """`stamp` and `id` are the position; `newest` the latest stamp of all runs; the rest is of this run."""

    stamp: str | None = None
    id: str = ""
    newest: str | None = None
    is_full: bool = False
    started: str | None = None
    seen: int = 0
    total: int | None = None

    @classmethod
    def of(cls, text: str | None, now: datetime) -> "Cursor":
        """The cursor in a run: one that begins now, or the one that the text is from."""
        cursor = cls(**json.loads(text)) if text else cls(is_full=True)
        return cursor if cursor.started else replace(cursor, started=written(now), seen=0, total=None)

    @property
    def position(self) -> Position:
        return self.stamp, self.id

    def after(self, row: Mapping[str, Any], stamp: str, rows: int, total: int | None) -> "Cursor":
        """Behind that row, the last of so many; `stamp` is the field that rows are ordered by."""
        seen = self.seen + rows
        return replace(self, stamp=written(read(row[stamp])), id=row["Id"], seen=seen, total=total)

    def ended(self, lookback: float) -> "Cursor":
        """The cursor for the next run, which begins far enough behind what this one saw."""
        if self.stamp is None or self.started is None:
            return Cursor()
        has_news = self.newest is None or self.stamp > self.newest
        known = min(self.stamp, self.started) if has_news else self.started
        back = written(read(known) - timedelta(seconds=lookback))
        newest = self.stamp if has_news else self.newest
        if back < self.stamp:
            return Cursor(stamp=back, newest=newest)
        return Cursor(stamp=self.stamp, id=self.id, newest=newest)

    def text(self) -> str | None:
        """As the store keeps it; None when there is nothing to remember."""
        told = {name: value for name, value in asdict(self).items() if value}
        return json.dumps(told, sort_keys=True) if told else None


def read(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp).astimezone(UTC)


def written(moment: datetime) -> str:
    """As SOQL reads it, in one length, so that the order of the texts is that of the times."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
