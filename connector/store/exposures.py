"""Exposures: which hints a profile's card held when somebody looked at it, and in which arm of the holdout it was."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, select

from connector.store import bulk, json, succession
from connector.store.bulk import among, chunks
from connector.store.tables_offers import exposures


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """A card as it was seen. `at`: microseconds; each hint has id, product, list, model and kind (of its reason)."""

    profile_id: str
    arm: str
    at: int
    hints: Sequence[Mapping[str, Any]]


def put(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep what was seen; the same hints on the same day once.

    Each row has workspace, profile_id, arm, digest (of the hints' ids), day (since 1970), hints and at.
    """
    # Several processes may have seen the same: all in one order.
    ordered = sorted(rows, key=itemgetter("workspace", "profile_id", "day", "digest"))
    written = [{**row, "hints": json.dump(row["hints"])} for row in ordered]
    bulk.write(connection, exposures, written, unless=True)


def seen_after(connection: Connection, workspace: str, last: str, limit: int) -> list[str]:
    """The next profile ids of which something was seen, in their order; retired ones too."""
    query = select(exposures.c.profile_id).where(exposures.c.workspace == workspace, exposures.c.profile_id > last)
    return list(connection.scalars(query.distinct().order_by(exposures.c.profile_id).limit(limit)))


def any_of(connection: Connection, workspace: str, profile_id: str) -> bool:
    """Whether something was seen of exactly this id."""
    query = select(exposures.c.id).where(exposures.c.workspace == workspace, exposures.c.profile_id == profile_id)
    return connection.scalar(query.limit(1)) is not None


def of_profiles(connection: Connection, workspace: str, profile_ids: Iterable[str]) -> list[Exposure]:
    """What was seen of these profiles, the oldest first.

    What was seen of a profile that was joined into one of them counts for that one: `profile_id` is the id asked for.
    """
    columns = exposures.c.profile_id, exposures.c.arm, exposures.c.at, exposures.c.hints
    now = succession.joined(connection, workspace, profile_ids)
    found = []
    for part in chunks(now):
        query = select(*columns).where(exposures.c.workspace == workspace, among(exposures.c.profile_id, part))
        found += [
            Exposure(profile_id=now[profile_id], arm=arm, at=at, hints=json.load(hints))
            for profile_id, arm, at, hints in connection.execute(query)
        ]
    return sorted(found, key=lambda seen: seen.at)


def hint(connection: Connection, workspace: str, profile_id: str, hint_id: str) -> Mapping[str, Any] | None:
    """The hint with this id as the profile's card last held it."""
    query = (
        select(exposures.c.hints)
        .where(
            exposures.c.workspace == workspace,
            exposures.c.profile_id == profile_id,
            exposures.c.hints.contains(hint_id, autoescape=True),
        )
        .order_by(exposures.c.at.desc())
        .limit(1)
    )
    hints = connection.scalar(query)
    return next((one for one in json.load(hints or "[]") if one["id"] == hint_id), None)
