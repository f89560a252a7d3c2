"""Pins, which people set on pairs of records, and the log of all that people decide on identity.

A pin names its two records by key (`source:kind:external_id`): it is there before they
come, and stays when they are gone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, func, select, tuple_

from connector.store import json
from connector.store.bulk import among, chunks, is_postgresql, listed, write
from connector.store.tables_identity import decisions, pins

# Source, kind and external id.
RecordKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """One pin. `left` is the smaller key; `what`: link or never; `made_at`: microseconds since 1970.

    `decision`: the line of the log by which it was set; None where that was not noted yet.
    """

    left: str
    right: str
    what: str
    made_by: str
    made_at: int
    why: str
    decision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One line of the log. `subject`: what it is about, as it was written; `undoes`: the decision it takes back."""

    id: int
    what: str
    subject: Mapping[str, Any]
    made_by: str
    made_at: int
    why: str
    undoes: int | None


def key_of(source: str, kind: str, external_id: str) -> str:
    return f"{source}:{kind}:{external_id}"


def parted(key: str) -> RecordKey:
    """Source, kind and external id of a key. Names of sources and kinds hold no colon; ids may."""
    source, _, rest = key.partition(":")
    kind, _, external_id = rest.partition(":")
    return source, kind, external_id


_ANY = select(exists().where(pins.c.workspace == bindparam("workspace")))


def any_of(connection: Connection, workspace: str) -> bool:
    """Whether anybody ever pinned anything here: most bases have no pins, and need not look for them."""
    return bool(connection.scalar(_ANY, {"workspace": workspace}))


def on(connection: Connection, workspace: str, keys: Iterable[str]) -> list[Pinned]:
    """The pins of which one of these records is an end, in order."""
    found: dict[tuple[str, str], Pinned] = {}
    for part in chunks(keys):
        # Two questions rather than an OR: each has its own index.
        for end in (pins.c.left_key, pins.c.right_key):
            for row in connection.execute(select(pins).where(pins.c.workspace == workspace, among(end, part))):
                found[row.left_key, row.right_key] = _pinned(row)
    return [found[pair] for pair in sorted(found)]


def of_workspace(connection: Connection, workspace: str) -> list[Pinned]:
    """All pins, in order."""
    query = select(pins).where(pins.c.workspace == workspace).order_by(pins.c.left_key, pins.c.right_key)
    return [_pinned(row) for row in connection.execute(query)]


def page(connection: Connection, workspace: str, after: tuple[str, str] | None, limit: int) -> list[Pinned]:
    """The first of them, in order; `after`: those behind these two keys."""
    query = select(pins).where(pins.c.workspace == workspace).order_by(pins.c.left_key, pins.c.right_key)
    if after:
        query = query.where(tuple_(pins.c.left_key, pins.c.right_key) > tuple_(*after))
    return [_pinned(row) for row in connection.execute(query.limit(limit))]


def put(connection: Connection, workspace: str, pinned: Iterable[Pinned]) -> None:
    """Write pins, each in place of an earlier one on the same two records."""
    rows = [
        {
            "workspace": workspace,
            "left_key": pin.left,
            "right_key": pin.right,
            "what": pin.what,
            "made_by": pin.made_by,
            "made_at": pin.made_at,
            "why": pin.why,
            "decision_id": pin.decision,
        }
        for pin in pinned
    ]
    keys, replaced = ["workspace", "left_key", "right_key"], ["what", "made_by", "made_at", "why", "decision_id"]
    write(connection, pins, rows, keys=keys, replace=replaced)


def remove(connection: Connection, workspace: str, left: str, right: str) -> Pinned | None:
    """Take the pin on these two records away; it, or None when there is none."""
    low, high = sorted((left, right))
    gone = (
        delete(pins)
        .where(pins.c.workspace == workspace, pins.c.left_key == low, pins.c.right_key == high)
        .returning(*pins.c)
    )
    row = connection.execute(gone).first()
    return _pinned(row) if row else None


def log(
    connection: Connection,
    workspace: str,
    what: str,
    subject: Mapping[str, Any],
    *,
    made_by: str,
    made_at: int,
    why: str,
    undoes: int | None = None,
) -> int:
    """Write down a decision; its id."""
    row = {
        "workspace": workspace,
        "what": what,
        "subject": json.dump(subject),
        "made_by": made_by,
        "made_at": made_at,
        "why": why,
        "undoes": undoes,
    }
    return write(connection, decisions, [row], returning=[decisions.c.id])[0].id


def logged(
    connection: Connection,
    workspace: str,
    *,
    before: int | None = None,
    limit: int = 50,
    naming: Iterable[str] | None = None,
) -> list[Decision]:
    """The newest decisions first; `before`: those with smaller ids; `naming`: those that name one of these records.

    For the latter the log is read: it has no more lines than people decided.
    """
    query = select(decisions).where(decisions.c.workspace == workspace)
    if before is not None:
        query = query.where(decisions.c.id < before)
    if naming is not None:
        # Not LIKE, to which SQLite's letters are large and small at once.
        place = func.strpos if is_postgresql(connection) else func.instr
        named = listed(connection, map(json.dump, naming))
        query = query.where(exists().where(place(decisions.c.subject, named.c.value) > 0))
    return [_decision(row) for row in connection.execute(query.order_by(decisions.c.id.desc()).limit(limit))]


def undone_by(connection: Connection, workspace: str, ids: Iterable[int]) -> dict[int, int]:
    """Those of these decisions that a later one took back, each with it."""
    query = select(decisions.c.undoes, decisions.c.id).where(decisions.c.workspace == workspace)
    found: dict[int, int] = {}
    for part in chunks(ids):
        found.update(tuple(row) for row in connection.execute(query.where(among(decisions.c.undoes, part))))
    return found


def that_set(connection: Connection, workspace: str, pin: Pinned) -> int | None:
    """The decision that set this very pin alone."""
    subject = {"left": pin.left, "right": pin.right}
    found = made(connection, workspace, pin.what, [pin.made_at])
    return next((each.id for each in found if each.subject == subject), None)


def decision(connection: Connection, workspace: str, decision_id: int) -> Decision | None:
    """The decision with this id."""
    query = select(decisions).where(decisions.c.workspace == workspace, decisions.c.id == decision_id)
    row = connection.execute(query).first()
    return _decision(row) if row else None


def made(connection: Connection, workspace: str, what: str, times: Iterable[int]) -> list[Decision]:
    """The decisions of this kind that were made at these times and not taken back, the newest first."""
    later = decisions.alias("later")
    back = exists().where(later.c.workspace == workspace, later.c.undoes == decisions.c.id)
    found = []
    for part in chunks(times):
        query = select(decisions).where(decisions.c.workspace == workspace, decisions.c.what == what, ~back)
        found += [_decision(row) for row in connection.execute(query.where(among(decisions.c.made_at, part)))]
    return sorted(found, key=lambda one: -one.id)


def undone(connection: Connection, workspace: str, decision_id: int) -> bool:
    """Whether a later decision took this one back."""
    later = exists().where(decisions.c.workspace == workspace, decisions.c.undoes == decision_id)
    return bool(connection.scalar(select(later)))


def standing(connection: Connection, workspace: str, decision_ids: Iterable[int]) -> set[int]:
    """Those of these decisions of which a pin still stands."""
    found: set[int] = set()
    for part in chunks(decision_ids):
        query = select(pins.c.decision_id).where(pins.c.workspace == workspace, among(pins.c.decision_id, part))
        found.update(connection.scalars(query.distinct()))
    return found


def _pinned(row: Row[Any]) -> Pinned:
    return Pinned(
        left=row.left_key,
        right=row.right_key,
        what=row.what,
        made_by=row.made_by,
        made_at=row.made_at,
        why=row.why,
        decision=row.decision_id,
    )


def _decision(row: Row[Any]) -> Decision:
    return Decision(
        id=row.id,
        what=row.what,
        subject=json.load(row.subject),
        made_by=row.made_by,
        made_at=row.made_at,
        why=row.why,
        undoes=row.undoes,
    )
