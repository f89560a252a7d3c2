"""Who leaves stays away, whatever the records say later; and nothing is decided that is not needed."""

from itertools import product

import hypothesis.strategies as some
import pytest
from hypothesis import assume, given

from connector.identity.evidence.record import Told, read
from connector.identity.linkage import Linkage
from connector.identity.memory import Memory
from connector.identity.partition import components
from connector.identity.pins import LINK, NEVER, Pin, PinContradictedError
from connector.identity.unmerge import partings
from tests.connector.identity.test_explain import MAIL, base, person, world, worlds
from tests.connector.identity.test_linkage import KEYS, keys, records

joins = some.lists(some.tuples(keys, keys), max_size=4)
later = some.lists(some.dictionaries(keys, some.none() | records, min_size=1, max_size=4), max_size=4)


def unmerge(made: Memory, leaving, staying) -> tuple[tuple[str, str], ...]:
    found = partings(leaving, staying, made.must)
    for pair in found.replaced:
        made.pins.remove(*pair)
    pairs = found.never
    for left, right in pairs:
        made.pins.add(Pin(left=left, right=right, what=NEVER))
    Linkage(made).repin({key for pair in pairs for key in pair})
    return pairs


def parted(made: Memory, leaving, staying) -> bool:
    there = [key for key in (*leaving, *staying) if made.evidence(key)]
    return all(not set(made.cluster(key)) & set(staying) for key in there if key in leaving)


@given(worlds, joins, later, some.data())
def test_who_left_is_never_joined_again_whatever_the_records_say(told, joined, steps, more):
    made = world(told, [(left, right, LINK) for left, right in joined])
    cluster = max(sorted(made.clusters()), key=len)
    leaving = more.draw(some.sets(some.sampled_from(cluster), min_size=1))
    staying = set(cluster) - leaving
    assume(staying)
    try:
        unmerge(made, leaving, staying)
    except PinContradictedError as refused:
        assert {refused.chain[0] in leaving, refused.chain[-1] in staying} == {True}
        assert set(refused.chain[1:-1]) - set(told)
        return
    assert parted(made, leaving, staying)
    for step in steps:
        Linkage(made).update(
            {key: record and read(Told(key=key, source=key[:3], **record)) for key, record in step.items()}
        )
        assert parted(made, leaving, staying)


@given(worlds, some.data())
def test_taking_the_decisions_back_makes_it_as_it_was(told, more):
    made = world(told)
    before = made.clusters()
    cluster = max(sorted(before), key=len)
    leaving = more.draw(some.sets(some.sampled_from(cluster), min_size=1))
    pairs = unmerge(made, leaving, set(cluster) - leaving)
    for left, right in pairs:
        made.pins.remove(left, right)
    Linkage(made).repin(cluster)
    assert made.clusters() == before


def test_each_decision_is_needed():
    """Were one left out, its two might be one again: when they alone have something in common."""
    leaving, staying = {"a:1", "a:2"}, {"b:1", "b:2", "b:3"}
    joined = [("a:1", "a:9"), ("b:2", "b:3")]
    pairs = partings(leaving, staying, base(pins=[(*pair, LINK) for pair in joined]).must).never
    assert pairs == (("a:1", "b:1"), ("a:1", "b:2"), ("a:2", "b:1"), ("a:2", "b:2"))
    for left, right in pairs:
        decided = [(*pair, NEVER) for pair in pairs if pair != (left, right)] + [(*pair, LINK) for pair in joined]
        others = [person(key, None, None) for key in sorted((leaving | staying) - {left, right})]
        made = base(person(left, emails=[MAIL]), person(right, emails=[MAIL]), *others, pins=decided)
        assert right in made.cluster(left)


@pytest.mark.parametrize("leaving", [["c:3"], ["a:1", "c:3"]])
def test_those_who_stay_and_those_who_leave_stay_together(leaving):
    """All four are linked with each other: to whom a decision parts them from, nobody is like any more."""
    four = ["a:1", "b:2", "c:3", "d:4"]
    made = base(*(person(key, emails=[MAIL]) for key in four))
    assert made.cluster("a:1") == tuple(four)
    staying = [key for key in four if key not in leaving]
    unmerge(made, leaving, staying)
    assert made.clusters() == {tuple(leaving), tuple(staying)}


def test_a_third_record_that_is_like_both_goes_to_one_of_them_at_most():
    made = base(person("a:1", emails=[MAIL]), person("b:2", emails=[MAIL]))
    unmerge(made, ["a:1"], ["b:2"])
    Linkage(made).update({"c:3": read(person("c:3", emails=[MAIL]))})
    assert not {"a:1", "b:2"} <= set(made.cluster("c:3"))


def test_a_decision_that_joined_the_two_sides_is_replaced():
    made = base(person("a:1"), person("b:2"), pins=[("a:1", "b:2", LINK)])
    assert made.cluster("a:1") == ("a:1", "b:2")
    assert partings(["a:1"], ["b:2"], made.must).replaced == (("a:1", "b:2"),)
    unmerge(made, ["a:1"], ["b:2"])
    assert made.cluster("a:1") == ("a:1",)


def test_whom_people_joined_by_way_of_one_who_is_gone_only_they_can_part():
    made = base(person("a:1"), person("b:2"), pins=[("a:1", "c:3", LINK), ("c:3", "b:2", LINK)])
    with pytest.raises(PinContradictedError) as refused:
        unmerge(made, ["a:1"], ["b:2"])
    assert refused.value.chain == ["a:1", "c:3", "b:2"]


@given(some.sets(keys, min_size=2), joins)
def test_there_is_one_decision_for_each_two_units(told, joined):
    leaving = set(sorted(told)[::2])
    crossing = [pair for pair in joined if len({end in leaving for end in pair if end in told}) == 2]
    made = base(pins=[(*pair, LINK) for pair in joined if pair not in crossing])
    units = {key: min(unit) for unit in components(sorted(KEYS), made.must) for key in unit}
    wanted = {(units[one], units[other]) for one, other in product(leaving, told - leaving)}
    if any(one == other for one, other in wanted):
        with pytest.raises(PinContradictedError):
            partings(leaving, told - leaving, made.must)
        return
    pairs = partings(leaving, told - leaving, made.must).never
    assert len(pairs) == len(wanted)
    assert {frozenset((units[left], units[right])) for left, right in pairs} == set(map(frozenset, wanted))
