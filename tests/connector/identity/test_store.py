"""In the store as in memory: whatever happens, in whatever order, ends in the links and people of the batch path."""

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
from sqlalchemy import delete

from benchmarks.at_once import in_memory, links_in, links_of, people_in, people_of
from connector.identity.decisions import Decisions
from connector.identity.in_force import InForce
from connector.identity.pins import PinContradictedError
from connector.identity.resolver import Resolver
from connector.identity.strictness import PROFILES
from connector.store import pins, tables
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
        assert people_in(self.store) == people_of(base)

    @invariant()
    def pins_are_kept(self):
        cluster = {key: keys for keys in people_in(self.store) for key in keys}
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
