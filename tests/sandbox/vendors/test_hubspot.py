"""The sandbox's HubSpot answers as the vendor does: limits, errors, headers, what is silently ignored."""

from datetime import timedelta

import pytest
from werkzeug.test import Client

from sandbox.faults import Faults
from sandbox.vendors import hubspot as vendor
from tests.sandbox.vendors.small_portal import SmallPortal

AUTHORISED = {"Authorization": f"Bearer {vendor.PRIVATE_APP_TOKEN}"}


@pytest.fixture
def portal():
    return SmallPortal()


@pytest.fixture
def client(portal):
    return Client(vendor.app(portal, Faults()))


def get(client, path, **query):
    return client.get(path, query_string=query, headers=AUTHORISED)


def search(client, kind="contacts", *filters, **more):
    named = [dict(zip(("propertyName", "operator", "value"), told, strict=False)) for told in filters]
    body = {"filterGroups": [{"filters": named}] if named else []} | more
    return client.post(f"/crm/v3/objects/{kind}/search", json=body, headers=AUTHORISED)


def found(answer):
    return [one["id"] for one in answer.json["results"]]


def test_a_list_shows_ten_and_goes_on_behind_them(portal, client):
    people = [portal.contact(f"P{n}").id for n in range(13)]
    first = get(client, "/crm/v3/objects/contacts")
    assert found(first) == people[:10]
    rest = get(client, "/crm/v3/objects/contacts", after=first.json["paging"]["next"]["after"])
    assert found(rest) == people[10:]
    assert "paging" not in rest.json


def test_a_list_shows_either_what_lives_or_what_is_archived(portal, client):
    lives, gone = portal.contact(), portal.archived(portal.contact())
    assert found(get(client, "/crm/v3/objects/contacts")) == [lives.id]
    (item,) = get(client, "/crm/v3/objects/contacts", archived="true").json["results"]
    assert (item["id"], item["archived"]) == (gone.id, True)
    assert item["archivedAt"].endswith("Z")


def test_the_archived_list_keeps_up_with_what_is_archived_and_restored(portal, client):
    people = [portal.contact(f"P{n}") for n in range(4)]
    listed = lambda: found(get(client, "/crm/v3/objects/contacts", archived="true"))  # noqa: E731
    get(client, "/crm/v3/objects/contacts", limit=2)
    gone = [portal.archived(people[2]), portal.archived(people[0])]
    assert listed() == [row.id for row in gone]
    portal.wait(60)
    portal.restored(gone[0])
    assert listed() == [people[0].id]
    portal.wait(60)
    portal.archived(people[2])
    portal.archived(people[3])
    assert listed() == [people[0].id, people[2].id, people[3].id]
    token = get(client, "/crm/v3/objects/contacts", archived="true", limit=2).json["paging"]["next"]["after"]
    assert found(get(client, "/crm/v3/objects/contacts", archived="true", after=token)) == [people[3].id]


def test_properties_that_there_are_not_are_ignored_and_empty_ones_are_null(portal, client):
    portal.contact()
    (item,) = get(client, "/crm/v3/objects/contacts", properties="email,phone,no_such_thing").json["results"]
    assert set(item["properties"]) == {"createdate", "lastmodifieddate", "hs_object_id", "email", "phone"}
    assert item["properties"]["phone"] is None
    assert item["properties"]["email"] == "ada@example.com"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (("firstname", "EQ", "ben"), ["1002"]),
        (("hs_object_id", "GT", "1002"), ["1003", "1004"]),
        (("hs_object_id", "GTE", "1002"), ["1002", "1003", "1004"]),
        (("hs_object_id", "LT", "1002"), ["1001"]),
        (("hs_object_id", "LTE", "1002"), ["1001", "1002"]),
        (("jobtitle", "EQ", "CTO"), []),
        (("hs_lastmodifieddate", "GT", "0"), []),  # a contact's is called lastmodifieddate
    ],
)
def test_search_filters(portal, client, asked, expected):
    for name in ("Ann", "Ben", "Cid", "Dee"):
        portal.contact(name)
    assert found(search(client, "contacts", asked)) == expected


def test_search_by_several_values_and_by_a_range(portal, client):
    rows = [portal.contact(f"P{n}") for n in range(4)]
    low, high = (str(int(row.modified.timestamp() * 1000)) for row in (rows[1], rows[2]))
    between = {"propertyName": "lastmodifieddate", "operator": "BETWEEN", "value": low, "highValue": high}
    among = {"propertyName": "firstname", "operator": "IN", "values": ["p0", "p2"]}
    for filters, expected in (([between], ["1002", "1003"]), ([among], ["1001", "1003"]), ([between, among], ["1003"])):
        answer = client.post(
            "/crm/v3/objects/contacts/search", json={"filterGroups": [{"filters": filters}]}, headers=AUTHORISED
        )
        assert found(answer) == expected
        assert answer.json["total"] == len(expected)


def test_search_refuses_to_page_past_its_limit(portal):
    client = Client(vendor.app(portal, Faults(), most_hits=6))
    for n in range(8):
        portal.contact(f"P{n}")
    first = search(client, limit=4)
    assert first.json["total"] == 8
    assert first.json["paging"]["next"]["after"] == "4"
    assert search(client, limit=2, after="4").status_code == 200
    refused = search(client, limit=4, after="4")
    assert (refused.status_code, refused.json["category"]) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize("more", [{"limit": 201}, {"sorts": [{}, {}]}, {"limit": -1}])
def test_searches_that_are_refused(client, more):
    assert search(client, **more).status_code == 400


def test_archived_and_merged_records_are_never_found(portal, client):
    one, two, gone = (portal.contact(name) for name in ("Ann", "Ben", "Cid"))
    new = portal.merged(one, two)
    portal.archived(gone)
    assert found(search(client)) == [new.id]


def test_a_record_that_changes_leaves_a_range_that_was_searched_before(portal, client):
    rows = [portal.contact(f"P{n}") for n in range(4)]
    until = str(int(portal.wait(60).timestamp() * 1000))
    portal.wait(60)
    page = lambda last: search(  # noqa: E731
        client,
        "contacts",
        ("lastmodifieddate", "LTE", until),
        ("hs_object_id", "GT", last),
        sorts=[{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
        limit=2,
    )
    assert found(page("0")) == [rows[0].id, rows[1].id]
    portal.edited(rows[2])
    assert found(page(rows[1].id)) == [rows[3].id]


def test_a_batch_says_what_it_did_not_find(portal, client):
    one, two = portal.contact("Ann"), portal.contact("Ben")
    new = portal.merged(one, two)
    body = {"inputs": [{"id": one.id}, {"id": two.id}, {"id": "1999"}], "properties": ["email"]}
    answer = client.post("/crm/v3/objects/contacts/batch/read", json=body, headers=AUTHORISED)
    assert answer.status_code == 207
    assert found(answer) == [new.id]
    assert answer.json["errors"][0]["context"] == {"ids": ["1999"]}
    assert answer.json["results"][0]["properties"]["email"] == "ann@example.com"


def test_a_batch_by_another_property_and_of_archived_records(portal, client):
    one, gone = portal.contact("Ann"), portal.archived(portal.contact("Ben"))
    by_email = {"inputs": [{"id": "ANN@example.com"}], "properties": [], "idProperty": "email"}
    answer = client.post("/crm/v3/objects/contacts/batch/read", json=by_email, headers=AUTHORISED)
    assert found(answer) == [one.id]
    body = {"inputs": [{"id": gone.id}], "properties": []}
    path = "/crm/v3/objects/contacts/batch/read"
    assert found(client.post(path, json=body, headers=AUTHORISED)) == []
    assert found(client.post(path, json=body, headers=AUTHORISED, query_string={"archived": "true"})) == [gone.id]
    body["inputs"] *= 101
    assert client.post(path, json=body, headers=AUTHORISED).status_code == 400


def test_one_record_by_its_id_and_by_the_id_it_had_before_a_merge(portal, client):
    one, two = portal.contact("Ann"), portal.contact("Ben")
    new = portal.merged(one, two)
    for asked in (one, two, new):
        assert get(client, f"/crm/v3/objects/contacts/{asked.id}").json["id"] == new.id
    missing = get(client, "/crm/v3/objects/contacts/1999")
    assert (missing.status_code, missing.json["category"]) == (404, "OBJECT_NOT_FOUND")


def test_associations_come_in_pages_and_a_record_without_any_is_an_error(portal):
    client = Client(vendor.app(portal, Faults(), links_page=2))
    people = [portal.contact(f"P{n}") for n in range(3)]
    deal, lonely = portal.deal(*people), portal.deal()
    path = "/crm/v4/associations/deals/contacts/batch/read"
    told = client.post(path, json={"inputs": [{"id": deal.id}, {"id": lonely.id}]}, headers=AUTHORISED)
    assert told.status_code == 207
    (row,) = told.json["results"]
    after = row["paging"]["next"]["after"]
    rest = client.post(path, json={"inputs": [{"id": deal.id, "after": after}]}, headers=AUTHORISED)
    ids = [link["toObjectId"] for link in (*row["to"], *rest.json["results"][0]["to"])]
    assert sorted(map(str, ids)) == [one.id for one in people]
    assert told.json["errors"][0]["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND"


def test_lists_tell_what_is_left_of_the_limit_and_searches_and_single_records_do_not(portal, client):
    row = portal.contact()
    assert get(client, "/crm/v3/objects/contacts").headers["X-HubSpot-RateLimit-Max"] == "110"
    for answer in (search(client), get(client, f"/crm/v3/objects/contacts/{row.id}")):
        assert not [name for name, _ in answer.headers if "ratelimit" in name.lower()]


def test_limits_name_their_policy(portal):
    client = Client(vendor.app(portal, Faults(), per_ten_seconds=1))
    assert search(client).status_code == 200
    refused = search(client)
    assert (refused.status_code, refused.json["policyName"]) == (429, "TEN_SECONDLY_ROLLING")
    client = Client(vendor.app(portal, Faults(), searches_per_second=1))
    search(client)
    assert search(client).json["policyName"] == "SECONDLY"


def test_an_url_that_is_too_long(client):
    answer = get(client, "/crm/v3/objects/contacts", properties=",".join(f"property_{n}" for n in range(1000)))
    assert answer.status_code == 414


def test_tokens(portal):
    client = Client(vendor.app(portal, Faults(), expires_in=60))
    assert client.get("/account-info/v3/details").json["category"] == "INVALID_AUTHENTICATION"
    asked = {"grant_type": "refresh_token", "client_id": vendor.CLIENT_ID, "refresh_token": vendor.REFRESH_TOKEN}
    refused = client.post("/oauth/v1/token", data=asked | {"client_secret": "wrong"})
    assert (refused.status_code, refused.json["status"]) == (400, "BAD_CLIENT_SECRET")
    told = client.post("/oauth/v1/token", data=asked | {"client_secret": vendor.CLIENT_SECRET}).json
    bearer = {"Authorization": f"Bearer {told['access_token']}"}
    assert client.get("/account-info/v3/details", headers=bearer).json["portalId"] == 62515
    portal.time += timedelta(seconds=61)
    assert client.get("/account-info/v3/details", headers=bearer).json["category"] == "EXPIRED_AUTHENTICATION"


def test_a_type_or_path_that_there_is_not(client):
    assert get(client, "/crm/v3/objects/dragons").status_code == 400
    assert get(client, "/crm/v3/nowhere").status_code == 404


def test_dated_versions_answer_like_v3(portal, client):
    portal.contact()
    dated, plain = get(client, "/crm/objects/2026-03/contacts"), get(client, "/crm/v3/objects/contacts")
    assert dated.json == plain.json
    assert get(client, "/crm/owners/2026-03/").status_code == 200
    assert get(client, "/account-info/2026-03/details").json["uiDomain"] == "app.hubspot.com"
