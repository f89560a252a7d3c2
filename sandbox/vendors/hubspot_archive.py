"""Which records are archived, without reading the whole world each time that someone asks.

Archiving moves a record to the end of its table. So whoever reads on from where the last
reading stopped finds everything that was archived since; a list of the living reads along.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sandbox.tables import Row

Place = tuple[datetime | None, str]
BEGIN: Place = (None, "")
# Rows of this moment may still get company, with a smaller id.
UNSETTLED = timedelta(seconds=2)
AT_ONCE = 1_000


class Archive:
    def __init__(self, world: Any) -> None:
        self._world = world
        self._read_to: dict[str, Place] = {}
        self._found: dict[str, list[tuple[datetime, str]]] = {}

    def passed(self, kind: str, place: Place, rows: Sequence[Row]) -> None:
        """These rows follow `place`; unless that is behind where the reading stopped, it goes on with them."""
        read_to = self._read_to.get(kind, BEGIN)
        if place != BEGIN and (read_to == BEGIN or place > read_to):
            return
        news = [row for row in rows if read_to == BEGIN or (row.modified, row.id) > read_to]
        settled = [row for row in news if row.modified < self._world.clock() - UNSETTLED]
        self._found.setdefault(kind, []).extend((row.modified, row.id) for row in settled if _is_archived(row))
        if settled:
            self._read_to[kind] = settled[-1].modified, settled[-1].id

    def rows(self, kind: str, place: Place) -> Iterator[Row]:
        """The archived records behind a place, in the order in which they were archived."""
        table, newest = self._world.table("hubspot", kind), []
        read_to = self._read_to.get(kind, BEGIN)
        while rows := table.after(*read_to, AT_ONCE):
            self.passed(kind, read_to, rows)
            # What is not settled will be read again; what was restored or archived anew is somewhere else now.
            newest += [(row.modified, row.id) for row in rows if _is_archived(row)]
            read_to = rows[-1].modified, rows[-1].id
        known = sorted({*self._found.get(kind, ()), *newest})
        start = bisect_right(known, place) if place[0] else 0
        for modified, one in known[start:]:
            row = table.get(one)
            if row and row.modified == modified and _is_archived(row):
                yield row


def _is_archived(row: Row) -> bool:
    # A merged record is not archived: its id brings the one that it became.
    return row.deleted and not row.merged_into
