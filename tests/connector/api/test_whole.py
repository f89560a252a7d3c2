"""The application over its real parts: records go in, people come out, and the answers are as described."""

from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType

import pytest
import schemathesis

from connector.bootstrap import assemble
from connector.factory import create_app
from connector.settings import build
from connector.store import api_keys
from schemas.identifiers import normalise
from schemas.records import Record

WHEN = datetime(2026, 4, 1, 9, 30, tzinfo=UTC)
OWNER = MappingProxyType({"external_id": "u1", "name": "Kim", "email": "kim@example.com"})


def record(kind, external_id, source="crm", handles=(), **told):
    identifiers = tuple(normalise(handle) for handle in handles)
    given = {"updated_at": WHEN, "happened_at": WHEN, "stream": f"{kind}s", "raw": {}}
    envelope = {name: told.pop(name) for name in ("contact_ids",) if name in told}
    return Record(
        source=source, kind=kind, external_id=external_id, identifiers=identifiers, body=told, **given, **envelope
    )


EMAIL = {"kind": "email", "value": "ada@example.com", "verified": True}
PHONE = {"kind": "phone", "value": "+49 30 901820"}
LINE = MappingProxyType({"name": "Tea", "quantity": Decimal(2), "total": Decimal("9.90")})

RECORDS = (
    record("contact", "1", handles=(EMAIL, PHONE), name="Ada Example", job_title="Engineer", owner=OWNER),
    record("contact", "2", source="shop", handles=(EMAIL,), name="Ada Example", company_name="Example Ltd"),
    record("contact", "3", source="shop", handles=(PHONE,), name="Bob Example"),
    record(
        "order", "10", source="shop", contact_ids=("2",), currency="EUR", total=Decimal("9.90"), lines=[LINE],
        state="placed", is_refund=False, number="A-10",
    ),
    record("ticket", "20", contact_ids=("1",), subject="Cup is broken", is_open=True, owner=OWNER, status="new"),
    record("deal", "30", contact_ids=("1",), name="Renewal", amount=Decimal(500), currency="EUR", is_closed=False),
    record("mention", "40", contact_ids=("1",), platform="x", text="@brand hello?", is_ours=False),
)  # fmt: skip


@pytest.fixture
def parts(tmp_path, redis, redis_url, clock):
    settings = build({"data_dir": str(tmp_path), "redis_url": redis_url})
    with assemble(settings, clock=clock) as parts:
        parts.intake.take("default", RECORDS)
        parts.rebuild.run()
        yield parts


@pytest.fixture
def app(parts):
    app = create_app(parts)
    yield app
    app.extensions["visavis"].background.stop()


@pytest.fixture
def client(app, parts, clock):
    with parts.store.transaction() as connection:
        key = api_keys.create(connection, "default", "test", ["admin"], clock())
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key.text}"
    return client


@pytest.fixture
def described(app):
    """Checks an answer against the description of its operation."""
    operations = {
        result.ok().label: result.ok()
        for result in schemathesis.openapi.from_wsgi("/openapi.json", app).get_all_operations()
    }

    def check(answer, operation):
        operations[operation].validate_response(schemathesis.Response.from_any(answer))
        return answer

    return check


def test_a_person_of_two_sources_is_one_profile_that_is_as_described(client, described):
    answer = client.get("/v1/profiles/lookup?email=ada@example.com")
    assert answer.status_code == 200
    told = described(answer, "GET /v1/profiles/lookup").json
    assert told["fields"]["name"]["value"] == "Ada Example"
    assert {one["source"] for one in told["records"]} == {"crm", "shop"}
    assert told["orders"]["totals"][0]["net"] == "9.90"
    assert {one["kind"] for one in told["open"]} == {"ticket", "deal", "mention"}
    assert told["links"][0]["why"]


def test_the_profile_by_its_id_is_the_same(client, described):
    found = client.get("/v1/profiles/lookup?email=ada@example.com")
    answer = described(client.get(f"/v1/profiles/{found.json['id']}"), "GET /v1/profiles/{profile_id}")
    assert (answer.data, answer.headers["ETag"]) == (found.data, found.headers["ETag"])


def test_a_phone_that_two_people_share_names_both_and_picks_nobody(client, described):
    answer = described(client.get("/v1/profiles/lookup?phone=%2B4930901820"), "GET /v1/profiles/lookup")
    assert answer.status_code == 409
    assert {one["name"] for one in answer.json["error"]["candidates"]} == {"Ada Example", "Bob Example"}


def test_the_timeline_is_read_to_its_end_in_pages(client, described):
    profile_id = client.get("/v1/profiles/lookup?email=ada@example.com").json["id"]
    kinds, before = [], ""
    while before is not None:
        answer = client.get(f"/v1/profiles/{profile_id}/timeline?limit=1{before and '&before=' + before}")
        page = described(answer, "GET /v1/profiles/{profile_id}/timeline").json
        kinds += [item["kind"] for item in page["items"]]
        before = page["next"]
    assert sorted(kinds) == ["deal", "mention", "order", "ticket"]


def test_a_place_in_the_timeline_that_is_none_is_400(client):
    profile_id = client.get("/v1/profiles/lookup?email=ada@example.com").json["id"]
    answer = client.get(f"/v1/profiles/{profile_id}/timeline?before=yesterday")
    assert (answer.status_code, list(answer.json["error"]["fields"])) == (400, ["before"])


@pytest.mark.parametrize(
    ("identifier", "outcome"), [("ada@example.com", "one"), ("+49 30 901820", "several"), ("new@example.com", "none")]
)
def test_every_card_is_as_described(client, described, identifier, outcome):
    answer = client.post("/v1/contacts", json={"channel": "chat", "identifier": identifier})
    assert described(answer, "POST /v1/contacts").json["outcome"] == outcome


def test_without_redis_the_card_comes_from_the_store(client, parts, redis, described):
    redis.flushall()
    parts.redis.connection_pool.connection_kwargs["path"] = "/nowhere"
    parts.redis.connection_pool.reset()
    answer = client.post("/v1/contacts", json={"channel": "email", "identifier": "ada@example.com"})
    assert answer.status_code == 200
    told = described(answer, "POST /v1/contacts").json
    assert (told["outcome"], told["missing"]) == ("one", ["event"])
