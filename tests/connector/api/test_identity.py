"""Who is who over HTTP: explained, decided, taken back; every view noted, every error with its field."""

import orjson
import pytest
import schemathesis

from connector.bootstrap import assemble
from connector.factory import create_app
from connector.settings import build
from connector.store import api_keys, views
from tests.connector.records import contact, email, handle

PHONE = "+4915112345678"
ADA = {"given_name": "Ada", "family_name": "Example", "name": "Ada Example"}
BOB = {"given_name": "Bob", "family_name": "Example", "name": "Bob Example"}
RECORDS = (
    contact("1", email("ada@example.com"), handle("phone", PHONE), **ADA),
    contact("2", email("ada@example.com"), source="shop", **ADA),
    contact("3", handle("phone", PHONE), source="shop", **BOB),
    contact("4", handle("phone", PHONE), source="hub", given_name="A.", family_name="Example", name="A. Example"),
)
ONE, TWO, THREE, FOUR = "crm:contact:1", "shop:contact:2", "shop:contact:3", "hub:contact:4"


@pytest.fixture
def parts(tmp_path, redis, redis_url, clock):
    with assemble(build({"data_dir": str(tmp_path), "redis_url": redis_url}), clock=clock) as parts:
        parts.intake.take("default", RECORDS)
        parts.rebuild.run()
        yield parts


@pytest.fixture
def app(parts):
    app = create_app(parts)
    yield app
    app.extensions["visavis"].background.stop()


@pytest.fixture
def caller(app, parts, clock):
    """A client whose key has these scopes."""

    def make(*scopes):
        with parts.store.transaction() as connection:
            key = api_keys.create(connection, "default", "desk", scopes, clock())
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key.text}"
        return client

    return make


@pytest.fixture
def client(caller):
    return caller("profiles:read", "identity:write")


def profile_of(client, source, external_id):
    answer = client.get(f"/v1/profiles/lookup?external_id={external_id}&source={source}")
    assert answer.status_code == 200, answer.json
    return answer.json["id"]


def pin(client, left, right, what, **more):
    return client.post("/v1/identity/pins", json={"left": left, "right": right, "what": what, **more})


def as_described(client, path, method, answer):
    schema = schemathesis.openapi.from_wsgi("/openapi.json", client.application)
    schema[path][method].validate_response(schemathesis.Response.from_any(answer))


def test_a_profile_tells_what_holds_it_together(client):
    profile_id = profile_of(client, "crm", "1")
    answer = client.get(f"/v1/profiles/{profile_id}/identity")
    as_described(client, "/v1/profiles/{profile_id}/identity", "GET", answer)
    told = answer.json
    (link,) = told["links"]
    assert (link["left"]["key"], link["right"]["key"], link["rule"], link["is_bridge"]) == (
        ONE,
        TWO,
        "own_mailbox",
        True,
    )
    assert link["shared"] == [{"what": "e-mail address", "shown": "ada@example.com", "standing": "one person's"}]
    assert told["bridges"][0]["without"] == [link["left"], link["right"]]
    assert [record["name"] for record in told["records"]] == ["ada example", "ada example"]


def test_whom_a_profile_may_also_be_is_told_without_a_value_of_theirs(client, parts):
    parts.intake.take("default", [contact("9", **BOB, birth_date="1980-02-03")])
    profile_id = profile_of(client, "crm", "9")
    (other,) = client.get(f"/v1/profiles/{profile_id}/identity").json["may_also_be"]
    assert other["profile_id"] == profile_of(client, "shop", "3")
    assert (other["source"], other["for"]) == ("shop", ["given name: the same", "family name: the same"])
    assert other["why"] == "They may be one, and no rule is sure enough to join them."
    told = orjson.dumps({name: value for name, value in other.items() if name != "record"}).decode().lower()
    assert not [value for value in ("bob", PHONE, "shop:contact:3") if value in told]


def test_whom_people_said_that_it_never_is_is_kept_apart_and_no_longer_possible(client, parts):
    parts.intake.take("default", [contact("9", **BOB, birth_date="1980-02-03")])
    assert pin(client, "crm:contact:9", THREE, "never").status_code == 200
    told = client.get(f"/v1/profiles/{profile_of(client, 'crm', '9')}/identity").json
    assert told["may_also_be"] == []
    assert [each["rule"] for each in told["kept_apart"]] == ["never_link"]


def test_everything_that_was_decided_is_told_page_by_page(client):
    pin(client, ONE, THREE, "never", why="sisters", agent="kim")
    client.delete(f"/v1/identity/pins?left={ONE}&right={THREE}")
    answer = client.get("/v1/identity/decisions?limit=1")
    as_described(client, "/v1/identity/decisions", "GET", answer)
    (back,) = answer.json["decisions"]
    assert (back["told"], back["state"]) == ("a decision taken back", None)
    following = client.get(f"/v1/identity/decisions?after={answer.json['next']}").json
    (never,) = following["decisions"]
    assert (never["what"], never["why"], never["state"], never["undone_by"]) == (
        "never",
        "sisters",
        "taken_back",
        back["id"],
    )
    assert never["by"].startswith("kim, by ")
    assert [record["key"] for record in never["records"]] == [ONE, THREE]
    assert following["next"] is None
    assert len(client.get(f"/v1/identity/decisions?record={THREE}").json["decisions"]) == 2
    assert client.get("/v1/identity/decisions?record=crm:contact:77").json["decisions"] == []


def test_the_decisions_on_a_customers_records_are_told_and_who_looks_is_noted(client, app, parts):
    pin(client, ONE, THREE, "never")
    pin(client, THREE, FOUR, "never")
    profile_id = profile_of(client, "shop", "2")
    answer = client.get(f"/v1/identity/decisions?profile={profile_id}")
    as_described(client, "/v1/identity/decisions", "GET", answer)
    # Theirs is also the other record, on which it was decided.
    assert [[record["key"] for record in each["records"]] for each in answer.json["decisions"]] == [[ONE, THREE]]
    app.extensions["visavis"].views.flush()
    with parts.store.reading() as connection:
        assert views.of_profile(connection, "default", profile_id)[0]["way"] == "identity:decisions"
    assert client.get(f"/v1/identity/decisions?profile=p_{'0' * 20}").status_code == 404


def test_an_id_of_before_tells_the_decisions_of_whom_it_is_now(client):
    before = profile_of(client, "shop", "3")
    pin(client, ONE, THREE, "link")
    assert profile_of(client, "shop", "3") != before
    (one,) = client.get(f"/v1/identity/decisions?profile={before}").json["decisions"]
    assert one["what"] == "link"


@pytest.mark.parametrize(
    "query", ["after=x", "after=-1", "record=77", "limit=0", "profile=p_1", f"profile=p_{'0' * 20}&record={ONE}"]
)
def test_a_page_of_decisions_that_cannot_be_is_refused(client, query):
    assert client.get(f"/v1/identity/decisions?{query}").status_code == 400


def test_two_records_tell_why_they_are_not_one_and_what_would_change_that(client):
    answer = client.get(f"/v1/identity/explain?left={ONE}&right={THREE}")
    as_described(client, "/v1/identity/explain", "GET", answer)
    told = answer.json
    assert told["is_one"] is False
    assert told["against"][0]["rule"] == "two_given_names"
    assert "Their phone number says little: it is shared by 2 people." in [each["why"] for each in told["against"]]
    assert "a decision that they are one" in told["would"]
    assert told["left"]["profile_id"] == profile_of(client, "crm", "1")


def test_each_profile_that_is_told_of_is_noted_as_seen(client, parts, app):
    profile_id = profile_of(client, "crm", "1")
    client.get(f"/v1/profiles/{profile_id}/identity")
    client.get(f"/v1/identity/explain?left={ONE}&right={THREE}")
    app.extensions["visavis"].views.flush()
    with parts.store.reading() as connection:
        assert {"identity", "identity:two"} <= {
            each["way"] for each in views.of_profile(connection, "default", profile_id)
        }
        other = profile_of(client, "shop", "3")
        assert "identity:two" in {each["way"] for each in views.of_profile(connection, "default", other)}


def test_a_decision_is_in_force_when_the_answer_comes(client):
    old = profile_of(client, "shop", "3")
    answer = pin(client, ONE, THREE, "link", why="she married him", agent="kim")
    as_described(client, "/v1/identity/pins", "POST", answer)
    (whole,) = answer.json["profiles"]
    assert {record["key"] for record in whole["records"]} == {ONE, THREE}
    document = client.get(f"/v1/profiles/{old}").json
    assert document["record_count"] == 3
    (made,) = client.get("/v1/identity/pins").json["pins"]
    assert (made["what"], made["why"]) == ("link", "she married him")
    assert made["by"].startswith("kim, by desk (k_")
    taken = client.delete(f"/v1/identity/pins?left={ONE}&right={THREE}")
    assert len(taken.json["profiles"]) == 2
    assert profile_of(client, "shop", "3") == old
    assert client.get("/v1/identity/pins").json == {"pins": [], "next": None}


def test_a_never_outranks_every_rule_until_it_is_taken_back(client, parts):
    assert pin(client, ONE, TWO, "never").status_code == 200
    assert profile_of(client, "crm", "1") != profile_of(client, "shop", "2")
    parts.intake.take("default", [contact("2", email("ada@example.com"), source="shop", hours=5, title="Dr", **ADA)])
    assert profile_of(client, "crm", "1") != profile_of(client, "shop", "2")
    client.delete(f"/v1/identity/pins?left={TWO}&right={ONE}")
    assert profile_of(client, "crm", "1") == profile_of(client, "shop", "2")


def test_a_decision_that_contradicts_others_is_refused_with_the_chain(client):
    pin(client, ONE, THREE, "link")
    pin(client, THREE, FOUR, "link")
    refused = pin(client, ONE, FOUR, "never")
    assert refused.status_code == 409
    as_described(client, "/v1/identity/pins", "POST", refused)
    assert refused.json["error"]["code"] == "contradicted"
    assert refused.json["error"]["chain"] == [ONE, THREE, FOUR]


@pytest.mark.parametrize(
    ("asked", "status", "named"),
    [
        ({"left": "crm:contact:99", "right": ONE, "what": "link"}, 404, "left"),
        ({"left": ONE, "right": "crm:contact:99", "what": "link"}, 404, "right"),
        ({"left": "crm-1", "right": ONE, "what": "link"}, 400, "left"),
        ({"left": ONE, "right": ONE, "what": "link"}, 400, "right"),
        ({"left": ONE, "right": TWO, "what": "maybe"}, 400, "what"),
        ({"left": ONE, "what": "link"}, 400, "right"),
    ],
)
def test_what_is_wrong_is_named(client, asked, status, named):
    answer = client.post("/v1/identity/pins", json=asked)
    assert answer.status_code == status
    told = answer.json["error"]
    assert named in told.get("fields", {}) or told["message"].startswith(f"{named}:")


def test_nobody_decided_and_nobody_is_there_are_404(client):
    assert client.delete(f"/v1/identity/pins?left={ONE}&right={TWO}").status_code == 404
    assert client.get("/v1/profiles/p_nobody/identity").status_code == 404
    assert client.post("/v1/profiles/p_nobody/unmerge", json={"records": [ONE]}).status_code == 404
    assert client.delete("/v1/identity/unmerges/7").status_code == 404
    missing = client.get(f"/v1/identity/explain?left={ONE}&right=crm:contact:99")
    assert (missing.status_code, missing.json["error"]["message"][:6]) == (404, "right:")


def test_records_leave_and_come_back_in_one_call_each(client):
    profile_id = profile_of(client, "crm", "1")
    before = {
        name: value for name, value in client.get(f"/v1/profiles/{profile_id}").json.items() if name != "built_at"
    }
    left = client.post(f"/v1/profiles/{profile_id}/unmerge", json={"records": [TWO], "why": "two people"})
    as_described(client, "/v1/profiles/{profile_id}/unmerge", "POST", left)
    assert {len(each["records"]) for each in left.json["profiles"]} == {1}
    assert left.json["never"][0]["left"]["key"] == ONE
    assert profile_of(client, "crm", "1") != profile_of(client, "shop", "2")
    (standing,) = client.get(f"/v1/profiles/{profile_id}/identity").json["unmerges"]
    assert (standing["id"], standing["why"]) == (left.json["id"], "two people")
    back = client.delete(f"/v1/identity/unmerges/{standing['id']}")
    as_described(client, "/v1/identity/unmerges/{decision_id}", "DELETE", back)
    after = {name: value for name, value in client.get(f"/v1/profiles/{profile_id}").json.items() if name != "built_at"}
    assert after == before
    assert client.delete(f"/v1/identity/unmerges/{standing['id']}").status_code == 400
    assert client.get(f"/v1/profiles/{profile_id}/identity").json["unmerges"] == []


@pytest.mark.parametrize("records", [[], [THREE], [ONE, TWO], ["nonsense"]])
def test_only_some_of_a_profiles_own_records_may_leave(client, records):
    answer = client.post(f"/v1/profiles/{profile_of(client, 'crm', '1')}/unmerge", json={"records": records})
    assert answer.status_code == 400
    assert "records" in answer.json["error"]["fields"]


def test_deciding_needs_its_own_scope(caller):
    reader = caller("profiles:read")
    refused = pin(reader, ONE, TWO, "never")
    assert (refused.status_code, refused.json["error"]["message"]) == (403, "this key lacks the scope identity:write")
    assert caller("identity:write").get(f"/v1/identity/explain?left={ONE}&right={TWO}").status_code == 403


def test_pins_are_listed_page_by_page(client):
    pin(client, ONE, TWO, "never")
    pin(client, THREE, FOUR, "never")
    found, after = [], ""
    while after is not None:
        page = client.get(f"/v1/identity/pins?limit=1{after and '&after=' + after}").json
        found += [each["left"]["key"] for each in page["pins"]]
        after = page["next"]
    assert found == [ONE, FOUR]
    assert client.get("/v1/identity/pins?after=nonsense").status_code == 400


def test_no_error_repeats_what_was_sent(client):
    for answer in (pin(client, "crm:contact:secret", ONE, "link"), pin(client, "secret", ONE, "link")):
        assert "secret" not in answer.text
