"""Events: in order, resumable, capped."""

import json

import pytest

from connector.cache import events
from connector.cache.events import Events


def test_an_event_is_a_server_sent_one_with_its_id_type_time_and_payload(redis, clock):
    event_id = Events(redis, clock).publish("acme", "contact.arrived", {"note": "two\nlines"})
    ((told_id, fields),) = redis.xrange(events.key("acme"))
    lines = events.chunk(told_id, fields).decode().split("\n")
    assert lines[:2] == [f"id: {event_id}", "event: contact.arrived"]
    assert json.loads(lines[2].removeprefix("data: ")) == {"at": "2026-05-01T12:00:00Z", "note": "two\nlines"}
    assert lines[3:] == ["", ""]


def test_ids_order_events_as_they_came(redis, clock):
    publisher = Events(redis, clock)
    ids = [publisher.publish("acme", "t", {}) for _ in range(20)]
    assert [events.number(one) for one in ids] == sorted(events.number(one) for one in ids)
    assert events.number("9-9") < events.number(b"10-1") < events.number("10-10")
    with pytest.raises(ValueError):
        events.number("x")


def test_many_are_published_in_order_and_old_ones_are_cut_off(redis, clock, monkeypatch):
    monkeypatch.setattr(events, "KEPT", 200)
    Events(redis, clock).publish_many("acme", "t", [{"n": n} for n in range(2000)])
    kept = [json.loads(fields[b"data"])["n"] for _, fields in redis.xrange(events.key("acme"))]
    assert kept == list(range(kept[0], 2000))
    assert 200 <= len(kept) < 1000


def test_workspaces_have_streams_of_their_own(redis, clock):
    Events(redis, clock).publish("acme", "t", {})
    assert redis.xlen(events.key("other")) == 0
