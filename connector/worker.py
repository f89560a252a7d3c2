"""The worker: syncs sources when they are due or asked for, and takes deliveries in.

Jobs come through RQ. They run in the worker's own process, one after another, with
parts that are put together once; a killed one leaves nothing half done (see
docs/sync.md), so a job needs no process of its own.
"""

import contextvars
import functools
import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from types import FrameType
from typing import Any, ClassVar

import redis
import structlog
from rq import Queue, SimpleWorker
from rq.timeouts import TimerDeathPenalty
from sqlalchemy import Connection

from adapters.base import AdapterError
from connector.bootstrap import Parts, connect
from connector.cache import reports
from connector.clock import micros, moment
from connector.errors import ConnectorError
from connector.recommendations import reporting
from connector.recommendations.forgetting import Forgetting
from connector.recommendations.training import REFIT
from connector.refit import Refits
from connector.settings import SourceSettings
from connector.store import chores, cursors, deliveries, models, profiles, sales
from connector.sync.doorbell import LATER, SOON
from connector.sync.progress import OK
from connector.sync.recheck import chore

log = structlog.get_logger()

# What the jobs of this process work with; RQ calls them by name and can't pass it.
current: contextvars.ContextVar[Parts] = contextvars.ContextVar("parts")

# The fits that this process has begun.
refits: contextvars.ContextVar[Refits] = contextvars.ContextVar("refits")

# How often the schedule is looked at, in seconds.
TICK = 2.0

# Seconds after which deliveries that still wait are rung for again: a bell was lost, or the source could not be asked.
AGAIN = 30.0

# Profiles marked at once of those whose hints changed by time alone.
REVISITED = 1_000


# While there is too little to fit a model from, it is tried again so often: a new company's first customers come soon.
FIRST_REFIT_AGAIN = timedelta(minutes=10)

# Whoever was erased is in no model any more after so long.
FORGET, FORGET_EVERY = "forget", timedelta(minutes=5)

# How long a possible match may wait before it is listed, and a link that was let go before it joins.
LOOK_AFTER, LOOK_AFTER_EVERY = "look after", timedelta(minutes=1)

# How often a source is asked again for all that we hold, where it tells of deletions in no other way. X wants a day.
RECHECK_EVERY = timedelta(hours=20)


class Stopped(BaseException):
    """We were told to stop. What is under way is left; the store is whole at any moment."""


def job(work: Callable[..., None]) -> Callable[..., None]:
    """A job may be cut off anywhere; then it ends quietly, and the next run goes on."""

    @functools.wraps(work)
    def interruptible(*args: Any) -> None:
        Answerer.in_job = True
        try:
            work(*args)
        except Stopped:
            log.info("stopped", job=work.__name__)
        finally:
            Answerer.in_job = False

    return interruptible


@job
def sync(workspace: str, source: str, full: bool) -> None:
    """Job: read what changed in a source, then rebuild the profiles it touched."""
    parts = current.get()
    parts.queue.silence("sync", workspace, source, full)
    try:
        reports = parts.pull.run(workspace, parts.adapter(source), full=full)
    except AdapterError as error:
        log.error("sync failed", source=source, reason=str(error))
        reports = []
    if full and all(report.state == OK for report in reports):
        with parts.store.transaction() as connection:
            chores.done(connection, workspace, full_read(source), micros(parts.clock()))
    for report in reports:
        log.info("synced", source=source, stream=report.stream, state=report.state, changed=report.changed)
    parts.rebuild.run(workspace)
    parts.events.publish(workspace, "source.changed", {"source": source})


@job
def recheck(workspace: str, source: str) -> None:
    """Job: learn what is gone from a source that tells only who asks, then rebuild the profiles it touched."""
    parts = current.get()
    parts.queue.silence("recheck", workspace, source)
    try:
        reports = parts.recheck.run(workspace, parts.adapter(source))
    except AdapterError as error:
        log.error("recheck failed", source=source, reason=str(error))
        reports = []
    for report in reports:
        told = {"stream": report.stream, "asked": report.asked, "changed": report.changed, "reason": report.reason}
        log.info("rechecked", source=source, **told)
    parts.rebuild.run(workspace)


def full_read(source: str) -> str:
    """The name of a chore: a full read of the source."""
    return f"full {source}"


@job
def take_deliveries(workspace: str, source: str) -> None:
    """Job: take in what a source has delivered, then rebuild the profiles it touched."""
    parts = current.get()
    parts.queue.silence("take_deliveries", workspace, source)
    try:
        parts.push.work(workspace, parts.adapter(source))
    except AdapterError as error:
        log.error("deliveries wait", source=source, reason=str(error))
    parts.rebuild.run(workspace)


@job
def rebuild(workspace: str, profile_id: str) -> None:
    """Job: build a profile of which something was told that no source tells."""
    parts = current.get()
    parts.queue.silence("rebuild", workspace, profile_id)
    parts.rebuild.these(workspace, [profile_id])


@job
def revisit(workspace: str) -> None:
    """Job: build the profiles that by now say something else, though nothing came: a silence has ended."""
    parts = current.get()
    parts.queue.silence("revisit", workspace)
    while True:
        with parts.store.transaction() as connection:
            marked = profiles.revisit(connection, workspace, micros(parts.clock()), REVISITED)
        if not marked:
            return
        parts.rebuild.run(workspace)


@job
def refit(workspace: str) -> None:
    """Job: begin to fit the models behind hints; that goes on in a process of its own."""
    parts = current.get()
    parts.queue.silence("refit", workspace)
    # Noted now, so that nobody rings again meanwhile; and again when it has ended.
    with parts.store.transaction() as connection:
        chores.done(connection, workspace, REFIT, micros(parts.clock()))
    refits.get().start(workspace)


@job
def forget(workspace: str) -> None:
    """Job: take out of the models who was erased."""
    parts = current.get()
    parts.queue.silence("forget", workspace)
    with parts.store.transaction() as connection:
        chores.done(connection, workspace, FORGET, micros(parts.clock()))
    Forgetting(parts.store, parts.models, parts.clock).run(workspace)


@job
def look_after(workspace: str) -> None:
    """Job: let go the links that nothing holds any more, list possible matches, and count what looks odd."""
    parts = current.get()
    parts.queue.silence("look_after", workspace)
    with parts.store.transaction() as connection:
        chores.done(connection, workspace, LOOK_AFTER, micros(parts.clock()))
    parts.reviewing.look_after(workspace)
    parts.rebuild.run(workspace)


@job
def report(workspace: str) -> None:
    """Job: work out what came of hints, for the page that shows it."""
    parts = current.get()
    parts.queue.silence("report", workspace)
    days, share = (parts.settings[f"recommendations.{name}"] for name in ("attribution_days", "holdout"))
    told = reporting.of_workspace(parts.store, workspace, at=parts.clock(), days=days, share=share)
    reports.put(parts.redis, workspace, told)


class Schedule:
    """Rings for each source whose last run began longer ago than its `every`, and for deliveries that still wait."""

    def __init__(self, parts: Parts, clock: Callable[[], datetime], begun: Refits | None = None) -> None:
        self.parts, self.clock, self.begun = parts, clock, begun
        self.looked: datetime | None = None

    def ring(self) -> list[str]:
        """Ring for what is due now; the names of the sources to sync."""
        due = [source for source in self.parts.settings.sources if source.every and self._is_due(source)]
        for source in due:
            self.parts.queue.sync(source.workspace, source.name)
        for source in self.parts.settings.sources:
            if source.every and self._comes_round(source.workspace, chore(source.name), RECHECK_EVERY):
                self.parts.queue.recheck(source.workspace, source.name)
            if source.full_every and self._comes_round(source.workspace, full_read(source.name), source.full_every):
                self.parts.queue.sync(source.workspace, source.name, full=True)
        for workspace in self.parts.settings.workspaces:
            if self._refit_is_due(workspace):
                self.parts.queue.refit(workspace)
            if self._comes_round(workspace, FORGET, FORGET_EVERY):
                self.parts.queue.forget(workspace)
            if self._comes_round(workspace, LOOK_AFTER, LOOK_AFTER_EVERY):
                self.parts.queue.look_after(workspace)
            if self._revisit_is_due(workspace):
                self.parts.queue.revisit(workspace)
        self._ring_for_deliveries()
        return [source.name for source in due]

    def _comes_round(self, workspace: str, name: str, every: timedelta) -> bool:
        """Whether a chore was last done so long ago. The first time comes that much after we first looked."""
        now = self.clock()
        with self.parts.store.reading() as connection:
            last = chores.done_at(connection, workspace, name)
        if last is None:
            with self.parts.store.transaction() as connection:
                chores.done(connection, workspace, name, micros(now))
            return False
        return moment(last) + every <= now

    def _refit_is_due(self, workspace: str) -> bool:
        """The first time: as soon as there are orders, and no source of theirs is being read."""
        every = self.parts.settings.span("recommendations.refit_every")
        if every is None:
            return False
        with self.parts.store.reading() as connection:
            last = chores.done_at(connection, workspace, REFIT)
            if last is None:
                return self._has_orders(connection, workspace)
            serves = models.serving(connection, workspace)
        return moment(last) + (every if serves else min(every, FIRST_REFIT_AGAIN)) <= self.clock()

    def _revisit_is_due(self, workspace: str) -> bool:
        with self.parts.store.reading() as connection:
            return profiles.revisit_is_due(connection, workspace, micros(self.clock()))

    def _has_orders(self, connection: Connection, workspace: str) -> bool:
        sources = [source for source in self.parts.settings.sources if source.workspace == workspace]
        for source in sources:
            places = cursors.of_source(connection, workspace, source.name).values()
            unread = source.every and not places
            if unread or any(place.state in (cursors.RUNNING, cursors.PARTIAL) for place in places):
                return False
        return sales.any_order(connection, workspace, [source.name for source in sources])

    def _ring_for_deliveries(self) -> None:
        now = self.clock()
        if self.looked and (now - self.looked).total_seconds() < AGAIN:
            return
        self.looked = now
        with self.parts.store.reading() as connection:
            waiting = deliveries.sources_waiting(connection)
        for workspace, source in waiting:
            if self.parts.settings.source(source):
                self.parts.queue.delivered(workspace, source)

    def _is_due(self, source: SourceSettings) -> bool:
        with self.parts.store.reading() as connection:
            started = cursors.last_started(connection, source.workspace, source.name)
        return started is None or moment(started) + source.every <= self.clock()

    def keep_ringing(self, stop: threading.Event) -> None:
        while not stop.wait(TICK):
            try:
                self.ring()
                if self.begun:
                    self.begun.reap()
            except (redis.RedisError, ConnectorError) as error:
                # Both come back; what is due then is still due.
                log.warning("schedule waits", reason=type(error).__name__)


class Answerer(SimpleWorker):
    """RQ's worker without a process per job and without a time limit per job: each page has its own."""

    death_penalty_class = TimerDeathPenalty
    in_job: ClassVar[bool] = False

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        super().request_stop(signum, frame)
        if self.in_job:
            raise Stopped


def work(parts: Parts, *, only_soon: bool = False, burst: bool = False) -> None:
    """Answer the doorbell until told to stop. `only_soon` keeps this process free for what somebody waits for."""
    begun = Refits(parts)
    current.set(parts)
    refits.set(begun)
    stop = threading.Event()
    schedule = threading.Thread(target=Schedule(parts, parts.clock, begun).keep_ringing, args=(stop,), daemon=True)
    if not burst:
        schedule.start()
    if not only_soon:
        # What an upgrade or other rules left to link anew.
        parts.intake.relink.run()
    # Loaded now, and not when somebody waits for the first card.
    for workspace in parts.settings.workspaces:
        parts.models.of(workspace)
    # Marks that a killed process left behind.
    parts.rebuild.run()
    # Waiting for a bell takes longer than a lookup may wait for the cache.
    connection = connect(parts.redis_url, timeout=None)
    queues = [Queue(name, connection=connection) for name in ((SOON,) if only_soon else (SOON, LATER))]
    logging.getLogger("rq.worker").setLevel(logging.WARNING)
    try:
        Answerer(queues, connection=connection).work(burst=burst, logging_level="WARNING")
        if burst:
            begun.wait()
    finally:
        stop.set()
        begun.stop()
