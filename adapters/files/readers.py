"""Readers: a file as its columns and its rows, whatever its format.

A row is a list of cells that JSON can hold, or an object of JSON Lines. A row that is broken as
a whole is a text instead, which says what is wrong with it; the rows behind it are read on.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import orjson

from adapters.base import SourceChangedError
from adapters.files import parquet
from adapters.files.found import Found, opened
from adapters.files.mapping import Table

DELIMITERS = (",", ";", "\t", "|")
# The first objects of a JSON Lines file tell which columns it has; others may come later.
TELLING = 200

Row = list[Any] | dict[str, Any] | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A file that is open: its columns, and its rows with their numbers, as a person counts them.

    Objects of JSON Lines name their own columns; then `columns` is empty.
    """

    columns: Sequence[str]
    rows: Iterator[tuple[int, Row]]


def read(file: Found, table: Table, where: str) -> Sheet:
    """Open a file. Raises SourceChangedError when it has not the columns of the mapping, or two of one name."""
    where = f"{where} {file.name}"
    kind = table.format or file.format()
    if kind is None:
        raise SourceChangedError(f"{where}: its name does not say what it is; set format")
    sheet = {"csv": _csv, "jsonl": _json_lines, "parquet": _parquet}[kind](file, table, where)
    if kind == "jsonl":
        return sheet
    named = [column for column in sheet.columns if column]
    twice = dict.fromkeys(column for column in named if named.count(column) > 1)
    if twice:
        raise SourceChangedError(f"{where}: has more than one column called {', '.join(twice)}")
    missing = [column for column in table.columns() if column not in sheet.columns]
    if missing:
        raise SourceChangedError(f"{where}: lacks the columns {', '.join(missing)}")
    return sheet


def _csv(file: Found, table: Table, where: str) -> Sheet:
    encoding = table.encoding or file.encoding
    try:
        delimiter = table.delimiter or _delimiter(file, encoding, table.columns())
    except (UnicodeDecodeError, LookupError):
        raise SourceChangedError(f"{where}: is not {encoding}; set encoding") from None
    lines = _csv_lines(file, encoding, delimiter, where)
    _, header = next(lines, (0, []))
    columns = [column.strip() for column in header]
    return Sheet(columns=columns, rows=_csv_rows(lines, len(columns)))


def _csv_lines(file: Found, encoding: str, delimiter: str, where: str) -> Iterator[tuple[int, list[str]]]:
    with io.TextIOWrapper(opened(file.path), encoding=_without_mark(encoding), newline="") as text:
        reader = csv.reader(text, delimiter=delimiter)
        try:
            while True:
                # A row may hold line breaks: its number is that of its first line.
                number = reader.line_num + 1
                yield number, next(reader)
        except StopIteration:
            return
        except UnicodeDecodeError:
            raise SourceChangedError(f"{where}: is not {encoding} throughout; set encoding") from None
        except csv.Error:
            raise SourceChangedError(f"{where}: cannot be read as CSV from row {number} on") from None


def _csv_rows(lines: Iterator[tuple[int, list[str]]], width: int) -> Iterator[tuple[int, Row]]:
    for number, cells in lines:
        if not any(cells):
            continue
        # Spread-sheets leave empty cells behind the last column, or leave them out.
        while len(cells) > width and not cells[-1]:
            cells.pop()
        if len(cells) == width:
            yield number, cells
        else:
            yield number, f"it has {len(cells)} cells and the file {width} columns"


def _delimiter(file: Found, encoding: str, wanted: Sequence[str]) -> str:
    """The delimiter with which the first line has most of the columns that are wanted, then most columns."""
    with io.TextIOWrapper(opened(file.path), encoding=_without_mark(encoding), newline="") as text:
        first = text.readline()

    def fits(delimiter: str) -> tuple[int, int]:
        columns = [column.strip() for column in next(csv.reader([first], delimiter=delimiter), [])]
        return sum(column in columns for column in wanted), len(columns)

    return max(DELIMITERS, key=fits)


def _without_mark(encoding: str) -> str:
    """UTF-8 with or without the mark that some programs put in front."""
    return "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding


def _json_lines(file: Found, table: Table, where: str) -> Sheet:
    objects = _objects(file)
    first = list(islice(objects, TELLING))
    told = [row for _, row in first if isinstance(row, dict)]
    needed = table.fields["external_id"][0].columns
    lacks = [column for column in needed if told and all(cell(row, column) is None for row in told)]
    if lacks:
        raise SourceChangedError(f"{where}: lacks the columns {', '.join(lacks)}")
    return Sheet(columns=(), rows=chain(first, objects))


def _objects(file: Found) -> Iterator[tuple[int, dict[str, Any] | str]]:
    with opened(file.path) as lines:
        for number, line in enumerate(lines, 1):
            if line.strip(b"\xef\xbb\xbf \t\r\n"):
                yield number, _object(line.removeprefix(b"\xef\xbb\xbf"))


def _object(line: bytes) -> dict[str, Any] | str:
    try:
        told = orjson.loads(line)
    except orjson.JSONDecodeError:
        return "it is no JSON"
    return told if isinstance(told, dict) else "it is no JSON object"


def cell(row: dict[str, Any], column: str) -> Any:
    """An object's value of that name, or, with dots in it, of that path."""
    if column in row or "." not in column:
        return row.get(column)
    inner: Any = row
    for part in column.split("."):
        inner = inner.get(part) if isinstance(inner, dict) else None
    return inner


def _parquet(file: Found, table: Table, where: str) -> Sheet:
    columns, rows = parquet.read(file.path, where)
    return Sheet(columns=columns, rows=rows)
