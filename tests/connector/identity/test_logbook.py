"""The log of decisions: the newest first, and whether each still stands."""

import pytest

from connector.identity import logbook
from connector.identity.decisions import Decisions
from connector.identity.logbook import REPLACED, STANDS, TAKEN_BACK
from connector.identity.resolver import Resolver
from connector.identity.unmerge import Unmerge
from connector.store import pins
from tests.connector.records import contact, email

ONE, TWO, THREE = "crm:contact:1", "shop:contact:2", "shop:contact:3"


@pytest.fixture
def decisions(store, clock):
    return Decisions(store, Resolver(clock), clock)


@pytest.fixture
def read(store):
    def read(**asked):
        with store.reading() as connection:
            return logbook.page(connection, "w", **asked)

    return read


def states(lines) -> list[tuple]:
    return [(line.decision.what, line.state) for line in lines]


def test_what_was_decided_stands_until_it_is_taken_back(decisions, read):
    decisions.link("w", ONE, TWO, "eve", "she told us")
    (line,) = read()
    assert (line.state, line.records, line.decision.why) == (STANDS, (ONE, TWO), "she told us")
    decisions.take_back("w", TWO, ONE, "bob", "she lied")
    back, link = read()
    assert states([back, link]) == [("take_back", None), ("link", TAKEN_BACK)]
    assert (link.undone_by, back.decision.undoes) == (back.decision.id, link.decision.id)


def test_a_later_decision_on_the_same_two_takes_the_place_of_the_earlier(decisions, read, clock):
    for decide in (decisions.link, decisions.never, decisions.never):
        decide("w", ONE, TWO, "eve")
        clock.advance(1)
    assert states(read()) == [("never", STANDS), ("never", REPLACED), ("link", REPLACED)]


def test_an_unmerge_and_what_it_replaced_are_told(decisions, read, store, clock, intake, profile):
    intake.take("w", [contact("1"), contact("2", source="shop")])
    decisions.link("w", ONE, TWO, "eve")
    clock.advance(1)
    unmerge = Unmerge(store, Resolver(clock), clock)
    done = unmerge.part("w", profile("1"), [TWO], "kim", "two people")
    assert states(read()) == [("unmerge", STANDS), ("link", REPLACED)]
    assert read(limit=1)[0].records == (TWO,)
    unmerge.undo("w", done.decision, "kim")
    assert states(read()) == [("take_back", None), ("unmerge", TAKEN_BACK), ("link", STANDS)]


def test_one_pin_of_an_unmerge_taken_back_does_not_undo_it(decisions, read, store, clock, intake, profile):
    same = email("ada@example.com")
    intake.take("w", [contact("1", same, name="Ada Berg"), contact("2", same, source="shop", name="Ada Berg")])
    Unmerge(store, Resolver(clock), clock).part("w", profile("1"), [TWO], "kim", "")
    decisions.take_back("w", ONE, TWO, "kim")
    back, unmerge = read()
    assert (back.decision.undoes, unmerge.state) == (None, STANDS)


def test_the_log_can_be_read_page_by_page_and_for_one_record(decisions, read):
    decisions.never("w", ONE, TWO, "eve")
    decisions.never("w", ONE, THREE, "eve")
    decisions.never("w", "crm:contact:A", "shop:contact:10", "eve")
    first = read(limit=2)
    assert [line.records[1] for line in first + read(after=first[-1].decision.id)] == [
        "shop:contact:10",
        THREE,
        TWO,
    ]
    assert [line.records for line in read(naming=[THREE])] == [(ONE, THREE)]
    # Neither the beginning of another key nor the same letters in another case.
    assert read(naming=["crm:contact:a", "shop:contact:1"]) == read(naming=[]) == []


def test_what_names_one_of_several_is_told_once(decisions, read):
    decisions.never("w", ONE, TWO, "eve")
    decisions.never("w", ONE, THREE, "eve")
    decisions.never("w", "crm:contact:A", 'shop:contact:"quoted"', "eve")
    assert [line.records[1] for line in read(naming=[TWO, ONE, 'shop:contact:"quoted"'])] == [
        'shop:contact:"quoted"',
        THREE,
        TWO,
    ]
    (last,) = read(naming=[TWO, ONE], limit=1)
    assert [line.records[1] for line in read(naming=[TWO, ONE], after=last.decision.id)] == [TWO]


def test_workspaces_have_logs_of_their_own(decisions, read, store):
    decisions.never("other", ONE, TWO, "eve")
    assert read() == []
    with store.reading() as connection:
        assert pins.undone_by(connection, "w", [1]) == {}
