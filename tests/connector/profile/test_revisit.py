"""Time alone changes a card, when a silence ends: then the profile is built again, and no other is."""

from datetime import timedelta

import pytest

from connector.clock import micros
from connector.profile.hints import Later, Offered
from connector.profile.rebuild import Rebuild
from connector.store import profiles
from tests.connector.profile.conftest import mail, told

ANNA = told("contact", "crm", "1", name="Anna", identifiers=[mail("anna@example.com")])
BELA = told("contact", "crm", "2", name="Béla", identifiers=[mail("bela@example.com")])


class Quiet(Later):
    """Silent about Anna for two days."""

    def __init__(self, clock) -> None:
        self.clock, self.until = clock, micros(clock() + timedelta(days=2))

    def of(self, draft):
        offered = super().of(draft)
        if draft.contacts[0].external_id != "1" or micros(self.clock()) >= self.until:
            return Offered(offered.shown | {"note": "speaks"})
        return Offered(offered.shown | {"note": "silent"}, self.until)


@pytest.fixture
def quiet(world):
    world.rebuild = Rebuild(world.store, world.cache, world.events, Quiet(world.clock), world.clock)
    world.sync(ANNA, BELA)
    return world


def note(world, address):
    return world.card("email", address)["recommendations"]["note"]


def due(world):
    with world.store.reading() as connection:
        return profiles.revisit_is_due(connection, "acme", micros(world.clock()))


def revisit(world):
    with world.store.transaction() as connection:
        return profiles.revisit(connection, "acme", micros(world.clock()), 10)


def test_time_passing_changes_the_card_of_whom_it_concerns(quiet):
    assert (note(quiet, "anna@example.com"), note(quiet, "bela@example.com")) == ("silent", "speaks")
    assert not due(quiet) and revisit(quiet) == []
    quiet.clock.advance(2 * 86_400)
    assert due(quiet)
    assert len(revisit(quiet)) == 1
    assert not due(quiet), "What is marked is not marked anew by the next look."
    assert quiet.rebuild.run("acme") == 1
    assert note(quiet, "anna@example.com") == "speaks"
    assert not due(quiet) and revisit(quiet) == []


def test_a_time_that_a_rebuild_takes_back_is_forgotten(quiet):
    quiet.rebuild.offers.until = 0
    quiet.rebuild.everything("acme")
    quiet.clock.advance(9 * 86_400)
    assert not due(quiet)


def test_a_time_is_kept_also_where_the_card_says_the_same(quiet):
    quiet.rebuild.offers.until += 86_400_000_000
    quiet.rebuild.everything("acme")
    quiet.clock.advance(2 * 86_400)
    assert not due(quiet)
    quiet.clock.advance(86_400)
    assert due(quiet)


def test_no_more_are_marked_at_once_than_asked_for(quiet):
    quiet.sync(*(told("contact", f"crm{n}", "1", identifiers=[mail(f"a{n}@example.org")]) for n in range(5)))
    quiet.clock.advance(2 * 86_400)
    with quiet.store.transaction() as connection:
        assert len(profiles.revisit(connection, "acme", micros(quiet.clock()), 4)) == 4
    assert due(quiet)
