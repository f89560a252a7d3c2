"""HubSpot's deliveries: signatures, and what the events ask for."""

import base64
import hashlib
import hmac
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.base import Change, Delivery, SourceChangedError, WebhookRejectedError
from adapters.hubspot import HubSpot, webhooks
from sandbox.vendors.hubspot import CLIENT_SECRET
from sandbox.vendors.hubspot_webhooks import event, signed
from tests.adapters.hubspot.portal import URL

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def adapter():
    return HubSpot({"access_token": "pat-na1-unused", "client_secret": CLIENT_SECRET}, clock=lambda: NOW)


def delivery(*events, url=URL, at=NOW, **more):
    headers, body = signed(url, events, at)
    return Delivery(method="POST", url=url, headers=headers, body=body, **more)


def changes(*events):
    unknown = Counter()
    return webhooks.changes(json.dumps(events).encode(), unknown), unknown


def test_a_signature_as_hubspot_computes_it(adapter):
    # Computed by hand from the vendor's description, not by the code under test.
    body = '[{"name":"Zoë"}]'.encode()
    stamp = str(int(NOW.timestamp() * 1000))
    signed_text = f"POST{URL}".encode() + body + stamp.encode()
    digest = base64.b64encode(hmac.new(CLIENT_SECRET.encode(), signed_text, hashlib.sha256).digest()).decode()
    headers = {"x-hubspot-SIGNATURE-V3": digest, "X-HUBSPOT-request-timestamp": stamp}
    adapter.verify(Delivery(method="POST", url=URL, headers=headers, body=body))


@pytest.mark.parametrize(
    "change",
    [
        {"body": b"[]"},
        {"body": b""},
        {"url": URL + "?x=1"},
        {"url": URL.replace("https", "http")},
        {"method": "PUT"},
        {"headers": {}},
    ],
)
def test_an_altered_request_is_rejected(adapter, change):
    good = delivery(event("contact", "creation", "1", NOW))
    adapter.verify(good)
    with pytest.raises(WebhookRejectedError):
        adapter.verify(replace(good, **change))


@pytest.mark.parametrize(("seconds", "good"), [(-301, False), (-299, True), (299, True), (301, False), (86400, False)])
def test_five_minutes_are_the_limit_in_both_directions(adapter, seconds, good):
    late = delivery(event("contact", "creation", "1", NOW), at=NOW + timedelta(seconds=seconds))
    if good:
        adapter.verify(late)
        return
    with pytest.raises(WebhookRejectedError):
        adapter.verify(late)


@pytest.mark.parametrize("stamp", ["", "soon", "1e12", "-1", "٣", "9" * 400])
def test_a_timestamp_that_is_none_is_rejected(adapter, stamp):
    good = delivery(event("contact", "creation", "1", NOW))
    headers = {**good.headers, "X-HubSpot-Request-Timestamp": stamp}
    with pytest.raises(WebhookRejectedError):
        adapter.verify(replace(good, headers=headers))


def test_the_url_is_signed_with_its_escapes_decoded_but_not_all_of_them(adapter):
    called = URL + "/a%3Ab%2fc%3Fd%40e%21f%24g%27h%28i%29j%2Ak%2Cl%3Bm?next=%2Fhome&space=%20&percent=%25"
    vendors = URL + "/a:b/c?d@e!f$g'h(i)j*k,l;m?next=/home&space=%20&percent=%25"
    headers, body = signed(vendors, [event("contact", "creation", "1", NOW)], NOW)
    adapter.verify(Delivery(method="POST", url=called, headers=headers, body=body))


def test_without_the_apps_secret_nothing_is_accepted():
    adapter = HubSpot({"access_token": "pat-na1-unused"}, clock=lambda: NOW)
    with pytest.raises(WebhookRejectedError, match="client_secret is not set"):
        adapter.changes(delivery(event("contact", "creation", "1", NOW)))


def test_a_signed_body_that_is_no_list_of_events_is_no_crash(adapter):
    for body in (b"{", b"7", b'["x"]', b'[{"subscriptionType": "contact.creation"}]', b"[null]"):
        stamp = str(int(NOW.timestamp() * 1000))
        headers = {
            "X-HubSpot-Request-Timestamp": stamp,
            "X-HubSpot-Signature-v3": webhooks.signature(CLIENT_SECRET, "POST", URL, body, stamp),
        }
        with pytest.raises(SourceChangedError):
            adapter.changes(Delivery(method="POST", url=URL, headers=headers, body=body))


@pytest.mark.parametrize("what", ["creation", "propertyChange", "deletion", "restore"])
@pytest.mark.parametrize(
    ("kind", "stream"),
    [("contact", "contacts"), ("company", "companies"), ("deal", "deals"), ("ticket", "tickets"), ("order", "orders")],
)
def test_an_event_asks_to_read_its_record_again(kind, what, stream):
    found, unknown = changes(event(kind, what, "101", NOW))
    assert found == [Change(stream=stream, external_id="101")]
    assert not unknown


def test_a_newer_event_names_its_type_by_number():
    found, _ = changes(event("object", "propertyChange", "101", NOW, objectTypeId="0-123"))
    assert found == [Change(stream="orders", external_id="101")]


def test_a_record_is_read_once_however_often_a_delivery_names_it():
    found, _ = changes(*(event("contact", "propertyChange", "101", NOW, propertyName=f"p{n}") for n in range(50)))
    assert found == [Change(stream="contacts", external_id="101")]


def test_a_merge_asks_for_the_new_record_and_both_old_ones():
    told = {"primaryObjectId": 1, "mergedObjectIds": [2, 3], "newObjectId": 4}
    found, _ = changes(event("contact", "merge", "1", NOW, **told))
    assert [change.external_id for change in found] == ["4", "1", "2", "3"]


def test_an_association_asks_for_both_of_its_ends():
    ends = {"associationType": "DEAL_TO_CONTACT", "fromObjectId": 7, "toObjectId": 8, "associationRemoved": True}
    found, _ = changes(event("deal", "associationChange", "7", NOW, **ends))
    assert found == [Change(stream="deals", external_id="7"), Change(stream="contacts", external_id="8")]
    numbers = {"fromObjectTypeId": "0-5", "toObjectTypeId": "0-1", "fromObjectId": 8, "toObjectId": 8}
    found, _ = changes(event("object", "associationChange", "8", NOW, objectTypeId="0-5", **numbers))
    assert found == [Change(stream="tickets", external_id="8"), Change(stream="contacts", external_id="8")]


def test_an_erasure_is_believed_as_it_stands(adapter):
    (change,) = adapter.changes(delivery(event("contact", "privacyDeletion", "101", NOW)))
    record = adapter.streams["contacts"].record(change.raw)
    assert (record.external_id, record.deleted, record.reason, record.updated_at) == ("101", True, "erased", NOW)
    assert not record.body
    assert not record.identifiers


@pytest.mark.parametrize("order", [1, -1])
def test_an_erasure_outweighs_the_deletion_that_comes_with_it(adapter, order):
    events = [event("contact", what, "101", NOW) for what in ("privacyDeletion", "deletion")][::order]
    (change,) = adapter.changes(delivery(*events))
    assert change.raw is not None
    assert adapter.streams["contacts"].record(change.raw).reason == "erased"


def test_what_nobody_knows_is_counted_and_does_no_harm(adapter):
    known = event("contact", "creation", "1", NOW)
    strange = [event("product", "creation", "2", NOW), event("contact", "levitation", "3", NOW), {}]
    found = adapter.changes(delivery(*strange, known))
    assert found == [Change(stream="contacts", external_id="1")]
    assert adapter.unknown == {"product.creation": 1, "contact.levitation": 1, "None": 1}


def test_streams_that_are_not_read_are_not_pushed_either():
    settings = {"access_token": "pat-na1-unused", "client_secret": CLIENT_SECRET, "streams": ["contacts"]}
    adapter = HubSpot(settings, clock=lambda: NOW)
    found = adapter.changes(delivery(event("deal", "creation", "1", NOW), event("contact", "creation", "2", NOW)))
    assert found == [Change(stream="contacts", external_id="2")]


def test_pushed_and_read_again_over_http(portal, setup):
    one, two = portal.contact("Ada"), portal.contact("Bob")
    at = setup()
    new = portal.merged(one, two)
    merge = event("contact", "merge", one.id, portal.time, primaryObjectId=int(one.id), newObjectId=int(new.id))
    found = at.adapter.changes(delivery(merge | {"mergedObjectIds": [int(two.id)]}, at=portal.time))
    records = at.read("contacts", *(change.external_id for change in found))
    assert {record.external_id: record.merged_into for record in records} == {
        new.id: None,
        one.id: new.id,
        two.id: new.id,
    }
