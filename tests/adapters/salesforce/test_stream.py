"""Full and incremental runs, over HTTP through simple-salesforce."""

import json
from decimal import Decimal

import pytest

from adapters.base import SourceChangedError
from adapters.salesforce import Salesforce
from sandbox.faults import Faults
from sandbox.server import serve_in_thread
from sandbox.vendors import salesforce as vendor
from sandbox.vendors.salesforce_login import CLIENT_ID, CLIENT_SECRET
from sandbox.world import World
from tests.adapters.salesforce.scene import OWNER, Org, pages, run, versions
from tests.sandbox.memory import moment, sf_id

PERSON = {"given_name": "Ada", "family_name": "Byron", "emails": ["ada@example.com"]}


def many(org: Org, count: int, *, at: float = 10) -> list[str]:
    return [org.world.put("contact", number, at=at, **PERSON).id for number in range(count)]


def settled(adapter: Salesforce, stream: str) -> str | None:
    """The cursor after a full run and a quiet one, which has looked back at the last rows."""
    _, cursor = run(adapter, stream)
    return run(adapter, stream, cursor)[1]


class TestRuns:
    def test_a_full_run_brings_all_and_the_next_only_what_changed(self, org: Org) -> None:
        adapter = org.adapter()
        records, _ = run(adapter, "contacts")
        assert {record.external_id for record in records} == {sf_id("contact", number) for number in (1, 2, 3, 4)}
        cursor = settled(adapter, "contacts")
        org.now = moment(7200)
        org.world.change(org.world.table("salesforce", "contact").get(sf_id("contact", 3)), at=7000, family_name="Neu")
        records, _ = run(adapter, "contacts", cursor)
        assert [(record.external_id, record.body["family_name"]) for record in records] == [
            (sf_id("contact", 3), "Neu")
        ]

    @pytest.mark.parametrize("page_size", [7, 100, 2000])
    def test_rows_of_one_moment_are_all_found_whatever_the_page(self, empty: Org, page_size: int) -> None:
        ids = many(empty, 450)
        late = empty.world.put("contact", 900, at=11, **PERSON).id
        records, _ = run(empty.adapter(page_size=page_size), "contacts")
        assert [record.external_id for record in records] == [*ids, late]

    def test_a_run_may_be_resumed_by_a_new_process_from_every_cursor(self, empty: Org) -> None:
        ids = many(empty, 45)
        walked = list(pages(empty.adapter(page_size=10), "contacts"))
        seen: list[str] = []
        for page in walked:
            seen += [raw["Id"] for raw in page.items]
            if page.more:
                rest, _ = run(empty.adapter(page_size=10), "contacts", page.cursor)
                assert seen + [record.external_id for record in rest] == ids

    def test_no_query_locator_is_needed(self, empty: Org) -> None:
        many(empty, 45)
        run(empty.adapter(page_size=10), "contacts")
        assert all(not seen.path.rpartition("/")[2].startswith("01g") for seen in empty.upstream.seen)

    def test_an_empty_org_has_nothing_to_remember(self, empty: Org) -> None:
        assert run(empty.adapter(), "contacts") == ([], None)

    def test_rows_are_counted_once_in_a_run(self, empty: Org) -> None:
        many(empty, 45)
        totals = [page.total for page in pages(empty.adapter(page_size=10), "contacts")]
        assert totals == [45] * 5
        assert sum("COUNT()" in soql for soql in empty.soql()) == 1

    def test_a_quiet_run_asks_once(self, empty: Org) -> None:
        many(empty, 45)
        adapter = empty.adapter()
        cursor = settled(adapter, "contacts")
        asked = len(empty.upstream.seen)
        assert run(adapter, "contacts", cursor) == ([], cursor)
        assert len(empty.upstream.seen) == asked + 1

    def test_a_cursor_that_is_none_of_ours_stops_the_stream(self, org: Org) -> None:
        with pytest.raises(SourceChangedError):
            org.adapter().streams["contacts"].pull("tomorrow")

    @pytest.mark.parametrize("stream", ["contacts", "accounts", "orders", "opportunities", "cases"])
    def test_the_whole_world_is_read(self, start, stream: str) -> None:
        org = start(World(seed=7, people=150))
        records, _ = run(org.adapter(page_size=40), stream)
        kind = {"opportunities": "opportunity"}.get(stream, stream.removesuffix("s"))
        assert len(versions(records)) == len(org.world.table("salesforce", kind)) > 10


class TestLookBack:
    def test_a_row_that_shows_later_than_its_stamp_is_found_by_the_next_run(self, empty: Org) -> None:
        many(empty, 5, at=3590)
        adapter = empty.adapter()
        _, cursor = run(adapter, "contacts")
        late = empty.world.put("contact", 77, at=3400, **PERSON).id
        empty.now = moment(3900)
        records, _ = run(adapter, "contacts", cursor)
        assert late in {record.external_id for record in records}

    def test_clocks_that_differ_do_not_shorten_it(self, empty: Org) -> None:
        many(empty, 5, at=0)
        empty.now = moment(86_400)
        adapter = empty.adapter()
        _, cursor = run(adapter, "contacts")
        late = empty.world.put("contact", 77, at=-200, **PERSON).id
        records, _ = run(adapter, "contacts", cursor)
        assert late in {record.external_id for record in records}

    def test_a_bulk_change_is_read_again_once_and_not_for_ever(self, empty: Org) -> None:
        many(empty, 50, at=3590)
        adapter = empty.adapter(page_size=10)
        _, cursor = run(adapter, "contacts")
        counts = []
        for minutes in (5, 10, 15):
            empty.now = moment(3600 + 60 * minutes)
            records, cursor = run(adapter, "contacts", cursor)
            counts.append(len(records))
        assert counts == [50, 0, 0]

    def test_a_long_run_is_behind_its_own_beginning_at_its_end(self, empty: Org) -> None:
        many(empty, 30, at=3000)
        adapter, cursor, missed = empty.adapter(page_size=10), None, None
        for page in pages(adapter, "contacts"):
            if missed is None:
                missed = empty.world.put("contact", 99, at=2990, **PERSON).id
            empty.now = moment(3600 + 7200)
            cursor = page.cursor
        empty.world.put("contact", 98, at=9000, **PERSON)
        records, _ = run(adapter, "contacts", cursor)
        assert {sf_id("contact", 98)} <= {record.external_id for record in records}
        position = json.loads(cursor or "{}")
        assert position["stamp"] <= "2026-05-01T08:55:00.000Z"

    def test_nothing_behind_the_beginning_of_a_run_is_lost_when_it_shows_during_it(self, empty: Org) -> None:
        many(empty, 30, at=3590)
        adapter = empty.adapter(page_size=10)
        walk = pages(adapter, "contacts")
        next(walk)
        hidden = empty.world.put("contact", 0, at=3400, family_name="Late", emails=[]).id
        cursor = list(walk)[-1].cursor
        records, _ = run(adapter, "contacts", cursor)
        assert hidden in {record.external_id for record in records if record.body.get("family_name") == "Late"}


class TestDeletions:
    def test_a_deleted_row_becomes_a_tombstone(self, org: Org) -> None:
        adapter = org.adapter()
        cursor = settled(adapter, "orders")
        org.world.delete(org.world.table("salesforce", "order").get(sf_id("order", 1)), at=7000)
        org.now = moment(7200)
        records, _ = run(adapter, "orders", cursor)
        assert [(record.external_id, record.deleted, record.reason) for record in records] == [
            (sf_id("order", 1), True, "deleted")
        ]

    def test_a_merged_row_names_its_winner(self, org: Org) -> None:
        records, _ = run(org.adapter(), "contacts")
        merged = versions(records)[sf_id("contact", 4)]
        assert (merged.deleted, merged.reason, merged.merged_into) == (True, "merged", sf_id("contact", 1))

    def test_a_deleted_person_account_is_a_contact_that_is_gone(self, org: Org) -> None:
        account = org.world.table("salesforce", "account").get(sf_id("account", 2))
        org.world.delete(account, at=100)
        records, _ = run(org.adapter(), "accounts")
        gone = versions(records)[account.id]
        assert (gone.kind, gone.deleted) == ("contact", True)


class TestReading:
    def test_rows_are_read_by_id_deleted_ones_too(self, org: Org) -> None:
        stream = org.adapter().streams["contacts"]
        raws = stream.reread([sf_id("contact", 1)[:15], sf_id("contact", 4)])
        assert [(stream.record(raw).external_id, stream.record(raw).deleted) for raw in raws] == [
            (sf_id("contact", 1), False),
            (sf_id("contact", 4), True),
        ]

    def test_what_no_query_brings_any_more_is_gone(self, org: Org) -> None:
        stream = org.adapter().streams["contacts"]
        (raw,) = stream.reread([sf_id("contact", 999)])
        assert (stream.record(raw).deleted, stream.record(raw).external_id) == (True, sf_id("contact", 999))

    def test_what_is_no_id_is_gone_without_asking(self, org: Org) -> None:
        stream = org.adapter().streams["contacts"]
        (raw,) = stream.reread(["x' OR Id != '"])
        assert stream.record(raw).deleted
        assert org.soql() == []

    def test_an_account_that_is_gone_is_neither_company_nor_person(self, org: Org) -> None:
        stream = org.adapter().streams["accounts"]
        kinds = [stream.record(raw).kind for raw in stream.reread([sf_id("account", 999)])]
        assert kinds == ["company", "contact"]

    def test_many_ids_are_asked_for_in_several_queries(self, empty: Org) -> None:
        ids = many(empty, 450)
        raws = empty.adapter().streams["contacts"].reread(ids)
        assert [raw["Id"] for raw in raws] == ids
        assert len(empty.soql()) == 3
        assert max(len(soql) for soql in empty.soql()) < 8000


class TestLongAnswers:
    def test_an_order_has_all_its_lines_however_many_parts_they_come_in(self, start) -> None:
        org = start(most_below=2)
        lines = [
            {"id": f"80200000000{number:04d}AAA", "name": "Tea", "quantity": 1, "unit_price": 1, "total": 1}
            for number in range(9)
        ]
        row = org.world.table("salesforce", "order").get(sf_id("order", 1))
        org.world.change(row, at=50, lines=lines, owner=OWNER)
        records, _ = run(org.adapter(), "orders")
        order = versions(records)[row.id]
        assert [line["external_id"] for line in order.body["lines"]] == [line["id"] for line in lines]


def test_the_org_may_lie_below_a_path_of_another_server() -> None:
    world = World(seed=7, people=150)
    app = vendor.app(world, Faults())
    with serve_in_thread(world, apps={"salesforce": app}) as running:
        url = f"{running.url}/salesforce"
        for given in ({"base_url": url}, {"login_url": url}, {"base_url": url + "/", "login_url": url + "/"}):
            adapter = Salesforce({"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **given})
            adapter.checked()
            assert run(adapter, "accounts")[0]


def test_a_cases_satisfaction_is_the_companys_field_on_its_scale(empty: Org) -> None:
    rated = {"status": "closed", "is_open": False, "type": "complaint", "rating": 2, "rated_at": moment(5)}
    empty.world.put("case", 1, at=10, **rated)
    fields = {"cases": {"satisfaction": "Stars__c", "rated_at": "Rated_On__c"}}
    (case,), _ = run(empty.adapter(fields=fields, satisfaction_scale="1-5"), "cases")
    assert (case.body["type"], case.body["satisfaction"]) == ("Complaint", Decimal("0.25"))
    assert case.body["rated_at"] == moment(5)
    (unscaled,), _ = run(empty.adapter(fields=fields), "cases")
    assert unscaled.body["satisfaction"] is None
