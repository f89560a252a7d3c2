"""Verdicts: which records are one person by which rule, and which may be. One row for each two records."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, select

from connector.store.bulk import among, chunks, write
from connector.store.tables_identity import verdicts

# Records asked for at once.
MOST = 5_000

COLUMNS = ("left_id", "right_id", "tier", "rule", "strength", "value", "made_by", "made_at")


class Found(NamedTuple):
    """A verdict. `left_id` is the smaller id; `made_by`: the source whose record brought it about."""

    left_id: int
    right_id: int
    tier: str
    rule: str
    strength: int
    value: str
    made_by: str
    made_at: int


# Two questions rather than an OR: each has its own index.
_TOUCHING = tuple(
    select(*(verdicts.c[name] for name in COLUMNS)).where(among(end, named="ids"))
    for end in (verdicts.c.left_id, verdicts.c.right_id)
)


def touching(connection: Connection, ids: Iterable[int]) -> Iterator[Found]:
    """The verdicts at one end of which is one of these records; those between two of them come twice."""
    for part in chunks(ids, MOST):
        for query in _TOUCHING:
            yield from map(Found._make, connection.execute(query, {"ids": part}).all())


def put(connection: Connection, workspace: str, found: Sequence[Found]) -> None:
    """Write verdicts, each in place of an earlier one on the same two records."""
    keys, replaced = ["left_id", "right_id"], list(COLUMNS[2:])
    for part in chunks(sorted(found)):
        rows: list[dict[str, Any]] = [dict(zip(COLUMNS, one, strict=True), workspace=workspace) for one in part]
        write(connection, verdicts, rows, keys=keys, replace=replaced)


_GONE = delete(verdicts).where(verdicts.c.left_id == bindparam("smaller"), verdicts.c.right_id == bindparam("larger"))


def remove(connection: Connection, pairs: Iterable[tuple[int, int]]) -> None:
    """Take away the verdicts on these two records each, the smaller id first."""
    rows = [{"smaller": left, "larger": right} for left, right in sorted(pairs)]
    if rows:
        connection.execute(_GONE, rows)
