"""The brake: it stops joins and nothing else, and leaves no trace when it is let go."""

from contextlib import suppress

import hypothesis.strategies as some
import pytest
from hypothesis import given

from connector.identity.brake import Braked, Rate, Thresholds, Took, hold, let_go
from connector.identity.brakes import by_source
from connector.identity.evidence.record import Told, read
from connector.identity.linkage import Linkage
from connector.identity.memory import Memory
from connector.identity.pins import LINK, NEVER, Pin, PinContradictedError
from connector.identity.verdict import HELD
from tests.connector.identity.test_linkage import records

KEYS = tuple(f"{source}:{number}" for source in ("crm", "shop", "bad") for number in range(4))
arrivals = some.lists(some.tuples(some.sampled_from(KEYS), some.none() | records), min_size=1, max_size=14)
pins = some.lists(some.tuples(some.sampled_from(KEYS), some.sampled_from(KEYS), some.sampled_from([LINK, NEVER])))


def braked(left, right) -> bool:
    return "bad" in (left.source, right.source)


def free(left, right) -> bool:
    return False


def evidence(key: str, record: dict | None):
    return None if record is None else read(Told(key=key, source=key.partition(":")[0], **record))


def person(key: str, **more):
    told = {"given_name": "John", "family_name": "Smith", "emails": ["js@example.com"]} | more
    return evidence(key, told)


def links(base: Memory) -> dict[tuple[str, str], str]:
    """The tier of each link, from either end."""
    everybody = base.keys()
    return {(one, other): verdict.tier for one in everybody for other, verdict in base.links(one).items()}


@given(arrivals, arrivals, arrivals, pins)
def test_once_it_is_released_there_never_was_a_brake(before, during, after, decided):
    never, base = Memory(), Memory()
    for left, right, what in decided:
        with suppress(PinContradictedError):
            never.pins.add(Pin(left=left, right=right, what=what))
            base.pins.add(Pin(left=left, right=right, what=what))
    for part, waits in ((before, free), (during, braked), (after, free)):
        for key, record in part:
            Linkage(never).update({key: evidence(key, record)})
            Linkage(Braked(base, waits)).update({key: evidence(key, record)})
    held = [pair for pair, tier in links(base).items() if tier == HELD and pair[0] < pair[1]]
    for pair in held:
        # One by one, as batches that are cut off anywhere would.
        let_go(Linkage(base), [pair], free)
    assert (base.clusters(), links(base)) == (never.clusters(), links(never))


@given(arrivals, arrivals)
def test_while_it_holds_nobody_new_is_joined_by_the_source(before, during):
    base = Memory()
    for key, record in before:
        Linkage(Braked(base, free)).update({key: evidence(key, record)})
    joined = {pair for pair, tier in links(base).items() if tier == "confirmed"}
    for key, record in during:
        Linkage(Braked(base, braked)).update({key: evidence(key, record)})
    new = {pair for pair, tier in links(base).items() if tier == "confirmed"} - joined
    assert [pair for pair in new if any(end.startswith("bad:") for end in pair)] == []


def test_what_was_joined_before_stays_joined_and_goes_on_to_be_judged():
    base = Memory()
    Linkage(base).update({key: person(key) for key in ("crm:1", "bad:1")})
    # By another rule, still one.
    changed = Linkage(Braked(base, braked)).update({"bad:1": person("bad:1", birth_date="1980-02-03")})
    assert base.clusters() == {("bad:1", "crm:1")}
    Linkage(Braked(base, braked)).update({"bad:1": person("bad:1", given_name="Jane", emails=["jane@example.com"])})
    assert base.clusters() == {("bad:1",), ("crm:1",)}
    assert changed.clusters


def test_the_batch_by_which_a_jump_is_noticed_waits_as_well():
    base = Memory()
    Linkage(base).update({"crm:1": person("crm:1"), "bad:1": person("bad:1")})
    over = Braked(base, free)
    linkage = Linkage(over)
    linkage.update({"bad:1": person("bad:1", phones=["+4915112345678"]), "bad:2": person("bad:2")})
    assert base.clusters() == {("bad:1", "bad:2", "crm:1")}
    held = hold(linkage, over.made, braked)
    assert base.clusters() == {("bad:1", "crm:1"), ("bad:2",)}
    assert set(held.links) == {("bad:1", "bad:2"), ("bad:2", "crm:1")}


def test_links_that_two_brakes_hold_are_let_go_with_the_second():
    base = Memory()
    Linkage(Braked(base, lambda left, right: True)).update({key: person(key) for key in ("crm:1", "bad:1")})
    assert not let_go(Linkage(base), [("bad:1", "crm:1")], braked).links
    assert let_go(Linkage(base), [("bad:1", "crm:1")], free).links


WHEN = Thresholds(joins=100, percent=10, times=5)


@pytest.mark.parametrize(
    ("usual", "recent", "jumped"),
    [
        # A small first sync, though each record joins two.
        (Took(), Took(90, 90), False),
        # A first sync of which every third record joins two.
        (Took(), Took(300, 100), True),
        (Took(), Took(1_100, 100), False),
        # Four times what is usual, and six times.
        (Took(50_000, 2_500), Took(500, 100), False),
        (Took(50_000, 2_500), Took(400, 120), True),
        # Many times what is usual, and still few.
        (Took(50_000, 50), Took(2_000, 120), False),
    ],
)
def test_a_jump_is_much_and_more_than_usual(usual, recent, jumped):
    assert Rate(usual=usual).jumped(recent, WHEN) is jumped


def test_joins_come_together_over_batches():
    rate = Rate()
    for _ in range(3):
        assert not rate.jumped(Took(50, 30), WHEN)
        rate = rate.after(Took(50, 30))
    assert rate.jumped(Took(50, 30), WHEN)


def test_what_was_recent_becomes_usual_and_old_habits_fade():
    rate = Rate()
    for _ in range(900):
        rate = rate.after(Took(500, 50))
    assert rate.usual.records <= 200_000
    assert rate.usual.rate == pytest.approx(0.1, rel=0.01)
    for _ in range(2_000):
        rate = rate.after(Took(500, 0))
    assert rate.usual.rate < 0.01


def test_a_person_who_releases_it_says_that_this_rate_is_right():
    rate = Rate(recent=Took(400, 120), usual=Took(50_000, 2_500)).released()
    assert not rate.jumped(Took(400, 120), WHEN)
    assert rate.recent == Took()


def test_joins_are_counted_by_the_profiles_that_were_there():
    before = {"crm:a": "p1", "shop:b": "p2", "crm:d": "p1"}
    told = by_source(["crm:c", "bad:e"], [("crm:a", "crm:c", "shop:b"), ("bad:e", "crm:d")], before.get)
    assert told == {"crm": Took(1, 1), "bad": Took(1, 0)}
