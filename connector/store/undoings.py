"""Undoings: imports that are being undone, or taken back, bit by bit.

Whoever does the next bit need not be who did the last one.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, exists, select

from connector.store import chores
from connector.store.bulk import among, chunks
from connector.store.tables_identity import decisions

# What such a decision is called in the log.
UNDO_IMPORT = "undo_import"

# Kept as chores: the decision's number in the name, and when the last bit was done.
PREFIX = "undoing "


def go_on(connection: Connection, workspace: str, decision_id: int, at: int) -> None:
    """There is more to do; the last bit was done then."""
    chores.done(connection, workspace, f"{PREFIX}{decision_id}", at)


def is_under_way(connection: Connection, workspace: str, decision_id: int) -> bool:
    return chores.done_at(connection, workspace, f"{PREFIX}{decision_id}") is not None


def under_way(connection: Connection, workspace: str) -> dict[int, int]:
    """The decisions, the first one first, and when a bit of each was last done."""
    found = chores.named(connection, workspace, PREFIX)
    return dict(sorted((int(name.removeprefix(PREFIX)), at) for name, at in found.items()))


def standing(connection: Connection, workspace: str, decision_ids: Iterable[int]) -> set[int]:
    """Those of these decisions that undid an import and were not taken back."""
    later = decisions.alias("later")
    back = exists().where(later.c.workspace == workspace, later.c.undoes == decisions.c.id)
    query = select(decisions.c.id).where(decisions.c.workspace == workspace, decisions.c.what == UNDO_IMPORT, ~back)
    found: set[int] = set()
    for part in chunks(decision_ids):
        found.update(connection.scalars(query.where(among(decisions.c.id, part))))
    return found


def end(connection: Connection, workspace: str, decision_id: int) -> None:
    """There is no more to do."""
    chores.end(connection, workspace, f"{PREFIX}{decision_id}")
