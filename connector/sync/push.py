"""Push: webhook deliveries, kept at once and taken in by a worker.

The vendor waits for the answer, so `accept` only verifies and keeps. A delivery leaves
the store in the transaction that takes its records in; taking it twice changes nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from adapters.base import (
    Adapter,
    AdapterError,
    AuthError,
    Change,
    Delivery,
    QuotaSpentError,
    RecordError,
    Stream,
    UnavailableError,
)
from connector.clock import micros
from connector.store import Store, bulk, deliveries
from connector.store.deliveries import Waiting
from connector.sync.intake import Intake
from connector.sync.reading import Read, broken

# Deliveries that are taken in together, and items that are asked for at once.
BATCH, ASKED = 100, 100

# Asking again later may help, whatever was asked for.
PASSING = (UnavailableError, AuthError, QuotaSpentError)


class Push:
    """Takes in what sources deliver."""

    def __init__(self, store: Store, intake: Intake, clock: Callable[[], datetime]) -> None:
        self.store, self.intake, self.clock = store, intake, clock

    def accept(self, workspace: str, adapter: Adapter, delivery: Delivery) -> int:
        """Verify a delivery and keep its changes; how many. Calls nobody. Raises what `Adapter.changes` raises."""
        changes = adapter.changes(delivery)
        if changes:
            kept = [
                {"stream": change.stream, "raw": change.raw, "external_id": change.external_id} for change in changes
            ]
            with self.store.transaction() as connection:
                deliveries.put(connection, workspace, adapter.source, kept, micros(self.clock()))
        return len(changes)

    def work(self, workspace: str, adapter: Adapter) -> int:
        """Take in the deliveries that wait; how many changes. What cannot be read again now is kept for later.

        Raises the AdapterError by which the source could not be asked, after all else is taken in.
        """
        done, after, trouble = 0, 0, None
        while True:
            with self.store.reading() as connection:
                batch = deliveries.waiting(connection, workspace, adapter.source, after=after, limit=BATCH)
            if not batch:
                break
            after = batch[-1].id
            ready = [each for each in batch if not _asks(each)] if trouble else batch
            try:
                done += self._take(workspace, adapter, ready)
            except PASSING as error:
                trouble = error
                self._failed(workspace, [each.id for each in batch if _asks(each)], error)
                done += self._take(workspace, adapter, [each for each in batch if not _asks(each)])
        if trouble:
            raise trouble
        return done

    def _take(self, workspace: str, adapter: Adapter, batch: Sequence[Waiting]) -> int:
        if not batch:
            return 0
        changes = [Change(**change) for each in batch for change in each.changes]
        read = self._read(adapter, changes)

        def along(connection: Connection) -> None:
            read.settle(connection, workspace, adapter.source, micros(self.clock()))
            deliveries.remove(connection, workspace, [each.id for each in batch])

        self.intake.take(workspace, read.records, along=along)
        return len(changes)

    def _read(self, adapter: Adapter, changes: Iterable[Change]) -> Read:
        read, asked = Read(), {}
        for change in changes:
            stream = adapter.streams.get(change.stream)
            if stream is None:
                read.broken.append(_unknown(adapter, change))
            elif change.raw is not None:
                read.add(stream, [change.raw])
            elif change.external_id:
                asked.setdefault(change.stream, {})[change.external_id] = None
        # After the items that came along: what we read now is newer.
        for name, external_ids in asked.items():
            for part in bulk.chunks(external_ids, ASKED):
                reread(adapter.streams[name], part, read)
        return read

    def _failed(self, workspace: str, ids: Sequence[int], error: AdapterError) -> None:
        with self.store.transaction() as connection:
            deliveries.failed(connection, workspace, ids, str(error))


def reread(stream: Stream, external_ids: Sequence[str], read: Read) -> None:
    """Read these items again. Where the source refuses one of them, it alone is set aside."""
    try:
        read.add(stream, stream.reread(external_ids))
    except PASSING:
        raise
    except AdapterError as error:
        if len(external_ids) == 1:
            read.broken.append(_refused(stream.name, external_ids[0], error))
            return
        for each in external_ids:
            reread(stream, [each], read)


def _asks(delivery: Waiting) -> bool:
    """Whether something of it must be read from the source."""
    return any(change["raw"] is None for change in delivery.changes)


def _refused(stream: str, external_id: str, error: AdapterError) -> Any:
    return broken(stream, {}, RecordError(str(error), external_id=external_id))


def _unknown(adapter: Adapter, change: Change) -> Any:
    reason = f"{adapter.source}: a delivery names a stream that we don't know"
    return broken(change.stream[:64], change.raw or {}, RecordError(reason, external_id=change.external_id))
