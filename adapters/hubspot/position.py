"""Where a stream is: in the list of all, in a search for changes, or in the list of what was archived.

    full:        list ──► archived ──► (end)
    incremental: search ──► archived ──► (end)

A search reads one fixed range of modification times, ordered by id, and each page begins
behind the last id. So it never meets the limit of 10,000 hits, however many records share
one moment; what changes while it runs leaves the range and is the next run's.

Times are milliseconds since 1970, as HubSpot's filters want them.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def millis(moment: datetime | str | None) -> int:
    """Milliseconds since 1970; 0 for none. HubSpot writes moments as ISO 8601, rarely as milliseconds."""
    if not moment:
        return 0
    if isinstance(moment, str):
        moment = EPOCH + timedelta(milliseconds=int(moment)) if moment.isdigit() else datetime.fromisoformat(moment)
    return (moment - EPOCH) // timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    phase: str = "list"
    # Where the phase's next page begins: the list's token, or the last id of a search.
    after: str = ""
    # The run: it reads what was modified from `since` to `until`; 0 means that it has not begun.
    since: int = 0
    until: int = 0
    seen: int = 0
    total: int | None = None
    # The archived list is read over several runs when it is long; what was archived before `archived_since` was told.
    archived_after: str = ""
    archived_since: int = 0
    archived_until: int = 0
    archived_seen: int = 0
    archived_pages: int = 0

    @classmethod
    def read(cls, cursor: str | None) -> "Position":
        return cls(**json.loads(cursor)) if cursor else cls()

    def __str__(self) -> str:
        blank = asdict(Position())
        told = {name: value for name, value in asdict(self).items() if value != blank[name]}
        return json.dumps({"phase": self.phase} | told)

    def begun(self, now: datetime) -> "Position":
        return self if self.until else replace(self, until=millis(now), seen=0, total=None)

    def saw(self, items: list[Mapping[str, Any]], modified: str) -> "Position":
        """`modified` is the property by which the source searches; some lists tell it only at the top."""
        moments = [
            millis((item.get("properties") or {}).get(modified) or item.get("updatedAt"))
            for item in items
            if isinstance(item, dict)
        ]
        return replace(self, seen=max([self.seen, *moments]))

    def turned(self, lookback: float) -> "Position":
        """All changes are read: on to what was archived. The next run begins behind the last word of this one."""
        since = min(self.seen, self.until) - round(lookback * 1000) if self.seen else self.since
        return replace(self, phase="archived", after="", since=max(0, since), total=None, archived_pages=0)

    def sweeping(self, now: datetime) -> "Position":
        """A new comparison of the archived list begins, unless one is under way."""
        return self if self.archived_until else replace(self, archived_until=millis(now), archived_seen=0)

    def swept(self, lookback: float) -> "Position":
        """The archived list was read to its end."""
        newest = min(self.archived_seen, self.archived_until) - round(lookback * 1000)
        since = max(0, newest) if self.archived_seen else self.archived_since
        return replace(self, archived_since=since, archived_after="", archived_until=0, archived_seen=0)

    def ended(self) -> "Position":
        """The run is over; the next one searches."""
        return replace(self, phase="search", after="", until=0, seen=0, total=None, archived_pages=0)
