"""A world of a few rows, for tests of one vendor's app: rows are put in by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.tables import Row

START = datetime(2026, 5, 1, 12, tzinfo=UTC)
EPOCH_MS = 1_288_834_974_657


def snowflake(moment: datetime, low: int = 0) -> str:
    return str(((int(moment.timestamp() * 1000) - EPOCH_MS) << 22) | low)


class Table:
    """A TableView over a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}

    def sorted(self) -> list[Row]:
        return sorted(self.rows.values(), key=lambda row: (row.modified, row.id))

    def __len__(self) -> int:
        return len(self.rows)

    def after(self, modified: datetime | None, id: str = "", limit: int = 100) -> list[Row]:
        rows = [row for row in self.sorted() if modified is None or (row.modified, row.id) > (modified, id)]
        return rows[:limit]

    def get(self, id: str) -> Row | None:
        return self.rows.get(id)

    def count_since(self, modified: datetime | None) -> int:
        return sum(modified is None or row.modified >= modified for row in self.rows.values())

    def newest(self, limit: int = 100, before_id: str | None = None) -> list[Row]:
        rows = self.sorted()[::-1]
        start = next((place + 1 for place, row in enumerate(rows) if row.id == before_id), 0)
        return rows[start : start + limit]


class SmallWorld:
    def __init__(self) -> None:
        self.time = START
        self.tables: dict[tuple[str, str], Table] = {}
        values = {"name": "Teashop", "handle": "teashop"}
        self.brand = Row(id="2244994945", kind="user", modified=START, created=START, values=values)

    def clock(self) -> datetime:
        return self.time

    def table(self, system: str, kind: str) -> Table:
        return self.tables.setdefault((system, kind), Table())

    def put(self, system: str, row: Row) -> Row:
        self.table(system, row.kind).rows[row.id] = row
        return row

    def wait(self, seconds: float = 1) -> datetime:
        self.time += timedelta(seconds=seconds)
        return self.time

    # X

    def person(self, number: int) -> Row:
        values = {"name": f"Person {number}", "handle": f"person{number}"}
        row = Row(id=str(1_000_000_000 + number), kind="user", modified=START, created=START, values=values)
        return self.put("x", row)

    def mention(self, author: Row, text: str = "@teashop hello") -> Row:
        return self._post("mention", author, text, None)

    def reply(self, to: Row, text: str = "We are on it") -> Row:
        return self._post("reply", self.brand, text, to)

    def edit(self, row: Row, text: str) -> Row:
        return self.put("x", replace(row, modified=self.wait(), values={**row.values, "text": text}))

    def delete(self, row: Row) -> Row:
        return self.put("x", replace(row, modified=self.wait(), deleted=True))

    def _post(self, kind: str, author: Row, text: str, to: Row | None) -> Row:
        moment = self.wait()
        post_id = snowflake(moment, len(self.table("x", kind)) % 4096)
        values: dict[str, Any] = {
            "text": text,
            "posted_at": moment,
            "author_id": author.id,
            "author_handle": author.values["handle"],
            "conversation_id": to.values["conversation_id"] if to else post_id,
            "in_reply_to": to.id if to else None,
            "in_reply_to_user_id": to.values["author_id"] if to else None,
            "language": "en",
        }
        return self.put("x", Row(id=post_id, kind=kind, modified=moment, created=moment, values=values))
