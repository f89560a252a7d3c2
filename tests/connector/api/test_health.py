"""Health and metrics: all processes together, and nothing of a person."""

import pytest
import redis as redis_client
from prometheus_client.parser import text_string_to_metric_families

from connector.api.counts import KEY, Counts
from connector.clock import micros
from connector.factory import create_app
from connector.store import models


def metrics(client):
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def requests(found, route):
    return sum(
        count
        for (name, *labels), count in found.items()
        if name == "visavis_requests_total" and ("route", route) in labels
    )


@pytest.fixture
def broken():
    """A Redis that is away."""
    return redis_client.Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.1)


def test_alive_asks_nothing(app, parts):
    parts.store = parts.redis = None
    assert app.test_client().get("/healthz").json == {"status": "ok"}


def test_ready_says_how_the_parts_are(app):
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "store": "ok", "redis": "ok"})


def test_without_redis_it_is_still_ready(app, parts, broken):
    parts.redis = broken
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json["status"], answer.json["redis"]) == (200, "degraded", "away")


def test_without_the_store_it_is_not(app, parts, tmp_path):
    from connector.store import Store

    parts.store = Store(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.db'}")
    assert app.test_client().get("/readyz").status_code == 503


def test_requests_are_counted_by_route_and_never_by_path(client):
    client.get("/v1/profiles/p_ada")
    client.get("/v1/profiles/p_nobody")
    client.get("/nowhere/ada@example.com")
    found = metrics(client)
    assert requests(found, "/v1/profiles/<profile_id>") == 2
    assert requests(found, "(none)") == 1
    assert "p_ada" not in repr(found)
    assert "example.com" not in repr(found)


def test_one_process_speaks_for_all(parts, client, key):
    other = create_app(parts)
    header = {"Authorization": f"Bearer {key('admin')}"}
    other.test_client().get("/v1/sources", headers=header)
    other.extensions["visavis"].background.stop()
    client.get("/v1/sources")
    assert requests(metrics(client), "/v1/sources") == 2


def test_times_are_a_histogram_whose_buckets_add_up(client):
    for _ in range(3):
        client.get("/healthz")
    found = metrics(client)
    route = ("route", "/healthz")
    assert found["visavis_request_seconds_bucket", ("le", "+Inf"), route] == 3
    assert found["visavis_request_seconds_count", route] == 3
    assert 0 < found["visavis_request_seconds_sum", route] < 3


def test_what_redis_did_not_take_is_told_later(redis, broken):
    counts = Counts(broken)
    counts.add("visavis_lookups", "lookup", "one")
    counts.took("GET", "/healthz", 200, 0.02)
    counts.flush()
    here = {sample.name: sample.value for family in counts.families() for sample in family.samples}
    assert here["visavis_lookups_total"] == 1
    counts.redis = redis
    counts.flush()
    counts.flush()
    assert sorted(redis.hvals(KEY)) == [b"1", b"1", b"1", b"20000"]


def test_each_source_has_its_state_and_lag(client, parts):
    parts.status.state = "failed"
    found = metrics(client)
    assert found["visavis_source_state", ("source", "crm"), ("state", "failed")] == 1
    assert found["visavis_source_state", ("source", "crm"), ("state", "ok")] == 0
    assert found["visavis_source_lag_seconds", ("source", "crm")] == 60
    assert found["visavis_store_up",] == 1


def test_models_show_their_age_and_a_refusal(client, parts, clock):
    made = micros(clock())
    with parts.store.transaction() as connection:
        models.serve(connection, "acme", models.Fit(name="hints", version="1", state=models.SERVING, made_at=made))
        worse = models.Fit(name="hints", version="2", state=models.REFUSED, reason="worse", made_at=made + 1)
        models.refuse(connection, "acme", worse)
        likelihood = models.Fit(name="likelihood", version="1", state=models.SERVING, made_at=made)
        models.serve(connection, "acme", likelihood)
    clock.advance(60)
    found = metrics(client)
    assert found["visavis_model_seconds", ("model", "hints")] == 60
    assert found["visavis_model_refused", ("model", "hints")] == 1
    assert found["visavis_model_refused", ("model", "likelihood")] == 0
