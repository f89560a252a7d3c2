"""Who takes records in beside others: who meets waits or begins anew, who does not goes on."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

import pytest

from benchmarks.at_once import in_memory, links_in, links_of, people_in, people_of
from connector.identity.decisions import Decisions
from connector.identity.resolver import Resolver
from connector.identity.strictness import STANDARD
from connector.store import Store
from connector.sync.intake import FEW, Intake
from tests.conftest import migrated, postgresql_database
from tests.connector.records import contact, email, gone, order

pytestmark = pytest.mark.postgresql

# Seconds in which the other would have gone on, did it not wait.
A_WHILE = 0.5

ANNA, BELL = email("anna@example.com"), email("bell@example.com")
SEVERAL = "1", "2", "3"


class Interrupted(Resolver):
    """In the middle of the first transaction, when all is linked and nothing committed, another one begins."""

    def __init__(self, clock) -> None:
        super().__init__(clock)
        self.threads, self.other, self.working = ThreadPoolExecutor(), None, None

    def resolve(self, *arguments, **more):
        touched = super().resolve(*arguments, **more)
        if self.other:
            other, self.other = self.other, None
            self.working = self.threads.submit(other)
            wait([self.working], A_WHILE)
            self.waited = not self.working.done()
        return touched


class World:
    def __init__(self, store: Store, clock) -> None:
        self.store, self.resolver = store, Interrupted(clock)
        self.intake, self.decisions = Intake(store, self.resolver, clock), Decisions(store, self.resolver, clock)
        self.take(contact("0"))

    def take(self, *records) -> None:
        self.intake.take("w", records)

    def waits(self, other: Callable[[], object], *records) -> bool:
        """Whether the other had to wait for who takes these records in; when both are done."""
        self.resolver.other = other
        self.take(*records)
        done: Future = self.resolver.working
        done.result(30)
        self.is_as_the_batch()
        return self.resolver.waited

    def is_as_the_batch(self) -> None:
        base = in_memory(self.store, STANDARD)
        assert links_in(self.store) == links_of(base)
        assert people_in(self.store) == people_of(base)


@pytest.fixture
def world(postgresql, clock):
    for url in postgresql_database(postgresql):
        for store in migrated(url):
            yield World(store, clock)


def anna(number: str, *identifiers, **more):
    return contact(number, *identifiers, name="Anna Bell", **more)


def test_strangers_do_not_wait_for_each_other(world):
    assert not world.waits(lambda: world.take(contact("2", BELL, name="Bela Kun")), anna("1", ANNA))


def test_who_has_something_in_common_waits_and_they_are_one(world):
    assert world.waits(lambda: world.take(anna("2", ANNA, source="shop")), anna("1", ANNA))
    assert ("crm:contact:1", "shop:contact:2") in people_in(world.store)


def test_who_meets_in_a_third_waits_though_they_have_nothing_in_common(world):
    """Each is like a third record by a value of its own, and the two are known to be two: then it is neither's."""
    world.take(anna("1", ANNA, BELL))
    other = contact("2", BELL, source="shop", name="A. Bell", birth_date="1955-07-08")
    assert world.waits(lambda: world.take(other), anna("3", ANNA, source="x1", birth_date="1980-02-03"))
    assert ("crm:contact:1",) in people_in(world.store)


def test_the_same_record_follows_itself(world):
    assert world.waits(lambda: world.take(anna("1", BELL, hours=2)), anna("1", ANNA, hours=1))


def test_orders_of_one_guest_follow_each_other(world):
    world.take(order("5", ANNA))
    assert world.waits(lambda: world.take(order("3", ANNA)), order("4", ANNA))
    assert ("crm:order:3", "crm:order:4", "crm:order:5") in people_in(world.store)


def test_an_order_waits_for_its_contact_that_is_not_there_yet(world):
    assert world.waits(lambda: world.take(order("7", contacts=("1",))), anna("1", ANNA))


def test_who_works_somewhere_waits_for_the_company_that_changes(world):
    def company(hours):
        return order("9", kind="company", hours=hours, name="Acme")

    world.take(company(1))
    assert world.waits(lambda: world.take(anna("1", ANNA, company_id="9")), company(2))


def test_a_decision_waits_for_everybody(world):
    world.take(anna("1", ANNA), contact("2", BELL, name="Bela Kun"))
    assert world.waits(
        lambda: world.decisions.link("w", "crm:contact:1", "crm:contact:2", "anna"), contact("5", name="Cy Twist")
    )


def test_large_pages_and_full_reads_hold_the_workspace(world):
    many = [contact(str(number), name="Bela Kun") for number in range(10, 10 + FEW + 1)]
    assert world.waits(lambda: world.take(*many), anna("1", ANNA))
    full = [contact("99", name="Cy Twist")]
    assert world.waits(lambda: world.intake.take("w", full, listed_by="1-run"), anna("2", BELL, source="shop"))


def test_who_met_others_out_of_order_begins_anew(world):
    """The component of the one that goes is met link by link, while another one holds a far end of it."""
    world.take(*(anna(number, ANNA, BELL) for number in SEVERAL))
    assert world.waits(
        lambda: world.take(gone("3", hours=5)), anna("1", ANNA, BELL, email("third@example.com"), hours=4)
    )
