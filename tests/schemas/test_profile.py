"""The described profile is the one that is built: nothing more, nothing less."""

import orjson
from marshmallow import RAISE

from connector.profile.build import Draft, finished
from connector.profile.hints import Later
from schemas.profile import ProfileSchema
from tests.connector.profile.test_build import contact, deal, handle, mention, order, ticket


def everything() -> dict:
    draft = Draft("p_1")
    draft.contacts = [contact("1", name="Anna", version=2), contact("2", name="Ann", version=1)]
    draft.handles = [handle()]
    for thing in (order("o1"), deal("d1"), ticket("t1"), mention("m1")):
        draft.add(thing)
    told = draft.document()
    document, _ = finished(told, Later().of(draft).shown, "2026-05-01T12:00:00Z")
    return orjson.loads(document)


def test_a_built_profile_is_as_described():
    assert ProfileSchema(unknown=RAISE).validate(everything()) == {}


def test_a_profile_that_lacks_a_part_is_not():
    document = everything()
    del document["orders"]["totals"][0]["net"]
    del document["involve"]
    assert set(ProfileSchema().validate(document)) == {"orders", "involve"}
