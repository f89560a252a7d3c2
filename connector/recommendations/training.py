"""Training: a workspace's models, fitted from the store, compared with those that serve, and swapped in whole.

Whatever goes wrong, what served before goes on: a fit that fails, has too little to go
by, or does worse is refused, and the store keeps why.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from time import monotonic

import structlog
from sqlalchemy import Connection

from connector.clock import micros
from connector.recommendations import candidates, ledger, serving
from connector.recommendations.candidates import Candidate, Rival
from connector.recommendations.consent import OBJECTION
from connector.recommendations.ledger import Ledger
from connector.recommendations.products import DAY
from connector.recommendations.serving import HINTS, LIKELIHOOD
from connector.store import Store, chores, leases, models, profiles
from connector.store.models import REFUSED, SERVING, Fit

log = structlog.get_logger()

# The name of the lease and of the chore.
REFIT = "refit"
# Longer than any step of a fit takes. Who died holding it is noticed at once on this machine.
LEASE_SECONDS = 3600.0
# Customers read between two words of progress.
TOLD_EVERY = 1000

# Called with what is done now, in words.
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a run. `fits` were tried; none when nothing is new, or (`busy`) when another fits just now."""

    fits: tuple[Fit, ...] = ()
    busy: bool = False

    @property
    def swapped(self) -> bool:
        """Whether any new model serves."""
        return any(fit.state == SERVING for fit in self.fits)


class Training:
    """Fits the models of workspaces. `consent`: see `connector.recommendations.consent`."""

    def __init__(self, store: Store, clock: Callable[[], datetime], *, consent: str = OBJECTION) -> None:
        self.store, self.clock, self.consent = store, clock, consent

    def run(self, workspace: str, progress: Progress = lambda _step: None) -> Outcome:
        """Fit what is new. When a new model serves, every profile of the workspace waits to be rebuilt."""
        holder = leases.me()
        if not self._hold(workspace, holder):
            return Outcome(busy=True)

        def step(text: str) -> None:
            self._hold(workspace, holder)
            progress(text)

        try:
            began = monotonic()
            told = self._read(workspace, step)
            made = self._candidates(workspace, told, step)
            counts = {"customers": told.customers, "orders": told.orders, "left_out": told.left_out}
            fits = [self._fit(one, counts | {"seconds": round(monotonic() - began, 1)}) for one in made]
            step("storing")
            return self._swap(workspace, holder, list(zip(made, fits, strict=True)))
        finally:
            with self.store.transaction() as connection:
                leases.release(connection, workspace, REFIT, holder)

    def _read(self, workspace: str, step: Progress) -> Ledger:
        def reached(customers: int) -> None:
            if customers and customers % TOLD_EVERY == 0:
                step(f"reading orders: {customers:,} customers")

        step("reading orders")
        today = micros(self.clock()) // DAY
        return ledger.read(self.store, workspace, today=today, rule=self.consent, progress=reached)

    def _candidates(self, workspace: str, told: Ledger, step: Progress) -> list[Candidate]:
        with self.store.reading() as connection:
            rows = models.serving(connection, workspace)
            rival = Rival(
                fitted=serving.loaded(connection, workspace, rows),
                held_below={name: row.report.get("held_below", 0.0) for name, row in rows.items()},
            )
            known = {name: self._known(connection, workspace, name) for name in (HINTS, LIKELIHOOD)}
        step("fitting the likelihood of orders")
        made = [self._attempt(workspace, LIKELIHOOD, partial(candidates.likelihood, told, rival, known[LIKELIHOOD]))]
        made.append(self._attempt(workspace, HINTS, partial(candidates.hints, told, rival, known[HINTS], step)))
        return [one for one in made if one]

    def _known(self, connection: Connection, workspace: str, name: str) -> frozenset[str]:
        """Digests of what the serving fit and the latest one were made from: the same again teaches nothing."""
        fits = [models.serving(connection, workspace).get(name), models.latest(connection, workspace, name)]
        return frozenset(fit.report["data"] for fit in fits if fit and "data" in fit.report)

    def _attempt(self, workspace: str, name: str, make: Callable[[], Candidate | None]) -> Candidate | None:
        try:
            return make()
        except (ArithmeticError, LookupError, MemoryError, TypeError, ValueError) as error:
            # What served before goes on; without the values, which are customers'.
            log.error("fit failed", workspace=workspace, model=name, reason=type(error).__name__)
            version = f"failed-{micros(self.clock())}"
            return Candidate(name=name, version=version, refusal=f"the fit failed: {type(error).__name__}")

    def _fit(self, made: Candidate, counts: dict) -> Fit:
        return Fit(
            name=made.name,
            version=made.version,
            state=REFUSED if made.refusal else SERVING,
            report={**counts, **made.report, "bytes": len(made.content)},
            reason=made.refusal,
            made_at=micros(self.clock()),
        )

    def _swap(self, workspace: str, holder: str, made: list[tuple[Candidate, Fit]]) -> Outcome:
        """The contents first, part by part; then, in one small transaction, whatever serves from now on."""
        for candidate, _fit in made:
            if candidate.content:
                write(self.store, workspace, candidate.name, candidate.version, candidate.content)
        with self.store.transaction() as connection:
            if not self._take(connection, workspace, holder):
                return Outcome(busy=True)
            for _candidate, fit in made:
                (models.refuse if fit.state == REFUSED else models.serve)(connection, workspace, fit)
                told = {"model": fit.name, "version": fit.version, "reason": fit.reason}
                log.info(f"fit {fit.state}", workspace=workspace, **told)
            if any(fit.state == SERVING for _candidate, fit in made):
                profiles.mark_all(connection, workspace, micros(self.clock()))
            chores.done(connection, workspace, REFIT, micros(self.clock()))
        return Outcome(fits=tuple(fit for _candidate, fit in made))

    def _hold(self, workspace: str, holder: str) -> bool:
        with self.store.transaction() as connection:
            return self._take(connection, workspace, holder)

    def _take(self, connection: Connection, workspace: str, holder: str) -> bool:
        now = micros(self.clock())
        return leases.take(connection, workspace, REFIT, holder, now=now, seconds=LEASE_SECONDS)


def write(store: Store, workspace: str, name: str, version: str, content: bytes) -> None:
    """Keep a content, a part per transaction, so that nobody waits long for the writer's place."""
    count = 0
    for part in serving.packed(content):
        with store.transaction() as connection:
            models.write_part(connection, workspace, name, version, count, part)
        count += 1
    with store.transaction() as connection:
        models.cut_parts(connection, workspace, name, version, count)
