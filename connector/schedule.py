"""The schedule: what comes round by itself, and the bell that is rung for it.

It only rings. Whoever answers the bell does the work, so two that ring for the same do no harm.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import redis
import structlog
from sqlalchemy import Connection

from connector.bootstrap import Parts
from connector.clock import micros, moment
from connector.errors import ConnectorError
from connector.recommendations.training import REFIT
from connector.refit import Refits
from connector.settings import SourceSettings
from connector.store import chores, cursors, deliveries, models, profiles, sales, undoings
from connector.sync.recheck import chore

log = structlog.get_logger()

# How often the schedule is looked at, in seconds.
TICK = 2.0

# Seconds after which deliveries that still wait are rung for again: a bell was lost, or the source could not be asked.
# The same for an import that is being undone or taken back, and rests.
AGAIN = 30.0

# While there is too little to fit a model from, it is tried again so often: a new company's first customers come soon.
FIRST_REFIT_AGAIN = timedelta(minutes=10)

# Whoever was erased is in no model any more after so long.
FORGET, FORGET_EVERY = "forget", timedelta(minutes=5)

# How long a possible match may wait before it is listed, and a link that was let go before it joins.
LOOK_AFTER, LOOK_AFTER_EVERY = "look after", timedelta(minutes=1)

# How often a source is asked again for all that we hold, where it tells of deletions in no other way. X wants a day.
RECHECK_EVERY = timedelta(hours=20)


def full_read(source: str) -> str:
    """The name of a chore: a full read of the source."""
    return f"full {source}"


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
            if self._undoing_waits(workspace):
                self.parts.queue.undo(workspace)
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

    def _undoing_waits(self, workspace: str) -> bool:
        """Whether undoing an import, or taking that back, rests for a while: a bell was lost, or a worker."""
        with self.parts.store.reading() as connection:
            last = undoings.under_way(connection, workspace).values()
        return any((self.clock() - moment(at)).total_seconds() >= AGAIN for at in last)

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
