"""Simulate: what comes out is what applying the rules would do."""

import hypothesis.strategies as some
from hypothesis import given

from connector.identity import rulebook
from connector.identity.evidence.record import Told, read
from connector.identity.linkage import Linkage
from connector.identity.memory import Memory
from connector.identity.pins import LINK, NEVER, Pin, Pins
from connector.identity.simulate import simulate
from connector.identity.strictness import PROFILES, STANDARD, STRICT
from tests.connector.identity.test_linkage import KEYS, records

told = some.dictionaries(some.sampled_from(KEYS), records, min_size=2)
MAIL = {"emails": ["js@example.com"]}
JOHN = {"given_name": "John", "family_name": "Smith"}


def base_of(told, how, pins=None) -> Memory:
    base = Memory(pins)
    Linkage(base, how).update(
        {key: read(Told(key=key, source=key.partition(":")[0], **each)) for key, each in told.items()}
    )
    return base


def tried(base: Memory, how, **more):
    names = {key: f"p{number}" for number, cluster in enumerate(sorted(base.clusters())) for key in cluster}
    everybody = [base.evidence(key) for key in base.keys()]  # noqa: SIM118
    rules = lambda left, right: getattr(base.links(left).get(right), "rule", None)  # noqa: E731
    return simulate(everybody, how, profile=names.get, rule=rules, pins=base.pins, **more)


@given(told, some.sampled_from(sorted(PROFILES)), some.sampled_from(sorted(PROFILES)))
def test_what_is_told_is_what_would_be(told, old, new):
    base, then = base_of(told, PROFILES[old]), base_of(told, PROFILES[new])
    found = tried(base, PROFILES[new])
    assert found.profiles_before == len(base.clusters())
    assert found.profiles_after == len(then.clusters())
    assert found.largest_after == max(map(len, then.clusters()))
    touched = sum(change.records for change in found.changes)
    assert touched == sum(len(cluster) for cluster in base.clusters() if not _stays(cluster, then))
    assert bool(found.changes) == (base.clusters() != then.clusters())


def _stays(cluster, then: Memory) -> bool:
    return cluster in then.clusters()


def test_nothing_is_written():
    base = base_of({"a": JOHN | MAIL, "b": MAIL}, STRICT)
    tried(base, STANDARD)
    assert base.clusters() == {("a",), ("b",)}


def test_a_merge_names_the_rule_that_would_join():
    (change,) = tried(base_of({"a": JOHN | MAIL, "b": MAIL}, STRICT), STANDARD).changes
    assert (change.kind, change.after, change.rules) == ("merge", (2,), ("mailbox_without_name",))
    assert list(change.before.values()) == [1, 1]


def test_a_split_names_the_rule_that_would_go():
    (change,) = tried(base_of({"a": JOHN | MAIL, "b": MAIL}, STANDARD), STRICT).changes
    assert (change.kind, change.after, change.rules) == ("split", (1, 1), ("mailbox_without_name",))


def test_decisions_hold_under_other_rules():
    pins = Pins([Pin(left="a", right="b", what=NEVER), Pin(left="b", right="c", what=LINK)])
    base = base_of({"a": JOHN | MAIL, "b": MAIL, "c": {}}, STRICT, pins)
    assert not tried(base, STANDARD).changes


def test_links_that_wait_go_on_waiting():
    base = base_of({"a": JOHN | MAIL, "b": MAIL}, STRICT)
    assert not tried(base, STANDARD, waits=lambda left, right: True).changes


def test_how_far_it_is_is_told():
    told = []
    tried(base_of({key: JOHN for key in "abc"}, STANDARD), rulebook.read({"household": 2}), progress=told.append)
    assert told == [1, 2, 3]
