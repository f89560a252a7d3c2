"""Answering a query from the world's tables, at the cost of what it asks for.

The tables are ordered by (modified, id). A condition on SystemModstamp and Id says where
to begin, so that a page deep in a million rows costs a page; whatever else the condition
says is checked row by row.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from sandbox.tables import Row, TableView
from sandbox.vendors.salesforce_rows import Fields
from sandbox.vendors.salesforce_soql import Both, Condition, Is, Not
from schemas.identifiers import salesforce_id

Key = tuple[datetime, str]

# Behind every id.
LAST = "~"
CHUNK = 500


def rows(table: TableView, where: Condition | None, fits: Callable[[Row], bool], behind: Key | None) -> Iterator[Row]:
    """The rows that fit, in the order of (modified, id), strictly behind that key."""
    if named := ids(where):
        found = [
            row for row in map(table.get, sorted(named)) if row and (not behind or (row.modified, row.id) > behind)
        ]
        yield from sorted(filter(fits, found), key=lambda row: (row.modified, row.id))
        return
    begin = max((each for each in (lowest(where)[0], behind) if each), default=None)
    while True:
        chunk = table.after(begin[0] if begin else None, begin[1] if begin else "", CHUNK)
        yield from filter(fits, chunk)
        if len(chunk) < CHUNK:
            return
        begin = chunk[-1].modified, chunk[-1].id


def count(table: TableView, where: Condition | None, fits: Callable[[Row], bool], all_rows: bool) -> int:
    """How many rows fit; without reading them where the table can say so."""
    begin, is_exact = lowest(where)
    if all_rows and where is None:
        return len(table)
    if all_rows and begin and is_exact:
        return table.count_since(begin[0]) - _up_to(table, begin)
    return sum(1 for _ in rows(table, where, fits, None))


def _up_to(table: TableView, key: Key) -> int:
    """How many rows of that very moment do not lie behind the key."""
    passed, place = 0, (key[0], "")
    while True:
        chunk = table.after(*place, CHUNK)
        ahead = sum(1 for row in chunk if (row.modified, row.id) <= key)
        passed += ahead
        if ahead < CHUNK:
            return passed
        place = chunk[-1].modified, chunk[-1].id


def lowest(where: Condition | None) -> tuple[Key | None, bool]:
    """A key that all fitting rows lie behind, and whether all rows behind it fit."""
    if isinstance(where, Is) and where.field == "SystemModstamp" and isinstance(where.value, datetime):
        edges = {">": (LAST, True), ">=": ("", True), "=": ("", False)}
        if where.operator in edges:
            edge, is_exact = edges[where.operator]
            return (where.value, edge), is_exact
    if not isinstance(where, Both):
        return None, where is None
    if where.all:
        return _lowest_of_all(where)
    if keyset := _keyset(where):
        return keyset, True
    edges = [lowest(part) for part in where.parts]
    keys = [key for key, _ in edges if key]
    return (min(keys) if len(keys) == len(edges) else None), all(is_exact for _, is_exact in edges)


def _lowest_of_all(where: Both) -> tuple[Key | None, bool]:
    edges = [lowest(part) for part in where.parts]
    keys = [key for key, _ in edges if key]
    moment = next((part.value for part in where.parts if _is(part, "SystemModstamp", "=")), None)
    behind = next((part.value for part in where.parts if _is(part, "Id", ">")), None)
    if moment and behind:
        keys.append((moment, behind))
    return max(keys, default=None), all(is_exact for _, is_exact in edges)


def _keyset(where: Both) -> Key | None:
    """The key, when the condition is "at this moment behind this id, or later"."""
    later = next((part.value for part in where.parts if _is(part, "SystemModstamp", ">")), None)
    same = next((part for part in where.parts if isinstance(part, Both) and part.all), None)
    if later is None or same is None or len(where.parts) != 2 or len(same.parts) != 2:
        return None
    key, _ = _lowest_of_all(same)
    names = {(part.field, part.operator) for part in same.parts if isinstance(part, Is)}
    return key if names == {("SystemModstamp", "="), ("Id", ">")} and key and key[0] == later else None


def _is(part: Condition, field: str, operator: str) -> bool:
    return isinstance(part, Is) and part.field == field and part.operator == operator


def ids(where: Condition | None) -> frozenset[str]:
    """The ids that all fitting rows are among; none when the condition doesn't name them."""
    if isinstance(where, Is) and where.field == "Id" and where.operator in ("=", "IN"):
        named = where.value if isinstance(where.value, tuple) else (where.value,)
        return frozenset(each for each in named if each)
    if isinstance(where, Both) and where.all:
        return next((found for found in map(ids, where.parts) if found), frozenset())
    return frozenset()


def holds(where: Condition | None, value: Callable[[str], Any]) -> bool:
    """Whether the condition holds for the row whose field values those are."""
    if where is None:
        return True
    if isinstance(where, Not):
        return not holds(where.part, value)
    if isinstance(where, Both):
        return (all if where.all else any)(holds(part, value) for part in where.parts)
    if where.operator in ("IN", "NOT IN"):
        wanted = {_caseless(where.field, each) for each in where.value}
        return (_caseless(where.field, value(where.field)) in wanted) == (where.operator == "IN")
    return _compare(_caseless(where.field, value(where.field)), where.operator, _caseless(where.field, where.value))


def _caseless(field: str, value: Any) -> Any:
    """Text is compared without case, ids are not."""
    return value.casefold() if isinstance(value, str) and not field.endswith("Id") else value


def _compare(actual: Any, operator: str, wanted: Any) -> bool:
    if operator == "LIKE":
        pattern = re.escape(str(wanted)).replace("%", ".*").replace("_", ".")
        return actual is not None and re.fullmatch(pattern, str(actual), re.DOTALL) is not None
    if isinstance(wanted, datetime | date) and isinstance(actual, str):
        # Upper case again: the T between day and time lost it with the rest.
        moment = datetime.fromisoformat(actual.upper())
        actual = moment.replace(tzinfo=moment.tzinfo or UTC) if isinstance(wanted, datetime) else moment.date()
    if operator in ("=", "!="):
        return (actual == wanted) == (operator == "=")
    if actual is None or wanted is None:
        return False
    return {"<": actual < wanted, "<=": actual <= wanted, ">": actual > wanted, ">=": actual >= wanted}[operator]


def full_ids(where: Condition | None) -> Condition | None:
    """The condition with ids of 15 characters in their 18-character form."""
    if isinstance(where, Not):
        return Not(full_ids(where.part))
    if isinstance(where, Both):
        return replace(where, parts=tuple(map(full_ids, where.parts)))
    if isinstance(where, Is) and where.field.endswith("Id"):
        values = where.value if isinstance(where.value, tuple) else (where.value,)
        full = tuple(salesforce_id(each) if isinstance(each, str) else each for each in values)
        return replace(where, value=full if isinstance(where.value, tuple) else full[0])
    return where


def ordered(found: list[Fields], order: tuple[tuple[str, bool], ...], value: Callable[[Fields, str], Any]) -> None:
    """Sort in place; nulls come first, as Salesforce's default has it."""
    for name, is_descending in reversed(order):
        found.sort(key=lambda each, name=name: _sortable(value(each, name)), reverse=is_descending)


def _sortable(value: Any) -> tuple[bool, Any]:
    return value is not None, "" if value is None else value


def sliced(found: Iterator[Any], offset: int, limit: int | None) -> Iterator[Any]:
    return islice(found, offset, None if limit is None else offset + limit)
