"""What a complete full read did not list is gone from its source, unless that would be too much to believe."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from adapters.base import Stream
from connector.clock import micros
from connector.store import Store, bulk, listing
from connector.store.cursors import Cursor
from connector.sync.intake import BATCH, Intake

# The brake: a full read that misses more than this part of more than so many records is not believed.
MOST_GONE, FEW = 0.5, 20


@dataclass(frozen=True, slots=True)
class Dropped:
    """How many records became tombstones; or why none did."""

    count: int = 0
    refused: str | None = None


def run_id(now: datetime) -> str:
    """A name for a full read, which tells when it began even after a crash."""
    return f"{micros(now)}-{uuid.uuid4().hex[:8]}"


def drop(
    store: Store,
    intake: Intake,
    workspace: str,
    stream: Stream,
    place: Cursor,
    *,
    keep: Callable[[Connection, Cursor], None],
) -> Dropped:
    """Make tombstones of what the full read at `place` did not list, batch by batch.

    Cut off half-way, the next run goes on with it: until all is done, `place` names the full read.
    """
    run = place.full_run
    if not run or not stream.complete:
        return Dropped()
    source, since = stream.adapter.source, int(run.partition("-")[0])
    with store.reading() as connection:
        missing, alive = listing.count(connection, workspace, source, stream.name, run=run, since=since)
    refused = _refused(f"{source}.{stream.name}", missing, alive, place.counts.get("nameless", 0))
    if refused or not missing:
        return Dropped(refused=refused)
    count = 0
    while True:
        with store.transaction() as connection:
            bulk.lock(connection, workspace)
            keep(connection, place)
            at = micros(intake.clock())
            put = listing.drop(connection, workspace, source, stream.name, run=run, since=since, at=at, limit=BATCH)
            intake.resolve(connection, workspace, put)
        count += len(put.changed)
        if len(put.changed) < BATCH:
            return Dropped(count)


def _refused(where: str, missing: int, alive: int, nameless: int) -> str | None:
    if missing and nameless:
        return f"{where}: {nameless} items could not be read, so nobody knows which of {missing} others are gone"
    if alive > FEW and missing > alive * MOST_GONE:
        return f"{where}: the full read missed {missing} of {alive} records, so none was dropped"
    return None
