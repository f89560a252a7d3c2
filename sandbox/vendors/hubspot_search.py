"""HubSpot's search: filters, one sort, pages by offset up to a limit of hits, an index that lags.

Archived records are never found. A property that a record does not have matches nothing,
without an error. developers.hubspot.com/docs/api/crm/search, read 2026-11.
"""

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from operator import ge, gt, le, lt
from typing import Any

from sandbox.tables import Row, TableView
from sandbox.vendors.hubspot_records import MODIFIED, properties

LARGEST_PAGE = 200
COMPARE = {"GT": gt, "GTE": ge, "LT": lt, "LTE": le}
# So many answers are remembered, for the next page of the same question.
REMEMBERED = 8
TICK = timedelta(microseconds=1)
# Above this, the number of all records is told with the archived ones: counting them would read every row.
COUNTED = 5_000


class InvalidError(Exception):
    """A request that HubSpot answers with 400."""


class Search:
    def __init__(self, world: Any, most_hits: int, lag_seconds: float) -> None:
        self._world, self._most, self._lag = world, most_hits, timedelta(seconds=lag_seconds)
        self._remembered: dict[str, list[str]] = {}

    def answer(self, kind: str, asked: Mapping[str, Any]) -> tuple[int, list[Row], str | None]:
        """How many there are, those of the page, and where the next page begins."""
        limit, offset = int(asked.get("limit") or 10), int(asked.get("after") or 0)
        if not 1 <= limit <= LARGEST_PAGE or offset < 0:
            raise InvalidError(f"limit must be between 1 and {LARGEST_PAGE}")
        if offset + limit > self._most:
            raise InvalidError(f"paging past {self._most} results is not supported")
        if len(asked.get("sorts") or ()) > 1:
            raise InvalidError("only one sort is supported")
        table = self._world.table("hubspot", kind)
        if not asked.get("filterGroups") and len(table) > COUNTED:
            return len(table), [row for row in table.after(None, limit=limit) if not row.deleted], str(limit)
        ids = self._found(table, kind, asked)
        rows = [row for one in ids[offset : offset + limit] if (row := table.get(one)) and self._visible(row)]
        end = offset + limit
        return len(ids), rows, str(end) if len(ids) > end else None

    def matches(self, kind: str, name: str, value: str) -> Iterator[Row]:
        """The living rows with this value of a property, as a batch read by `idProperty` wants them."""
        wanted = {"propertyName": name, "operator": "EQ", "value": value}
        return (row for row in self._rows(self._world.table("hubspot", kind), None) if _fits(row, [wanted]))

    def _visible(self, row: Row) -> bool:
        return not row.deleted and row.modified <= self._world.clock() - self._lag

    def _found(self, table: TableView, kind: str, asked: Mapping[str, Any]) -> list[str]:
        """The ids of all hits, in order. A question about a past range is answered from memory on its next page."""
        groups = [list(group["filters"]) for group in asked.get("filterGroups") or ()] or [[]]
        sort = (asked.get("sorts") or [{}])[0]
        by_id = sort.get("propertyName") == "hs_object_id" and sort.get("direction", "ASCENDING") == "ASCENDING"
        behind = _behind(groups) if by_id else None
        if behind is None:
            return _sorted([row for row in self._candidates(table, kind, groups)], sort)
        rest = [one for one in groups[0] if one["propertyName"] != "hs_object_id"]
        key = json.dumps([kind, len(table), rest], sort_keys=True)
        ids = self._remembered.pop(key, None)
        if ids is None or not self._all_fit(table, ids, behind, rest):
            ids = _sorted(self._candidates(table, kind, [rest]), sort)
        if _until(rest, kind) < self._world.clock() - self._lag:
            self._remembered[key] = ids
            while len(self._remembered) > REMEMBERED:
                del self._remembered[next(iter(self._remembered))]
        return ids[bisect_right(ids, behind, key=int) :]

    def _all_fit(self, table: TableView, ids: list[str], behind: int, filters: list[Any]) -> bool:
        """Whether the hits of the next page are as they were; what changed meanwhile has left the range."""
        start = bisect_right(ids, behind, key=int)
        rows = [table.get(one) for one in ids[start : start + LARGEST_PAGE]]
        return all(row and self._visible(row) and _fits(row, filters) for row in rows)

    def _candidates(self, table: TableView, kind: str, groups: list[list[Any]]) -> list[Row]:
        starts = [_since(filters, kind) for filters in groups]
        start = None if None in starts else min(starts)
        found = (row for row in self._rows(table, start) if any(_fits(row, filters) for filters in groups))
        return list(found)

    def _rows(self, table: TableView, start: datetime | None) -> Iterator[Row]:
        modified, one = (start - TICK if start else None), ""
        while rows := table.after(modified, one, 1000):
            yield from (row for row in rows if self._visible(row))
            modified, one = rows[-1].modified, rows[-1].id


def _behind(groups: list[list[Any]]) -> int | None:
    """The id that a page begins behind, when that is how the question goes on."""
    told = [one for one in groups[0] if one["propertyName"] == "hs_object_id"]
    if len(groups) != 1 or len(told) != 1 or told[0]["operator"] != "GT":
        return None
    return int(told[0]["value"])


def _bound(filters: list[Any], kind: str, operators: tuple[str, ...], value: str) -> list[datetime]:
    name = MODIFIED.get(kind, "hs_lastmodifieddate")
    return [_moment(one[value]) for one in filters if one["propertyName"] == name and one["operator"] in operators]


def _since(filters: list[Any], kind: str) -> datetime | None:
    return max(_bound(filters, kind, ("GT", "GTE", "BETWEEN"), "value"), default=None)


def _until(filters: list[Any], kind: str) -> datetime:
    told = _bound(filters, kind, ("LT", "LTE"), "value") + _bound(filters, kind, ("BETWEEN",), "highValue")
    return min(told, default=datetime.max.replace(tzinfo=UTC))


def _moment(value: Any) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(value))


def _fits(row: Row, filters: list[Any]) -> bool:
    told = properties(row)
    return all(_one_fits(told.get(one["propertyName"]), one) for one in filters)


def _one_fits(held: str | None, asked: Mapping[str, Any]) -> bool:
    operator = asked["operator"]
    if operator in ("HAS_PROPERTY", "NOT_HAS_PROPERTY"):
        return (held is None) == (operator == "NOT_HAS_PROPERTY")
    if held is None:
        return False
    if operator == "IN":
        return held.lower() in [str(one).lower() for one in asked["values"]]
    value = asked.get("value")
    if value is None:
        raise InvalidError(f"{operator} needs a value")
    if operator == "EQ":
        return _comparable(held) == _comparable(str(value))
    if operator == "BETWEEN":
        return _comparable(str(value)) <= _comparable(held) <= _comparable(str(asked["highValue"]))
    if operator not in COMPARE:
        raise InvalidError(f"operator {operator} is not played here")
    return COMPARE[operator](_comparable(held), _comparable(str(value)))


def _comparable(value: str) -> tuple[int, float | str]:
    """Numbers before text; a moment is its milliseconds, as filters write it."""
    try:
        return 0, float(value)
    except ValueError:
        pass
    try:
        return 0, datetime.fromisoformat(value).timestamp() * 1000
    except ValueError:
        return 1, value.lower()


def _sorted(rows: list[Row], sort: Mapping[str, Any]) -> list[str]:
    name = sort.get("propertyName", "hs_object_id")
    if name == "hs_object_id":
        rows.sort(key=lambda row: int(row.id))
    else:
        rows.sort(key=lambda row: _comparable(properties(row).get(name) or ""))
    ids = [row.id for row in rows]
    return ids[::-1] if sort.get("direction") == "DESCENDING" else ids
