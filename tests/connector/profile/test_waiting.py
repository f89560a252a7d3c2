"""Who takes records in and who builds or revisits profiles never wait for each other in a circle."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from sqlalchemy import update

from connector.clock import micros
from connector.identity.resolver import Resolver
from connector.store import profiles, tables
from connector.sync.intake import Intake
from tests.connector.profile.conftest import mail, told

# Seconds in which the other would have gone on, did it not wait.
A_WHILE = 0.5

ANNA = told("contact", "crm", "1", name="Anna Bell", identifiers=[mail("anna@example.com")])
AGAIN = told("contact", "shop", "1", name="Anna Bell", identifiers=[mail("bell@example.com")])
# The same contact, in whom the two meet.
JOINED = told("contact", "shop", "1", day=2, name="Anna Bell", identifiers=[mail("anna@example.com")])


class Interrupted(Resolver):
    """Before and after each batch that it resolves, in the middle of the transaction, another does its work."""

    def __init__(self, clock, *others: Callable[[], object]) -> None:
        super().__init__(clock)
        self.others, self.working = list(others), []
        self.threads = ThreadPoolExecutor()

    def resolve(self, *arguments, **more):
        self.interrupt()
        touched = super().resolve(*arguments, **more)
        self.interrupt()
        return touched

    def interrupt(self) -> None:
        if self.others:
            self.working.append(self.threads.submit(self.others.pop(0)))
            wait(self.working, A_WHILE)

    def end(self) -> None:
        """Raises what failed of the others."""
        for each in self.working:
            each.result(30)
        assert self.working and not self.others


def nobody() -> None:
    """Nobody does anything."""


def revisits(world) -> Callable[[], object]:
    def revisit():
        with world.store.transaction() as connection:
            profiles.revisit(connection, "acme", micros(world.clock()), 10)

    return revisit


@pytest.fixture
def two(world):
    """A workspace of two profiles, which change by time alone by now."""
    world.sync(ANNA, AGAIN)
    with world.store.transaction() as connection:
        connection.execute(update(tables.profiles).values(revisit_at=micros(world.clock())))
    return world


def test_a_rebuild_waits_for_nobody_who_joins_what_it_builds(two):
    two.take(told("contact", "shop", "1", day=1, name="Anna Bell", identifiers=[mail("b@example.com")]))
    built = two.rebuild._built("acme", two.rebuild._next("acme", 10, set()))
    resolver = Interrupted(two.clock, nobody, lambda: two.rebuild._kept("acme", built, told=True))
    Intake(two.store, resolver, two.clock).take("acme", [JOINED])
    resolver.end()
    two.rebuild.run("acme")
    assert two.waiting() == 0
    assert two.find("external", "1", source="shop").profile_id == two.find("external", "1", source="crm").profile_id


def test_a_revisit_waits_for_nobody_who_joins_what_it_marks(two):
    resolver = Interrupted(two.clock, nobody, revisits(two))
    Intake(two.store, resolver, two.clock).take("acme", [JOINED])
    resolver.end()
    two.rebuild.run("acme")
    assert two.waiting() == 0


def test_a_page_of_several_batches_marks_what_it_touched_at_its_end(two):
    """It marks Anna in its first batch and joins her in its second."""
    noted = told("contact", "shop", "1", day=1, name="Anna B. Bell", identifiers=[mail("bell@example.com")])
    resolver = Interrupted(two.clock, nobody, nobody, revisits(two))
    Intake(two.store, resolver, two.clock).take("acme", [noted, JOINED])
    resolver.end()
    two.rebuild.run("acme")
    assert two.waiting() == 0
