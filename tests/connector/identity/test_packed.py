"""Packed evidence is the same evidence, and what is asked of it without unpacking or deriving anything is the same."""

import hypothesis.strategies as some
from hypothesis import HealthCheck, given, settings

from connector.identity.evidence.packed import key_in, packed, unpacked
from connector.identity.evidence.record import Told, read
from tests.connector.identity.test_linkage import records


@given(record=records, number=some.text(max_size=5))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_what_is_unpacked_is_the_same_and_held_by_the_same_values(record, number):
    told = read(Told(key=f"crm:contact:{number}", source="crm", **record))
    unpacked.cache_clear()
    text = packed(told)
    assert key_in(text) == told.key
    for value in (*told.values, "e:nobody@example.com", "n:nobody no", "x:crm:contact:none", "d:1", "h:x:nobody"):
        unpacked.cache_clear()
        # Before its values are derived, and after.
        assert unpacked(text).holds(value) == (value in told.values)
        assert unpacked(text).values == told.values
        assert unpacked(text).holds(value) == (value in told.values)
    assert unpacked(text) == told
