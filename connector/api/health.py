"""Is it alive, is it ready, and what has it done: for load balancers and Prometheus. The first two need no key."""

from collections.abc import Iterator

import redis
from flask import Response
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from connector.api import answers, identity_gauges
from connector.api.auth import caller, requires
from connector.api.blueprint import Blueprint
from connector.api.desk import Desk, desk
from connector.api.schemas import HealthSchema, ReadySchema
from connector.clock import micros
from connector.errors import ConnectorError, StoreUnavailableError
from connector.store import models
from connector.store.tables import deliveries, stale

health = Blueprint("health", __name__, description="For load balancers and Prometheus.")

STATES = ("never", "ok", "running", "partial", "failed", "stale")


@health.route("/healthz")
@health.response(200, HealthSchema, description="The process answers.")
def alive() -> Response:
    """Is this process alive? Asks nothing else."""
    return answers.plain({"status": "ok"})


@health.route("/readyz")
@health.response(200, ReadySchema, description="It can answer. Without Redis it does so from the store, more slowly.")
@health.alt_response(503, schema=ReadySchema, description="The store is away.")
def ready() -> Response:
    """Can it answer? Asks the store and Redis."""
    here = desk()
    store, cache = _store(here), _redis(here)
    return answers.plain(
        {"status": "ok" if store == cache == "ok" else "degraded", "store": store, "redis": cache},
        200 if store == "ok" else 503,
    )


@health.route("/metrics")
@requires("metrics:read")
@health.response(200, description="Counts of all processes, in Prometheus' text format.", content_type="text/plain")
def metrics() -> Response:
    """Read the metrics. They speak for every process of the installation: scrape one address."""
    return Response(generate_latest(_Everything(desk(), caller().workspace)), content_type=CONTENT_TYPE_LATEST)


class _Everything(Collector):
    """What generate_latest asks: the counts, and how things stand now."""

    def __init__(self, here: Desk, workspace: str) -> None:
        self.here, self.workspace = here, workspace

    def collect(self) -> Iterator[Metric]:
        yield from self.here.counts.families()
        try:
            yield from _waiting(self.here, self.workspace)
            yield from _sources(self.here, self.workspace)
            yield from identity_gauges.gauges(self.here.parts.reviewing.watch.now(self.workspace))
            yield from _models(self.here, self.workspace)
        except ConnectorError:
            yield GaugeMetricFamily("visavis_store_up", "Whether the store answers.", 0)
        else:
            yield GaugeMetricFamily("visavis_store_up", "Whether the store answers.", 1)


def _waiting(here: Desk, workspace: str) -> Iterator[Metric]:
    with here.parts.store.reading() as connection:
        of_workspace = stale.c.workspace == workspace
        marks, since = connection.execute(
            select(func.count(), func.min(stale.c.since)).select_from(stale).where(of_workspace)
        ).one()
        kept = connection.execute(
            select(func.count()).select_from(deliveries).where(deliveries.c.workspace == workspace)
        ).scalar_one()
    age = (micros(here.parts.clock()) - since) / 1e6 if since else 0.0
    yield GaugeMetricFamily("visavis_stale_profiles", "Profiles that wait to be rebuilt.", marks)
    yield GaugeMetricFamily("visavis_stale_seconds", "How long the first of them has waited.", age)
    yield GaugeMetricFamily("visavis_deliveries_waiting", "Webhook deliveries that wait to be taken in.", kept)


def _sources(here: Desk, workspace: str) -> Iterator[Metric]:
    lag = GaugeMetricFamily(
        "visavis_source_lag_seconds", "Seconds since a source was last read to its end.", labels=("source",)
    )
    state = GaugeMetricFamily("visavis_source_state", "1 for the state a source is in.", labels=("source", "state"))
    for name in here.parts.sources.names(workspace):
        status = here.parts.status.of(workspace, name)
        if status.lag_seconds is not None:
            lag.add_metric([name], status.lag_seconds)
        for each in STATES:
            state.add_metric([name, each], float(status.state == each))
    yield lag
    yield state


def _models(here: Desk, workspace: str) -> Iterator[Metric]:
    """How old what serves is, and whether the newest fit was refused (why: `visavis recommendations models`)."""
    age = GaugeMetricFamily("visavis_model_seconds", "Seconds since a serving model was fitted.", labels=("model",))
    refused = GaugeMetricFamily("visavis_model_refused", "1 when the newest fit was refused.", labels=("model",))
    with here.parts.store.reading() as connection:
        tried = models.tried(connection, workspace)
    now, newest = micros(here.parts.clock()), {}
    for fit in tried:
        newest.setdefault(fit.name, fit)
        if fit.state == models.SERVING:
            age.add_metric([fit.name], (now - fit.made_at) / 1e6)
    for name, fit in sorted(newest.items()):
        refused.add_metric([name], float(fit.state == models.REFUSED))
    yield age
    yield refused


def _store(here: Desk) -> str:
    try:
        with here.parts.store.reading() as connection:
            connection.execute(select(1))
    except StoreUnavailableError:
        return "away"
    return "ok"


def _redis(here: Desk) -> str:
    try:
        here.parts.redis.ping()
    except redis.RedisError:
        return "away"
    return "ok"
