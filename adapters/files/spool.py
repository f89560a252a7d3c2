"""The spool: a file's rows on disk, found again by what they belong to.

The rows of one order may lie anywhere in a file of any size, so they are put into a temporary SQLite
file with the id of their order, and read back order by order, in the order of their first rows.
Memory stays at a batch of rows and the database's small cache; the disk holds one copy of the file.
"""

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from adapters.files.readers import Row, Sheet

BATCH = 5_000

LOAD = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE; PRAGMA cache_size = -16000;
CREATE TABLE rows (number INTEGER PRIMARY KEY, key TEXT, row BLOB);
"""
SORT = """
CREATE INDEX by_key ON rows (key, number);
CREATE TABLE heads (first INTEGER PRIMARY KEY, key TEXT, last INTEGER);
INSERT INTO heads SELECT min(number), key, max(number) FROM rows WHERE key IS NOT NULL GROUP BY key ORDER BY 1;
INSERT INTO heads SELECT number, NULL, number FROM rows WHERE key IS NULL;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The rows of one thing. `first` is where it begins, and so its place among the others."""

    first: int
    rows: list[tuple[int, Row]]


class Spool:
    """The rows of one file.

    `whole` keeps all rows of a group, else a group is its last row. Rows without a key stand
    alone, or with `skip` are left out.
    """

    def __init__(self, sheet: Sheet, key: Callable[[Row], str | None], *, whole: bool, skip: bool = False) -> None:
        self.columns = list(sheet.columns)
        self.whole = whole
        self.folder = tempfile.TemporaryDirectory(prefix="visavis-files-")
        self.database = sqlite3.connect(Path(self.folder.name) / "spool", isolation_level=None, check_same_thread=False)
        self.database.executescript(LOAD)
        keyed = ((number, key(row), row) for number, row in sheet.rows)
        self._load((number, one, orjson.dumps(row)) for number, one, row in keyed if one is not None or not skip)
        self.database.executescript(SORT)
        (self.size,) = self.database.execute("SELECT count(*) FROM heads").fetchone()

    def groups(self, after: int, limit: int) -> list[Group]:
        """The groups that begin behind row `after`."""
        heads = self.database.execute(
            "SELECT first, key, last FROM heads WHERE first > ? ORDER BY first LIMIT ?", (after, limit)
        )
        return [Group(first=first, rows=self._rows(key, last)) for first, key, last in heads.fetchall()]

    def close(self) -> None:
        self.database.close()
        self.folder.cleanup()

    def _load(self, rows: Iterator[tuple[int, str | None, bytes]]) -> None:
        self.database.execute("BEGIN")
        while batch := list(islice(rows, BATCH)):
            self.database.executemany("INSERT INTO rows VALUES (?, ?, ?)", batch)
        self.database.execute("COMMIT")

    def _rows(self, key: str | None, last: int) -> list[tuple[int, Any]]:
        if key is None or not self.whole:
            found = self.database.execute("SELECT number, row FROM rows WHERE number = ?", (last,))
        else:
            found = self.database.execute("SELECT number, row FROM rows WHERE key = ? ORDER BY number", (key,))
        return [(number, orjson.loads(row)) for number, row in found]
