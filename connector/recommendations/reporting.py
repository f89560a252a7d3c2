"""The report of a workspace, read from the store a portion of customers at a time.

Whoever was joined into somebody else counts with them: once, under the id that lives on.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from connector.clock import micros
from connector.profile.things import iso
from connector.recommendations.report import Customer, report
from connector.recommendations.report_hints import Period
from connector.store import Store, exposures, outcomes, sales, succession

# Profiles read in one transaction: a long one would keep SQLite from tidying up.
PORTION = 500


def of_workspace(
    store: Store,
    workspace: str,
    *,
    at: datetime,
    days: int,
    share: float,
    since: datetime | None = None,
    until: datetime | None = None,
) -> dict[str, Any]:
    """The report as JSON holds it: see `report`; `share` is that of the holdout now."""
    period = Period(since=micros(since), until=micros(until))
    told = report(customers(store, workspace), period=period, days=days, as_of=micros(at))
    about = {"workspace": workspace, "at": iso(micros(at)), "since": iso(period.since), "until": iso(period.until)}
    return about | {"holdout": share} | told


def customers(store: Store, workspace: str) -> Iterator[Customer]:
    """Everybody whose card held a hint when it was seen, or of whose hints something was told."""
    last, elsewhere = "", set()
    while True:
        with store.reading() as connection:
            named = _after(connection, workspace, last)
            retired = succession.heads(connection, workspace, named)
            yield from _read(connection, workspace, [one for one in named if one not in retired])
        if not named:
            break
        elsewhere |= set(retired.values())
        last = named[-1]
    # Those of whom nothing was seen under the id by which they go now: all others had their turn.
    for each in sorted(elsewhere):
        with store.reading() as connection:
            if not exposures.any_of(connection, workspace, each) and not outcomes.any_of(connection, workspace, each):
                yield from _read(connection, workspace, [each])


def _after(connection: Connection, workspace: str, last: str) -> list[str]:
    """The next profile ids in their order, of either table."""
    seen = exposures.seen_after(connection, workspace, last, PORTION)
    told = outcomes.told_after(connection, workspace, last, PORTION)
    return sorted({*seen, *told})[:PORTION]


def _read(connection: Connection, workspace: str, profile_ids: list[str]) -> Iterator[Customer]:
    seen = _by_profile(exposures.of_profiles(connection, workspace, profile_ids))
    told = _by_profile(outcomes.of_profiles(connection, workspace, profile_ids))
    bought = {one.profile_id: one.orders for one in sales.customers(connection, workspace, profile_ids)}
    for each in profile_ids:
        yield Customer(exposures=seen.get(each, ()), outcomes=told.get(each, ()), orders=bought.get(each, ()))


def _by_profile(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.profile_id, []).append(row)
    return found
