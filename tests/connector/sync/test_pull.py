import time

import pytest

from adapters.base import AuthError, QuotaSpentError, RateLimitError, SourceChangedError, UnavailableError
from connector.errors import InvalidRequestError
from connector.store import cursors, leases
from connector.sync.pull import Pull
from connector.sync.quarantine import Quarantine
from tests.connector.sync.conftest import person


def states(reports) -> list[tuple[str, str]]:
    return [(report.stream, report.state) for report in reports]


def place(store, stream="contacts"):
    with store.reading() as connection:
        return cursors.get(connection, "w", "shop", stream)


def test_every_page_is_read_to_the_end_and_the_cursor_kept(pull, shop, contacts, alive, store):
    contacts.items = [person(each) for each in range(5)]
    contacts_report, _ = pull.run("w", shop)
    assert alive() == ["0", "1", "2", "3", "4"]
    assert (contacts_report.state, contacts_report.read, contacts_report.changed) == ("ok", 5, 5)
    assert place(store).cursor == "5" and place(store).state == "idle"


def test_the_next_run_goes_on_behind_the_cursor(pull, shop, contacts, alive):
    contacts.items = [person(1)]
    pull.run("w", shop)
    contacts.items.append(person(2))
    assert pull.run("w", shop)[0].read == 1
    assert contacts.fetched == [None, "1"]
    assert alive() == ["1", "2"]


def test_a_broken_item_is_set_aside_and_the_rest_taken(pull, shop, contacts, alive, store, intake, clock):
    contacts.items = [person(1), person(2, name=5), person(3)]
    report = pull.run("w", shop)[0]
    assert (report.state, report.quarantined, alive()) == ("ok", 1, ["1", "3"])
    (entry,) = Quarantine(store, intake, clock).list_("w")
    assert (entry.stream, entry.external_id, list(entry.fields)) == ("contacts", "2", ["name"])


def test_a_broken_item_that_arrives_whole_leaves_quarantine(pull, shop, contacts, store, intake, clock):
    contacts.items = [person(2, name=5)]
    pull.run("w", shop)
    contacts.items.append(person(2))
    pull.run("w", shop)
    assert Quarantine(store, intake, clock).list_("w") == []


def test_a_source_that_does_not_answer_is_asked_again_with_the_same_cursor(pull, shop, contacts, slept, alive):
    contacts.items = [person(1), person(2), person(3)]
    contacts.trouble = [None, UnavailableError("shop: away"), UnavailableError("shop: away")]
    assert pull.run("w", shop)[0].state == "ok"
    assert contacts.fetched == [None, "2", "2", "2"]
    assert slept == [1, 2] and alive() == ["1", "2", "3"]


def test_a_wait_is_told_to_who_watches(pull, shop, contacts, slept):
    contacts.items, told = [person(1)], []
    contacts.trouble = [UnavailableError("shop: away")]
    pull.run("w", shop, streams=["contacts"], progress=told.append)
    assert [(one.state, one.wait) for one in told] == [("waiting", slept[0]), ("running", None), ("ok", None)]


def test_a_source_that_stays_away_fails_its_stream_in_bounded_time(pull, shop, contacts, orders, slept, store):
    contacts.trouble = [UnavailableError("shop: away")] * 99
    orders.trouble = [UnavailableError("shop: away")] * 99
    reports = pull.run("w", shop)
    assert states(reports) == [("contacts", "failed"), ("orders", "failed")]
    assert sum(slept) < 120 and len(orders.fetched) == 1
    assert (place(store).error, place(store).error_kind) == ("shop: away", "unavailable")


def test_a_rate_limit_is_waited_out_as_the_source_says(pull, shop, contacts, slept):
    contacts.trouble = [RateLimitError("shop: too fast", 7.5)]
    assert pull.run("w", shop)[0].state == "ok"
    assert slept == [7.5]


def test_a_rate_limit_that_is_too_long_ends_the_run_as_partial(pull, shop, contacts, orders, slept):
    contacts.trouble = [RateLimitError("shop: too fast", 3600)]
    assert states(pull.run("w", shop)) == [("contacts", "partial"), ("orders", "ok")]
    assert slept == []


@pytest.mark.parametrize(("error", "state"), [(AuthError, "failed"), (QuotaSpentError, "partial")])
def test_what_goes_for_the_whole_source_ends_its_other_streams_too(pull, shop, contacts, orders, error, state, slept):
    contacts.trouble = [error("shop: no")]
    reports = pull.run("w", shop)
    assert states(reports) == [("contacts", state), ("orders", state)]
    assert orders.fetched == [] and slept == []
    assert {report.reason for report in reports} == {"shop: no"}


def test_a_page_of_the_wrong_shape_stops_its_stream_and_keeps_the_cursor(pull, shop, contacts, orders, store):
    contacts.items = [person(1), person(2), person(3)]
    contacts.trouble = [None, SourceChangedError("shop.contacts page: KeyError 'results'")]
    assert states(pull.run("w", shop)) == [("contacts", "failed"), ("orders", "ok")]
    assert (place(store).cursor, place(store).error_kind) == ("2", "changed")
    assert pull.run("w", shop)[0].state == "ok"


def test_a_page_cap_ends_the_run_as_partial_and_the_next_goes_on(pull, shop, contacts, alive):
    shop.settings["max_pages"] = 1
    contacts.items = [person(1), person(2), person(3)]
    assert pull.run("w", shop)[0].state == "partial"
    assert pull.run("w", shop)[0].state == "ok"
    assert contacts.fetched == [None, "2"] and alive() == ["1", "2", "3"]


def test_what_a_full_read_does_not_list_is_gone(pull, shop, contacts, alive, clock):
    contacts.items = [person(1), person(2), person(3)]
    pull.run("w", shop)
    clock.advance(60)
    contacts.items = [person(1), person(3)]
    assert pull.run("w", shop, full=True)[0].gone == 1
    assert alive() == ["1", "3"]


def test_what_was_gone_and_is_listed_again_is_back(pull, shop, contacts, alive, clock):
    contacts.items = [person(1), person(2)]
    pull.run("w", shop)
    clock.advance(60)
    contacts.items = [person(1)]
    pull.run("w", shop, full=True)
    assert alive() == ["1"]
    contacts.items = [person(1), person(2)]
    pull.run("w", shop, full=True)
    assert alive() == ["1", "2"]


def test_an_incremental_read_drops_nothing(pull, shop, contacts, alive, clock):
    contacts.items = [person(1), person(2)]
    pull.run("w", shop)
    clock.advance(60)
    contacts.items = []
    assert pull.run("w", shop)[0].gone == 0
    assert alive() == ["1", "2"]


def test_a_stream_that_does_not_list_everything_drops_nothing(pull, shop, orders, alive, clock):
    orders.items = [{"id": "1", "total": "5"}]
    pull.run("w", shop)
    clock.advance(60)
    orders.items = []
    pull.run("w", shop, full=True)
    assert alive("order") == ["1"]


def test_a_full_read_that_misses_too_much_is_not_believed(pull, shop, contacts, alive, clock):
    contacts.items = [person(each) for each in range(30)]
    pull.run("w", shop)
    clock.advance(60)
    contacts.items = contacts.items[:10]
    report = pull.run("w", shop, full=True)[0]
    assert (report.state, report.error_kind, report.gone) == ("partial", "brake", 0)
    assert len(alive()) == 30


def test_an_item_that_is_listed_but_broken_is_not_gone(pull, shop, contacts, alive, clock):
    contacts.items = [person(1), person(2)]
    pull.run("w", shop)
    clock.advance(60)
    contacts.items = [person(1), person(2, name=5)]
    assert pull.run("w", shop, full=True)[0].gone == 0
    assert alive() == ["1", "2"]


def test_when_a_broken_item_tells_no_id_nobody_is_dropped(pull, shop, contacts, alive, clock):
    contacts.items = [person(1), person(2)]
    pull.run("w", shop)
    clock.advance(60)
    contacts.items = [person(1), {"who": "?"}]
    assert pull.run("w", shop, full=True)[0].error_kind == "brake"
    assert alive() == ["1", "2"]


def test_what_a_webhook_brought_during_a_full_read_is_kept(pull, shop, contacts, alive, intake, clock):
    contacts.items = [person(1), person(2), person(3)]
    pull.run("w", shop)
    clock.advance(60)

    def meanwhile(at) -> None:
        clock.advance(1)
        intake.take("w", [contacts.record(person(9))])

    pull.run("w", shop, full=True, progress=meanwhile)
    assert alive() == ["1", "2", "3", "9"]


def test_a_full_read_that_was_cut_off_goes_on_where_it_was(pull, shop, contacts, alive, clock):
    contacts.items = [person(each) for each in range(6)]
    pull.run("w", shop)
    clock.advance(60)
    contacts.items = contacts.items[:5]
    contacts.fetched.clear()
    contacts.trouble = [None, SourceChangedError("shop: odd")]
    pull.run("w", shop, full=True)
    assert pull.run("w", shop)[0].gone == 1
    assert contacts.fetched == [None, "2", "2", "4"]
    assert alive() == ["0", "1", "2", "3", "4"]


class Killed(BaseException):
    pass


@pytest.mark.parametrize("page", range(5))
def test_a_worker_that_is_killed_after_any_page_loses_nothing(store, intake, clock, shop, contacts, alive, page):
    contacts.items = [person(each) for each in range(9)]

    told = []

    def sudden(progress) -> None:
        told.append(progress)
        if len(told) > page:
            raise Killed

    with pytest.raises(Killed):
        Pull(store, intake, clock, lambda seconds: None).run("w", shop, progress=sudden)
    # Its lease is left behind, and free only when the process is gone or time is up.
    assert states(Pull(store, intake, clock, lambda seconds: None).run("w", shop, ["contacts"])) == [
        ("contacts", "busy")
    ]
    clock.advance(3600)
    assert Pull(store, intake, clock, lambda seconds: None).run("w", shop)[0].state == "ok"
    assert len(alive()) == 9 and contacts.fetched.count(None) == 1


def test_a_stream_is_read_by_one_worker_at_a_time(pull, shop, contacts, store, clock):
    with store.transaction() as connection:
        assert leases.take(connection, "w", "shop.contacts", "elsewhere/1/x", now=at(clock), seconds=60)
    assert states(pull.run("w", shop)) == [("contacts", "busy"), ("orders", "ok")]
    clock.advance(61)
    assert pull.run("w", shop)[0].state == "ok"


def test_who_lost_the_lease_writes_nothing(pull, shop, contacts, store, clock, alive):
    contacts.items = [person(each) for each in range(6)]

    def overtaken(progress) -> None:
        clock.advance(3600)
        with store.transaction() as connection:
            assert leases.take(connection, "w", "shop.contacts", "elsewhere/1/x", now=at(clock), seconds=60)

    assert pull.run("w", shop, ["contacts"], progress=overtaken)[0].state == "busy"
    assert alive() == ["0", "1"] and place(store).cursor == "2"


def test_a_gap_is_told_until_a_full_read_closes_it(pull, shop, contacts, store):
    pull.run("w", shop)
    contacts.gap = "shop: changes of the last two weeks are missing"
    assert pull.run("w", shop)[0].reason == contacts.gap
    contacts.gap = None
    pull.run("w", shop)
    assert place(store).error_kind == "gap"
    pull.run("w", shop, full=True)
    assert place(store).error_kind is None


def test_progress_is_told_after_each_page_and_at_the_end(pull, shop, contacts):
    contacts.items = [person(1), person(2), {"id": "3"}]
    told = []
    pull.run("w", shop, ["contacts"], progress=told.append)
    assert [(each.done, each.total, each.quarantined, each.state) for each in told] == [
        (2, 3, 0, "running"),
        (3, 3, 1, "running"),
        (3, 3, 1, "ok"),
    ]


def test_a_stream_that_nobody_knows_is_refused_by_name(pull, shop):
    with pytest.raises(InvalidRequestError, match="unknown stream carts; known: contacts, orders"):
        pull.run("w", shop, ["carts"])


def at(clock) -> int:
    from connector.clock import micros

    return micros(clock())


def test_the_next_page_is_fetched_while_this_one_is_taken_in(store, clock, intake, shop, contacts, alive):
    contacts.items = [person(each) for each in range(5)]
    seen = []

    class Waiting:
        def __init__(self) -> None:
            self.clock, self.relink = intake.clock, intake.relink

        def take(self, *args, **options):
            # Until the page behind the one in hand was asked for; there is none behind the last.
            wanted = min(len(seen) + 2, 3)
            assert any(len(contacts.fetched) >= wanted or time.sleep(0.01) for _ in range(500))
            seen.append(len(contacts.fetched))
            return intake.take(*args, **options)

    reports = Pull(store, Waiting(), clock, lambda seconds: None).run("w", shop, ["contacts"])
    assert states(reports) == [("contacts", "ok")] and len(alive()) == 5
    assert seen == [2, 3, 3] and contacts.fetched == [None, "2", "4"]


def test_what_fails_ahead_costs_the_page_before_it_nothing(pull, shop, contacts, alive, store):
    contacts.items = [person(each) for each in range(4)]
    contacts.trouble = [None, SourceChangedError("shop.contacts page: KeyError 'results'")]
    assert states(pull.run("w", shop, ["contacts"])) == [("contacts", "failed")]
    assert alive() == ["0", "1"] and place(store).cursor == "2"
