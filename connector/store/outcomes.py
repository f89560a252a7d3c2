"""Outcomes: what came of a hint, as whoever talked to the customer told us."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from connector.store import bulk, succession
from connector.store.bulk import among, chunks
from connector.store.tables_offers import outcomes


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One word on one hint. `at`: microseconds; `product` is its key, `list` due or may_like."""

    hint_id: str
    profile_id: str
    product: str
    list: str
    model: str
    outcome: str
    reason: str | None
    told_by: str
    at: int


_COLUMNS = [outcomes.c[name] for name in Outcome.__slots__]


def put(connection: Connection, workspace: str, told: Outcome) -> bool:
    """Keep it, unless the same was told of this hint before: then what was told first stays, and this is False."""
    row = {"workspace": workspace, **asdict(told)}
    return bool(bulk.write(connection, outcomes, [row], unless=True, returning=[outcomes.c.id]))


def of_hint(connection: Connection, workspace: str, hint_id: str) -> list[Outcome]:
    """All that was told of a hint, the oldest first."""
    query = select(*_COLUMNS).where(outcomes.c.workspace == workspace, outcomes.c.hint_id == hint_id)
    return [_outcome(row, row.profile_id) for row in connection.execute(query.order_by(outcomes.c.at, outcomes.c.id))]


def told_after(connection: Connection, workspace: str, last: str, limit: int) -> list[str]:
    """The next profile ids of whose hints something was told, in their order; retired ones too."""
    query = select(outcomes.c.profile_id).where(outcomes.c.workspace == workspace, outcomes.c.profile_id > last)
    return list(connection.scalars(query.distinct().order_by(outcomes.c.profile_id).limit(limit)))


def any_of(connection: Connection, workspace: str, profile_id: str) -> bool:
    """Whether something was told of exactly this id."""
    query = select(outcomes.c.id).where(outcomes.c.workspace == workspace, outcomes.c.profile_id == profile_id)
    return connection.scalar(query.limit(1)) is not None


def of_profiles(connection: Connection, workspace: str, profile_ids: Iterable[str]) -> list[Outcome]:
    """All that was told of these profiles' hints, the oldest first.

    What was told of a profile that was joined into one of them counts for that one: `profile_id` is the id asked for.
    """
    now = succession.joined(connection, workspace, profile_ids)
    found: list[tuple[int, Outcome]] = []
    for part in chunks(now):
        query = select(outcomes.c.id, *_COLUMNS).where(
            outcomes.c.workspace == workspace, among(outcomes.c.profile_id, part)
        )
        found += [(row.id, _outcome(row, now[row.profile_id])) for row in connection.execute(query)]
    return [told for _, told in sorted(found, key=lambda each: (each[1].at, each[0]))]


def _outcome(row: Row[Any], profile_id: str) -> Outcome:
    told = {name: getattr(row, name) for name in Outcome.__slots__}
    return Outcome(**told | {"profile_id": profile_id})
