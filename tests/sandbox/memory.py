"""A world of a few rows that a test writes by hand, behind the interface of sandbox.tables."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.tables import Row
from schemas.identifiers import salesforce_id

START = datetime(2026, 5, 1, 8, tzinfo=UTC)
PREFIXES = {"contact": "003", "account": "001", "order": "801", "opportunity": "006", "case": "500"}


class MemoryTable:
    """A TableView over a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def _sorted(self) -> list[Row]:
        return sorted(self.rows.values(), key=lambda row: (row.modified, row.id))

    def after(self, modified: datetime | None, id: str = "", limit: int = 100) -> list[Row]:
        return [row for row in self._sorted() if modified is None or (row.modified, row.id) > (modified, id)][:limit]

    def get(self, id: str) -> Row | None:
        return self.rows.get(id)

    def count_since(self, modified: datetime | None) -> int:
        return sum(1 for row in self.rows.values() if modified is None or row.modified >= modified)

    def newest(self, limit: int = 100, before_id: str | None = None) -> list[Row]:
        rows = self._sorted()[::-1]
        ids = [row.id for row in rows]
        return rows[ids.index(before_id) + 1 if before_id in ids else 0 :][:limit]


class MemoryWorld:
    """Tables that are empty until a test puts rows into them."""

    people, seed = 0, 0

    def __init__(self) -> None:
        self.tables: dict[tuple[str, str], MemoryTable] = {}

    def table(self, system: str, kind: str) -> MemoryTable:
        return self.tables.setdefault((system, kind), MemoryTable())

    def put(self, kind: str, number: int, /, *, at: float = 0, **values: Any) -> Row:
        """A row of Salesforce's, changed so many seconds after START."""
        row = Row(id=sf_id(kind, number), kind=kind, modified=moment(at), created=START, values=values)
        return self._kept(row)

    def change(self, row: Row, /, *, at: float, **values: Any) -> Row:
        return self._kept(replace(row, modified=moment(at), values={**row.values, **values}))

    def delete(self, row: Row, *, at: float, merged_into: str | None = None) -> Row:
        return self._kept(replace(row, modified=moment(at), deleted=True, merged_into=merged_into))

    def purge(self, rows: Iterable[Row]) -> None:
        for row in rows:
            del self.table("salesforce", row.kind).rows[row.id]

    def _kept(self, row: Row) -> Row:
        self.table("salesforce", row.kind).rows[row.id] = row
        return row


def sf_id(kind: str, number: int) -> str:
    return salesforce_id(f"{PREFIXES[kind]}{number:012d}")


def moment(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)
