"""What would be if something were otherwise: the same answers as if it were, and nothing written."""

import hypothesis.strategies as some
from hypothesis import given

from connector.identity.evidence.record import Told, read
from connector.identity.linkage import Linkage
from connector.identity.memory import Memory
from connector.identity.overlay import Overlay, Remembered
from connector.identity.pins import LINK, Pin
from tests.connector.identity.test_linkage import KEYS, keys, records

worlds = some.dictionaries(keys, records, min_size=2, max_size=8)
changes = some.dictionaries(keys, some.none() | records, min_size=1, max_size=3)


def told(world):
    return {
        key: read(Told(key=key, source=key.partition(":")[0], **record)) if record else None
        for key, record in world.items()
    }


def built(world) -> Memory:
    base = Memory()
    Linkage(base).update(told(world))
    return base


def state(base):
    links = {(key, other): verdict for key in KEYS for other, verdict in base.links(key).items()}
    return links, {key: base.evidence(key) for key in KEYS}


@given(worlds, some.lists(changes, max_size=3))
def test_what_would_be_is_what_is_when_it_happens(world, steps):
    base, real = built(world), built(world)
    before = state(base)
    overlay = Overlay(Remembered(base))
    for step in steps:
        Linkage(overlay).update(told(step))
        Linkage(real).update(told(step))
    assert state(overlay) == state(real)
    everybody = real.keys()
    Linkage(overlay).repin(everybody)
    assert {overlay.cluster(key) for key in everybody} == real.clusters()
    assert state(base) == before


def test_a_crowd_that_loses_somebody_may_be_none_any_more():
    base = built({key: {"emails": ["john.smith@example.com"], "given_name": "John"} for key in KEYS})
    overlay = Overlay(base)
    assert overlay.holders("e:john.smith@example.com", len(KEYS) - 1) is None
    overlay.put(KEYS[0], None)
    assert overlay.holders("e:john.smith@example.com", len(KEYS) - 1) == sorted(KEYS[1:])


def test_a_pin_here_hides_the_one_below():
    base = built({})
    base.pins.add(Pin(left="crm:0", right="crm:1", what=LINK))
    overlay = Overlay(base)
    overlay.pin(("crm:0", "crm:1"), link=False)
    assert (set(overlay.must("crm:0")), set(overlay.never("crm:0"))) == (set(), {"crm:1"})
    overlay.unpin(("crm:0", "crm:1"))
    assert not overlay.never("crm:0")
    assert set(base.must("crm:0")) == {"crm:1"}
