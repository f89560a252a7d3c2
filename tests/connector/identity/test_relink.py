import pytest
from sqlalchemy import delete, select, update

from benchmarks.at_once import in_memory, links_in, links_of, people_in, people_of
from connector.identity import clusters
from connector.identity.clusters import Node
from connector.identity.evidence.packed import digest, digests, packed
from connector.identity.evidence.stored import evidence_of
from connector.identity.in_force import InForce
from connector.identity.linkage import Linkage
from connector.identity.memory import Memory
from connector.identity.relink import Relink
from connector.identity.resolver import Resolver
from connector.identity.strictness import STANDARD, STRICT
from connector.store import evidence, members, tables, tables_identity, verdicts
from connector.store.evidence import Kept
from connector.store.verdicts import Found
from connector.sync.intake import Intake
from tests.connector.records import contact, email, gone, order

HOUSE = {"street": "Hauptstr. 5", "postcode": "10115", "country": "DE"}


def everybody() -> list:
    told = []
    for number in range(6):
        mail, name = email(f"anna{number}@example.com"), {"given_name": "Anna", "family_name": f"Berg{number}"}
        told += [contact(f"{number}", mail, **name), contact(f"{number}", mail, source="shop", **name)]
        told += [order(f"o{number}", mail), contact(f"h{number}", source="erp", **name, address=HOUSE)]
    shared = email("family@example.com")
    told += [contact("s1", shared, name="Jim Beam"), contact("s2", shared, name="Jim Beam", source="shop")]
    told += [contact("s3", shared, name="Eve Beam"), gone("9", merged_into="1", hours=2)]
    return told


def as_of_old(store) -> None:
    """As an upgrade leaves it: who belongs to which profile is known, and why is not."""
    with store.transaction() as connection:
        for name in ("linked_by", "verdicts", "evidence", "evidence_values"):
            connection.execute(delete(getattr(tables_identity, name)))


def profiles(store) -> dict[int, str]:
    with store.reading() as connection:
        ids = list(connection.scalars(select(tables.records.c.id)))
        return members.profiles_of(connection, ids)


@pytest.fixture
def taken(intake) -> Intake:
    intake.take("w", everybody())
    return intake


def test_a_workspace_that_begins_with_these_rules_has_nothing_to_do(taken):
    assert not taken.relink.is_due("w") and taken.relink.run() == 0


@pytest.mark.parametrize("batch", [4, 500])
def test_an_upgraded_store_is_linked_anew_and_people_keep_their_ids(taken, store, clock, monkeypatch, batch):
    monkeypatch.setattr("connector.identity.relink.BATCH", batch)
    before, links = profiles(store), links_in(store)
    as_of_old(store)
    relink = Relink(store, Resolver(clock), clock)
    assert relink.is_due("w")
    while relink.run(most=1):
        # Cut off and started again.
        relink = Relink(store, Resolver(clock), clock)
    assert not relink.is_due("w")
    assert profiles(store) == before and links_in(store) == links != {}


def test_what_arrives_before_it_is_done_ends_in_the_right_profiles(taken, store, clock, monkeypatch):
    monkeypatch.setattr("connector.identity.relink.BATCH", 4)
    as_of_old(store)
    intake = Intake(store, Resolver(clock), clock)
    assert intake.relink.run(most=2) == 8
    mail = email("anna5@example.com")
    intake.take("w", [contact("new", mail, name="Anna Berg5"), contact("0", mail, name="Anna Berg5", hours=3)])
    intake.relink.run()
    base = in_memory(store, STANDARD)
    assert people_in(store) == people_of(base) and links_in(store) == links_of(base)


def test_stricter_rules_part_whom_they_no_longer_believe(taken, store, clock):
    relink = Relink(store, Resolver(clock, InForce(STRICT)), clock)
    assert relink.is_due("w") and relink.run("w") > 0
    base = in_memory(store, STRICT)
    assert people_in(store) == people_of(base) != people_of(in_memory(store, STANDARD))
    assert links_in(store) == links_of(base)


def test_the_profiles_that_change_are_built_again(taken, store, clock):
    with store.transaction() as connection:
        connection.execute(delete(tables.stale))
    Relink(store, Resolver(clock, InForce(STRICT)), clock).run()
    with store.reading() as connection:
        assert connection.scalars(select(tables.stale.c.profile_id)).all()


def with_a_node_for_each(store, rules: str) -> None:
    """As the rules before left it: each order of a guest for itself, found by its values, with verdicts of its own."""
    with store.transaction() as connection:
        for table in ("verdicts", "evidence", "evidence_values"):
            connection.execute(delete(getattr(tables_identity, table)))
        connection.execute(update(tables_identity.linked_by).values(rules=rules))
        said = evidence.people(connection, connection.scalars(select(tables.records.c.id)).all())
        base, ids = Memory(), {}
        for record_id, each in said.items():
            told = evidence_of(each)
            ids[told.key] = record_id
            base.put(told.key, told)
            evidence.put(connection, "w", {record_id: Kept(packed(told), digests(told))})
            evidence.hold(connection, "w", {(digest(value), record_id) for value in told.values})
        Linkage(base).build(base.keys())
        links = [
            (key, other, found) for key in ids for other, found in base.links(key).items() if ids[key] < ids[other]
        ]
        told = [
            Found(ids[key], ids[other], one.tier, one.rule, one.strength, one.value, "shop", 7)
            for key, other, one in links
        ]
        verdicts.put(connection, "w", told)
        nodes = {ids[key]: Node(ids[key], key, not base.evidence(key).is_former) for key in ids}
        found = [tuple(sorted(ids[key] for key in cluster)) for cluster in base.clusters()]
        clusters.settle(connection, "w", nodes, found, members.profiles_of(connection, nodes), 7)


@pytest.mark.parametrize(("batch", "count"), [(7, 20), (30, 90)])
def test_guests_of_a_store_from_before_become_one_node_each(intake, store, clock, monkeypatch, batch, count):
    monkeypatch.setattr("connector.identity.relink.BATCH", batch)
    mail = email("gil.kent@example.com")
    orders = [order(f"g{number:03}", mail, source="shop") for number in range(count)]
    intake.take("w", [*everybody(), *orders, contact("g", mail, name="Gil Kent")])
    people, links = people_in(store), links_in(store)
    with_a_node_for_each(store, "1:standard")
    # Up to sixty on one mailbox were linked each with each; more fell apart.
    assert len(links_in(store)) > len(links) + count * (count - 1) / 2 if count < 60 else len(people_in(store)) > count
    relink = Relink(store, Resolver(clock), clock)
    assert relink.is_due("w")
    relink.run(most=2)
    # Cut off; meanwhile more come, and one goes.
    more = [order("g000a", mail, source="shop"), order("z", mail, source="shop")]
    intake.take("w", [*more, order("g011", mail, source="shop", hours=2, contacts=("77",))])
    Relink(store, Resolver(clock), clock).run()
    assert not relink.is_due("w")
    base = in_memory(store, STANDARD)
    assert people_in(store) == people_of(base) and links_in(store) == links_of(base) == links
    assert len(people_in(store)) == len(people)
