"""The document: everything bounded, nothing invented, and the same whatever the order of arrival."""

import random
from types import SimpleNamespace

import orjson
import pytest

from connector.profile.build import LARGEST, MOST, Draft, finished
from connector.profile.things import Thing

DAY = 86_400_000_000
NOW = 20_000 * DAY


def thing(kind, external_id, *, source="crm", version=NOW, happened_at=NOW, **body):
    return Thing(source, kind, external_id, version, happened_at, NOW, body)


def contact(external_id, **more):
    return thing("contact", external_id, happened_at=None, **more)


def order(external_id, **more):
    return thing("order", external_id, **{"currency": "EUR", "total": "10.00", "state": "placed", **more})


def ticket(external_id, **more):
    return thing("ticket", external_id, **{"is_open": True, "subject": "Help", **more})


def deal(external_id, **more):
    return thing("deal", external_id, **{"name": "Big", "amount": "5.5", "currency": "EUR", **more})


def mention(external_id, **more):
    return thing("mention", external_id, **{"platform": "x", "text": "hi", **more})


def handle(kind="email", value="anna@example.com", source="crm", **more):
    told = {"shown": value, "label": None, "valid": 1, "verified": 0}
    return SimpleNamespace(kind=kind, value=value, source=source, **told | more)


def built(*things, contacts=(), handles=()):
    draft = Draft("p_1")
    draft.contacts, draft.handles = list(contacts), list(handles)
    for one in things:
        draft.add(one)
    return draft.document()


def test_lists_hold_the_newest_few_and_counts_tell_of_the_rest():
    document = built(*[ticket(str(n), happened_at=NOW + n) for n in range(25)])
    assert document["tickets"]["count"] == document["tickets"]["open_count"] == 25
    assert [one["external_id"] for one in document["tickets"]["recent"]] == [str(n) for n in range(24, 14, -1)]


def test_what_is_open_is_shown_oldest_first_even_when_newer_things_are_many():
    document = built(
        *[ticket(f"new{n}", happened_at=NOW + n) for n in range(30)],
        ticket("old", happened_at=NOW - 9 * DAY),
        deal("d", happened_at=NOW - 5 * DAY),
        mention("m", happened_at=NOW - 7 * DAY),
        ticket("closed", happened_at=NOW - 99 * DAY, is_open=False),
    )
    assert [(one["kind"], one["external_id"]) for one in document["open"][:3]] == [
        ("ticket", "old"),
        ("mention", "m"),
        ("deal", "d"),
    ]
    assert len(document["open"]) == MOST


def test_a_ticket_that_tells_no_beginning_says_that_its_age_is_that_of_its_last_change():
    (waits,) = built(ticket("t", happened_at=None, version=NOW - DAY))["open"]
    assert (waits["since"], waits["basis"]) == ("2024-10-03T00:00:00Z", "last change")


def test_a_source_that_counts_versions_tells_no_time():
    document = built(contacts=[contact("1", name="Anna", version=3)])
    assert document["records"][0]["updated_at"] is None


def test_the_same_records_in_any_order_make_the_same_document():
    things = [order(str(n), happened_at=NOW + n % 3, total=str(n)) for n in range(40)]
    things += [ticket(str(n), happened_at=NOW + n % 2) for n in range(20)]
    things += [mention(str(n), happened_at=NOW) for n in range(20)]
    contacts = [contact(str(n), name=f"Anna {n}", birth_date="1990-01-02") for n in range(5)]
    handles = [handle(source=source, value=value) for source in "ba" for value in ("b@x.test", "a@x.test")]
    expected = built(*things, contacts=contacts, handles=handles)
    chance = random.Random(1)
    for _ in range(5):
        for shuffled in (things, contacts, handles):
            chance.shuffle(shuffled)
        assert built(*things, contacts=contacts, handles=handles) == expected


def test_the_etag_does_not_depend_on_the_time_of_building():
    first, etag = finished(built(order("o")), {"due": []}, "2026-05-01T12:00:00Z")
    second, same = finished(built(order("o")), {"due": []}, "2027-05-01T12:00:00Z")
    assert etag == same
    assert orjson.loads(first)["built_at"] == "2026-05-01T12:00:00Z"
    assert orjson.loads(second)["built_at"] == "2027-05-01T12:00:00Z"
    assert finished(built(order("other")), {"due": []}, "2026-05-01T12:00:00Z")[1] != etag


def test_a_document_stays_small_whatever_the_sources_say():
    long = "Überlänge " * 5000
    line = {"name": long, "quantity": "1", "total": "1"}
    document, _ = finished(
        built(
            *[order(f"o{n}", number=long, lines=[line] * 500, url=long) for n in range(100)],
            *[ticket(f"t{n}", subject=long, owner={"name": long + str(n)}) for n in range(100)],
            *[mention(f"m{n}", text=long) for n in range(100)],
            *[deal(f"d{n}", name=long) for n in range(100)],
            contacts=[contact(f"c{n}", name=f"{n} {long}", company_name=f"{n} {long}") for n in range(100)],
            handles=[handle(value=f"{n}@example.com") for n in range(500)],
        ),
        {},
        "2026-05-01T12:00:00Z",
    )
    assert len(document) < LARGEST
    assert orjson.loads(document)["orders"]["count"] == 100


def test_a_social_name_is_only_shown_as_the_label_of_its_account():
    handles = [handle("social", "x:7", "x", label="AnnaB"), handle("handle", "x:annab", "x")]
    (shown,) = built(handles=handles)["identifiers"]
    assert (shown["kind"], shown["label"]) == ("social", "AnnaB")


def test_verified_by_one_source_is_verified():
    (shown,) = built(handles=[handle(), handle(source="shop", verified=1)])["identifiers"]
    assert shown["verified"] is True
    assert shown["sources"] == ["crm", "shop"]


@pytest.mark.parametrize("source, expected", [("x", "Anna Example"), ("shop", "Annie Party Queen")])
def test_a_self_chosen_name_of_a_network_loses_to_a_name_in_a_business_system(source, expected):
    """But not when that source knows them by more than an account."""
    contacts = [
        contact("1", name="Anna Example", version=1),
        contact("2", source=source, name="Annie Party Queen", version=2),
    ]
    handles = [handle(), handle("social" if source == "x" else "email", "x:2", source)]
    assert built(contacts=contacts, handles=handles)["fields"]["name"]["value"] == expected


def test_open_deals_sum_up_per_currency():
    document = built(
        deal("a"), deal("b", amount="4.5"), deal("c", currency="USD"), deal("d", is_closed=True, is_won=True)
    )
    assert document["deals"]["expected"] == [
        {"currency": "EUR", "amount": "10.0"},
        {"currency": "USD", "amount": "5.5"},
    ]
    assert (document["deals"]["open_count"], document["deals"]["won_count"]) == (3, 1)
