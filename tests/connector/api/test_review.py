"""What waits for a person, over HTTP: shown side by side, noted as seen, decided; and imports undone."""

import pytest
import schemathesis

from connector import worker
from connector.bootstrap import assemble
from connector.factory import create_app
from connector.settings import build
from connector.store import api_keys, views
from tests.connector.identity.test_imports import bridges, crm, shop
from tests.connector.identity.test_review import twins
from tests.connector.records import order

SETTINGS = {
    "identity": {"brake_joins": 4},
    "sources": {name: {"adapter": "files"} for name in ("crm", "shop", "bad")},
}


@pytest.fixture
def parts(tmp_path, redis, redis_url, clock):
    with assemble(build(SETTINGS | {"data_dir": str(tmp_path), "redis_url": redis_url}), clock=clock) as parts:
        yield parts


@pytest.fixture
def app(parts):
    app = create_app(parts)
    yield app
    app.extensions["visavis"].background.stop()


@pytest.fixture
def caller(app, parts, clock):
    def make(*scopes):
        with parts.store.transaction() as connection:
            key = api_keys.create(connection, "default", "desk", scopes, clock())
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key.text}"
        return client

    return make


@pytest.fixture
def client(caller):
    return caller("identity:write", "sources:read", "profiles:read", "metrics:read")


@pytest.fixture
def waiting(parts):
    """Four possible matches; the third one bought something."""
    told = [record for number in range(4) for record in twins(number)]
    parts.intake.take("default", [*told, order("o1", contacts=("2",), currency="EUR", total="90.00", state="paid")])
    parts.rebuild.run()
    parts.reviewing.look_after("default")


def as_described(client, path, method, answer):
    schema = schemathesis.openapi.from_wsgi("/openapi.json", client.application)
    schema[path][method].validate_response(schemathesis.Response.from_any(answer))


@pytest.mark.usefixtures("waiting")
def test_possible_matches_come_side_by_side_the_most_worth_first(client):
    answer = client.get("/v1/identity/review?limit=3")
    as_described(client, "/v1/identity/review", "GET", answer)
    first = answer.json["items"][0]
    assert (first["left"]["key"], first["right"]["key"]) == ("crm:contact:2", "shop:contact:2")
    assert (first["left"]["orders"], first["right"]["orders"]) == (1, 0)
    rows = {row["field"]: row for row in first["rows"]}
    assert rows["family name"]["agrees"] is True
    assert rows["birth date"] == {
        "field": "birth date",
        "left": "1961-07-14",
        "right": None,
        "how": "not told by both",
        "agrees": None,
    }
    assert rows["e-mail addresses"]["left"] == "a2@one.example"
    assert "no rule is sure enough" in first["why"]
    rest = client.get(f"/v1/identity/review?limit=3&after={answer.json['next']}").json
    assert (len(rest["items"]), rest["next"]) == (1, None)


@pytest.mark.usefixtures("waiting")
def test_both_profiles_of_what_is_shown_are_noted_as_seen(client, parts, app):
    (item,) = client.get("/v1/identity/review?limit=1").json["items"]
    app.extensions["visavis"].views.flush()
    with parts.store.reading() as connection:
        for side in (item["left"], item["right"]):
            assert [seen["way"] for seen in views.of_profile(connection, "default", side["profile_id"])] == ["review"]


@pytest.mark.usefixtures("waiting")
def test_a_decision_is_in_force_at_once_and_the_next_one_comes(client):
    (item,) = client.get("/v1/identity/review?limit=1").json["items"]
    ends = {"left": item["left"]["key"], "right": item["right"]["key"]}
    (whole,) = client.post("/v1/identity/pins", json={**ends, "what": "link"}).json["profiles"]
    assert client.get(f"/v1/profiles/{whole['profile_id']}").json["record_count"] == 2
    assert ends["left"] not in [each["left"]["key"] for each in client.get("/v1/identity/review").json["items"]]


@pytest.mark.parametrize("after", ["x", "1.2", "1.2.3.4", "-1.2.3", "1.2.99999999999999999999"])
def test_a_place_that_is_none_is_refused(client, after):
    assert client.get(f"/v1/identity/review?after={after}").status_code == 400


def test_a_source_that_joins_too_many_is_told_of_and_released(client, parts):
    for batch in (crm(range(8)), shop(range(8)), bridges(range(8))):
        parts.intake.take("default", batch)
    parts.reviewing.look_after("default")
    told = client.get("/v1/identity/alarms")
    as_described(client, "/v1/identity/alarms", "GET", told)
    assert "bad: its new links wait, 16 so far" in told.json["told"][0]
    metrics = client.get("/metrics").text
    assert 'visavis_identity_brake{source="bad"} 1.0' in metrics
    assert 'visavis_identity_links_held{source="bad"} 16.0' in metrics
    released = client.post("/v1/identity/sources/bad/release", json={"why": "as announced"})
    as_described(client, "/v1/identity/sources/{name}/release", "POST", released)
    assert released.json == {"source": "bad", "released": True}
    parts.reviewing.look_after("default")
    assert client.get("/v1/identity/alarms").json["rates"][0]["held"] == 0
    assert client.post("/v1/identity/sources/bad/release", json={}).json["released"] is False
    assert client.post("/v1/identity/sources/none/release", json={}).status_code == 404


def test_an_import_is_undone_and_brought_back(client, parts, clock):
    for batch in (crm([1]), shop([1]), bridges([1])):
        parts.intake.take("default", batch)
        clock.advance(60)
    span = {"source": "bad", "since": "2026-05-01T12:02:00Z", "until": "2026-05-01T12:02:30Z"}
    asked = client.post("/v1/identity/imports/undo", json=span | {"why": "columns were swapped"})
    as_described(client, "/v1/identity/imports/undo", "POST", asked)
    assert (asked.status_code, asked.json["state"], asked.json["links"]) == (202, "running", 0)
    where = asked.headers["Location"]
    again = client.post("/v1/identity/imports/undo", json=span)
    assert (again.status_code, again.headers["Location"]) == (202, where)
    assert parts.queue.waiting() == 1, "asked twice meanwhile is asked once"
    worker.work(parts, burst=True)
    done = client.get(where)
    as_described(client, "/v1/identity/imports/{decision_id}", "GET", done)
    assert (done.json["state"], done.json["links"], done.json["why"]) == ("done", 2, "columns were swapped")
    assert client.post("/v1/identity/imports/undo", json=span).status_code == 404, "nothing is linked any more"
    two = client.get("/v1/identity/explain?left=crm:contact:1&right=bad:contact:1")
    as_described(client, "/v1/identity/explain", "GET", two)
    (held,) = two.json["link"]["held_by"]
    assert (held["what"], held["source"], held["why"]) == ("undone_import", "bad", "columns were swapped")
    assert where.endswith(f"/{held['decision']}")
    assert two.json["against"][0]["held_by"] == [held]
    back = client.delete(where)
    as_described(client, "/v1/identity/imports/{decision_id}", "DELETE", back)
    assert (back.status_code, back.headers["Location"]) == (202, where)
    assert (back.json["state"], back.json["links"]) == ("taking_back", 2)
    assert client.delete(where).json == client.get(where).json == back.json
    worker.work(parts, burst=True)
    assert (client.get(where).json["state"], client.get(where).json["links"]) == ("taken_back", 0)
    again = client.delete(where)
    assert (again.status_code, again.json["state"]) == (202, "taken_back")
    for number in ("999", "x"):
        assert client.delete(f"/v1/identity/imports/{number}").status_code == 404
        assert client.get(f"/v1/identity/imports/{number}").status_code == 404
    wrong = client.post("/v1/identity/imports/undo", json=span | {"until": "2026-05-01T12:01:00Z"})
    assert (wrong.status_code, list(wrong.json["error"]["fields"])) == (400, ["until"])
    assert client.post("/v1/identity/imports/undo", json=span | {"source": "none"}).status_code == 404
