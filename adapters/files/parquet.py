"""Parquet, through pyarrow: a batch of rows at a time, with cells that JSON can hold."""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from adapters.base import SourceChangedError

BATCH = 10_000

# Kinds of cells that JSON has not -> how it writes them. Of datetime and date the first fits.
PLAIN = (
    (float, lambda cell: cell if isfinite(cell) else None),
    (datetime | date | time, lambda cell: cell.isoformat()),
    (Decimal, str),
    (bytes, lambda cell: cell.decode("utf-8", "replace")),
    (list | tuple, lambda cell: [plain(inner) for inner in cell]),
    (dict, lambda cell: {name: plain(inner) for name, inner in cell.items()}),
)


def read(path: Path, where: str) -> tuple[list[str], Iterator[tuple[int, list[Any]]]]:
    """The file's columns and its rows. Raises SourceChangedError when it is no Parquet."""
    try:
        file = pq.ParquetFile(path)
    except pa.ArrowInvalid:
        raise SourceChangedError(f"{where}: is no Parquet file") from None
    return file.schema_arrow.names, _rows(file)


def _rows(file: pq.ParquetFile) -> Iterator[tuple[int, list[Any]]]:
    number = 0
    with file:
        for batch in file.iter_batches(batch_size=BATCH):
            for cells in zip(*(_cells(column) for column in batch.columns), strict=True):
                number += 1
                yield number, list(cells)


def _cells(column: pa.Array) -> list[Any]:
    kind, cells = column.type, column.to_pylist()
    as_they_are = (pa.types.is_integer, pa.types.is_boolean, pa.types.is_string, pa.types.is_large_string)
    return cells if any(fits(kind) for fits in as_they_are) else [plain(cell) for cell in cells]


def plain(cell: Any) -> Any:
    """A cell as JSON can hold it."""
    return next((write(cell) for kind, write in PLAIN if isinstance(cell, kind)), cell)
