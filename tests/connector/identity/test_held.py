"""A link that waits is told with what holds it: a brake, an import that was undone, both, or nothing any more."""

import pytest

from connector.identity.held import BRAKE, LET_GO, UNDONE_IMPORT
from connector.identity.in_force import USUAL
from connector.identity.inquiry import Inquiry
from connector.store import keyed
from tests.connector.identity.test_imports import EAGER, Base, bridges, crm, shop

CRM, BAD = "crm:contact:1", "bad:contact:1"


@pytest.fixture
def base(store, clock) -> Base:
    return Base(store, clock, EAGER)


@pytest.fixture
def two(store):
    return lambda: Inquiry(store, USUAL).two("default", CRM, BAD).two


def test_a_brake_that_came_on_by_itself_says_whose_it_is_and_why(base, two, clock):
    base.take(crm(range(8)), shop(range(8)))
    since = clock()
    base.take(bridges(range(8)))
    (held,) = two().direct.held_by
    assert (held.what, held.source, held.by, held.at, held.decision) == (BRAKE, "bad", "", since, None)
    assert "8 of its last 8 records" in held.why
    (against,) = two().against
    assert against.held_by == (held,)
    assert against.rule == "held"
    assert (
        against.why == two().direct.why == "The link waits for a person: bad suddenly joined many, and its brake is on."
    )


def test_an_undone_import_says_which_decision_takes_it_back(base, two, clock):
    base.take(crm([1]), shop([1]))
    since = clock()
    base.take(bridges([1]))
    assert (two().is_one, two().direct.held_by) == (True, ())
    undone = base.imports.undo("default", "bad", since, clock(), "kim", "columns were swapped")
    (held,) = two().direct.held_by
    assert (held.what, held.source, held.by, held.why) == (UNDONE_IMPORT, "bad", "kim", "columns were swapped")
    assert held.decision == undone.decision
    assert (
        two().direct.why
        == f"The link waits for a person: it came with an import of bad that was undone ({held.decision})."
    )
    base.imports.take_back("default", undone.decision, "kim")
    assert (two().is_one, two().direct.held_by) == (True, ())


def test_what_both_hold_waits_for_both(base, two, clock):
    base.take(crm(range(8)), shop(range(8)))
    since = clock()
    base.take(bridges([1]))
    base.imports.undo("default", "bad", since, clock(), "kim")
    base.take(bridges([n for n in range(8) if n != 1]))
    assert [each.what for each in two().direct.held_by] == [BRAKE, UNDONE_IMPORT]
    assert two().direct.why.count("The link waits") == 2


def test_what_nothing_holds_any_more_is_about_to_be_let_go(base, two):
    base.take(crm(range(8)), shop(range(8)), bridges(range(8)))
    base.imports.release("default", "bad", "kim")
    assert (two().direct.tier, two().direct.held_by, two().direct.why) == ("held", (), LET_GO)
    base.imports.drain("default")
    assert two().direct.tier == "confirmed"


def test_a_profile_says_it_of_whom_a_link_waits_to(base, store, clock):
    base.take(crm(range(8)), shop(range(8)), bridges(range(8)))
    with store.reading() as connection:
        profile_id = keyed.profiles_of(connection, "default", [CRM])[CRM]
    possible = Inquiry(store, USUAL).profile("default", profile_id).profile.possible
    (waits,) = (each for each in possible if each.tier == "held")
    assert [each.what for each in waits.held_by] == [BRAKE]
    assert "its brake is on" in waits.why
