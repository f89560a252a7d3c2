"""Of people who may be meant no more is told than tells them apart."""

import hypothesis.strategies as some
from hypothesis import given

from connector.profile.candidates import FIELDS, told_apart


def document(name, company, city, birth_date):
    said = {"name": name, "company": company, "birth_date": birth_date, "address": {"city": city} if city else None}
    return {"fields": {field: {"value": value} for field, value in said.items() if value}}


people = some.builds(
    document,
    some.sampled_from(["Ann", "Ben"]),
    some.sampled_from([None, "Acme"]),
    some.sampled_from([None, "Leeds", "York"]),
    some.sampled_from([None, "1980-02-03", "1990-02-03"]),
)


def seen(told):
    return tuple(told.get(name) for name in FIELDS)


@given(some.lists(people, max_size=6))
def test_who_can_be_told_apart_is(found):
    whole = [tuple(field(one) for field in FIELDS.values()) for one in found]
    told = [seen(one) for one in told_apart(found)]
    assert len(set(told)) == len(set(whole))


@given(some.lists(people, min_size=1, max_size=6))
def test_of_nobody_a_field_is_told_that_was_not_needed(found):
    told = told_apart(found)
    for place, name in enumerate(FIELDS):
        earlier = [seen(one)[:place] for one in told]
        for one, before in zip(told, earlier, strict=True):
            assert one.get(name) is None or name == "name" or earlier.count(before) > 1
