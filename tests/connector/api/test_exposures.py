"""However a card is looked at, what hints it held is written down, and the answer does not wait for it."""

import pytest

from connector.store import exposures

HINT = {"id": "p_eve.0123456789ab", "product_id": "tea", "model": "m1", "kind": "bought"}
EVE = {"id": "p_eve", "fields": {}, "recommendations": {"due": [HINT], "may_like": [], "note": None}}
WAYS = {
    "lookup": lambda client: client.get("/v1/profiles/lookup?email=eve@example.com"),
    "profile": lambda client: client.get("/v1/profiles/p_eve"),
    "contact": lambda client: client.post("/v1/contacts", json={"channel": "email", "identifier": "eve@example.com"}),
}


@pytest.fixture
def seen(parts, desk):
    def found():
        desk.exposures.flush()
        with parts.store.reading() as connection:
            return [
                (one.arm, [hint["id"] for hint in one.hints])
                for one in exposures.of_profiles(connection, "acme", ["p_eve"])
            ]

    return found


@pytest.fixture(autouse=True)
def eve(people):
    people.know(EVE, ("email", "eve@example.com"))


@pytest.mark.parametrize("way", WAYS)
def test_a_card_that_is_looked_at_leaves_its_hints_behind(client, seen, way):
    assert WAYS[way](client).status_code == 200
    assert seen() == [("offered", [HINT["id"]])]


def test_all_ways_on_one_day_are_one_exposure(client, seen):
    for ask in (*WAYS.values(), *WAYS.values()):
        ask(client)
        seen()
    assert len(seen()) == 1


def test_whoever_is_not_shown_is_not_exposed(client, seen, people):
    people.know({**EVE, "id": "p_other"}, ("email", "eve@example.com"))
    assert client.get("/v1/profiles/lookup?email=eve@example.com").status_code == 409
    assert client.get("/v1/profiles/p_eve/timeline").status_code == 200
    assert seen() == []


def test_the_background_thread_writes_it(client, desk, parts):
    WAYS["lookup"](client)
    desk.background.once()
    with parts.store.reading() as connection:
        assert exposures.any_of(connection, "acme", "p_eve")
