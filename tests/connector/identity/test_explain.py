"""What people are told of who is who is what decides: held to the clusters, in random worlds and in plain ones."""

from itertools import combinations

import hypothesis.strategies as some
import pytest
from hypothesis import given

from connector.identity.apart import REASONS
from connector.identity.evidence.record import Told, read
from connector.identity.explain import Explain
from connector.identity.explained import PINNED
from connector.identity.linkage import Linkage
from connector.identity.memory import Memory
from connector.identity.overlay import Overlay
from connector.identity.pins import LINK, NEVER, Pin, PinContradictedError
from connector.identity.vetoes import VETOES
from tests.connector.identity.test_linkage import keys, records

MAIL, PHONE = "js@example.org", "+4915112345678"
worlds = some.dictionaries(keys, records, min_size=2, max_size=10)
pinned = some.lists(some.tuples(keys, keys, some.sampled_from([LINK, NEVER])), max_size=4)


def person(key: str, given_name: str | None = "John", family_name: str | None = "Smith", **more) -> Told:
    return Told(key=key, source=key.partition(":")[0], given_name=given_name, family_name=family_name, **more)


def base(*told: Told, pins=()) -> Memory:
    made = Memory()
    for left, right, what in pins:
        try:
            made.pins.add(Pin(left=left, right=right, what=what, by="kim", why="they said so"))
        except PinContradictedError:
            continue
    Linkage(made).update({each.key: read(each) for each in told})
    Linkage(made).repin({key for pin in made.pins for key in (pin.left, pin.right)})
    return made


def explain(made: Memory) -> Explain:
    pins = {frozenset((pin.left, pin.right)): pin for pin in made.pins}
    return Explain(made, pin_of=lambda left, right: pins.get(frozenset((left, right))))


def world(told, pins=()) -> Memory:
    people = [Told(key=key, source=key.partition(":")[0], **record) for key, record in told.items()]
    return base(*people, pins=pins)


def rules(reasons) -> set[str]:
    return {reason.rule for reason in reasons}


@given(worlds, pinned)
def test_two_records_are_told_to_be_one_when_they_are_and_why(told, pins):
    made = world(told, pins)
    asked = explain(made)
    for left, right in combinations(sorted(told)[:3], 2):
        two = asked.pair(left, right)
        assert two.is_one == (right in made.cluster(left))
        if two.is_one:
            steps = [(link.left, link.right) for link in two.chain]
            assert [left, *(end for _, end in steps)] == [*(start for start, _ in steps), right]
        else:
            assert two.against, "nobody is kept apart without a reason"
            assert rules(two.against) <= REASONS.keys() | VETOES.keys() | {"shared_value"}


@given(worlds, pinned)
def test_taking_a_bridge_away_splits_the_profile_as_told(told, pins):
    made = world(told, pins)
    for cluster in made.clusters():
        for split in explain(made).profile(cluster).bridges:
            overlay = Overlay(made)
            overlay.link(split.without, None)
            overlay.unpin(split.without)
            Linkage(overlay).repin(cluster)
            for key in set(split.parts[0]) & set(cluster):
                assert not set(split.parts[1]) & set(overlay.cluster(key))


@given(worlds, pinned)
def test_what_would_join_or_part_them_does(told, pins):
    made = world(told, pins)
    left, right = sorted(told)[:2]
    two = explain(made).pair(left, right)
    what = NEVER if two.is_one else LINK
    promised = f"a decision that they are {'two' if two.is_one else 'one'}" in two.would
    try:
        made.pins.add(Pin(left=left, right=right, what=what))
    except PinContradictedError:
        assert not promised
        return
    assert promised
    Linkage(made).repin((left, right))
    assert (right in made.cluster(left)) != two.is_one


@given(worlds)
def test_all_records_of_a_profile_hang_together_by_what_is_told(told):
    made = world(told)
    for cluster in made.clusters():
        profile = explain(made).profile(cluster)
        assert {(link.left, link.right) for link in profile.links if link.is_bridge} == {
            split.without for split in profile.bridges
        }
        reached = {cluster[0]}
        for _ in cluster:
            reached |= {
                end for link in profile.links for end in (link.left, link.right) if {link.left, link.right} & reached
            }
        assert reached == set(cluster)
        assert all(not {link.left, link.right} <= set(cluster) for link in profile.possible)


def test_a_link_tells_its_rule_the_evidence_and_whose_it_is():
    made = base(person("crm:1", emails=[MAIL]), person("shop:2", emails=[MAIL]))
    (link,) = explain(made).profile(["crm:1", "shop:2"]).links
    assert (link.rule, link.tier, link.is_bridge) == ("own_mailbox", "confirmed", True)
    assert link.why == "Both have this e-mail address, which is one person's, and their names agree."
    assert [(each.what, each.shown, each.standing) for each in link.shared] == [
        ("e-mail address", MAIL, "one person's")
    ]
    assert [(each.field, each.how) for each in link.compared] == [
        ("given name", "the same"),
        ("family name", "the same"),
    ]


def test_a_decision_tells_who_made_it_and_why():
    made = base(person("crm:1"), person("shop:2", "Jane"), pins=[("crm:1", "shop:2", LINK)])
    (link,) = explain(made).profile(["crm:1", "shop:2"]).links
    assert (link.rule, link.pin.by, link.pin.why) == (PINNED, "kim", "they said so")


def test_who_is_joined_by_way_of_a_record_that_is_gone_is_told_so():
    made = base(person("crm:1"), person("crm:3", "Ann"), pins=[("crm:1", "crm:2", LINK), ("crm:2", "crm:3", LINK)])
    assert made.cluster("crm:1") == ("crm:1", "crm:3")
    profile = explain(made).profile(["crm:1", "crm:3"])
    assert [(link.left, link.right) for link in profile.links] == [("crm:1", "crm:2"), ("crm:2", "crm:3")]
    assert [link.right for link in explain(made).pair("crm:1", "crm:3").chain] == ["crm:2", "crm:3"]


def test_a_record_that_holds_others_together_is_a_hinge():
    made = base(
        person("crm:1", emails=[MAIL, "john@example.net"]),
        person("shop:2", emails=[MAIL]),
        person("hub:3", emails=["john@example.net"]),
    )
    (hinge,) = explain(made).profile(made.cluster("crm:1")).hinges
    assert (hinge.without, hinge.parts) == (("crm:1",), (("hub:3",), ("shop:2",)))


@pytest.mark.parametrize(
    ("left", "right", "rule"),
    [
        (person("a:1", phones=[PHONE]), person("b:2", "Jane", phones=[PHONE]), "two_given_names"),
        (person("a:1", suffix="Jr", phones=[PHONE]), person("b:2", suffix="Sr", phones=[PHONE]), "two_generations"),
        (person("a:1", birth_date="1980-02-03"), person("b:2", birth_date="1951-11-09"), "two_birth_dates"),
        (person("a:1", emails=[MAIL]), person("b:2", "Ann", "Jones"), "nothing_shared"),
        (person("a:1"), person("b:2"), "not_enough"),
    ],
)
def test_why_two_are_not_one_is_said_in_words(left, right, rule):
    assert rule in rules(explain(base(left, right)).pair("a:1", "b:2").against)


def test_whoever_shares_a_value_is_told_that_it_says_little():
    made = base(*(person(f"crm:{each}", name, phones=[PHONE]) for each, name in enumerate(("John", "Jane", "Ann"))))
    told = explain(made).pair("crm:0", "crm:1").against
    assert "Their phone number says little: it is shared by 3 people." in {reason.why for reason in told}


def test_a_conflict_at_the_join_names_the_records_that_conflict():
    made = base(
        person("a:1", emails=[MAIL], birth_date="1980-02-03", national_id="70123456"),
        person("b:2", emails=[MAIL], phones=[PHONE], national_id="70123456"),
        person("c:3", phones=[PHONE], birth_date="1951-11-09"),
    )
    assert made.clusters() == {("a:1", "b:2"), ("c:3",)}
    (reason,) = explain(made).pair("b:2", "c:3").against
    assert (reason.rule, reason.left, reason.right) == ("two_birth_dates", "a:1", "c:3")


def test_one_who_is_as_like_one_as_like_another_is_torn():
    made = base(
        person("a:1", "John", emails=["john@example.org"]),
        person("b:2", "Jane", emails=["jane@example.org"]),
        person("c:3", "J.", emails=["john@example.org", "jane@example.org"]),
    )
    assert len(made.clusters()) == 3
    (reason,) = explain(made).pair("a:1", "c:3").against
    assert (reason.rule, reason.left, reason.right) == ("torn", "c:3", "b:2")


def test_a_value_that_others_have_too_would_do_if_they_had_not():
    made = base(person("a:1", emails=[MAIL]), person("b:2", "J.", emails=[MAIL]), person("c:3", "Ann", emails=[MAIL]))
    asked = explain(made).pair("a:1", "b:2")
    assert not asked.is_one
    assert {"their e-mail address, if nobody else had it", "the same full name"} <= set(asked.would)


def test_two_changes_are_named_where_no_single_one_does():
    made = base(person("a:1", "John", "Smith"), person("a:2", "Jane", "Jones"))
    would = explain(made).pair("a:1", "a:2").would
    assert "the same full name and the same home" in would
    assert "the same full name" not in would


def test_a_pin_that_would_contradict_another_is_promised_only_without_that_one():
    made = base(person("a:1"), person("b:2"), person("c:3"), pins=[("a:1", "b:2", LINK), ("b:2", "c:3", NEVER)])
    would = explain(made).pair("a:1", "c:3").would
    assert "a decision that they are one, once the one that parts b:2 and c:3 is taken back" in would


def test_a_number_from_their_state_shows_its_end_only():
    made = base(person("a:1", national_id="70123456"), person("b:2", national_id="70123456"))
    two = explain(made).pair("a:1", "b:2")
    assert "70123456" not in repr(two)
    assert "… 456" in repr(two)


def test_nothing_is_written(monkeypatch):
    made = base(person("a:1", emails=[MAIL]), person("b:2", emails=[MAIL]))
    for name in ("put", "link", "place"):
        monkeypatch.setattr(made, name, None)
    assert explain(made).pair("a:1", "b:2").is_one


def test_who_is_not_there_is_nobody():
    assert explain(base(person("a:1"))).pair("a:1", "b:2") is None
