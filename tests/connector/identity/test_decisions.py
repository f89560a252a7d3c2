import pytest
from sqlalchemy import delete, select

from connector.identity.decisions import TAKE_BACK, Decisions
from connector.identity.pins import LINK, NEVER, PinContradictedError
from connector.store import pins, tables
from tests.connector.records import contact, email, gone

ANNA = email("anna@example.com")
ONE, TWO, THREE = "crm:contact:1", "shop:contact:2", "erp:contact:3"


@pytest.fixture
def decisions(store, intake, clock) -> Decisions:
    return Decisions(store, intake.resolver, clock)


def marked(store) -> set[str]:
    with store.reading() as connection:
        return set(connection.scalars(select(tables.stale.c.profile_id)))


def unmark(store) -> None:
    with store.transaction() as connection:
        connection.execute(delete(tables.stale))


def test_people_join_whom_no_rule_joins_and_part_whom_rules_join(intake, decisions, profile, store):
    intake.take("w", [contact("1", name="Anna Berg"), contact("2", source="shop", name="Jim Beam")])
    unmark(store)
    touched = decisions.link("w", ONE, TWO, "eve", "she told us")
    assert profile("1") == profile("2", "shop") and marked(store) == touched >= {profile("1")}
    decisions.never("w", TWO, ONE, "eve")
    assert profile("1") != profile("2", "shop")


def test_a_decision_that_is_taken_back_leaves_it_to_the_rules(intake, decisions, profile):
    intake.take("w", [contact("1", ANNA, name="Anna Berg"), contact("2", ANNA, source="shop", name="Anna Berg")])
    before = profile("1")
    decisions.never("w", ONE, TWO, "eve")
    assert profile("1") != profile("2", "shop")
    decisions.take_back("w", TWO, ONE, "eve")
    assert profile("1") == profile("2", "shop") == before
    assert decisions.take_back("w", ONE, TWO, "eve") == frozenset()


def test_a_decision_survives_every_sync_deletion_and_erasure(intake, decisions, profile):
    told = [contact("1", ANNA, name="Anna Berg"), contact("2", ANNA, source="shop", name="Anna Berg")]
    decisions.never("w", ONE, TWO, "eve", "before anybody came")
    intake.take("w", [*told, contact("3", ANNA, source="erp", name="Anna Berg")])
    assert profile("1") != profile("2", "shop")
    intake.take("w", [gone("3", source="erp"), gone("2", source="shop")])
    intake.take("w", [contact("2", ANNA, source="shop", name="Anna Berg", hours=3), *told])
    assert profile("1") not in (None, profile("2", "shop")) and profile("2", "shop")


def test_whom_people_joined_by_way_of_one_who_is_gone_stay_together(intake, decisions, profile):
    intake.take("w", [contact("1", name="Anna Berg"), contact("2", source="shop"), contact("3", source="erp")])
    decisions.link("w", ONE, TWO, "eve")
    decisions.link("w", TWO, THREE, "eve")
    intake.take("w", [gone("2", source="shop")])
    assert profile("1") == profile("3", "erp")


def test_what_contradicts_is_refused_with_the_chain_and_changes_nothing(intake, decisions, profile, store):
    intake.take("w", [contact("1"), contact("2", source="shop"), contact("3", source="erp")])
    decisions.link("w", ONE, TWO, "eve")
    decisions.link("w", TWO, THREE, "eve")
    with pytest.raises(PinContradictedError) as refused:
        decisions.never("w", THREE, ONE, "eve")
    assert sorted(refused.value.chain) == sorted([ONE, TWO, THREE])
    assert profile("1") == profile("3", "erp")
    with store.reading() as connection:
        assert len(pins.of_workspace(connection, "w")) == len(pins.logged(connection, "w")) == 2


def test_it_is_written_down_who_decided_what_when_and_why(decisions, store, clock):
    decisions.link("w", TWO, ONE, "eve", "she told us")
    clock.advance(60)
    decisions.take_back("w", ONE, TWO, "bob", "she lied")
    with store.reading() as connection:
        back, link = pins.logged(connection, "w")
        assert pins.of_workspace(connection, "w") == []
    assert (link.what, link.subject, link.made_by, link.why) == (
        LINK,
        {"left": ONE, "right": TWO},
        "eve",
        "she told us",
    )
    assert (back.what, back.subject["was"], back.made_by, back.why) == (TAKE_BACK, LINK, "bob", "she lied")
    assert back.made_at - link.made_at == 60_000_000


def test_workspaces_decide_for_themselves(intake, decisions, profile):
    for workspace in ("w", "other"):
        intake.take(
            workspace, [contact("1", ANNA, name="Anna Berg"), contact("2", ANNA, source="shop", name="Anna Berg")]
        )
    decisions.never("w", ONE, TWO, "eve")
    assert profile("1", workspace="other") == profile("2", "shop", workspace="other")


def test_the_newest_decisions_come_first_and_in_pages(decisions, store):
    for number in range(3):
        decisions.never("w", ONE, f"shop:contact:{number}", "eve")
    with store.reading() as connection:
        newest = pins.logged(connection, "w", limit=2)
        rest = pins.logged(connection, "w", before=newest[-1].id)
        assert pins.decision(connection, "other", rest[0].id) is None
    assert [each.subject["right"][-1] for each in [*newest, *rest]] == ["2", "1", "0"]
    assert {each.what for each in rest} == {NEVER}
