"""Looking people up: one, several, none, and what is no question at all."""

import pytest
from sqlalchemy import select

from connector.store.tables import views
from tests.connector.api.conftest import ADA

LOOKUP = "/v1/profiles/lookup"


@pytest.mark.parametrize(
    "query",
    [
        "email=ADA@example.com",
        "phone=%2B49 30 901820",
        "phone=+49 30 901820",
        "phone=030 901820&region=de",
        "phone=030 901820",
        "handle=@Ada",
        "handle=ada&platform=x",
    ],
)
def test_one_person_is_found_by_any_spelling_of_an_identifier(client, query):
    answer = client.get(f"{LOOKUP}?{query}")
    assert answer.status_code == 200, answer.json
    assert answer.json["id"] == ADA["id"]


def test_the_answer_is_the_document_with_the_freshness_of_each_source(client):
    answer = client.get(f"{LOOKUP}?email=ada@example.com").json
    assert answer.pop("freshness")[0] == {
        "source": "crm",
        "state": "ok",
        "last_success": "2026-05-01T11:59:00Z",
        "lag_seconds": 60.0,
    }
    assert answer == ADA


def test_nobody_is_404_with_the_one_error_shape(client):
    answer = client.get(f"{LOOKUP}?email=nobody@example.com")
    assert answer.status_code == 404
    assert answer.json == {"error": {"code": "not_found", "message": "nobody is known by this identifier"}}


def test_several_are_409_with_ranked_candidates(client, people):
    people.know({"id": "p_bob"}, ("phone", "+4930901820"))
    answer = client.get(f"{LOOKUP}?phone=%2B4930901820")
    assert answer.status_code == 409
    assert answer.json["error"]["code"] == "ambiguous"
    assert [one["id"] for one in answer.json["error"]["candidates"]] == ["p_ada", "p_bob"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "email"),
        ("email=", "email"),
        ("email=nonsense", "email"),
        ("phone=12", "phone"),
        ("email=a@example.com&phone=+4930901820", "phone"),
        ("email=a@example.com&email=b@example.com", "email"),
        ("phone=030901820&region=Germany", "region"),
        ("external_id=7", "source"),
    ],
)
def test_a_malformed_question_is_400_and_names_the_field(client, query, field):
    answer = client.get(f"{LOOKUP}?{query}")
    assert answer.status_code == 400
    assert answer.json["error"]["code"] == "invalid_request"
    assert field in answer.json["error"]["fields"]


def test_an_unknown_parameter_is_refused_with_the_known_names(client):
    answer = client.get(f"{LOOKUP}?mail=ada@example.com")
    assert answer.status_code == 400
    assert "known: email, phone, region" in answer.json["error"]["fields"]["mail"][0]


def test_no_error_repeats_what_was_sent(client):
    for query in ("email=jane.secret", "phone=jane.secret", "email=jane.secret@example.com"):
        assert "jane.secret" not in client.get(f"{LOOKUP}?{query}").text


def test_another_workspace_knows_nobody_of_this_one(app, key):
    header = {"Authorization": f"Bearer {key('profiles:read', workspace='other')}"}
    assert app.test_client().get(f"{LOOKUP}?email=ada@example.com", headers=header).status_code == 404
    assert app.test_client().get("/v1/profiles/p_ada", headers=header).status_code == 404


def test_who_has_the_profile_already_gets_304(client):
    first = client.get("/v1/profiles/p_ada")
    assert first.status_code == 200
    for told in (first.headers["ETag"], f'"old", {first.headers["ETag"]}', "*"):
        again = client.get("/v1/profiles/p_ada", headers={"If-None-Match": told})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
    assert client.get("/v1/profiles/p_ada", headers={"If-None-Match": '"old"'}).status_code == 200


def test_the_etag_changes_when_a_source_goes_down(client, parts, desk):
    before = client.get("/v1/profiles/p_ada").headers["ETag"]
    parts.status.state = "failed"
    desk.freshness.tick = lambda: 1e12
    after = client.get("/v1/profiles/p_ada", headers={"If-None-Match": before})
    assert after.status_code == 200
    assert after.json["freshness"][0]["state"] == "failed"


def test_a_retired_id_is_answered_with_its_successor_and_says_so(client, people):
    people.successors["p_old"] = "p_ada"
    answer = client.get("/v1/profiles/p_old")
    assert answer.status_code == 200
    assert (answer.json["id"], answer.json["moved_from"]) == ("p_ada", "p_old")
    assert answer.headers["Content-Location"] == "/v1/profiles/p_ada"
    assert "moved_from" not in client.get("/v1/profiles/p_ada").json


def test_an_unknown_profile_is_404(client):
    assert client.get("/v1/profiles/p_nobody").status_code == 404
    assert client.get("/v1/profiles/p_nobody/timeline").status_code == 404


def test_the_timeline_is_read_page_by_page_to_its_end(client):
    titles, before = [], ""
    while before is not None:
        page = client.get(f"/v1/profiles/p_ada/timeline?limit=2{before and '&before=' + before}").json
        assert page["freshness"]
        titles += [item["title"] for item in page["items"]]
        before = page["next"]
    assert titles == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("limit", ["0", "201", "many"])
def test_a_timelines_limit_is_checked(client, limit):
    answer = client.get(f"/v1/profiles/p_ada/timeline?limit={limit}")
    assert (answer.status_code, list(answer.json["error"]["fields"])) == (400, ["limit"])


def test_every_view_is_written_down(client, desk, parts):
    client.get(f"{LOOKUP}?email=ada@example.com")
    client.get(f"{LOOKUP}?email=nobody@example.com")
    client.get("/v1/profiles/p_ada")
    client.get("/v1/profiles/p_ada/timeline")
    desk.views.flush()
    with parts.store.reading() as connection:
        rows = connection.execute(select(views.c.profile_id, views.c.way).order_by(views.c.id)).all()
    assert rows == [("p_ada", "lookup"), (None, "lookup:none"), ("p_ada", "profile"), ("p_ada", "timeline")]
