"""Status: how each source is doing, from its streams' places. Calls nobody and costs a few small queries."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connector.clock import micros, moment
from connector.store import Store, cursors, leases, quarantine
from connector.store.cursors import Cursor

# A source that was not read to its end for so many seconds is stale.
STALE_AFTER = 86_400.0

# The state of a source is the first of these that one of its streams is in.
GRAVEST = ("failed", "running", "partial", "stale", "ok")


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamStatus:
    """How one stream is doing. `records` are those alive at the end of its last run."""

    name: str
    state: str
    error: str | None
    error_kind: str | None
    last_success: datetime | None
    records: int
    quarantined: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """How a source is doing: never, ok, running, partial (goes on next time), failed or stale.

    `last_success` is when the stream that is furthest behind was last read to its end, and
    `lag_seconds` how long ago that is.
    """

    workspace: str
    source: str
    adapter: str
    state: str
    error: str | None = None
    error_kind: str | None = None
    last_success: datetime | None = None
    lag_seconds: float | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    streams: Sequence[StreamStatus] = ()


class Status:
    """Tells how sources are doing. `adapters`: source name to adapter name, where they differ."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        *,
        adapters: Mapping[str, str] | None = None,
        stale_after: float = STALE_AFTER,
    ) -> None:
        self.store, self.clock = store, clock
        self.adapters, self.stale_after = adapters or {}, stale_after

    def of(self, workspace: str, source: str) -> SourceStatus:
        """The source's status; `never` when no run of it ever began."""
        now = self.clock()
        with self.store.reading() as connection:
            places = cursors.of_source(connection, workspace, source)
            aside = quarantine.counts(connection, workspace, source)
            held = leases.held(connection, workspace, [f"{source}.{name}" for name in places], now=micros(now))
        streams = [
            self._stream(place, aside.get(name, 0), now, is_read=f"{source}.{name}" in held)
            for name, place in places.items()
        ]
        counts = {"quarantined": sum(aside.values()), "records": sum(stream.records for stream in streams)}
        adapter = self.adapters.get(source, source)
        if not streams:
            return SourceStatus(workspace=workspace, source=source, adapter=adapter, state="never", counts=counts)
        state = min((stream.state for stream in streams), key=GRAVEST.index)
        told = next((stream for stream in streams if stream.state == state and stream.error), None)
        told = told or next((stream for stream in streams if stream.error), None)
        oldest = _oldest([stream.last_success for stream in streams])
        return SourceStatus(
            workspace=workspace,
            source=source,
            adapter=adapter,
            state=state,
            error=told.error if told else None,
            error_kind=told.error_kind if told else None,
            last_success=oldest,
            lag_seconds=(now - oldest).total_seconds() if oldest else None,
            counts=counts,
            streams=streams,
        )

    def _stream(self, place: Cursor, quarantined: int, now: datetime, *, is_read: bool) -> StreamStatus:
        return StreamStatus(
            name=place.stream,
            state=self._state(place, now, is_read=is_read),
            error=place.error,
            error_kind=place.error_kind,
            last_success=moment(place.succeeded_at),
            records=place.counts.get("records") or place.counts.get("changed", 0),
            quarantined=quarantined,
        )

    def _state(self, place: Cursor, now: datetime, *, is_read: bool) -> str:
        if place.state == cursors.RUNNING:
            # Nobody holds its lease: its worker was stopped, and the next run goes on.
            return "running" if is_read else "partial"
        succeeded = moment(place.succeeded_at)
        if place.state == cursors.IDLE and succeeded and (now - succeeded).total_seconds() > self.stale_after:
            return "stale"
        return "ok" if place.state == cursors.IDLE else place.state


def _oldest(moments: Sequence[datetime | None]) -> datetime | None:
    known = [each for each in moments if each is not None]
    return min(known) if known and len(known) == len(moments) else None
