"""The world is the same for the same seed, skewed as life is, and its traps are known."""

import time
import tracemalloc
from collections import Counter, defaultdict
from itertools import islice

import pytest

from sandbox.shop import every
from sandbox.world import TABLES, World
from schemas import identifiers

CONTACTS = (("salesforce", "contact"), ("hubspot", "contact"), ("shop", "customer"))


def people_of(world: World, system: str, kind: str) -> set[int]:
    return {person for where, what, _, person in world.truth([system]) if what == kind}


@pytest.fixture(scope="module")
def contacts(world: World) -> list:
    """Every contact with the true person behind it."""
    return [
        (system, row, world.person_of(system, kind, row.id))
        for system, kind in CONTACTS
        for row in every(world.table(system, kind))
    ]


def test_the_same_seed_gives_the_same_world() -> None:
    left, right = World(3, 400), World("3", 400)
    for system, kind in TABLES:
        assert left.table(system, kind).after(None, "", 50) == right.table(system, kind).after(None, "", 50)
    assert list(left.truth()) == list(right.truth())


def test_another_seed_gives_other_people() -> None:
    assert World(3, 10).crowd.person(5) != World(4, 10).crowd.person(5)


def test_a_person_does_not_depend_on_the_size_of_the_world(world: World) -> None:
    huge = World(7, 1_000_000)
    assert [huge.crowd.person(number) for number in range(50)] == [world.crowd.person(number) for number in range(50)]


def test_each_system_holds_its_part_of_the_people(world: World) -> None:
    shares = {
        "salesforce contact": (0.55, 0.70),
        "hubspot contact": (0.55, 0.65),
        "shop customer": (0.60, 0.75),
        "x user": (0.07, 0.13),
    }
    for name, (least, most) in shares.items():
        assert least < len(people_of(world, *name.split())) / world.people < most, name


def test_everybody_is_somewhere(world: World) -> None:
    assert {person for *_, person in world.truth()} == set(range(world.people))


def test_the_truth_names_every_row_that_a_person_owns(world: World) -> None:
    told = {(system, kind, id) for system, kind, id, _ in world.truth()}
    for system, kind in TABLES:
        rows = list(every(world.table(system, kind)))
        owned = [row for row in rows if world.person_of(system, kind, row.id) is not None]
        assert {(system, kind, row.id) for row in owned} == {key for key in told if key[:2] == (system, kind)}
        if kind in ("company", "product", "reply"):
            assert not owned
        elif kind == "account":
            assert {row.id for row in owned} == {row.id for row in rows if row.values["is_person_account"]}
        else:
            assert len(owned) == len(rows)


def test_the_truth_is_told_without_being_gathered_first() -> None:
    world = World(1, 1_000_000)
    started = time.perf_counter()
    assert len(list(islice(world.truth(), 100))) == 100
    assert time.perf_counter() - started < 1


def test_eleven_countries_and_ten_languages_live_in_it(contacts: list) -> None:
    assert len({person.country.code for _, _, person in contacts}) == 11
    assert len({person.country.language for _, _, person in contacts}) == 10


def test_no_mail_can_reach_anyone(contacts: list, world: World) -> None:
    orders = [row.values["email"] for row in every(world.table("shop", "order"))]
    for address in [address for _, row, _ in contacts for address in row.values["emails"]] + orders:
        domain = address.strip().lower().partition("@")[2]
        reserved = domain.endswith((".example", ".test")) or domain.endswith(
            ("example.com", "example.org", "example.net")
        )
        assert reserved, address


def test_every_mailbox_can_be_read(contacts: list) -> None:
    written = [address for _, row, _ in contacts for address in row.values["emails"]]
    assert [address for address in written if identifiers.email(address) is None] == []


def test_private_and_work_mailboxes_belong_to_one_person_each(world: World) -> None:
    people = [world.crowd.person(number) for number in range(world.people)]
    mailboxes = [mail for person in people for mail in (person.private_mail, person.work_mail) if mail]
    assert len(set(mailboxes)) == len(mailboxes)


def test_a_phone_reads_the_same_however_it_is_written(contacts: list, world: World) -> None:
    """In the country of the number; those who moved companies abroad keep their switchboard's."""
    strange = Counter()
    for _, row, person in contacts:
        home = world.crowd.home(person.number - person.place.role)
        mine = {identifiers.phone(number, person.country.code) for number in (person.mobile, home.landline)}
        for phone in row.values["phones"]:
            if phone["label"] in ("mobile", "home"):
                strange[identifiers.phone(phone["value"], person.country.code) not in mine] += 1
    # The strange ones are mobiles that went to somebody else.
    assert 0 < strange[True] < 0.03 * strange[False]


def test_names_are_written_differently_by_different_systems(contacts: list) -> None:
    written = defaultdict(set)
    for _, row, person in contacts:
        written[person.number].add((row.values["given_name"], row.values["family_name"]))
    several = [names for names in written.values() if len(names) > 1]
    assert len(several) > 0.25 * len(written)


def test_the_traps_are_there(contacts: list, world: World) -> None:
    holders = defaultdict(set)
    for _, row, person in contacts:
        for address in row.values["emails"]:
            holders[identifiers.email(address)].add(person.number)
    shared = {mailbox for mailbox, people in holders.items() if len(people) > 1}
    assert "test@example.com" in shared
    assert any(mailbox.startswith("info@") for mailbox in shared)
    partners = [
        person
        for _, row, person in contacts
        if (partner := world.crowd.spouse(person))
        and partner.private_mail in [identifiers.email(address) for address in row.values["emails"]]
    ]
    assert partners
    landlines = defaultdict(set)
    for number in range(200):
        person = world.crowd.person(number)
        landlines[person.landline].add(person.family)
    assert any(len(names) > 1 for names in landlines.values())


def test_a_system_names_another_systems_id_and_is_mostly_right(contacts: list, world: World) -> None:
    verdicts = Counter()
    for system, row, person in contacts:
        for other, id in row.values["external_ids"].items():
            kind = "customer" if other == "shop" else "contact"
            verdicts[system, world.person_of(other, kind, id) == person] += 1
    assert verdicts["hubspot", True] > 100 and verdicts["salesforce", True] > 50
    assert 0 < verdicts["hubspot", False] < 0.05 * verdicts["hubspot", True]
    assert verdicts["salesforce", False] == 0


def test_duplicates_and_merges_lie_in_both_crms(world: World) -> None:
    for system in ("salesforce", "hubspot"):
        rows = list(every(world.table(system, "contact")))
        living = Counter(world.person_of(system, "contact", row.id).number for row in rows if not row.deleted)
        assert any(count == 2 for count in living.values())
        merged = [row for row in rows if row.merged_into]
        assert merged and all(row.deleted for row in merged)
        for row in merged:
            winner = world.table(system, "contact").get(row.merged_into)
            assert not winner.deleted and row.id in winner.values["merged_ids"]
            assert world.person_of(system, "contact", winner.id) == world.person_of(system, "contact", row.id)
        assert any(row.deleted and not row.merged_into for row in rows)


def test_a_person_account_and_its_contact_are_one_person(world: World) -> None:
    accounts = [row for row in every(world.table("salesforce", "account")) if row.values["is_person_account"]]
    assert accounts
    for account in accounts:
        contact = world.table("salesforce", "contact").get(account.values["person_contact_id"])
        assert contact.values["company_id"] == account.id
        assert contact.values["emails"] == account.values["emails"]
        assert account.deleted == contact.deleted
        assert world.person_of("salesforce", "account", account.id) == world.person_of(
            "salesforce", "contact", contact.id
        )


def test_what_belongs_to_a_contact_belongs_to_the_same_person(world: World) -> None:
    for system, kinds in (("salesforce", ("order", "opportunity", "case")), ("hubspot", ("deal", "order", "ticket"))):
        for kind in kinds:
            for row in every(world.table(system, kind)):
                owner = world.person_of(system, kind, row.id)
                for contact in row.values["contact_ids"]:
                    assert world.person_of(system, "contact", contact) == owner


def test_companies_that_rows_name_exist(world: World) -> None:
    for system, company in (("salesforce", "account"), ("hubspot", "company")):
        companies = world.table(system, company)
        for row in every(world.table(system, "contact")):
            assert row.values["company_id"] is None or companies.get(row.values["company_id"]) is not None


def test_most_order_little_and_a_few_order_all_the_time(world: World) -> None:
    orders = Counter(person for _, kind, _, person in world.truth(["shop"]) if kind == "order")
    counts = Counter(orders[person] for person in people_of(world, "shop", "customer"))
    assert counts[0] > 0.1 * counts.total()
    assert sum(count for number, count in counts.items() if number < 4) > 0.6 * counts.total()
    assert max(counts) >= 15


def test_an_order_adds_up(world: World) -> None:
    for system in ("salesforce", "hubspot", "shop"):
        for row in every(world.table(system, "order")):
            assert row.values["total"] == sum(line["total"] for line in row.values["lines"])
            assert (row.values["total"] < 0) == row.values["is_refund"]


def test_a_refund_takes_back_an_older_order_of_the_same_person(world: World) -> None:
    orders = world.table("shop", "order")
    refunds = [row for row in every(orders) if row.values["is_refund"]]
    assert len(refunds) > 0.02 * len(orders)
    for refund in refunds:
        taken_back = orders.get(refund.values["refund_of"])
        assert taken_back.values["placed_at"] < refund.values["placed_at"]
        assert taken_back.values["total"] == -refund.values["total"]
        assert world.person_of("shop", "order", taken_back.id) == world.person_of("shop", "order", refund.id)


def test_some_order_as_guests_and_some_with_their_partners_mailbox(world: World) -> None:
    orders = list(every(world.table("shop", "order")))
    assert any(not row.values["contact_ids"] for row in orders)
    foreign = 0
    for row in orders:
        person = world.person_of("shop", "order", row.id)
        foreign += identifiers.email(row.values["email"]).partition("+")[0] not in person.private_mail
    assert 0 < foreign < 0.1 * len(orders)


def test_some_tickets_are_open_and_some_mentions_unanswered(world: World) -> None:
    tickets = Counter(row.values["is_open"] for row in every(world.table("hubspot", "ticket")))
    assert tickets[True] and tickets[False]
    mentions = {row.id: row for row in every(world.table("x", "mention"))}
    answers = list(every(world.table("x", "reply")))
    assert 0 < len(answers) < len(mentions)
    for answer in answers:
        asked = mentions[answer.values["in_reply_to"]]
        assert asked.values["posted_at"] < answer.values["posted_at"]
        assert asked.values["conversation_id"] == answer.values["conversation_id"]
        assert answer.values["author_id"] == world.brand.id


def test_an_author_is_older_than_the_posts(world: World) -> None:
    for row in every(world.table("x", "mention")):
        author = world.table("x", "user").get(row.values["author_id"])
        assert author.created < row.created
        assert author.values["handle"] == row.values["author_handle"]


def test_a_million_people_cost_nothing_until_asked_for() -> None:
    tracemalloc.start()
    world = World(1, 1_000_000)
    for system, kind in TABLES:
        world.table(system, kind).after(None, "", 100)
        assert len(world.table(system, kind))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(world.table("hubspot", "contact")) > 600_000
    assert peak < 40_000_000


def test_a_world_has_at_least_one_person() -> None:
    with pytest.raises(ValueError, match="1 to"):
        World(1, 0)
