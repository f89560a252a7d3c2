"""What people decided on somebody who is erased: it holds, and says no more whom it was on, nor why."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from connector.identity.decisions import Decisions
from connector.identity.resolver import Resolver
from connector.identity.unmerge import Unmerge
from connector.store import keyed, pins, tables_identity
from tests.connector.records import contact, email, gone

ANNA = email("anna@example.com")
ONE, TWO, THREE = "crm:contact:anna-1", "shop:contact:2", "erp:contact:3"
WHY = "Anna said so"


def told(key: str, *, hours: float = 0):
    source, _, external_id = key.split(":")
    return contact(external_id, ANNA, source=source, hours=hours, name="Anna Berg")


def erased(key: str, *, hours: float = 1):
    source, _, external_id = key.split(":")
    return replace(gone(external_id, source=source, hours=hours), reason="erased")


class Base:
    def __init__(self, store, clock, intake) -> None:
        resolver = Resolver(clock)
        self.store, self.clock, self.intake = store, clock, intake
        self.decisions, self.unmerge = Decisions(store, resolver, clock), Unmerge(store, resolver, clock)

    def take(self, *records) -> None:
        self.intake.take("w", records)
        self.clock.advance(1)

    def profiles(self) -> dict[str, str]:
        with self.store.reading() as connection:
            return keyed.profiles_of(connection, "w", (ONE, TWO, THREE))

    def people(self) -> set[frozenset[str]]:
        told = self.profiles()
        return {frozenset(key for key in told if told[key] == each) for each in told.values()}

    def decided(self) -> str:
        """All that the tables of decisions hold, as text."""
        with self.store.reading() as connection:
            tables = (tables_identity.pins, tables_identity.decisions)
            return "\n".join(str(tuple(row)) for table in tables for row in connection.execute(select(table)))

    def pins(self) -> list[tuple[str, str, str]]:
        with self.store.reading() as connection:
            return [(pin.left, pin.right, pin.what) for pin in pins.of_workspace(connection, "w")]


@pytest.fixture
def base(store, clock, intake):
    return Base(store, clock, intake)


def test_decisions_on_others_of_the_profile_are_as_they_were(base):
    base.take(told(ONE), told(TWO), contact("3", source="erp", name="Bea Holm"))
    base.decisions.link("w", TWO, THREE, "eve", WHY)
    before = base.decided()
    base.take(erased(ONE))
    assert base.decided() == before
    assert base.people() == {frozenset((TWO, THREE))}


@pytest.mark.parametrize("what", ["link", "never"])
def test_what_was_decided_on_the_erased_no_longer_names_them_nor_says_why(base, what):
    base.take(told(ONE), told(TWO))
    getattr(base.decisions, what)("w", ONE, TWO, "eve", WHY)
    assert "anna-1" in base.decided()
    base.take(erased(ONE))
    assert "anna-1" not in base.decided()
    assert WHY not in base.decided()
    # The other end is still named, by whom and when it was decided as well.
    assert "eve" in base.decided()
    assert TWO in base.decided()


def test_the_erased_are_nobodys_former_id(base):
    """Unlike a contact that was merged away, or deleted while another one names it."""
    base.take(replace(told("crm:contact:2"), body={"name": "Anna Berg", "merged_from": ["anna-1"]}), gone("anna-1"))
    with base.store.reading() as connection:
        assert len(set(keyed.profiles_of(connection, "w", [ONE, "crm:contact:2"]).values())) == 1
    base.take(erased(ONE, hours=2))
    with base.store.reading() as connection:
        assert set(keyed.profiles_of(connection, "w", [ONE, "crm:contact:2"])) == {"crm:contact:2"}
        kept = connection.scalars(select(tables_identity.evidence.c.content)).all()
    assert [each for each in kept if each.startswith('["crm:contact:anna-1"')] == []


def test_never_holds_when_the_source_tells_of_the_erased_again(base):
    base.take(told(ONE), told(TWO))
    base.decisions.never("w", ONE, TWO, "eve", WHY)
    base.take(erased(ONE))
    base.take(told(ONE, hours=2))
    assert base.people() == {frozenset((ONE,)), frozenset((TWO,))}
    assert base.pins() == [(ONE, TWO, "never")]
    assert WHY not in base.decided()
    base.decisions.take_back("w", ONE, TWO, "eve")
    assert base.people() == {frozenset((ONE, TWO))}


def test_a_late_page_brings_neither_them_nor_their_name_back(base):
    base.take(told(ONE), told(TWO))
    base.decisions.never("w", ONE, TWO, "eve", WHY)
    base.take(erased(ONE))
    base.take(told(ONE))
    assert "anna-1" not in base.decided()
    assert base.people() == {frozenset((TWO,))}


def test_whom_people_joined_by_way_of_the_erased_stay_one(base):
    base.take(contact("anna-1"), contact("2", source="shop"), contact("3", source="erp"))
    base.decisions.link("w", ONE, TWO, "eve")
    base.decisions.link("w", ONE, THREE, "eve")
    base.take(erased(ONE))
    assert base.people() == {frozenset((TWO, THREE))}
    base.take(contact("77", ANNA, source="shop"), replace(told(TWO, hours=3), identifiers=()))
    assert base.people() == {frozenset((TWO, THREE))}


def test_an_unmerge_names_the_erased_no_more_and_is_taken_back_all_the_same(base):
    base.take(told(ONE), told(TWO), told(THREE))
    base.decisions.link("w", ONE, TWO, "eve", WHY)
    (profile,) = set(base.profiles().values())
    done = base.unmerge.part("w", profile, [ONE], "kim", WHY)
    base.take(erased(ONE))
    assert "anna-1" not in base.decided()
    assert WHY not in base.decided()
    base.unmerge.undo("w", done.decision, "kim")
    base.take(told(ONE, hours=2))
    assert base.people() == {frozenset((ONE, TWO, THREE))}


def test_why_an_unmerge_on_them_was_taken_back_is_gone_as_well(base):
    base.take(told(ONE), told(TWO))
    done = base.unmerge.part("w", base.profiles()[TWO], [TWO], "kim")
    base.unmerge.undo("w", done.decision, "kim", WHY)
    assert WHY in base.decided()
    base.take(erased(ONE))
    assert WHY not in base.decided()


def test_the_erased_can_be_decided_on_no_more_for_nobody_knows_them(base):
    base.take(told(ONE), told(TWO), erased(ONE))
    with base.store.reading() as connection:
        assert keyed.known(connection, "w", [ONE, TWO]) == {TWO}


def test_a_deletion_that_is_no_erasure_changes_no_decision(base):
    base.take(told(ONE), told(TWO))
    base.decisions.never("w", ONE, TWO, "eve", WHY)
    before = base.decided()
    base.take(gone("anna-1"))
    assert base.decided() == before
    base.take(erased(ONE, hours=2))
    assert "anna-1" not in base.decided()


def test_other_workspaces_decisions_are_left_alone(base):
    for workspace in ("w", "other"):
        base.intake.take(workspace, [told(ONE), told(TWO)])
        base.decisions.never(workspace, ONE, TWO, "eve", WHY)
    base.take(erased(ONE))
    with base.store.reading() as connection:
        assert [pin.why for pin in pins.of_workspace(connection, "other")] == [WHY]
        assert pins.logged(connection, "other")[0].subject == {"left": ONE, "right": TWO}
