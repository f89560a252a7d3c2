"""Paging: a TableView that computes only the rows of the page, under what ticks changed."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import datetime

from sandbox.ids import Ids
from sandbox.layout import EPOCH, Layout
from sandbox.overlay import Key, Overlay
from sandbox.rows.spot import Spot, moment
from sandbox.tables import Row


class PagedTable:
    """See TableView. `make` turns a spot into its row."""

    def __init__(
        self,
        system: str,
        kind: str,
        layout: Layout,
        ids: Ids,
        make: Callable[[Spot], Row],
        overlay: Overlay,
    ) -> None:
        self.system, self.kind, self.layout, self.ids = system, kind, layout, ids
        self.make = make
        self._lock = overlay.lock
        self.layer = overlay.layer(system, kind)

    def __len__(self) -> int:
        return self.layout.count + self.layer.added

    def after(self, modified: datetime | None, id: str = "", limit: int = 100) -> list[Row]:
        key = None if modified is None else (modified, id)
        with self._lock:
            changed = self.layer.after(key, limit)
            hidden = self.layer.hidden
            places = range(self._first_behind(key), self.layout.count)
            page = list(self._some(places, hidden, limit))
        return _merged(page, changed, limit) if changed else page

    def newest(self, limit: int = 100, before_id: str | None = None) -> list[Row]:
        key = self._key_of(before_id) if before_id is not None else None
        if before_id is not None and key is None:
            return []
        with self._lock:
            changed = self.layer.before(key, limit)
            end = self.layout.count if key is None else self._first_behind(key)
            if key is not None and end and self._key(end - 1) == key:
                end -= 1
            page = list(self._some(range(end - 1, -1, -1), self.layer.hidden, limit))
        return _merged(page, changed, limit, newest_first=True) if changed else page

    def get(self, id: str) -> Row | None:
        with self._lock:
            changed = self.layer.rows.get(id)
        if changed is not None:
            return changed
        place = self.ids.find(self.layout, id)
        return None if place is None or self.ids.at(self.layout, place) != id else self.row(place)

    def count_since(self, modified: datetime | None) -> int:
        if modified is None:
            return len(self)
        with self._lock:
            first = self._first_behind((modified, ""))
            replaced = sum(1 for place in self.layer.hidden if place >= first)
            return self.layout.count - first - replaced + self.layer.count_since(modified)

    def row(self, place: int) -> Row:
        """The computed row at a place, whatever ticks did to it."""
        return self.make(self.spot(place))

    def spot(self, place: int) -> Spot:
        owner, which = self.layout.owner(place)
        id, number = self.ids.at(self.layout, place), self.layout.number(place)
        return Spot(self.system, self.kind, owner, which, id, number, self.layout.seconds(place))

    def id_of(self, owner: int, which: int) -> str:
        return self.ids.at(self.layout, self.layout.place(owner, which))

    def lay(self, row: Row, person: int | None) -> None:
        """Let a row lie over the computed ones from now on."""
        with self._lock:
            self.layer.put(row, self.ids.find(self.layout, row.id), person)

    def owner_of(self, id: str) -> int | None:
        """The person to whom a row belongs."""
        with self._lock:
            if id in self.layer.people:
                return self.layer.people[id]
        place = self.ids.find(self.layout, id)
        return None if place is None else self.layout.owner(place)[0]

    def _some(self, places: range, hidden: set[int], limit: int) -> Iterator[Row]:
        left = limit
        for place in places:
            if left <= 0:
                return
            if place not in hidden:
                left -= 1
                yield self.row(place)

    def _first_behind(self, key: Key | None) -> int:
        """The first place whose (modified, id) is greater than the key."""
        if key is None:
            return 0
        modified, id = key
        whole = (modified - EPOCH).days * 86_400 + (modified - EPOCH).seconds
        places, seconds = range(self.layout.count), self.layout.seconds
        if modified.microsecond:
            return bisect_left(places, whole + 1, key=seconds)
        first = bisect_left(places, whole, key=seconds)
        if not id or first == len(places) or seconds(first) != whole:
            return first
        last = bisect_left(places, whole + 1, lo=first, key=seconds)
        return bisect_left(places, True, lo=first, hi=last, key=lambda place: self.ids.at(self.layout, place) > id)

    def _key(self, place: int) -> Key:
        return moment(self.layout.seconds(place)), self.ids.at(self.layout, place)

    def _key_of(self, id: str) -> Key | None:
        row = self.get(id)
        if row is not None:
            return row.modified, row.id
        seconds = self.ids.seconds(id)
        return None if seconds is None else (moment(seconds), id)


def _merged(page: list[Row], changed: list[Row], limit: int, newest_first: bool = False) -> list[Row]:
    rows = sorted([*page, *changed], key=lambda row: (row.modified, row.id), reverse=newest_first)
    return rows[:limit]
