"""Recheck: asks by id for everything that we hold of a stream, to learn what is gone.

For sources that tell of a deletion in no other way. X wants what was deleted there gone
elsewhere within a day (docs/sources/x.md).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from adapters.base import Adapter, AdapterError, Stream
from connector.clock import micros
from connector.store import Store, chores, leases, listing
from connector.sync.backoff import patiently
from connector.sync.intake import Intake
from connector.sync.push import reread
from connector.sync.reading import Read

# Ids asked for at once, and seconds for which one such question is ours.
ASKED, LEASE_SECONDS = 100, 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rechecked:
    """How many things of a stream were asked for, how many changed (most of them: gone), and why it stopped early."""

    stream: str
    asked: int
    changed: int
    reason: str | None = None


def chore(source: str) -> str:
    return f"recheck {source}"


class Recheck:
    """Asks a source again for what we hold of it."""

    def __init__(
        self, store: Store, intake: Intake, clock: Callable[[], datetime], sleep: Callable[[float], None]
    ) -> None:
        self.store, self.intake, self.clock, self.sleep = store, intake, clock, sleep

    def run(self, workspace: str, adapter: Adapter) -> list[Rechecked]:
        """Ask for all of it; how each stream went. Noted as done only if all went to the end."""
        name, holder = chore(adapter.source), leases.me()
        hold = partial(self._hold, workspace=workspace, name=name, holder=holder)
        with self.store.transaction() as connection:
            if not hold(connection):
                return []
        told = [self._stream(workspace, stream, hold) for stream in adapter.streams.values() if stream.asks_again]
        with self.store.transaction() as connection:
            if all(one.reason is None for one in told):
                chores.done(connection, workspace, name, micros(self.clock()))
            leases.release(connection, workspace, name, holder)
        return told

    def _stream(self, workspace: str, stream: Stream, hold: Callable[[Connection], bool]) -> Rechecked:
        asked = changed = 0
        source, longest = stream.adapter.source, stream.adapter.settings["max_retry_wait"]
        try:
            for external_ids in self._held(workspace, stream):
                read = Read()
                patiently(partial(reread, stream, external_ids, read), longest=longest, sleep=self.sleep)
                asked += len(external_ids)

                def along(connection: Connection, read: Read = read) -> None:
                    hold(connection)
                    read.settle(connection, workspace, source, micros(self.clock()))

                changed += self.intake.take(workspace, read.records, along=along).changed
        except AdapterError as error:
            return Rechecked(stream=stream.name, asked=asked, changed=changed, reason=str(error))
        return Rechecked(stream=stream.name, asked=asked, changed=changed)

    def _held(self, workspace: str, stream: Stream) -> Iterator[list[str]]:
        """The ids of all that is alive of the stream's kind, some at a time. Another stream asks for its own."""
        last, kind, adapter = "", stream.schema.kind, stream.adapter
        but = [one.name for one in adapter.streams.values() if one is not stream and one.schema.kind == kind]
        while True:
            with self.store.reading() as connection:
                found = listing.ids(connection, workspace, adapter.source, kind, but=but, behind=last, most=ASKED)
            if not found:
                return
            yield found
            last = found[-1]

    def _hold(self, connection: Connection, *, workspace: str, name: str, holder: str) -> bool:
        now = micros(self.clock())
        return leases.take(connection, workspace, name, holder, now=now, seconds=LEASE_SECONDS)
