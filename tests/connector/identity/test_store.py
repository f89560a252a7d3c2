"""In the store as in memory: whatever happens, in whatever order, ends in the links and people of the batch path."""

from collections import defaultdict

import hypothesis.strategies as some
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select

from connector.identity.decisions import Decisions
from connector.identity.evidence.stored import evidence_of
from connector.identity.guests import collapsed
from connector.identity.in_force import InForce
from connector.identity.linkage import Linkage
from connector.identity.memory import Memory
from connector.identity.pins import Pin, PinContradictedError, Pins
from connector.identity.resolver import Resolver
from connector.identity.strictness import PROFILES
from connector.store import evidence, pins, tables, tables_identity
from connector.store.pins import key_of
from connector.sync.intake import Intake
from schemas.records import Record
from tests.connector.records import contact, email, gone, handle, order

SOURCES = ("crm", "shop", "x1")
IDS = ("1", "2", "3", "4")
KEYS = (
    *(f"{source}:contact:{number}" for source in SOURCES for number in IDS),
    *(f"{source}:order:{number}" for source in ("crm", "shop") for number in IDS[:3]),
)

emails = some.builds(
    email,
    some.sampled_from(["john.smith@example.com", "js@example.com", "info@example.com", "family@example.com"]),
    label=some.sampled_from([None, "primary", "secondary"]),
    valid=some.sampled_from([True, True, True, False]),
)
phones = some.builds(
    handle,
    some.just("phone"),
    some.sampled_from(["+4915112345678", "+493023125123", "015112345678"]),
    valid=some.booleans(),
)
socials = some.builds(handle, some.just("social"), some.sampled_from(["x:77", "x:78"]), label=some.just("john"))
externals = some.builds(
    handle, some.just("external"), some.sampled_from([f"{s}:{i}" for s in SOURCES for i in IDS[:2]] + ["erp:1"])
)
told_handles = some.lists(
    some.one_of(emails, phones, socials, externals), max_size=3, unique_by=lambda each: (each.kind, each.value)
)
bodies = some.fixed_dictionaries(
    {
        "given_name": some.sampled_from([None, "John", "Jane", "J.", "Johnny", "Jhon"]),
        "family_name": some.sampled_from([None, "Smith", "Smith", "Kowalski"]),
        "suffix": some.sampled_from([None, None, None, "Jr"]),
        "birth_date": some.sampled_from([None, None, "1980-02-03", "1955-07-08"]),
        "address": some.sampled_from([None, {"street": "Hauptstr. 5", "postcode": "10115", "country": "DE"}]),
    }
)


@some.composite
def records(draw) -> Record:
    source, external_id = draw(some.sampled_from(SOURCES)), draw(some.sampled_from(IDS))
    hours = draw(some.integers(0, 4))
    others = [each for each in IDS if each != external_id]
    what = draw(some.integers(0, 9))
    if what == 0:
        # A guest, who orders again and again.
        mails = ["john.smith@example.com"] * 3 + ["js@example.com", "info@example.com"]
        number = draw(some.sampled_from([*IDS, "5", "6", "7"]))
        contacts = draw(some.sampled_from([(), (), (), ("1",)]))
        return order(number, email(draw(some.sampled_from(mails))), contacts=contacts, source="shop", hours=hours)
    if what == 1:
        contacts = draw(some.lists(some.sampled_from(IDS), max_size=1)) if draw(some.booleans()) else []
        return order(external_id, *draw(told_handles), contacts=tuple(contacts), source=source, hours=hours)
    if what == 2:
        return gone(external_id, source=source, hours=hours, merged_into=draw(some.sampled_from([None, *others])))
    losers = draw(some.lists(some.sampled_from(others), max_size=1)) if draw(some.integers(0, 3)) == 0 else []
    body = {name: value for name, value in draw(bodies).items() if value is not None}
    return contact(external_id, *draw(told_handles), source=source, hours=hours, merged_from=losers, **body)


def clusters_in(store, workspace: str = "w") -> set[tuple[str, ...]]:
    columns = tables.members.c.profile_id, *(tables.records.c[name] for name in ("source", "kind", "external_id"))
    query = select(*columns).join(tables.records, tables.records.c.id == tables.members.c.record_id)
    found = defaultdict(list)
    with store.reading() as connection:
        for profile_id, *key in connection.execute(query.where(tables.members.c.workspace == workspace)):
            found[profile_id].append(key_of(*key))
    return {tuple(sorted(keys)) for keys in found.values()}


def in_memory(store, how, workspace: str = "w") -> Memory:
    """The same records and pins, all at once."""
    with store.reading() as connection:
        ids = list(connection.scalars(select(tables.records.c.id).where(tables.records.c.workspace == workspace)))
        people = evidence.people(connection, ids)
        pinned = pins.of_workspace(connection, workspace)
    base = Batch(Pins(Pin(left=pin.left, right=pin.right, what=pin.what) for pin in pinned))
    told = [evidence_of(said) for said in people.values()]
    base.followers = collapsed(told, lambda key: (base.must(key), base.never(key)))
    for each in told:
        if each.key not in base.followers:
            base.put(each.key, each)
    Linkage(base, how).build(base.keys())
    return base


class Batch(Memory):
    """The batch path: everything in memory, where guests' orders follow those that represent them."""

    followers: dict[str, str]


def people_of(base: Batch) -> set[tuple[str, ...]]:
    following = defaultdict(list)
    for key, head in base.followers.items():
        following[head].append(key)
    found = {cluster for cluster in base.clusters() if any(not base.evidence(key).is_former for key in cluster)}
    return {tuple(sorted([*cluster, *(each for key in cluster for each in following[key])])) for cluster in found}


def links_in(store, workspace: str = "w") -> dict[tuple[str, str], tuple]:
    table, found = tables_identity.verdicts, {}
    with store.reading() as connection:
        rows = connection.execute(select(table).where(table.c.workspace == workspace)).all()
        query = select(*(tables.records.c[name] for name in ("id", "source", "kind", "external_id")))
        keys = {record_id: key_of(*key) for record_id, *key in connection.execute(query)}
    for row in rows:
        found[tuple(sorted((keys[row.left_id], keys[row.right_id])))] = (row.strength, row.rule, row.tier, row.value)
    return found


def links_of(base: Memory) -> dict[tuple[str, str], tuple]:
    return {
        (key, other): (verdict.strength, verdict.rule, verdict.tier, verdict.value)
        for key in sorted(base.keys())
        for other, verdict in base.links(key).items()
        if key < other
    }


class StoreLives(RuleBasedStateMachine):
    """Records come, change, repeat, come late, go and come back; people pin and take pins back."""

    store = clock = None
    strictness = "standard"

    @initialize()
    def start(self):
        with self.store.transaction() as connection:
            for table in reversed(tables.metadata.sorted_tables):
                if table.name not in ("alembic_version",):
                    connection.execute(delete(table))
        self.how = PROFILES[self.strictness]
        self.resolver = Resolver(self.clock, InForce(self.how))
        self.intake = Intake(self.store, self.resolver, self.clock)
        self.decisions = Decisions(self.store, self.resolver, self.clock)
        self.told: list[Record] = []

    @rule(batch=some.lists(records(), min_size=1, max_size=8))
    def come(self, batch):
        self.told += batch
        self.intake.take("w", batch)

    @precondition(lambda self: self.told)
    @rule(more=some.data())
    def come_again_or_late(self, more):
        self.intake.take("w", more.draw(some.lists(some.sampled_from(self.told), min_size=1, max_size=4)))

    @rule(left=some.sampled_from(KEYS), right=some.sampled_from(KEYS), link=some.booleans())
    def pin(self, left, right, link):
        try:
            (self.decisions.link if link else self.decisions.never)("w", left, right, "anna", "because")
        except PinContradictedError as refused:
            assert refused.chain

    @rule(left=some.sampled_from(KEYS), right=some.sampled_from(KEYS))
    def unpin(self, left, right):
        self.decisions.take_back("w", left, right, "anna")

    @invariant()
    def it_is_what_the_batch_says(self):
        base = in_memory(self.store, self.how)
        assert links_in(self.store) == links_of(base)
        assert clusters_in(self.store) == people_of(base)

    @invariant()
    def pins_are_kept(self):
        cluster = {key: keys for keys in clusters_in(self.store) for key in keys}
        with self.store.reading() as connection:
            for pin in pins.of_workspace(connection, "w"):
                if pin.left in cluster and pin.right in cluster:
                    assert (cluster[pin.left] == cluster[pin.right]) == (pin.what == "link")


@pytest.mark.timeout(400)
@pytest.mark.parametrize("strictness", ["standard", "balanced"])
def test_any_life_ends_in_the_people_of_the_batch(store, clock, strictness):
    machine = type("Lives", (StoreLives,), {"store": store, "clock": clock, "strictness": strictness})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=40, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
