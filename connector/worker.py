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
from types import FrameType
from typing import Any, ClassVar

import structlog
from rq import Queue, SimpleWorker
from rq.timeouts import TimerDeathPenalty

from adapters.base import AdapterError
from connector.bootstrap import Parts, connect
from connector.cache import reports
from connector.clock import micros
from connector.recommendations import reporting
from connector.recommendations.forgetting import Forgetting
from connector.recommendations.training import REFIT
from connector.refit import Refits
from connector.schedule import FORGET, LOOK_AFTER, Schedule, full_read
from connector.store import chores, profiles
from connector.sync.doorbell import LATER, SOON
from connector.sync.progress import OK

log = structlog.get_logger()

# What the jobs of this process work with; RQ calls them by name and can't pass it.
current: contextvars.ContextVar[Parts] = contextvars.ContextVar("parts")

# The fits that this process has begun.
refits: contextvars.ContextVar[Refits] = contextvars.ContextVar("refits")

# Profiles marked at once of those whose hints changed by time alone.
REVISITED = 1_000


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
def undo(workspace: str) -> None:
    """Job: go on with imports that are being undone or taken back, then rebuild the profiles that this touched."""
    parts = current.get()
    parts.queue.silence("undo", workspace)
    parts.reviewing.imports.finish(workspace)
    parts.rebuild.run(workspace)


@job
def report(workspace: str) -> None:
    """Job: work out what came of hints, for the page that shows it."""
    parts = current.get()
    parts.queue.silence("report", workspace)
    days, share = (parts.settings[f"recommendations.{name}"] for name in ("attribution_days", "holdout"))
    told = reporting.of_workspace(parts.store, workspace, at=parts.clock(), days=days, share=share)
    reports.put(parts.redis, workspace, told)


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
