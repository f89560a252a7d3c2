"""Refit: fits a workspace's models in a process of its own.

A fit takes minutes of one core and much memory. So no sync and no delivery waits for it,
the machine gives it what others leave, and its memory ends with it. It may be killed at
any time: what served before goes on.
"""

import multiprocessing
import os
import threading
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

import structlog

from connector import threads
from connector.bootstrap import Parts, assemble
from connector.clock import micros
from connector.logs import configure
from connector.recommendations.serving import HINTS
from connector.settings import Settings
from connector.store import models
from connector.store.models import REFUSED, Fit

log = structlog.get_logger()

# Added to the process's niceness: whoever serves or syncs goes first.
NICE = 10


@dataclass(slots=True)
class Refits:
    """The fits that this process has started, one at a time per workspace."""

    parts: Parts
    running: dict[str, BaseProcess] = field(default_factory=dict)
    _looking: threading.Lock = field(default_factory=threading.Lock)

    def start(self, workspace: str) -> None:
        """Begin, unless one is under way."""
        self.reap()
        if workspace in self.running:
            return
        threads.one_each()
        # Spawned, not forked: a copy of a process with threads may hang, and would keep its memory.
        process = multiprocessing.get_context("spawn").Process(
            target=alone, args=(self.parts.settings, workspace), name=f"refit {workspace}", daemon=True
        )
        process.start()
        self.running[workspace] = process

    def reap(self) -> None:
        """Look after those that have ended; of one that was killed the store is told, for it could not itself."""
        with self._looking:
            ended = [workspace for workspace, process in self.running.items() if process.exitcode is not None]
            lost = [(workspace, self.running.pop(workspace).exitcode) for workspace in ended]
        for workspace, code in lost:
            if code:
                self._lost(workspace, code)

    def wait(self) -> None:
        for process in list(self.running.values()):
            process.join()
        self.reap()

    def stop(self) -> None:
        """End what is under way; the next run begins anew."""
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.join()
        self.running.clear()

    def _lost(self, workspace: str, code: int) -> None:
        how = f"was killed by signal {-code} (too little memory?)" if code < 0 else f"ended with code {code}"
        log.error("fit lost", workspace=workspace, reason=how)
        at = micros(self.parts.clock())
        fit = Fit(name=HINTS, version=f"lost-{at}", state=REFUSED, reason=f"the process that fitted {how}", made_at=at)
        with self.parts.store.transaction() as connection:
            models.refuse(connection, workspace, fit)


def alone(settings: Settings, workspace: str) -> None:
    """What the process does: fit, and rebuild the profiles when a new model serves."""
    os.nice(NICE)
    configure(settings["log_level"])
    try:
        with assemble(settings, migrate=False) as parts:
            if parts.training.run(workspace).swapped:
                parts.rebuild.run(workspace)
    except KeyboardInterrupt:
        # Ctrl-C reaches everybody.
        log.info("stopped", job="refit")
