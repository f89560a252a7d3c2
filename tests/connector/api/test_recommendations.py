"""More hints than a card holds, over the real parts and a model that says what the test wants."""

# ruff: noqa: F401, F811 - fixtures are imported, and are named again where a test wants them

from types import SimpleNamespace

import orjson
import pytest

from connector.recommendations.serving import Fitted
from connector.store import profiles
from tests.connector.api.test_whole import app, client, described, parts, record
from tests.connector.recommendations.customers import Told, hint

OPERATION = "GET /v1/profiles/{profile_id}/recommendations"


@pytest.fixture
def person(parts, client):
    """Somebody's id, and the address of their hints; a model suggests them a dozen products."""
    told = Told(may_like=tuple(hint(f"P-{number}", score=-number) for number in range(12)))
    serving = Fitted(version="m1", recommender=told, names={"P-0": "Sencha"})
    parts.suggestions.offers.models = SimpleNamespace(of=lambda workspace: serving)
    parts.rebuild.everything("default")
    profile_id = client.get("/v1/profiles/lookup?email=ada@example.com").json["id"]
    return SimpleNamespace(id=profile_id, told=told, url=f"/v1/profiles/{profile_id}/recommendations")


def test_the_first_are_those_of_the_card_and_more_follow(client, described, person):
    card = client.get(f"/v1/profiles/{person.id}").json["recommendations"]
    answer = described(client.get(f"{person.url}?limit=7"), OPERATION).json
    assert len(card["may_like"]) == 3 and len(answer["may_like"]) == 7
    assert answer["may_like"][:3] == card["may_like"]
    assert answer["may_like"][0]["name"] == "Sencha"
    assert (answer["profile_id"], answer["model"]) == (person.id, "m1")


def test_what_is_withheld_on_the_card_is_withheld_here(client, described, parts, person):
    parts.intake.take("default", [record("ticket", "104", contact_ids=("1",), type="Complaint", is_open=True)])
    answer = described(client.get(person.url), OPERATION).json
    assert (answer["due"], answer["may_like"]) == ([], [])
    assert answer["note"] == "Nothing is suggested: open complaint 104."
    assert [one["rule"] for one in answer["withheld"]] == ["open_complaint"]


def test_a_hint_that_no_card_has_room_for_can_be_answered(client, app, person):
    last = client.get(f"{person.url}?limit=12").json["may_like"][-1]
    app.extensions["visavis"].exposures.flush()
    answer = client.post(f"/v1/recommendations/{last['id']}/outcome", json={"outcome": "declined", "reason": "dear"})
    assert answer.status_code == 200
    assert last["id"] not in [one["id"] for one in client.get(f"{person.url}?limit=50").json["may_like"]]


def test_without_a_model_the_lists_are_empty_and_say_so(client, described):
    profile_id = client.get("/v1/profiles/lookup?email=ada@example.com").json["id"]
    answer = described(client.get(f"/v1/profiles/{profile_id}/recommendations"), OPERATION).json
    assert (answer["due"], answer["may_like"], answer["model"]) == ([], [], None)
    assert "no model" in answer["note"]


def test_nobody_is_404_also_when_nobody_is_left_in_a_profile(client, described, parts, person):
    assert described(client.get("/v1/profiles/p_nobody/recommendations"), OPERATION).status_code == 404
    with parts.store.transaction() as connection:
        gone = profiles.Stored(profile_id="p_gone", version=1, document=None, etag=None, handles=frozenset())
        profiles.write(connection, "default", [gone], 1)
    assert client.get("/v1/profiles/p_gone/recommendations").status_code == 404


@pytest.mark.parametrize("query", ["limit=0", "limit=51", "limit=many", "most=3"])
def test_an_odd_limit_is_named(client, person, query):
    answer = client.get(f"{person.url}?{query}")
    assert (answer.status_code, list(answer.json["error"]["fields"])) == (400, [query.partition("=")[0]])


def test_it_is_written_down_who_looked(client, app, parts, person):
    client.get(person.url)
    desk = app.extensions["visavis"]
    assert [view["way"] for view in desk.views._waiting][-1] == "recommendations"


def test_the_document_is_that_of_a_card(parts, person):
    found = parts.suggestions.of("default", person.id, 2)
    assert orjson.loads(found.document)["recommendations"] == found.shown
    assert parts.suggestions.of("default", person.id, 2).etag == found.etag
