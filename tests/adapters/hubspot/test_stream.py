"""Reading HubSpot: full and incremental, past ten thousand hits, archived, merged, restored."""

import json

import pytest

from adapters.base import SourceChangedError, UnavailableError
from adapters.base.testing import Fault
from adapters.hubspot.position import millis
from tests.adapters.hubspot.portal import ids, stamp_alike
from tests.sandbox.vendors.small_portal import OWNER

MISSING_SCOPES = json.dumps({"status": "error", "category": "MISSING_SCOPES", "message": "scopes"}).encode()


def test_a_full_read_brings_everyone_and_the_next_run_only_what_changed(portal, setup):
    people = [portal.contact(f"P{n}") for n in range(5)]
    at = setup(page_size=2, lookback_seconds=0)
    records, cursor, pages = at.run()
    assert sorted(ids(records)) == [row.id for row in people]
    assert [page.total for page in pages] == [5, 5, 5, None]
    portal.wait(60)
    portal.edited(people[1], given_name="Paul")
    portal.contact("New")
    records, _, _ = at.run(cursor=cursor)
    # The last one that was seen comes again: others may share its moment.
    assert ids(records) == [people[1].id, people[4].id, "1006"]
    assert next(one for one in records if one.external_id == people[1].id).body["given_name"] == "Paul"


@pytest.mark.parametrize(
    ("stream", "kind"),
    [("contacts", "contact"), ("companies", "company"), ("deals", "deal"), ("orders", "order"), ("tickets", "ticket")],
)
def test_each_stream_searches_by_its_own_modification_date(portal, setup, stream, kind):
    make = {"contact": portal.contact, "deal": portal.deal, "order": portal.order, "ticket": portal.ticket}
    row = make.get(kind, lambda: portal.add("company", name="Tea"))()
    at = setup()
    _, cursor, _ = at.run(stream)
    portal.wait(3600)
    portal.edited(row)
    records, _, _ = at.run(stream, cursor)
    assert ids(records) == [row.id]
    searched = json.loads(at.asked(f"/{stream}/search")[-1].body)["filterGroups"][0]["filters"]
    assert {one["propertyName"] for one in searched} == {
        "lastmodifieddate" if kind == "contact" else "hs_lastmodifieddate",
        "hs_object_id",
    }
    assert all(one["value"].isdigit() for one in searched), "filter values are milliseconds and ids, as text"


def test_what_changes_while_a_run_is_under_way_is_the_next_runs(portal, setup):
    people = [portal.contact(f"P{n}") for n in range(4)]
    at = setup(page_size=2, lookback_seconds=0)
    _, cursor, _ = at.run()
    portal.wait(60)
    for row in people:
        portal.edited(row, job_title="first")
    first = at.adapter.streams["contacts"].pull(cursor)
    portal.wait(60)
    portal.edited(people[0], job_title="second")
    portal.edited(people[3], job_title="second")
    rest, cursor, _ = at.run(cursor=first.cursor)
    assert ids(rest) == [people[2].id], "what left the range is not this run's"
    records, _, _ = at.run(cursor=cursor)
    told = {one.external_id: one.body["job_title"] for one in records}
    assert told[people[0].id] == told[people[3].id] == "second"


def test_more_changes_than_a_search_may_page_through(portal, setup):
    people = [portal.contact(f"P{n}") for n in range(11)]
    at = setup(page_size=2, vendor_options={"most_hits": 4})
    _, cursor, _ = at.run()
    portal.wait(3600)
    for row in people:
        portal.edited(row)
    records, _, pages = at.run(cursor=cursor)
    assert ids(records) == [row.id for row in people]
    assert pages[0].total == 11
    assert not any("after" in json.loads(seen.body) for seen in at.asked("/search"))


def test_more_than_ten_thousand_records_that_share_one_moment(portal, setup):
    for n in range(10_050):
        portal.contact(f"P{n}")
    at = setup()
    since = millis(portal.wait(3600))
    stamp_alike(portal, "contact")
    cursor = json.dumps({"phase": "search", "since": since, "until": millis(portal.wait(60))})
    portal.wait(60)
    records, _, pages = at.run(cursor=cursor)
    assert len(set(ids(records))) == 10_050
    assert pages[0].total == 10_050
    assert len(pages) == 52  # 51 of 200, and the archived list


def test_a_run_goes_on_from_each_of_its_cursors(portal, setup):
    people = [portal.contact(f"P{n}") for n in range(7)]
    gone = [portal.archived(portal.contact(f"G{n}")) for n in range(5)]
    at = setup(page_size=2)
    _, begin, full = at.run()
    portal.wait(3600)
    stamp_alike(portal, "contact")
    portal.wait(60)
    _, _, search = at.run(cursor=begin)
    for start, pages in ((None, full), (begin, search)):
        cursors = [start, *(page.cursor for page in pages if page.more)]
        assert len(cursors) == len(pages) == 7
        for place, cursor in enumerate(cursors):
            before = {raw["id"] for page in pages[:place] for raw in page.items}
            at.adapter = at.build()
            records, _, _ = at.run(cursor=cursor)
            assert before | set(ids(records)) | set(ids(records, deleted=True)) == {row.id for row in people + gone}


def test_a_change_that_the_index_shows_late_is_found_by_a_later_run(portal, setup):
    row = portal.contact()
    at = setup(vendor_options={"lag_seconds": 120}, lookback_seconds=300)
    _, cursor, _ = at.run()
    portal.wait(3600)
    portal.edited(row, job_title="CTO")
    other = portal.contact("Other")
    portal.wait(60)
    records, cursor, _ = at.run(cursor=cursor)
    assert ids(records) == []
    portal.wait(90)
    portal.contact("Third")
    records, _, _ = at.run(cursor=cursor)
    assert ids(records) == [row.id, other.id]


def test_a_clock_that_is_an_hour_ahead_loses_no_change(portal, setup):
    row = portal.contact()
    at = setup(lookback_seconds=0)
    portal.wait(3600)
    _, cursor, _ = at.run()
    portal.wait(-3590)
    portal.edited(row, job_title="CTO")
    portal.wait(3600)
    records, _, _ = at.run(cursor=cursor)
    assert [one.body["job_title"] for one in records] == ["CTO"]


def test_an_empty_portal_is_read_from_its_beginning_next_time(portal, setup):
    at = setup()
    records, cursor, _ = at.run()
    assert records == []
    portal.contact()
    records, _, _ = at.run(cursor=cursor)
    assert ids(records) == ["1001"]


def test_an_archived_record_is_a_tombstone_in_the_next_run_and_only_once(portal, setup):
    people = [portal.contact(f"P{n}") for n in range(3)]
    at = setup(lookback_seconds=0)
    _, cursor, _ = at.run()
    portal.wait(60)
    portal.archived(people[0])
    records, cursor, _ = at.run(cursor=cursor)
    assert ids(records, deleted=True) == [people[0].id]
    portal.wait(60)
    portal.archived(people[1])
    records, cursor, _ = at.run(cursor=cursor)
    # The newest one that was told comes again: others may share its moment.
    assert ids(records, deleted=True) == [people[0].id, people[1].id]
    portal.wait(60)
    records, cursor, _ = at.run(cursor=cursor)
    assert ids(records, deleted=True) == [people[1].id]


def test_an_archived_record_that_does_not_say_when_is_told_all_the_same(portal, setup):
    at = setup()
    _, cursor, _ = at.run()
    told = [{"id": "1009", "archived": True, "updatedAt": "2026-04-30T12:00:00Z"}]
    cursor = json.dumps(json.loads(cursor) | {"phase": "archived", "archived_since": 1_777_000_000_000})
    at.at.misbehave(Fault(name="plain", body=json.dumps({"results": told}).encode()))
    records, _, _ = at.run(cursor=cursor)
    assert ids(records, deleted=True) == ["1009"]


def test_a_long_archived_list_is_compared_over_several_runs(portal, setup):
    gone = [portal.archived(portal.contact(f"G{n}")) for n in range(5)]
    at = setup(page_size=2, archived_pages=1, lookback_seconds=0)
    told, cursor = [], None
    for expected in (2, 2, 1):
        records, cursor, _ = at.run(cursor=cursor)
        assert len(ids(records, deleted=True)) == expected
        told += ids(records, deleted=True)
    assert told == [row.id for row in gone]
    portal.wait(60)
    last = portal.archived(portal.contact("Last"))
    for _ in range(3):
        records, cursor, _ = at.run(cursor=cursor)
        told += ids(records, deleted=True)
    assert last.id in told


def test_a_restored_record_comes_back_with_a_version_that_counts(portal, setup):
    row = portal.contact()
    at = setup()
    portal.archived(row)
    records, cursor, _ = at.run()
    (tombstone,) = records
    portal.restored(row)
    portal.wait()
    records, _, _ = at.run(cursor=cursor)
    (back,) = [one for one in records if not one.deleted]
    assert back.updated_at >= tombstone.updated_at
    assert [one.deleted for one in at.read("contacts", row.id)] == [False]


def test_a_merge_is_a_new_record_and_tombstones_that_name_it(portal, setup):
    one, two, three = (portal.contact(name) for name in ("Ada", "Bob", "Cyd"))
    at = setup()
    _, cursor, _ = at.run()
    portal.wait(3600)
    first = portal.merged(one, two)
    second = portal.merged(first, three)
    portal.wait()
    records, _, _ = at.run(cursor=cursor)
    (living,) = [record for record in records if not record.deleted]
    assert living.external_id == second.id
    assert living.body["merged_from"] == [one.id, two.id, first.id, three.id]
    gone = {record.external_id: (record.reason, record.merged_into) for record in records if record.deleted}
    assert gone == dict.fromkeys(living.body["merged_from"], ("merged", second.id))


def test_reading_by_id_tells_what_became_of_each(portal, setup):
    one, two, gone, stays, lost = (portal.contact(name) for name in ("Ada", "Bob", "Cyd", "Dan", "Eve"))
    new = portal.merged(one, two)
    portal.archived(gone)
    portal.erased(lost)
    at = setup()
    records = at.read("contacts", one.id, gone.id, stays.id, lost.id)
    assert {record.external_id: (record.reason, record.merged_into) for record in records} == {
        one.id: ("merged", new.id),
        gone.id: ("deleted", None),
        stays.id: (None, None),
        lost.id: ("deleted", None),
    }


def test_all_pages_of_associations_are_read_and_the_primary_company_comes_first(portal, setup):
    people = [portal.contact(f"P{n}") for n in range(5)]
    small, main = (portal.add("company", name=name) for name in ("Small", "Main"))
    portal.deal(*people, company_id=main.id, company_ids=[small.id])
    portal.deal(people[0])
    at = setup(vendor_options={"links_page": 2})
    (big, little), _, _ = at.run("deals")
    assert list(big.contact_ids) == [row.id for row in people]
    assert big.body["company_id"] == main.id
    assert list(little.contact_ids) == [people[0].id]
    assert little.body["company_id"] is None


def test_an_order_brings_its_lines(portal, setup):
    portal.order(portal.contact(), lines=120)
    (order,), _, _ = setup().run("orders")
    assert len(order.body["lines"]) == 120
    assert sum(line["total"] for line in order.body["lines"]) == order.body["total"] == 1080
    assert order.body["currency"] == "EUR"


def test_owners_are_asked_for_once_in_a_run(portal, setup):
    for n in range(5):
        portal.contact(f"P{n}", owner=OWNER)
    at = setup(page_size=2)
    records, _, _ = at.run()
    assert {record.body["owner"]["name"] for record in records} == {"Olga Owner"}
    assert len(at.asked("/owners")) == 1


def test_a_portal_that_knows_no_such_pipeline_still_has_its_records(portal, setup):
    portal.order(portal.contact(), status="cancelled")
    at = setup()
    at.at.misbehave(Fault(name="400", status=400), path="/crm/v3/pipelines")
    (order,), _, _ = at.run("orders")
    assert order.body["state"] == "cancelled"


def test_without_the_scope_for_owners_and_pipelines_records_come_all_the_same(portal, setup):
    portal.ticket(portal.contact(), owner=OWNER, status="closed", closed_at=portal.time)
    at = setup()
    for path in ("/crm/v3/owners", "/crm/v3/pipelines", "/account-info"):
        at.at.misbehave(Fault(name="scope", status=403, body=MISSING_SCOPES), path=path)
    (ticket,), _, _ = at.run("tickets")
    assert ticket.body["owner"] == {"external_id": "7001", "name": None, "email": None}
    assert (ticket.body["status"], ticket.body["is_open"]) == ("4", False)


def test_so_many_properties_that_no_url_could_name_them(portal, setup):
    portal.contact(description="Likes tea")
    extra = [f"a_rather_long_property_{n}" for n in range(600)]
    at = setup(properties={"contacts": [*extra, "message"]})
    _, cursor, _ = at.run()
    portal.wait(3600)
    portal.edited(portal.table("hubspot", "contact").get("1001"))
    for start in (None, cursor):
        page = at.adapter.streams["contacts"].pull(start)
        (item,) = page.items
        assert item["properties"]["message"] == "Likes tea"
        assert at.adapter.streams["contacts"].record(item).body["given_name"] == "Ada"
    assert all(len(seen.body) < 3000 for seen in at.asked("/search"))


def test_a_dated_version_of_the_api(portal, setup):
    portal.order(portal.contact(), owner=OWNER)
    at = setup(api_version="2026-03")
    at.adapter.checked()
    (order,), _, _ = at.run("orders")
    assert order.contact_ids == ("1001",)
    asked = {seen.path for seen in at.at.seen}
    assert "/crm/objects/2026-03/orders" in asked
    assert "/crm/associations/2026-03/orders/contacts/batch/read" in asked
    assert not any("/v3" in path or "/v4" in path for path in asked)


def test_a_search_that_does_not_keep_its_order_stops_the_stream(portal, setup):
    at = setup()
    _, cursor, _ = at.run()
    told = [{"id": one, "properties": {}, "updatedAt": "2026-04-30T12:00:00Z"} for one in ("1002", "1001")]
    body = json.dumps({"total": 2, "results": told}).encode()
    at.at.misbehave(Fault(name="disorder", body=body), path="/crm/v3/objects/contacts/search")
    with pytest.raises(SourceChangedError):
        at.adapter.streams["contacts"].pull(cursor)


def test_a_batch_that_failed_in_part_is_not_taken_for_all(portal, setup):
    portal.deal(portal.contact())
    at = setup()
    for error, right in (({"category": "INTERNAL_ERROR"}, False), ({"category": "OBJECT_NOT_FOUND"}, True)):
        body = json.dumps({"status": "COMPLETE", "results": [], "errors": [error]}).encode()
        at.at.misbehave(Fault(name="207", status=207, body=body), path="/crm/v4/associations", times=2)
        if right:
            assert at.adapter.streams["deals"].pull(None).items
            continue
        with pytest.raises(UnavailableError, match="a part of a batch failed"):
            at.adapter.streams["deals"].pull(None)
        at.at.heal()


def test_half_an_emoji_is_mended(portal, setup):
    portal.contact(job_title="Tea \ud83c")
    (record,), _, _ = setup().run()
    assert record.body["job_title"] == "Tea ?"
    record.raw["properties"]["jobtitle"].encode()
