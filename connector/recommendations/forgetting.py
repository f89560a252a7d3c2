"""Forgetting: whoever was erased leaves the models, without waiting for the next fit.

A model knows some customers as neighbours: their profile's id, and what they bought how
often. When nobody is left in a profile, that row is taken out of the stored content, under
the same version, and every process loads it anew. The counts in which a customer was one
of many name nobody, and are made anew with the next fit.
"""

from collections.abc import Callable
from datetime import datetime
from functools import reduce

import structlog
from sqlalchemy import Connection

from connector.clock import micros
from connector.recommendations import serving
from connector.recommendations.model import Model
from connector.recommendations.serving import HINTS, Models
from connector.recommendations.training import LEASE_SECONDS, REFIT
from connector.store import Store, leases, models, sales

log = structlog.get_logger()


class Forgetting:
    """Takes out of the models of a workspace who is nobody any more."""

    def __init__(self, store: Store, serving_now: Models, clock: Callable[[], datetime]) -> None:
        self.store, self.models, self.clock = store, serving_now, clock

    def run(self, workspace: str) -> int:
        """How many were forgotten. While a fit is under way nothing is done: it will be asked again."""
        fitted = self.models.of(workspace)
        if fitted is None or fitted.recommender is None:
            return 0
        known = [who for who in fitted.recommender.model.tables.slow.who if who]
        with self.store.reading() as connection:
            gone = sales.gone(connection, workspace, known)
        if not gone:
            return 0
        holder = leases.me()
        with self.store.transaction() as connection:
            now = micros(self.clock())
            if not leases.take(connection, workspace, REFIT, holder, now=now, seconds=LEASE_SECONDS):
                return 0
            # In one transaction: whoever reads meanwhile finds the content before or the one after.
            for fit in models.tried(connection, workspace, HINTS):
                _rewrite(connection, workspace, fit, gone)
            leases.release(connection, workspace, REFIT, holder)
        log.info("forgotten", workspace=workspace, customers=len(gone))
        return len(gone)


def _rewrite(connection: Connection, workspace: str, fit: models.Fit, gone: set[str]) -> None:
    """The content of one fit, if it still has one, without these customers."""
    content = serving.unpacked(models.parts(connection, workspace, fit.name, fit.version))
    if not content:
        return
    model, names = serving.hints_of(content)
    shorter = serving.hints_content(reduce(Model.without, sorted(gone), model), names)
    count = 0
    for count, part in enumerate(serving.packed(shorter), start=1):
        models.write_part(connection, workspace, fit.name, fit.version, count - 1, part)
    models.cut_parts(connection, workspace, fit.name, fit.version, count)
    told = fit.report | {"forgotten": fit.report.get("forgotten", 0) + len(gone)}
    models.report(connection, workspace, fit.name, fit.version, told)
