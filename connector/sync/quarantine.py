"""Quarantine: what could not be read, why, and another try after a fix."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from adapters.base import Adapter
from connector.clock import micros, moment
from connector.store import Store
from connector.store import quarantine as entries
from connector.store.quarantine import Entry
from connector.sync.intake import Intake
from connector.sync.push import reread
from connector.sync.reading import Read

# Entries that are tried together.
BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An entry for people. `raw` is a customer's data; the rest names fields and holds none of their values."""

    id: int
    source: str
    stream: str
    external_id: str | None
    reason: str
    fields: dict[str, Any]
    raw: dict[str, Any]
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many items were taken in, and how many are still broken."""

    taken: int = 0
    kept: int = 0


class Quarantine:
    """Lists what was set aside, and tries it again."""

    def __init__(self, store: Store, intake: Intake, clock: Callable[[], datetime]) -> None:
        self.store, self.intake, self.clock = store, intake, clock

    def list_(
        self, workspace: str, source: str | None = None, limit: int = 50, before: int | None = None
    ) -> list[Shown]:
        """The newest entries, below the id `before`."""
        with self.store.reading() as connection:
            found = entries.entries(connection, workspace, source=source, before=before, limit=limit)
        return [_shown(entry) for entry in found]

    def show(self, workspace: str, entry_id: int) -> Shown | None:
        with self.store.reading() as connection:
            found = entries.entries(connection, workspace, ids=[entry_id])
        return _shown(found[0]) if found else None

    def replay(self, workspace: str, adapter: Adapter, ids: Sequence[int] | None = None) -> Replayed:
        """Try these entries of the source again (None: all). What is still broken stays, with its new reason.

        Raises the AdapterError by which the source could not be asked for an item that we only know by its id.
        """
        taken = kept = after = 0
        while True:
            with self.store.reading() as connection:
                batch = entries.entries(connection, workspace, source=adapter.source, ids=ids, after=after, limit=BATCH)
            if not batch:
                return Replayed(taken, kept)
            after = batch[-1].id
            still = self._replay(workspace, adapter, batch)
            taken, kept = taken + len(batch) - still, kept + still

    def _replay(self, workspace: str, adapter: Adapter, batch: Sequence[Entry]) -> int:
        """Try one batch; how many are still broken."""
        read, whole, still = Read(), [], []
        for entry in batch:
            one = _again(adapter, entry)
            read.records += one.records
            if one.broken:
                still.append((entry, one.broken[0]))
            else:
                whole.append(entry.id)

        def along(connection: Connection) -> None:
            read.settle(connection, workspace, adapter.source, micros(self.clock()))
            entries.remove(connection, workspace, whole)
            for entry, reason in still:
                entries.reword(connection, workspace, entry.id, reason)

        self.intake.take(workspace, read.records, along=along)
        return len(still)


def _again(adapter: Adapter, entry: Entry) -> Read:
    """The entry's item, read once more; broken as it was when its stream is no longer there."""
    read, stream = Read(), adapter.streams.get(entry.stream)
    if stream is None:
        read.broken.append(entry)
    elif entry.raw:
        read.add(stream, [entry.raw])
    elif entry.external_id:
        reread(stream, [entry.external_id], read)
    return read


def _shown(entry: Entry) -> Shown:
    return Shown(
        id=entry.id,
        source=entry.source,
        stream=entry.stream,
        external_id=entry.external_id,
        reason=entry.reason,
        fields=dict(entry.fields),
        raw=dict(entry.raw),
        seen_at=moment(entry.seen_at),
    )
