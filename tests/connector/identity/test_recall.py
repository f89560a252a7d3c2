"""By which id people go after a decision is taken back: the one of before it, and nobody else loses theirs."""

import pytest
from sqlalchemy import select

from connector.identity import undo
from connector.identity.decisions import Decisions
from connector.identity.undo import Imports
from connector.identity.unmerge import Unmerge
from connector.store import profiles, tables_identity
from tests.connector.records import contact, email, gone, handle, order

ADA, BOB, EVE = "crm:contact:1", "crm:contact:2", "crm:contact:3"


@pytest.fixture
def decisions(store, intake, clock) -> Decisions:
    return Decisions(store, intake.resolver, clock)


@pytest.fixture
def unmerge(store, intake, clock) -> Unmerge:
    return Unmerge(store, intake.resolver, clock)


@pytest.fixture
def imports(store, intake, clock) -> Imports:
    return Imports(store, intake.resolver, clock)


def took(number: int, *, likes: int = 0, hours: float = 0) -> list:
    """A contact, and so many others that are the same person."""
    same = handle("social", f"x:{number}")
    return [
        contact(
            f"{number}{'' if not each else f'.{each}'}", same, hours=hours, source="crm" if not each else f"s{each}"
        )
        for each in range(likes + 1)
    ]


def handed_on(intake, number: int, likes: int) -> None:
    """A person whose profile began with a record that is somebody else by now."""
    same = handle("social", f"x:{number}")
    intake.take("w", [contact(f"first{number}", same, source="old")])
    intake.take("w", took(number, likes=likes))
    intake.take("w", [contact(f"first{number}", email(f"other{number}@example.com"), source="old", hours=1)])


def went_by(store) -> list:
    with store.reading() as connection:
        return list(connection.execute(select(tables_identity.went_by)))


def test_who_was_joined_gets_an_id_back_that_began_with_somebody_else(intake, decisions, profile, store):
    handed_on(intake, 1, likes=1)
    intake.take("w", took(2, likes=5))
    before = profile("1"), profile("2")
    decisions.link("w", ADA, BOB, "kim")
    assert profile("1") == before[1]
    decisions.take_back("w", ADA, BOB, "kim")
    assert (profile("1"), profile("2")) == before
    assert went_by(store) == []


@pytest.mark.parametrize("first", [True, False])
def test_in_whichever_order_joins_are_taken_back(intake, decisions, profile, first):
    for number, likes in ((1, 1), (2, 2), (3, 6)):
        handed_on(intake, number, likes)
    before = [profile(each) for each in "123"]
    joins = [(ADA, BOB), (BOB, EVE)]
    for pair in joins:
        decisions.link("w", *pair, "kim")
    assert len({profile(each) for each in "123"}) == 1
    for pair in joins if first else joins[::-1]:
        decisions.take_back("w", *pair, "kim")
    assert [profile(each) for each in "123"] == before


def test_who_is_let_out_of_the_middle_gets_the_id_back_while_the_other_join_stands(intake, decisions, profile):
    for number, likes in ((1, 1), (2, 2), (3, 6)):
        handed_on(intake, number, likes)
    before = [profile(each) for each in "123"]
    decisions.link("w", ADA, BOB, "kim")
    decisions.link("w", BOB, EVE, "kim")
    decisions.take_back("w", ADA, BOB, "kim")
    assert [profile(each) for each in "123"] == [before[0], before[2], before[2]]


def test_who_came_while_others_were_joined_takes_nobodys_id_away(intake, decisions, profile):
    intake.take("w", [*took(1), *took(2)])
    before = profile("1"), profile("2")
    decisions.link("w", ADA, BOB, "kim")
    assert profile("2") == before[0]
    intake.take("w", took(2, likes=4, hours=1))
    decisions.take_back("w", ADA, BOB, "kim")
    assert (profile("1"), profile("2")) == before == (profile("1"), profile("2.4", "s4"))


def test_an_unmerge_that_replaced_a_join_gives_the_id_back_and_its_undoing_takes_it_again(
    intake, decisions, unmerge, profile
):
    handed_on(intake, 1, likes=1)
    intake.take("w", took(2, likes=5))
    before = profile("1"), profile("2")
    decisions.link("w", ADA, BOB, "kim")
    done = unmerge.part("w", before[1], [ADA, "s1:contact:1.1"], "kim")
    assert (profile("1"), profile("2")) == before
    unmerge.undo("w", done.decision, "kim")
    assert profile("1") == before[1]
    decisions.take_back("w", ADA, BOB, "kim")
    assert (profile("1"), profile("2")) == before


def test_an_id_by_which_somebody_else_goes_meanwhile_stays_theirs(intake, decisions, unmerge, profile, store):
    intake.take("w", took(1, likes=3))
    before = profile("1")
    # One after the other leaves, until nobody of before is left but the last.
    parted = [unmerge.part("w", profile("1"), [f"s{each}:contact:1.{each}"], "kim") for each in (3, 2, 1)]
    others = [profile(f"1.{each}", f"s{each}") for each in (3, 2, 1)]
    assert profile("1") == before and len({before, *others}) == 4
    unmerge.undo("w", parted[0].decision, "kim")
    ids = [profile("1"), *(profile(f"1.{each}", f"s{each}") for each in (3, 2, 1))]
    assert ids.count(before) >= 1 and profile("1") == before
    for each in parted[1:]:
        unmerge.undo("w", each.decision, "kim")
    assert {profile("1"), *(profile(f"1.{each}", f"s{each}") for each in (3, 2, 1))} == {before}
    with store.reading() as connection:
        assert {profiles.current(connection, "w", each) for each in others} == {before}


def test_all_who_follow_a_guest_go_by_the_old_id_again(intake, decisions, profile, store, people):
    handed_on(intake, 1, likes=1)
    intake.take("w", [order(f"o{each}", email("ann@example.com"), source="shop") for each in range(9)])
    apart, before = people(), profile("1")
    decisions.link("w", ADA, "shop:order:o4", "kim")
    # It leaves its guest, and comes back.
    decisions.take_back("w", ADA, "shop:order:o4", "kim")
    assert people() == apart and profile("1") == before
    intake.take("w", [contact("9", email("ann@example.com"), name="Ann Berg", source="erp")])
    big = profile("9", "erp")
    decisions.link("w", ADA, "erp:contact:9", "kim")
    assert profile("1") == big
    decisions.take_back("w", ADA, "erp:contact:9", "kim")
    assert (profile("1"), profile("9", "erp")) == (before, big)
    assert max(map(len, people())) == 10


def test_what_is_kept_of_a_person_goes_when_the_person_goes(intake, decisions, unmerge, profile, store):
    intake.take("w", [*took(1, likes=1), *took(2)])
    decisions.link("w", ADA, BOB, "kim")
    unmerge.part("w", profile("2"), [BOB], "kim")
    assert {each.record_id for each in went_by(store)} == {1, 2, 3}
    intake.take("w", [gone("2")])
    assert {each.record_id for each in went_by(store)} == {1, 2}
    intake.take("w", [gone("1"), gone("1.1", source="s1")])
    assert went_by(store) == []


def test_a_decision_that_changes_nobody_keeps_nothing(intake, decisions, store):
    intake.take("w", [*took(1, likes=3), *took(2)])
    decisions.never("w", ADA, BOB, "kim")
    decisions.link("w", ADA, "s1:contact:1.1", "kim")
    assert went_by(store) == []


PHONES = handle("phone", "+4915112345678"), handle("phone", "+4915112345679")


def bridged(intake, clock) -> None:
    """Two groups of records of one name, which an import of the shop joins by way of a third."""
    told = {"given_name": "Ada", "family_name": "Berg"}
    intake.take("w", [contact("1", PHONES[0], **told), contact("1", PHONES[0], source="s1", **told)])
    intake.take("w", [contact("2", PHONES[1], **told)])
    clock.advance(60)
    intake.take("w", [contact("3", *PHONES, source="shop", **told)])


@pytest.mark.parametrize("batch", [1, 500])
def test_whom_an_undone_import_parted_go_by_their_id_again(intake, imports, profile, store, clock, monkeypatch, batch):
    monkeypatch.setattr(undo, "BATCH", batch)
    bridged(intake, clock)
    before = profile("1")
    assert before == profile("2") == profile("3", "shop")
    done = imports.undo("w", "shop", clock(), clock(), "kim")
    assert len({before, profile("2"), profile("3", "shop")}) == 3 and profile("1") == before
    # By now the other group is the larger one.
    told = [contact("2", PHONES[1], source=f"t{each}", given_name="Ada", family_name="Berg") for each in range(2)]
    intake.take("w", told)
    imports.take_back("w", done.decision, "kim")
    assert before == profile("1") == profile("2") == profile("2", "t1") == profile("3", "shop")
    assert went_by(store) == []


@pytest.mark.parametrize("first", [True, False])
def test_an_undone_import_and_a_join_are_taken_back_in_any_order(
    intake, imports, decisions, profile, store, clock, first
):
    bridged(intake, clock)
    intake.take("w", took(9, likes=7))
    before = profile("1"), profile("9")
    done = imports.undo("w", "shop", clock(), clock(), "kim")
    decisions.link("w", "crm:contact:2", "crm:contact:9", "kim")
    assert profile("2") == profile("9") == before[1]
    backs = [
        lambda: imports.take_back("w", done.decision, "kim"),
        lambda: decisions.take_back("w", "crm:contact:2", "crm:contact:9", "kim"),
    ]
    for back in backs if first else backs[::-1]:
        back()
    assert (profile("1"), profile("9")) == before == (profile("2"), profile("9.7", "s7"))
    assert went_by(store) == []
