"""Lookup: the right person, or several with reasons, or nobody; with or without Redis."""

import orjson
import pytest
import redis as redis_client

from connector.cache.profiles import ProfileCache
from connector.errors import InvalidRequestError
from connector.profile.lookup import Lookup
from schemas.identifiers import Identifier
from tests.connector.profile.conftest import identifier, mail, number, told

ANNA = told(
    "contact",
    "crm",
    "003000000000001AAA",
    name="Anna Example",
    company_name="Acme",
    identifiers=[
        mail("anna@example.com"),
        number("020 7946 0018 x12"),
        {"kind": "social", "platform": "x", "user_id": "7", "handle": "AnnaB"},
    ],
)


@pytest.mark.parametrize(
    "kind, value, more",
    [
        ("email", "ANNA@Example.com", {}),
        ("phone", "+44 20 7946 0018 ext. 12", {}),
        ("handle", "@annab", {"platform": "x"}),
        ("social", "7", {"platform": "x", "user_id": "7"}),
        ("external", "003000000000001AAA", {"source": "crm"}),
        ("external", "003000000000001", {"source": "crm"}),
    ],
)
def test_found_by_every_kind_of_identifier(world, kind, value, more):
    world.sync(ANNA)
    for _ in range(2):
        assert world.card(kind, value, **more)["fields"]["name"]["value"] == "Anna Example"


def test_a_warm_lookup_asks_no_database_and_redis_once(small_world):
    small_world.sync(ANNA)

    class Closed:
        def reading(self):
            raise AssertionError("the store was asked")

    lookup = Lookup(Closed(), small_world.cache, small_world.clock)
    asked = identifier("email", "anna@example.com")
    lookup.find("acme", asked)
    before = small_world.redis.info("stats")["total_commands_processed"]
    found = lookup.find("acme", asked)
    # One EVALSHA, the two commands inside it, and the INFO before.
    assert small_world.redis.info("stats")["total_commands_processed"] - before <= 4
    assert orjson.loads(found.document)["id"] == found.profile_id


def test_an_emptied_cache_is_filled_again_by_who_asks(world):
    world.sync(ANNA)
    world.redis.flushall()
    first = world.find("email", "anna@example.com")
    assert world.cache.find("acme", "email", "anna@example.com").cached.document == first.document
    world.redis.script_flush()
    assert world.find("email", "anna@example.com") == first


def test_without_redis_the_store_answers_and_redis_is_not_asked_again_at_once(world):
    world.sync(ANNA)
    time = [0.0]
    asked = []

    class Away(redis_client.Redis):
        def execute_command(self, *args, **options):
            asked.append(args[0])
            raise redis_client.ConnectionError("away")

    cache = ProfileCache(Away(), monotonic=lambda: time[0])
    lookup = Lookup(world.store, cache, world.clock)
    for _ in range(3):
        assert lookup.find("acme", identifier("email", "anna@example.com")).outcome == "one"
    assert len(asked) == 1
    time[0] = 1.1
    assert lookup.find("acme", identifier("email", "anna@example.com")).outcome == "one"
    assert len(asked) == 2


def test_several_are_ranked_with_reasons_and_without_personal_data(world):
    shared = "020 7946 0000"
    world.sync(
        told(
            "contact",
            "crm",
            "1",
            name="Zoe",
            company_name="Acme",
            identifiers=[number(shared), mail("zoe@example.com")],
        ),
        told("contact", "shop", "2", name="Ben", identifiers=[number(shared, verified=True)]),
    )
    for _ in range(2):
        found = world.find("phone", shared)
        assert (found.outcome, found.document) == ("several", None)
    assert [one["name"] for one in found.candidates] == ["Ben", "Zoe"]
    assert found.candidates[0]["why"] == "has this phone number, confirmed by shop"
    assert set(found.candidates[1]) == {"id", "name", "company", "sources", "why"}
    assert "zoe@example.com" not in str(found.candidates)


def test_another_holder_who_arrives_makes_it_several_at_once(world):
    """Also where the cache was emptied between: who has it is written whole or not at all."""
    shared = "020 7946 0000"
    world.sync(told("contact", "crm", "1", name="Zoe", identifiers=[number(shared)]))
    assert world.find("phone", shared).outcome == "one"
    world.redis.flushall()
    world.sync(told("contact", "shop", "2", name="Ben", identifiers=[number(shared)]))
    assert world.find("phone", shared).outcome == "several"
    world.sync(told("contact", "shop", "2", day=3, name="Ben"))
    assert world.find("phone", shared).outcome == "one"


def test_an_extension_more_or_less_is_a_candidate_and_no_certainty(world):
    world.sync(ANNA)
    for spelling in ("020 7946 0018", "020 7946 0018 x13"):
        found = world.find("phone", spelling)
        assert found.outcome == "several"
        assert [one["why"] for one in found.candidates] == ["has this number with another extension, or none, in crm"]


def test_nobody_is_none_and_an_unreadable_identifier_is_nobodys(world):
    world.sync(told("contact", "crm", "1", identifiers=[number("n/a")]))
    assert world.find("email", "else@example.com").outcome == "none"
    assert world.lookup.find("acme", Identifier(kind="phone", value="n/a", shown="n/a", valid=False)).outcome == "none"
    assert world.lookup.find("acme", Identifier(kind="phone", value="n/a", shown="n/a")).outcome == "none"


def test_who_arrived_a_moment_ago_is_shown_before_any_rebuild(world):
    world.take(ANNA)
    assert world.card("email", "anna@example.com")["fields"]["company"]["value"] == "Acme"
    assert world.waiting() == 1


def test_a_retired_id_is_answered_by_its_successor(world):
    world.sync(ANNA, told("contact", "shop", "2", name="Anna Example", identifiers=[mail("b@example.com")]))
    old = {world.find("email", "anna@example.com").profile_id, world.find("email", "b@example.com").profile_id}
    assert len(old) == 2
    world.sync(told("contact", "shop", "2", day=2, name="Anna Example", identifiers=[mail("anna@example.com")]))
    now = world.find("email", "anna@example.com").profile_id
    assert {world.lookup.get("acme", one).profile_id for one in old} == {now}


def test_an_unknown_id_is_nobody(world):
    assert world.lookup.get("acme", "p_unknown").outcome == "none"
    assert world.lookup.timeline("acme", "p_unknown") is None


def test_the_timeline_pages_through_everything_once_newest_first(world):
    things = [
        told(
            "order",
            "crm",
            f"o{n}",
            contact_ids=["1"],
            currency="EUR",
            total="1",
            placed_at=f"2026-01-{n + 1:02}T00:00:00Z",
        )
        for n in range(9)
    ]
    # At the same moment, and without one.
    things += [
        told("ticket", "crm", f"t{n}", contact_ids=["1"], is_open=True, opened_at="2026-01-05T00:00:00Z")
        for n in range(4)
    ]
    things += [told("ticket", "crm", "t9", day=20, contact_ids=["1"], is_open=False)]
    world.sync(told("contact", "crm", "1", identifiers=[mail("anna@example.com")]), *things)
    profile_id, seen, before = world.find("email", "anna@example.com").profile_id, [], None
    while True:
        page = world.lookup.timeline("acme", profile_id, before=before, limit=3)
        seen += page.items
        before = page.next
        if before is None:
            break
    assert sorted(one["external_id"] for one in seen) == sorted(thing.external_id for thing in things)
    assert [one["at"] for one in seen] == sorted((one["at"] for one in seen), reverse=True)
    assert seen[0]["external_id"] == "t9"


@pytest.mark.parametrize("before", ["", "x", "1", "1.2.3", "1.x", f"{2**70}.1"])
def test_a_place_that_is_none_is_refused(small_world, before):
    with pytest.raises(InvalidRequestError) as refused:
        small_world.lookup.timeline("acme", "p_1", before=before)
    assert list(refused.value.fields) == ["before"]


def test_a_view_is_written_down(world):
    from connector.store import views

    world.lookup.record_view("acme", "p_1", "key1", "lookup", "T-1")
    with world.store.reading() as connection:
        (seen,) = views.of_profile(connection, "acme", "p_1")
        assert views.of_profile(connection, "other", "p_1") == []
    assert seen == {"viewer": "key1", "way": "lookup", "reference": "T-1", "at": world.clock()}


def test_a_shared_number_says_so(world):
    shared = "020 7946 0000"
    family = [("1", "Ann"), ("2", "Ben"), ("3", "Zoe")]
    world.sync(
        *(told("contact", "crm", each, name=f"{name} Miller", identifiers=[number(shared)]) for each, name in family)
    )
    found = world.find("phone", shared)
    assert found.shared == {"kind": "household", "people": 3, "told": "household of 3"}
    assert len(found.candidates) == 3


def test_a_switchboard_says_so(small_world):
    shared, names = "020 7946 0000", ["Ann", "Ben", "Zoe", "Carl", "Dora", "Emil", "Fay"]
    office = (told("contact", "crm", name, name=f"{name} Miller", identifiers=[number(shared)]) for name in names)
    small_world.sync(*office)
    assert small_world.find("phone", shared).shared["told"] == "a switchboard or an office, more than a household"


def test_no_more_is_told_than_tells_people_apart(small_world):
    shared = mail("family@example.com")
    ann = {"name": "Ann Miller", "company_name": "Acme", "birth_date": "1980-02-03", "address": {"city": "Leeds"}}
    ben = ann | {"name": "Ben Miller"}
    other = ben | {"birth_date": "1951-11-19", "address": {"city": "York"}}
    small_world.sync(
        *(
            told("contact", "crm", one["name"] + one["birth_date"], identifiers=[shared], **one)
            for one in (ann, ben, other)
        )
    )
    several = small_world.find("email", "family@example.com").candidates
    assert {(one["name"], one["company"], one.get("city")) for one in several} == {
        ("Ann Miller", None, None),
        ("Ben Miller", "Acme", "Leeds"),
        ("Ben Miller", "Acme", "York"),
    }
    assert not any("birth_year" in one for one in several)


def test_whom_the_address_spells_comes_first_and_is_told_why(small_world):
    shared = mail("ben.miller@example.com", verified=False)
    small_world.sync(
        told("contact", "crm", "1", day=9, name="Ann Miller", identifiers=[shared]),
        told("contact", "shop", "2", name="Ben Miller", identifiers=[shared]),
    )
    first, second = small_world.find("email", "ben.miller@example.com").candidates
    assert (first["name"], first["why"]) == ("Ben Miller", "has this e-mail address in shop, which spells this name")
    assert "spells" not in second["why"]
