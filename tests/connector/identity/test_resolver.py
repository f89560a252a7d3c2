import gc
from dataclasses import replace

import pytest
from sqlalchemy import event, func, select

from connector.identity.in_force import InForce
from connector.identity.resolver import Resolver
from connector.identity.shelf import Shelf
from connector.identity.strictness import STANDARD
from connector.identity.verdict import RULES
from connector.store import tables, tables_identity
from connector.sync.intake import Intake
from tests.connector.records import contact, email, gone, handle, order

ANNA = email("anna@example.com")
BOB = email("bob@example.com")


def rules(store, workspace="w") -> list[str]:
    with store.reading() as connection:
        table = tables_identity.verdicts
        query = select(table.c.rule).where(table.c.workspace == workspace, table.c.tier == "confirmed")
        return sorted(connection.scalars(query))


def successor(store, profile_id: str) -> str | None:
    with store.reading() as connection:
        return connection.scalar(select(tables.profiles.c.successor).where(tables.profiles.c.id == profile_id))


def marked(store) -> set[str]:
    with store.reading() as connection:
        return set(connection.scalars(select(tables.stale.c.profile_id)))


def unmark(store) -> None:
    with store.transaction() as connection:
        connection.execute(tables.stale.delete())


def test_two_sources_that_know_the_same_mailbox_know_the_same_person(intake, store, profile):
    intake.take("w", [contact("1", ANNA, name="Anna Smith"), contact("7", ANNA, source="shop", name="Smith, Anna")])
    assert profile("1") == profile("7", "shop")
    assert rules(store) == ["own_mailbox"]


def test_what_a_batch_read_is_let_go_with_it_and_not_when_garbage_is_looked_for(intake):
    gc.collect()
    gc.disable()
    try:
        intake.take("w", [contact("1", ANNA, name="Anna Smith"), contact("7", ANNA, source="shop", name="Anna Smith")])
        left = [each for each in gc.get_objects() if type(each) is Shelf]
    finally:
        gc.enable()
    assert left == []


def test_strangers_of_one_name_are_linked_as_possible_without_being_looked_at_further(intake, store, people):
    asked = []
    event.listen(store.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    counts = []
    for number in range(6):
        intake.take("w", [contact(str(number), email(f"{number}@example.com"), name="Zebulon Krzyzewski")])
        counts.append(len(asked))
        asked.clear()
    assert len(people()) == 6 and rules(store) == []
    with store.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(tables_identity.verdicts)) == 6 * 5 / 2
    # The third meets two of them, and the last one five.
    assert counts[2] == counts[5]


def test_a_phone_or_a_handle_never_links(intake, profile):
    shared = handle("phone", "+493012345"), handle("handle", "x:anna")
    intake.take("w", [contact("1", *shared), contact("2", *shared)])
    assert profile("1") != profile("2")


def test_an_address_that_could_not_be_read_never_links(intake, profile):
    broken = email("anna@", valid=False)
    intake.take("w", [contact("1", broken), contact("2", broken)])
    assert profile("1") != profile("2")


def test_a_second_address_does_not_link_who_gives_no_name(intake, profile, people):
    second = email("anna.second@example.com", label="secondary")
    intake.take("w", [contact("1", ANNA, second, name="Anna Smith"), order("9", email("anna.second@example.com"))])
    assert len(people()) == 2
    intake.take("w", [contact("2", email("anna.second@example.com"), name="Anna Smith", source="shop")])
    assert profile("1") == profile("2", "shop")


def test_a_mailbox_that_two_people_share_links_only_who_have_one_name(intake, profile):
    shared = email("smiths@example.com")
    people = [contact("1", shared, name="Anna Smith"), contact("2", shared, name="Anna Smith", source="shop")]
    intake.take("w", people)
    assert profile("1") == profile("2", "shop")
    intake.take("w", [contact("3", shared, name="Bob Smith"), order("9", shared)])
    assert profile("1") == profile("2", "shop") != profile("3")


def test_a_corrected_name_makes_them_one_person_again(intake, profile):
    intake.take("w", [contact("1", ANNA, name="Anna Smith"), contact("2", ANNA, name="Bob Smith")])
    intake.take("w", [contact("2", ANNA, name="Anna Smith", hours=1)])
    assert profile("1") == profile("2")


@pytest.fixture
def narrow(store, clock) -> Intake:
    """An intake whose rules believe no value that more than three records hold."""
    return Intake(store, Resolver(clock, InForce(replace(STANDARD, share_limit=3))), clock)


def test_a_value_that_crosses_the_limit_links_nobody(narrow, profile):
    told = [contact(str(each), ANNA) for each in range(3)]
    narrow.take("w", told)
    assert len({profile(each.external_id) for each in told}) == 1
    narrow.take("w", [contact("3", ANNA)])
    assert len({profile(str(each)) for each in range(4)}) == 4
    narrow.take("w", [contact("3", hours=1)])
    assert len({profile(str(each)) for each in range(3)}) == 1


def test_a_guest_with_many_orders_is_still_one_person(intake, people):
    intake.take("w", [order(str(each), ANNA) for each in range(20)])
    assert len(people()) == 1


def test_an_address_that_a_till_types_for_everybody_links_nobody(narrow, people):
    phones = [handle("phone", f"+4915112345{each}") for each in range(670, 674)]
    narrow.take("w", [order(str(each), ANNA, phones[each]) for each in range(3)])
    assert len(people()) == 3
    narrow.take("w", [contact("1", ANNA)])
    before = people()
    narrow.take("w", [order("3", ANNA, phones[3])])
    assert len(people()) == 5 > len(before)


@pytest.mark.parametrize("told", ["info@acme.com", "noreply@acme.com", "x@nowhere.invalid"])
def test_a_mailbox_on_the_block_list_links_nobody(intake, profile, told):
    intake.take("w", [contact("1", email(told)), contact("2", email(told))])
    assert profile("1") != profile("2")


def test_the_same_account_on_a_network_is_the_same_person(intake, profile, store):
    account = handle("social", "x:12345")
    intake.take("w", [contact("1", account), contact("2", account, source="x")])
    assert profile("1") == profile("2", "x") and rules(store) == ["social_account"]


def test_a_source_that_names_anothers_id_links_them_whoever_comes_first(intake, profile, store):
    intake.take("w", [contact("2", handle("external", "crm:1"), source="shop", name="Anna Smith")])
    intake.take("w", [contact("1", name="Anna Smith")])
    assert profile("1") == profile("2", "shop") and rules(store) == ["stated_by_source"]


def test_a_source_that_names_somebody_elses_id_is_not_believed(intake, profile, store):
    intake.take("w", [contact("2", handle("external", "crm:1"), source="shop", name="Anna Smith")])
    intake.take("w", [contact("1", name="Bob Smith")])
    assert profile("1") != profile("2", "shop") and rules(store) == []


def test_the_loser_of_a_merge_lives_on_in_the_winner(intake, profile, store):
    intake.take("w", [contact("1"), contact("2"), contact("3")])
    intake.take("w", [gone("1", merged_into="2"), gone("2", merged_into="3")])
    assert profile("1") == profile("2") == profile("3")
    assert rules(store) == ["merged_by_source", "merged_by_source"]


def test_a_loser_of_whom_only_the_winner_tells_lives_on_too(intake, profile, store):
    intake.take("w", [order("9", contacts=("1",)), contact("2", merged_from=["1"])])
    assert profile("1") == profile("2") and rules(store) == ["merged_by_source"]


def test_a_chain_of_merges_holds_though_its_middle_was_never_seen(intake, profile):
    intake.take("w", [gone("2", merged_into="4")])
    intake.take("w", [contact("1", merged_from=["4"])])
    assert profile("2") == profile("1")


def test_a_loser_that_its_source_only_calls_deleted_belongs_to_the_winner_who_names_it(intake, profile):
    intake.take("w", [contact("1"), contact("2")])
    intake.take("w", [gone("1"), contact("2", merged_from=["1"], hours=1)])
    assert profile("1") == profile("2")


def test_two_sides_of_a_person_in_one_source_are_one_while_both_are_there(intake, profile, store):
    account = contact("1", handle("external", "crm:2"), name="Anna Smith")
    intake.take("w", [account, contact("2", name="Anna Smith")])
    assert profile("1") == profile("2") and rules(store) == ["stated_by_source"]
    intake.take("w", [gone("2")])
    assert profile("2") is None


def test_who_names_the_id_of_a_loser_means_the_winner(intake, profile):
    claim = contact("7", handle("external", "crm:1"), source="shop", name="Anna Smith")
    intake.take("w", [contact("2", merged_from=["1"], name="Anna Smith"), claim])
    assert profile("7", "shop") == profile("2")


def test_what_an_earlier_version_said_of_a_merge_does_not_stay(intake, people):
    told = [contact("1", merged_from=["2"]), contact("1", merged_from=["3"], hours=1)]
    claim = contact("7", handle("external", "crm:2"), source="shop")
    intake.take("w", [*told, claim])
    intake.take("other", [*reversed(told), claim])
    assert people("w") == people("other")


def test_a_merge_into_somebody_unknown_waits_for_the_winner(intake, profile):
    intake.take("w", [contact("1"), gone("1", merged_into="2")])
    assert profile("1") is None
    intake.take("w", [contact("2")])
    assert profile("1") == profile("2")


def test_a_deleted_contact_leaves_and_comes_back(intake, profile, people):
    intake.take("w", [contact("1", ANNA), contact("2", ANNA)])
    before = profile("1")
    intake.take("w", [gone("2")])
    assert (profile("1"), profile("2")) == (before, None)
    intake.take("w", [contact("2", ANNA, hours=2)])
    assert profile("2") == before


def test_when_the_last_record_is_gone_the_profile_is_marked_and_can_come_back(intake, profile, people, store):
    intake.take("w", [contact("1")])
    before = profile("1")
    unmark(store)
    intake.take("w", [gone("1")])
    assert people() == set() and marked(store) == {before}
    intake.take("w", [contact("1", hours=2)])
    assert profile("1") == before


def test_the_larger_part_keeps_the_profile_and_the_other_names_its_successor(intake, profile, store):
    intake.take("w", [contact("1", BOB), contact("2", ANNA), contact("3", ANNA)])
    small, large = profile("1"), profile("2")
    intake.take("w", [contact("1", BOB, ANNA, hours=1)])
    assert profile("1") == large and successor(store, small) == large


def test_a_join_that_is_undone_gives_both_their_profiles_back(intake, profile, store):
    intake.take("w", [contact("1", BOB), contact("2", ANNA), contact("3", ANNA)])
    small, large = profile("1"), profile("2")
    intake.take("w", [contact("1", ANNA, hours=1)])
    intake.take("w", [contact("1", BOB, hours=2)])
    assert (profile("1"), profile("2"), profile("3")) == (small, large, large)
    assert successor(store, small) is None


def test_who_leaves_a_profile_that_began_with_it_gets_another_id(intake, profile, store):
    intake.take("w", [contact("1", ANNA), contact("2", ANNA), contact("3", ANNA)])
    first = profile("1")
    intake.take("w", [contact("1", BOB, hours=1)])
    assert profile("2") == profile("3") == first
    assert profile("1") not in (None, first)


def test_an_order_marks_its_contact_and_the_one_it_was_about_before(intake, profile, store):
    intake.take("w", [contact("1"), contact("2"), order("9", contacts=("1",))])
    unmark(store)
    intake.take("w", [order("9", contacts=("2",), hours=1)])
    assert marked(store) == {profile("1"), profile("2")}


def test_an_order_that_waits_for_its_contact_belongs_to_nobody(intake, people, store):
    intake.take("w", [order("9", ANNA, contacts=("1",))])
    assert people() == set() and marked(store) == set()


def test_a_guests_order_belongs_to_the_contact_with_its_address(intake, people):
    intake.take("w", [order("9", ANNA), contact("1", ANNA)])
    assert people() == {frozenset({("crm", "order", "9"), ("crm", "contact", "1")})}


def test_a_company_that_changes_marks_its_people(intake, profile, store):
    intake.take("w", [contact("1", company_id="7"), contact("2", company_id="8")])
    unmark(store)
    intake.take("w", [order("7", kind="company", name="Acme")])
    assert marked(store) == {profile("1")}


def test_a_reply_marks_whom_it_answers(intake, profile, store):
    intake.take("w", [contact("1"), order("5", kind="mention", contacts=("1",), platform="x")])
    unmark(store)
    intake.take("w", [order("6", kind="mention", platform="x", is_ours=True, in_reply_to="5")])
    assert marked(store) == {profile("1")}


def test_companies_and_products_are_nobody(intake, people):
    intake.take("w", [order("7", ANNA, kind="company"), order("8", ANNA, kind="product")])
    assert people() == set()


def test_workspaces_are_never_linked(intake, profile):
    intake.take("w", [contact("1", ANNA)])
    intake.take("other", [contact("2", ANNA), contact("1", ANNA)])
    assert profile("1") not in (profile("2", workspace="other"), profile("1", workspace="other"))
    assert profile("2", workspace="other") == profile("1", workspace="other")


def test_every_link_says_by_which_rule_on_what_and_by_whose_record(intake, store):
    intake.take("w", [contact("1", ANNA), contact("2", ANNA, source="shop")])
    with store.reading() as connection:
        (link,) = connection.execute(select(tables_identity.verdicts))
    assert link.rule in RULES and link.left_id < link.right_id
    assert (link.value, link.made_by) == ("e:anna@example.com", "crm")


def test_what_changes_nothing_for_the_person_keeps_its_links(intake, store):
    intake.take("w", [contact("1", ANNA), contact("2", ANNA)])
    with store.reading() as connection:
        before = connection.execute(select(tables_identity.verdicts)).all()
    intake.clock.advance(60)
    intake.take("w", [contact("1", ANNA, hours=1, job_title="Boss")])
    with store.reading() as connection:
        assert connection.execute(select(tables_identity.verdicts)).all() == before != []
