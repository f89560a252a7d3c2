"""What came of a hint, told over HTTP."""

import pytest
from redis.exceptions import ConnectionError as RedisAway
from rq import Queue

from connector.store import outcomes
from connector.sync.doorbell import SOON


def tell(client, hint, outcome="accepted", **more):
    return client.post(f"/v1/recommendations/{hint}/outcome", json={"outcome": outcome, **more})


def kept(parts, hint):
    with parts.store.reading() as connection:
        return [(one.outcome, one.reason) for one in outcomes.of_hint(connection, "acme", hint)]


def test_an_outcome_is_kept_with_what_the_hint_was(client, parts, hint):
    answer = tell(client, hint, "declined", reason="has one")
    assert (answer.status_code, answer.json) == (
        200,
        {
            "id": hint,
            "outcome": "declined",
            "reason": "has one",
            "product_id": "tea",
            "list": "due",
            "model": "m1",
            "at": "2026-05-01T12:00:00Z",
        },
    )
    assert kept(parts, hint) == [("declined", "has one")]


def test_the_same_told_again_gets_the_same_answer_and_is_kept_once(client, parts, hint, clock):
    first = tell(client, hint, "declined", reason="has one").json
    clock.advance(60)
    assert tell(client, hint, "declined", reason="no money").json == first
    assert kept(parts, hint) == [("declined", "has one")]


def test_different_outcomes_are_all_kept_in_their_order(client, parts, hint, clock):
    for outcome in ("shown", "declined", "accepted", "declined"):
        clock.advance(60)
        assert tell(client, hint, outcome).json["outcome"] == outcome
    assert [outcome for outcome, _ in kept(parts, hint)] == ["shown", "declined", "accepted"]


@pytest.mark.parametrize("unknown", ["p_ada.ffffffffffff", "p_nobody.0123456789ab", "p_ada", "nonsense", "."])
def test_what_was_never_a_hint_is_not_found(client, hint, unknown):
    answer = tell(client, unknown)
    assert (answer.status_code, answer.json["error"]["code"]) == (404, "not_found")


def test_another_workspaces_hint_is_not_found(app, key, hint):
    headers = {"Authorization": f"Bearer {key('recommendations:write', workspace='other')}"}
    path = f"/v1/recommendations/{hint}/outcome"
    assert app.test_client().post(path, json={"outcome": "accepted"}, headers=headers).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "outcome"),
        ({"outcome": "bought"}, "outcome"),
        ({"outcome": None}, "outcome"),
        ({"outcome": "declined", "reason": 7}, "reason"),
        ({"outcome": "declined", "reason": "x" * 501}, "reason"),
        ({"outcome": "declined", "why": "x"}, "why"),
    ],
)
def test_what_is_malformed_is_named(client, parts, hint, body, field):
    answer = client.post(f"/v1/recommendations/{hint}/outcome", json=body)
    assert (answer.status_code, list(answer.json["error"]["fields"])) == (400, [field])
    assert kept(parts, hint) == []


def test_a_new_outcome_rings_for_a_rebuild_and_a_repeated_one_does_not(client, parts, hint):
    tell(client, hint)
    waiting = Queue(SOON, connection=parts.redis)
    assert [(job.func_name, job.args) for job in waiting.jobs] == [("connector.worker.rebuild", ("acme", "p_ada"))]
    waiting.empty()
    parts.queue.silence("rebuild", "acme", "p_ada")
    tell(client, hint)
    assert waiting.count == 0


def test_an_outcome_is_kept_while_redis_is_away(client, parts, hint, monkeypatch):
    def away(*_):
        raise RedisAway

    monkeypatch.setattr(type(parts.queue), "_ring", away)
    assert tell(client, hint).status_code == 200
    assert kept(parts, hint) == [("accepted", None)]


def test_outcomes_are_counted(client, hint):
    tell(client, hint)
    assert 'visavis_outcomes_total{outcome="accepted"} 1.0' in client.get("/metrics").text
