"""Rebuild: nothing marked is ever lost, whatever happens in the middle."""

from decimal import Decimal

import pytest
import redis as redis_client

from connector.profile.hints import Later
from connector.profile.rebuild import Rebuild
from connector.store import profiles
from schemas.records import TombstoneSchema, load
from tests.connector.profile.conftest import LONG_AGO, World, mail, told

ANNA = told("contact", "crm", "1", name="Anna", identifiers=[mail("anna@example.com")])


def gone(external_id: str, *, source="crm", kind="contact", day=9, merged_into=None):
    from datetime import timedelta

    from schemas.records import SCHEMAS

    raw = {"external_id": external_id, "updated_at": (LONG_AGO + timedelta(days=day)).isoformat(), "deleted": True}
    if merged_into:
        raw |= {"reason": "merged", "merged_into": merged_into}
    return load(raw, source=source, stream=kind + "s", schema=SCHEMAS[kind](), tombstone=TombstoneSchema(), raw={})


class Killed(BaseException):
    """What a kill -9 looks like from inside: nothing after it runs."""


def killing(world: World, part: object, method: str) -> Rebuild:
    """A rebuild that dies when this method is called."""

    class Dying(type(part)):
        pass

    def die(self, *args, **kwargs):
        raise Killed

    setattr(Dying, method, die)
    dying = object.__new__(Dying)
    dying.__dict__.update(part.__dict__)
    parts = {"cache": world.cache, "events": world.events}
    parts["cache" if part is world.cache else "events"] = dying
    return Rebuild(world.store, parts["cache"], parts["events"], Later(), world.clock)


def test_what_was_taken_in_is_built_cached_and_announced(world):
    assert world.sync(ANNA) == 1
    assert world.card("email", "anna@example.com")["fields"]["name"]["value"] == "Anna"
    assert world.waiting() == 0
    assert [event["gone"] for event in world.announced()] == [False]


def test_a_rebuild_that_changes_nothing_announces_nothing_and_keeps_the_etag(world):
    world.sync(ANNA)
    before = world.find("email", "anna@example.com")
    world.clock.advance(60)
    world.rebuild.everything("acme")
    assert world.find("email", "anna@example.com").etag == before.etag
    assert len(world.announced()) == 1


def test_a_mark_that_is_set_during_the_rebuild_survives_it(world):
    world.take(ANNA)

    class Meanwhile(Later):
        def of(self, draft):
            world.take(told("contact", "crm", "1", day=2, name="Anne", identifiers=[mail("anna@example.com")]))
            Meanwhile.of = Later.of
            return super().of(draft)

    rebuild = Rebuild(world.store, world.cache, world.events, Meanwhile(), world.clock)
    assert rebuild.run("acme") == 2
    assert world.card("email", "anna@example.com")["fields"]["name"]["value"] == "Anne"
    assert world.waiting() == 0


@pytest.mark.parametrize("part, method", [("cache", "put_many"), ("cache", "fill"), ("events", "publish_many")])
def test_a_killed_rebuild_is_finished_by_the_next(world, part, method):
    world.sync(ANNA)
    world.take(told("contact", "crm", "1", day=2, name="Anne", identifiers=[mail("anne@example.com")]))
    with pytest.raises(Killed):
        killing(world, getattr(world, part), method).run("acme")
    assert world.waiting() == 1
    world.rebuild.run("acme")
    assert world.waiting() == 0
    assert world.card("email", "anne@example.com")["fields"]["name"]["value"] == "Anne"
    assert world.find("email", "anna@example.com").outcome == "none"
    assert world.announced()[-1]["etag"] == world.find("email", "anne@example.com").etag


def test_without_redis_documents_are_built_and_the_cache_is_told_later(world):
    world.sync(ANNA)
    away = redis_client.Redis(port=1, socket_connect_timeout=0.1, retry=None)
    alone = World(world.store, away, world.clock)
    alone.take(told("contact", "crm", "1", day=2, name="Anne", identifiers=[mail("anne@example.com")]))
    assert alone.rebuild.run("acme") == 1
    assert alone.rebuild.run("acme") == 0
    assert alone.card("email", "anne@example.com")["fields"]["name"]["value"] == "Anne"
    world.rebuild.run("acme")
    assert world.waiting() == 0
    assert world.find("email", "anna@example.com").outcome == "none"
    assert world.card("email", "anne@example.com")["fields"]["name"]["value"] == "Anne"


def test_when_nobody_is_left_the_document_goes_and_the_id_stays(world):
    world.sync(ANNA)
    profile_id = world.find("email", "anna@example.com").profile_id
    world.sync(gone("1"))
    assert world.find("email", "anna@example.com").outcome == "none"
    assert world.lookup.get("acme", profile_id).outcome == "none"
    assert world.cache.get("acme", profile_id) is None
    with world.store.reading() as connection:
        kept = profiles.stored(connection, "acme", [profile_id])[profile_id]
    assert kept.document is None
    assert world.announced()[-1]["gone"] is True


def test_several_rebuilders_build_everything_once_or_twice_and_leave_nothing(world):
    world.take(*[told("contact", "crm", str(n), identifiers=[mail(f"p{n}@example.com")]) for n in range(60)])
    others = [Rebuild(world.store, world.cache, world.events, Later(), world.clock, batch=7) for _ in range(2)]
    done = 0
    while world.waiting():
        done += sum(other.run("acme", limit=7) for other in others)
    assert done == 60
    assert all(world.find("email", f"p{n}@example.com").outcome == "one" for n in range(60))


def test_who_was_overtaken_writes_nothing(world):
    """Two read the same mark; the slower one must not put its older document over the newer."""
    world.take(ANNA)
    slow = Rebuild(world.store, world.cache, world.events, Later(), world.clock)
    marks = slow._next("acme", 10, set())
    built = slow._built("acme", marks)
    world.sync(told("contact", "crm", "1", day=2, name="Anne", identifiers=[mail("anna@example.com")]))
    assert slow._kept("acme", built, told=True) == []
    assert world.card("email", "anna@example.com")["fields"]["name"]["value"] == "Anne"


def test_who_was_overtaken_writes_nothing_though_the_cache_was_not_told_yet(world):
    """The faster one stored nobody's empty document, and is about to tell: an older one must not take its place."""
    world.sync(ANNA)
    profile_id = world.find("email", "anna@example.com").profile_id
    world.take(told("contact", "crm", "1", day=2, name="Anne", identifiers=[mail("anna@example.com")]))
    slow, fast = [Rebuild(world.store, world.cache, world.events, Later(), world.clock) for _ in range(2)]
    overtaken = slow._built("acme", slow._next("acme", 10, set()))
    world.take(gone("1"))
    kept = fast._kept("acme", fast._built("acme", fast._next("acme", 10, set())), told=True)
    assert slow._kept("acme", overtaken, told=True) == []
    assert fast._tell("acme", kept, fast._reserved("acme", kept))
    assert world.waiting() == 0
    assert world.lookup.get("acme", profile_id).outcome == "none"
    with world.store.reading() as connection:
        assert profiles.stored(connection, "acme", [profile_id])[profile_id].document is None


def test_one_profile_that_cannot_be_built_keeps_no_other_waiting(world):
    class Picky(Later):
        def of(self, draft):
            if draft.contacts[0].body["name"] == "Bad":
                raise ValueError("never")
            return super().of(draft)

    world.take(ANNA, told("contact", "crm", "2", name="Bad", identifiers=[mail("bad@example.com")]))
    rebuild = Rebuild(world.store, world.cache, world.events, Picky(), world.clock)
    assert rebuild.run("acme") == 1
    assert world.waiting() == 1
    assert world.find("email", "anna@example.com").outcome == "one"


def test_orders_under_an_id_that_was_merged_away_belong_to_the_winner(world):
    world.sync(ANNA, told("contact", "crm", "2", name="Anna"), told("contact", "crm", "3", name="Anna"))
    world.sync(
        gone("3", merged_into="2"),
        gone("2", merged_into="1"),
        *[told("order", "crm", f"o{n}", contact_ids=[str(n)], currency="EUR", total="10.10") for n in (1, 2, 3)],
    )
    card = world.card("email", "anna@example.com")
    assert card["orders"]["totals"][0]["net"] == "30.30"
    assert world.card("external", "3", source="crm")["id"] == card["id"]


def test_an_order_of_two_contacts_of_one_person_counts_once(world):
    both = [mail("anna@example.com")]
    world.sync(
        told("contact", "crm", "1", name="Anna", identifiers=both),
        told("contact", "crm", "2", name="Anna", identifiers=both),
        told("order", "crm", "o", contact_ids=["1", "2"], currency="EUR", total="7"),
    )
    assert world.card("email", "anna@example.com")["orders"]["count"] == 1


def test_a_reply_that_hangs_on_nobody_answers_the_mention(world):
    world.sync(
        told("contact", "x", "7", identifiers=[{"kind": "social", "platform": "x", "user_id": "7", "handle": "Anna"}]),
        told("mention", "x", "m", contact_ids=["7"], platform="x", posted_at="2026-01-02T00:00:00Z"),
    )
    assert world.card("handle", "@ANNA", platform="x")["mentions"]["unanswered_count"] == 1
    world.sync(told("mention", "x", "r", platform="x", is_ours=True, in_reply_to="m", posted_at="2026-01-03T00:00:00Z"))
    card = world.card("handle", "@ANNA", platform="x")
    assert card["mentions"]["unanswered_count"] == 0
    assert card["open"] == []


def test_a_customer_with_many_orders_is_exact_and_small(small_world):
    orders = [
        told("order", "crm", f"o{n}", contact_ids=["1"], currency="EUR", total="0.10", placed_at="2026-01-02T00:00:00Z")
        for n in range(3000)
    ]
    small_world.sync(ANNA, *orders)
    card = small_world.card("email", "anna@example.com")
    assert Decimal(card["orders"]["totals"][0]["net"]) == Decimal("300.00")
    assert card["orders"]["count"] == 3000
    assert len(card["orders"]["recent"]) == 10


def test_workspaces_do_not_see_each_other(world):
    world.sync(ANNA)
    world.intake.take("other", [told("contact", "crm", "9", name="Else", identifiers=[mail("anna@example.com")])])
    assert world.rebuild.run("acme") == 0
    assert world.rebuild.run() == 1
    assert world.card("email", "anna@example.com")["fields"]["name"]["value"] == "Anna"


def test_progress_is_told_batch_by_batch(small_world):
    small_world.take(*[told("contact", "crm", str(n), name="A") for n in range(10)])
    seen = []
    rebuild = Rebuild(small_world.store, small_world.cache, small_world.events, Later(), small_world.clock, batch=4)
    rebuild.run("acme", progress=lambda done, total: seen.append((done, total)))
    assert seen == [(4, 10), (8, 10), (10, 10)]


def test_only_those_somebody_waits_for_can_be_built_first(small_world):
    small_world.take(ANNA, told("contact", "crm", "2", identifiers=[mail("b@example.com")]))
    with small_world.store.reading() as connection:
        waiting = profiles.waiting(connection, "acme", 10, without=())
    assert small_world.rebuild.these("acme", [waiting[0].profile_id]) == 1
    assert small_world.waiting() == 1
