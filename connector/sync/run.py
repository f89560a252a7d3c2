"""One run of one stream: page by page, under a lease, each page committed with the cursor behind it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from adapters.base import (
    AdapterError,
    AuthError,
    Page,
    QuotaSpentError,
    RateLimitError,
    SourceChangedError,
    Stream,
    UnavailableError,
    UnsupportedError,
)
from connector.clock import micros
from connector.store import Store, cursors, leases, listing
from connector.store.cursors import Cursor
from connector.sync import gone, progress
from connector.sync.ahead import Ahead
from connector.sync.backoff import ATTEMPTS, patiently
from connector.sync.intake import Intake
from connector.sync.progress import Progress, StreamReport, Watcher
from connector.sync.reading import Read

# How long a lease lasts without being renewed. Longer than a page may take, its waits aside.
LEASE_SECONDS = 180.0

# What an error is called where people read it, and how the run ends by it.
ENDS: tuple[tuple[type[AdapterError], str, str], ...] = (
    (AuthError, "auth", cursors.FAILED),
    (QuotaSpentError, "quota", cursors.PARTIAL),
    (RateLimitError, "rate_limit", cursors.PARTIAL),
    (UnavailableError, "unavailable", cursors.FAILED),
    (SourceChangedError, "changed", cursors.FAILED),
    (AdapterError, "error", cursors.FAILED),
)
# The source gave us less than all that changed; only a full read can tell what is missing.
GAP = "gap"


class LeaseLostError(Exception):
    """Another worker took the stream over: what we have in hand is its work now."""


class StreamRun:
    """Reads one stream from where it was left to its end, or as far as it goes."""

    def __init__(
        self,
        store: Store,
        intake: Intake,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        *,
        workspace: str,
        stream: Stream,
        watch: Watcher | None = None,
        attempts: int = ATTEMPTS,
    ) -> None:
        self.store, self.intake, self.clock, self.sleep = store, intake, clock, sleep
        self.workspace, self.stream, self.watch, self.attempts = workspace, stream, watch, attempts
        self.settings = stream.adapter.settings
        self.source = stream.adapter.source
        self.lease, self.holder = f"{self.source}.{stream.name}", leases.me()
        self.place = Cursor(stream=stream.name)
        self.report = StreamReport(source=self.source, stream=stream.name, state=progress.RUNNING)
        self.total: int | None = None

    def run(self, *, full: bool) -> StreamReport:
        """Read to the end and report. Whatever the source does wrong ends up in the report."""
        if not self._begin(full):
            return replace(self.report, state=progress.BUSY, reason=f"{self.lease}: another worker reads it now")
        try:
            self._run()
        except LeaseLostError:
            return replace(self.report, state=progress.BUSY, reason=f"{self.lease}: another worker took it over")
        except Exception:
            self._release()
            raise
        # Who is told to stop (a BaseException) lets go of nothing: the statement it was cut off in may still lock
        # the store, and the lease of a process that is no more is free.
        self._release()
        return self.report

    def refuse(self, state: str, reason: str | None, kind: str | None) -> StreamReport:
        """End without having begun: the source said of another stream what goes for this one too."""
        with self.store.transaction() as connection:
            self.place = cursors.get(connection, self.workspace, self.source, self.stream.name)
        self._end(state, reason, kind, held=False)
        return self.report

    def _begin(self, full: bool) -> bool:
        with self.store.transaction() as connection:
            if not self._hold(connection):
                return False
            place = cursors.get(connection, self.workspace, self.source, self.stream.name)
            # A full read that was cut off goes on where it was, whoever asks for what.
            going_on = place.full_run is not None
            if not going_on and (full or place.cursor is None):
                place = replace(place, cursor=None, full_run=gone.run_id(self.clock()))
            counts = place.counts if going_on else {"records": place.counts.get("records", 0)}
            if place.error_kind != GAP:
                place = replace(place, error=None, error_kind=None)
            self.place = replace(place, state=cursors.RUNNING, started_at=micros(self.clock()), counts=counts)
            cursors.put(connection, self.workspace, self.source, self.place)
        return True

    def _run(self) -> None:
        try:
            self._read()
        except UnsupportedError:
            # Some streams only come by webhook: there is nothing to be behind with.
            self.place = replace(self.place, succeeded_at=micros(self.clock()))
            self._end(cursors.IDLE)
        except AdapterError as error:
            kind, state = next((kind, state) for type_, kind, state in ENDS if isinstance(error, type_))
            self._end(state, str(error), kind)

    def _release(self) -> None:
        with self.store.transaction() as connection:
            leases.release(connection, self.workspace, self.lease, self.holder)

    def _read(self) -> None:
        most = max(1, self.settings["max_pages"])
        with Ahead(self.stream.pull) as ahead:
            for left in reversed(range(most)):
                page = patiently(
                    partial(ahead.page, self.place.cursor),
                    longest=self.settings["max_retry_wait"],
                    sleep=self._rest,
                    attempts=self.attempts,
                )
                if page.more and left:
                    ahead.begin(page.cursor)
                self._take(page)
                self._tell()
                if not page.more:
                    return self._finish()
        return self._end(cursors.PARTIAL, f"{self.lease}: stopped after {most} pages", "pages")

    def _take(self, page: Page) -> None:
        read = Read()
        read.add(self.stream, page.items)
        nameless = sum(item.external_id is None for item in read.broken)
        place = self._counted(read=len(page.items), quarantined=len(read.broken), nameless=nameless)
        place = replace(place, cursor=page.cursor if page.cursor is not None else place.cursor)
        if page.gap:
            place = replace(place, error=page.gap, error_kind=GAP)

        def along(connection: Connection) -> None:
            self._keep(connection, place)
            read.settle(connection, self.workspace, self.source, micros(self.clock()))
            if place.full_run:
                # It is there, though we can't read it.
                named = [item.external_id for item in read.broken if item.external_id]
                listing.mark(connection, self.workspace, self.source, self.stream.name, named, place.full_run)

        taken = self.intake.take(self.workspace, read.records, listed_by=place.full_run, along=along)
        self.place = place
        self.total = page.total if page.total is not None else self.total
        self.place = self._counted(changed=taken.changed)
        self._add(read=len(page.items), quarantined=len(read.broken), changed=taken.changed)

    def _finish(self) -> None:
        """The end of the stream is reached: notice what is gone, and be done."""
        dropped = gone.drop(self.store, self.intake, self.workspace, self.stream, self.place, keep=self._keep)
        self._add(gone=dropped.count)
        was_full = self.place.full_run is not None
        self.place = replace(self._counted(gone=dropped.count), full_run=None, succeeded_at=micros(self.clock()))
        if dropped.refused:
            return self._end(cursors.PARTIAL, dropped.refused, "brake")
        if self.place.error_kind == GAP and not was_full:
            return self._end(cursors.IDLE, self.place.error, GAP)
        return self._end(cursors.IDLE)

    def _end(self, state: str, reason: str | None = None, kind: str | None = None, *, held: bool = True) -> None:
        self.place = replace(self.place, state=state, error=reason, error_kind=kind)
        with self.store.reading() as connection:
            alive = listing.alive(connection, self.workspace, self.source, self.stream.name)
        self.place = replace(self.place, counts=dict(self.place.counts) | {"records": alive})
        with self.store.transaction() as connection:
            (self._keep if held else self._put)(connection, self.place)
        shown = progress.OK if state == cursors.IDLE else state
        self.report = replace(self.report, state=shown, reason=reason, error_kind=kind)
        self._tell()

    def _keep(self, connection: Connection, place: Cursor) -> None:
        """The cursor goes with what it stands behind; and only while the lease is ours."""
        if not self._hold(connection):
            raise LeaseLostError
        self._put(connection, place)

    def _put(self, connection: Connection, place: Cursor) -> None:
        cursors.put(connection, self.workspace, self.source, place)

    def _hold(self, connection: Connection, seconds: float = LEASE_SECONDS) -> bool:
        now = micros(self.clock())
        return leases.take(connection, self.workspace, self.lease, self.holder, now=now, seconds=seconds)

    def _rest(self, seconds: float) -> None:
        with self.store.transaction() as connection:
            if not self._hold(connection, seconds + LEASE_SECONDS):
                raise LeaseLostError
        self._tell(wait=seconds)
        self.sleep(seconds)

    def _counted(self, **more: int) -> Cursor:
        counts = dict(self.place.counts)
        for name, count in more.items():
            counts[name] = counts.get(name, 0) + count
        return replace(self.place, counts=counts)

    def _add(self, **more: int) -> None:
        self.report = replace(self.report, **{name: getattr(self.report, name) + count for name, count in more.items()})

    def _tell(self, wait: float | None = None) -> None:
        if self.watch:
            report = self.report
            self.watch(
                Progress(
                    source=report.source,
                    stream=report.stream,
                    done=report.read,
                    total=self.total,
                    quarantined=report.quarantined,
                    state=report.state if wait is None else progress.WAITING,
                    wait=wait,
                )
            )
