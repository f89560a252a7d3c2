"""The screen-pop: a card for everybody, in time, whatever is broken."""

import threading

import orjson
import pytest
import redis as redis_client
from sqlalchemy import select

from connector.api.deadline import Hurry
from connector.cache import events
from connector.store.tables import views
from tests.connector.api.conftest import ADA


def pop(client, **given):
    return client.post("/v1/contacts", json={"channel": "phone", **given})


def announced(parts):
    return [orjson.loads(fields[b"data"]) for _, fields in parts.redis.xrange(events.key("acme"))]


def test_a_known_customer_gets_a_card(client):
    answer = pop(client, identifier="+49 30 901820", agent="kim", reference="call-7")
    assert answer.status_code == 200
    card = answer.json
    assert (card["outcome"], card["profile"], card["partial"]) == ("one", ADA, False)
    assert card["freshness"][0]["source"] == "crm"
    assert card["contact"]["agent"] == "kim"


def test_the_panels_hear_of_it(client, parts):
    pop(client, identifier="+49 30 901820", agent="kim", reference="call-7")
    (event,) = announced(parts)
    assert event["profile_id"] == "p_ada"
    assert (event["outcome"], event["agent"], event["reference"], event["channel"]) == ("one", "kim", "call-7", "phone")


def test_an_unknown_customer_gets_an_empty_card_that_is_no_error(client, parts):
    answer = pop(client, email="new@example.com")
    assert answer.status_code == 200
    assert (answer.json["outcome"], answer.json["profile"], answer.json["partial"]) == ("none", None, False)
    assert answer.json["contact"]["identifier"] == {"kind": "email", "value": "new@example.com"}
    assert announced(parts)[0]["outcome"] == "none"


@pytest.mark.parametrize("text", ["anonymous", "+49", "0"])
def test_a_withheld_number_is_no_mistake(client, text):
    answer = pop(client, identifier=text)
    assert (answer.status_code, answer.json["outcome"]) == (200, "none")
    assert answer.json["contact"]["identifier"] is None


def test_several_candidates_come_on_the_card_and_nobody_is_picked(client, people, parts):
    people.know({"id": "p_bob"}, ("phone", "+4930901820"))
    card = pop(client, phone="+49 30 901820").json
    assert (card["outcome"], card["profile"]) == ("several", None)
    assert [one["id"] for one in card["candidates"]] == ["p_ada", "p_bob"]
    assert announced(parts)[0]["candidates"] == ["p_ada", "p_bob"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"channel": None, "identifier": "1"}, "channel"),
        ({"channel": "phone", "identifier": "1", "email": "a@example.com"}, "email"),
        ({"channel": "phone", "identifier": 7}, "identifier"),
        ({"channel": "phone", "identifier": "1", "colour": "red"}, "colour"),
        ({"channel": "phone"}, "email"),
        ({"channel": "chat", "external_id": "7"}, "source"),
    ],
)
def test_a_malformed_contact_is_400_and_names_the_field(client, given, field):
    answer = client.post("/v1/contacts", json=given)
    assert answer.status_code == 400
    assert field in answer.json["error"]["fields"]


def test_a_lookup_that_hangs_is_given_up_and_the_card_says_what_is_missing(client, people, desk, parts):
    freed = threading.Event()
    people.wait = lambda: freed.wait(30)
    desk.hurry = Hurry(0.05)
    answer = pop(client, identifier="+49 30 901820")
    freed.set()
    assert answer.status_code == 200
    assert (answer.json["outcome"], answer.json["partial"]) == ("unknown", True)
    assert "profile" in answer.json["missing"]
    assert announced(parts)[0]["outcome"] == "unknown"


def test_a_store_that_is_away_makes_a_partial_card(client, people):
    people.away = True
    answer = pop(client, identifier="+49 30 901820")
    assert (answer.status_code, answer.json["missing"]) == (200, ["profile"])


def test_redis_being_away_takes_the_event_and_not_the_card(client, parts, monkeypatch):
    def refuse(*_):
        raise redis_client.ConnectionError

    monkeypatch.setattr(parts.events, "publish", refuse)
    answer = pop(client, identifier="+49 30 901820")
    assert answer.status_code == 200
    assert (answer.json["profile"], answer.json["missing"]) == (ADA, ["event"])


def test_the_view_names_the_agent(client, desk, parts):
    pop(client, identifier="+49 30 901820", agent="kim", reference="call-7")
    desk.views.flush()
    with parts.store.reading() as connection:
        (row,) = connection.execute(select(views)).mappings()
    assert row["viewer"].endswith("/kim")
    assert (row["profile_id"], row["way"], row["reference"]) == ("p_ada", "contact:phone", "call-7")
