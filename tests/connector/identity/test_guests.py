"""A guest's orders are one node, however many, whenever and in whatever order they come."""

import random

import pytest
from sqlalchemy import event, select

from benchmarks.at_once import in_memory, links_in, links_of, people_in, people_of
from connector.identity.alarms import Watch
from connector.identity.brake import Thresholds
from connector.identity.brakes import Brakes
from connector.identity.decisions import Decisions
from connector.identity.evidence.packed import follows
from connector.identity.in_force import USUAL
from connector.identity.inquiry import Inquiry
from connector.identity.resolver import Resolver
from connector.identity.review import Review
from connector.identity.strictness import STANDARD, STRICT
from connector.identity.suggest import Suggester
from connector.identity.undo import Imports
from connector.identity.unmerge import Unmerge
from connector.identity.whole import Whole
from connector.store import keyed, profiles, tables_identity
from connector.sync.intake import Intake
from tests.connector.records import contact, email, gone, handle, order

MAIL = email("anna.berg@example.com")
ANNA = contact("1", MAIL, name="Anna Berg")
# More than may hold any value; the number that the worst shop of ours has of one guest.
MANY = 1_500


def orders(count: int, *handles, begin: int = 0, **more) -> list:
    return [
        order(f"{number:05}", *(handles or (MAIL,)), source="shop", **more) for number in range(begin, begin + count)
    ]


def as_the_batch(store) -> None:
    base = in_memory(store, STANDARD)
    assert links_in(store) == links_of(base)
    assert people_in(store) == people_of(base)


def profile_of(store, number: int) -> str:
    with store.reading() as connection:
        return keyed.profiles_of(connection, "w", [key(number)])[key(number)]


def key(number: int) -> str:
    return f"shop:order:{number:05}"


def followers(store) -> int:
    with store.reading() as connection:
        return sum(map(follows, connection.scalars(select(tables_identity.evidence.c.found_by))))


@pytest.fixture
def decisions(store, clock) -> Decisions:
    return Decisions(store, Resolver(clock), clock)


@pytest.fixture
def unmerge(store, clock) -> Unmerge:
    return Unmerge(store, Resolver(clock), clock)


@pytest.mark.parametrize("with_contact", [False, True])
def test_a_guest_of_very_many_orders_is_one_person(intake, store, with_contact):
    told = orders(MANY)
    for start in range(0, MANY, 500):
        intake.take("w", told[start : start + 500])
    if with_contact:
        intake.take("w", [ANNA])
    (people,) = people_in(store)
    assert len(people) == MANY + with_contact
    assert len(links_in(store)) == with_contact and followers(store) == MANY - 1


@pytest.mark.parametrize("way", ["up", "down", "mixed"])
def test_one_by_one_they_end_as_all_at_once(intake, store, way):
    told = [*orders(100), ANNA, contact("2", MAIL, source="erp", name="Anna Berg")]
    if way != "up":
        told.reverse()
    if way == "mixed":
        random.Random(7).shuffle(told)
    for each in told:
        intake.take("w", [each])
    assert len(people_in(store)) == 1 and len(links_in(store)) == 3
    as_the_batch(store)


def statements(store, work) -> tuple[int, int]:
    """How many questions that takes and, where the driver knows (PostgreSQL's), how many rows come back."""
    count = rows = 0

    def asked(_, cursor, *more):
        nonlocal count, rows
        count, rows = count + 1, rows + max(cursor.rowcount, 0)

    event.listen(store.engine, "after_cursor_execute", asked)
    try:
        work()
    finally:
        event.remove(store.engine, "after_cursor_execute", asked)
    return count, rows


def test_a_further_order_asks_no_more_of_a_guest_of_many(intake, store):
    def cost(number: int) -> tuple[int, int]:
        return statements(store, lambda: intake.take("w", orders(1, begin=number)))

    intake.take("w", [ANNA, *orders(50)])
    early = cost(50)
    intake.take("w", orders(1_000, begin=51))
    assert cost(2_000) == early


def test_changes_of_single_orders_leave_the_rest_where_it_was(intake, store):
    intake.take("w", [ANNA, *orders(80)])
    before = profile_of(store, 40)
    other = email("bob.kent@example.com")
    # The one that represents them, and one that follows, get another mailbox.
    intake.take("w", orders(1, other, hours=1) + orders(1, other, hours=1, begin=40))
    assert profile_of(store, 0) == profile_of(store, 40) != before == profile_of(store, 79)
    as_the_batch(store)
    # They come back, one is deleted, one gets a contact, one loses it again.
    intake.take("w", orders(1, hours=2) + orders(1, hours=2, begin=40))
    assert {profile_of(store, each) for each in (0, 40, 79)} == {before}
    intake.take("w", [gone("00000", source="shop", kind="order", stream="orders", hours=3)])
    intake.take("w", orders(1, hours=3, begin=1, contacts=("9",)))
    assert len(links_in(store)) == 1 and profile_of(store, 79) == before
    as_the_batch(store)
    intake.take("w", orders(2, hours=4))
    assert {profile_of(store, each) for each in (0, 1, 79)} == {before}
    as_the_batch(store)


def test_who_keeps_the_id_is_counted_with_all_who_follow(intake, store):
    # A contact with more nodes, and a guest with more records.
    intake.take("w", [contact(str(each), handle("social", "x:77"), source=f"crm{each}") for each in range(3)])
    intake.take("w", orders(10))
    crm, guest = (
        each for each in sorted({profile_of(store, 0), *others(store)}, key=lambda one: one == profile_of(store, 0))
    )
    intake.take("w", [contact("0", handle("social", "x:77"), MAIL, source="crm0", hours=1)])
    assert set(others(store)) == {guest} == {profile_of(store, 9)}
    with store.reading() as connection:
        assert profiles.current(connection, "w", crm) == guest
    intake.take("w", [contact("0", handle("social", "x:77"), source="crm0", hours=2)])
    assert profile_of(store, 9) == guest and set(others(store)) == {crm}
    as_the_batch(store)


def others(store) -> list[str]:
    with store.reading() as connection:
        return list(keyed.profiles_of(connection, "w", [f"crm{each}:contact:{each}" for each in range(3)]).values())


def test_one_follower_that_goes_its_own_way_does_not_take_the_id_with_it(intake, store):
    intake.take("w", orders(9))
    before = profile_of(store, 0)
    intake.take("w", orders(1, email("bob.kent@example.com"), hours=1, begin=5))
    assert profile_of(store, 0) == profile_of(store, 8) == before != profile_of(store, 5)


def test_orders_whose_handles_are_nobodys_are_nobodys(intake, people):
    intake.take("w", orders(3, email("noreply@example.com")))
    assert len(people()) == 3


def test_an_order_that_leaves_a_guest_of_many_stays_out_and_comes_back(intake, store, unmerge):
    intake.take("w", [ANNA, *orders(80)])
    before, links = people_in(store), links_in(store)
    done = unmerge.part("w", profile_of(store, 7), [key(7)], "kim", "somebody else's")
    assert sorted(map(len, people_in(store))) == [1, 80] and profile_of(store, 7) != profile_of(store, 0)
    as_the_batch(store)
    # More come, change and go; it stays out.
    intake.take(
        "w", orders(20, begin=100) + orders(1, hours=1) + [gone("00003", source="shop", kind="order", stream="orders")]
    )
    assert profile_of(store, 7) not in {profile_of(store, 0), profile_of(store, 79)}
    as_the_batch(store)
    intake.take("w", orders(1, hours=5, begin=3))
    unmerge.undo("w", done.decision, "kim")
    as_the_batch(store)
    assert len(people_in(store)) == 1 and len(links_in(store)) == len(links) and len(*before) == 81


def test_a_decision_on_one_order_is_in_force_as_long_as_it_stands(intake, store, decisions):
    intake.take(
        "w", [contact("2", email("eve@example.com"), name="Eve Beam"), *orders(70, email("info@firma.example"))]
    )
    links = links_in(store)
    decisions.link("w", key(5), "crm:contact:2", "kim")
    assert sorted(map(len, people_in(store))) == [2, 69]
    as_the_batch(store)
    decisions.take_back("w", key(5), "crm:contact:2", "kim")
    assert sorted(map(len, people_in(store))) == [1, 70] and links_in(store) == links
    as_the_batch(store)


def test_a_link_goes_on_as_it_was_when_another_order_stands_for_the_guest(intake, store, clock):
    intake.take("w", [ANNA, *orders(3, begin=10)])
    made = made_at(store)
    clock.advance(3_600)
    intake.take("w", orders(1, begin=5))
    intake.take("w", [gone("00005", source="shop", kind="order", stream="orders")])
    assert made_at(store) == made and len(links_in(store)) == 1


def made_at(store) -> list:
    table = tables_identity.verdicts.c
    with store.reading() as connection:
        return list(connection.execute(select(table.made_by, table.made_at)))


def test_a_follower_is_told_to_be_the_same_guest(intake, store):
    intake.take("w", [ANNA, *orders(70), contact("2", email("eve@example.com"), name="Eve Beam")])
    inquiry = Inquiry(store, USUAL)
    told = inquiry.profile("w", profile_of(store, 0)).profile
    (guest,) = told.guests
    assert guest.record == key(0) and len(guest.followers) == 69 and "same guest" in guest.why
    assert len(told.records) == 71 and len(told.links) == 1 and not told.hinges
    two = inquiry.two("w", key(8), key(3)).two
    assert two.is_one and [each.rule for each in two.chain] == ["same_guest"] and two.shared
    two = inquiry.two("w", key(8), "crm:contact:1").two
    assert [(each.left, each.right) for each in two.chain] == [(key(8), key(0)), (key(0), "crm:contact:1")]
    two = inquiry.two("w", "crm:contact:2", key(8)).two
    assert not two.is_one and two.against[0].rule == "same_guest" and len(two.against) > 1


def test_an_undoing_holds_for_a_guest_whichever_order_stands_for_it(intake, store, clock):
    intake.take("w", [*orders(3, begin=10)])
    clock.advance(60)
    intake.take("w", [contact("1", MAIL, name="Anna Berg", source="bad")])
    imports = Imports(store, Resolver(clock), clock)
    undone = imports.undo("w", "bad", clock.time, clock.time, "kim")
    assert sorted(map(len, people_in(store))) == [1, 3]
    intake.take("w", orders(1, begin=5))
    assert sorted(map(len, people_in(store))) == [1, 4]
    intake.take("w", [gone("00005", source="shop", kind="order", stream="orders")])
    assert sorted(map(len, people_in(store))) == [1, 3]
    imports.take_back("w", undone.decision, "kim")
    assert sorted(map(len, people_in(store))) == [4]
    as_the_batch(store)


def test_under_a_brake_a_guest_stays_with_whom_it_was(store, clock):
    brakes = Brakes(Thresholds(joins=2, percent=10, times=5))
    intake = Intake(store, Resolver(clock, brakes=brakes), clock)
    intake.take("w", [ANNA, *orders(3, begin=10)])
    others = [email(f"eve{each}@example.com") for each in range(4)]
    people = [contact(f"e{each}", mail, name="Eve Beam") for each, mail in enumerate(others)]
    intake.take("w", [*people, *(order(f"x{each}", source="shop") for each in range(4))])
    # One guest's orders of four people come to say the same: that joins three, and the brake is on.
    told = [order(f"y{each}", mail, source="shop") for each, mail in enumerate(map(email, "abcd"))]
    intake.take("w", [order(f"y{each}", email(f"y{each}@example.com"), source="shop") for each in range(len(told))])
    intake.take("w", [order(f"y{each}", email("y@example.com"), source="shop", hours=1) for each in range(len(told))])
    (rate,) = [each for each in Watch(store, clock).now("w").rates if each.source == "shop"]
    assert rate.brake
    intake.take("w", orders(1, begin=5))
    intake.take("w", [gone("00005", source="shop", kind="order", stream="orders")])
    assert profile_of(store, 10) == profile_of(store, 12) == profile_of_contact(store)


def profile_of_contact(store) -> str:
    with store.reading() as connection:
        return keyed.profiles_of(connection, "w", ["crm:contact:1"])["crm:contact:1"]


def test_a_dry_run_counts_all_orders_and_compares_one(intake, store, clock):
    intake.take("w", [ANNA, *orders(70)])
    whole = Whole(store, Review(store, clock, USUAL), clock)
    told = whole.simulate("w", STANDARD)
    assert (told.records, told.largest_before, told.largest_after, told.changes) == (71, 71, 71, ())
    (change,) = whole.simulate("w", STRICT).changes
    assert (change.kind, change.records, change.after) == ("split", 71, (70, 1))
    assert change.rules == ("mailbox_without_name",)


def test_the_suggester_sees_a_guest_once(intake, store, clock):
    seen = []

    class Listening(Suggester):
        def suggestions(self, evidence, progress=None):
            seen.extend(each.key for each in evidence)
            return super().suggestions([], progress)

    intake.take("w", [ANNA, *orders(70)])
    Whole(store, Review(store, clock, USUAL), clock).suggest("w", Listening())
    assert seen == ["crm:contact:1", key(0)]


def test_a_guest_of_many_orders_is_no_alarm(intake, store, clock):
    intake.take("w", [ANNA, *orders(70), contact("2", MAIL, name="Anna Berg", source="erp")])
    watch = Watch(store, clock)
    watch.count("w")
    told = watch.now("w")
    assert told.largest[0].records == 72 and told.bridged_count == 0


def test_a_follower_that_comes_with_strangers_has_a_profile_too(intake, store):
    intake.take("w", orders(1))
    intake.take("w", [*orders(1, begin=1), contact("2", email("eve@example.com"), name="Eve Beam")])
    assert profile_of(store, 1) == profile_of(store, 0)
    as_the_batch(store)
