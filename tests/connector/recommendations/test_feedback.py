"""What came of a hint is kept with what the hint was, and the next card knows of it."""

import time

import pytest
from rq import Queue

from connector import worker
from connector.bootstrap import assemble
from connector.errors import InvalidRequestError, NotFoundError
from connector.recommendations.feedback import Feedback
from connector.recommendations.hint_id import hint_id
from connector.settings import build
from connector.store import exposures, json, members, outcomes, profiles
from connector.store.profiles import Stored
from connector.sync.doorbell import SOON
from tests.connector.records import contact, email

WORKSPACE = "default"
HINT = hint_id(WORKSPACE, "p_a", "may_like", "tea", "m1")
SEEN = {"id": HINT, "product": "tea", "list": "may_like", "model": "m1"}


@pytest.fixture
def rung():
    return []


@pytest.fixture
def feedback(store, clock, rung):
    with store.transaction() as connection:
        members.open_profiles(connection, WORKSPACE, ["p_a", "p_b"], 1)
    return Feedback(store, clock, lambda *told: rung.append(told))


def on_card(store, profile_id="p_a", *hints):
    document = json.dump({"recommendations": {"due": [], "may_like": list(hints)}}).encode()
    stored = Stored(profile_id=profile_id, version=1, document=document, etag="e", handles=frozenset())
    with store.transaction() as connection:
        profiles.write(connection, WORKSPACE, [stored], 1)


def seen(store, profile_id="p_a"):
    told = {"workspace": WORKSPACE, "profile_id": profile_id, "arm": "offered", "digest": "d", "day": 1, "at": 1}
    with store.transaction() as connection:
        exposures.put(connection, [told | {"hints": [SEEN]}])


def stale(store):
    with store.reading() as connection:
        marks = profiles.marks_of(connection, WORKSPACE, ["p_a", "p_b"])
    return [mark.profile_id for mark in marks]


def test_a_hint_on_the_card_is_known(feedback, store, rung):
    on_card(store, "p_a", {"id": HINT, "product_id": "tea", "model": "m1"})
    told = feedback.tell(WORKSPACE, HINT, "declined", " has one\x00 ", by="k_1")
    assert (told.product, told.list, told.model, told.reason) == ("tea", "may_like", "m1", "has one")
    assert (stale(store), rung) == (["p_a"], [(WORKSPACE, "p_a")])


def test_a_hint_that_has_left_the_card_is_known_as_long_as_it_was_seen(feedback, store):
    on_card(store)
    with pytest.raises(NotFoundError):
        feedback.tell(WORKSPACE, HINT, "accepted", by="k_1")
    seen(store)
    assert feedback.tell(WORKSPACE, HINT, "accepted", by="k_1").product == "tea"


def test_a_second_outcome_needs_no_card(feedback, store):
    on_card(store, "p_a", {"id": HINT, "product_id": "tea", "model": "m1"})
    feedback.tell(WORKSPACE, HINT, "shown", by="k_1")
    on_card(store)
    assert feedback.tell(WORKSPACE, HINT, "declined", by="k_1").product == "tea"


def test_what_is_told_of_a_retired_profile_marks_its_successor(feedback, store, rung):
    seen(store)
    with store.transaction() as connection:
        members.retire(connection, WORKSPACE, {"p_a": "p_b"})
    assert feedback.tell(WORKSPACE, HINT, "accepted", by="k_1").profile_id == "p_a"
    assert (stale(store), rung) == (["p_b"], [(WORKSPACE, "p_b")])
    with store.reading() as connection:
        assert [one.profile_id for one in outcomes.of_profiles(connection, WORKSPACE, ["p_b"])] == ["p_b"]


def test_the_same_told_again_marks_nothing(feedback, store, rung, clock):
    seen(store)
    first = feedback.tell(WORKSPACE, HINT, "accepted", by="k_1")
    with store.transaction() as connection:
        profiles.unmark(connection, WORKSPACE, profiles.marks_of(connection, WORKSPACE, ["p_a"]))
    clock.advance(1)
    assert feedback.tell(WORKSPACE, HINT, "accepted", by="k_2") == first
    assert (stale(store), len(rung)) == ([], 1)


def test_outcome_and_mark_are_kept_together_or_not_at_all(feedback, store, rung, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    seen(store)
    monkeypatch.setattr(profiles, "mark_stale", killed)
    with pytest.raises(KeyboardInterrupt):
        feedback.tell(WORKSPACE, HINT, "accepted", by="k_1")
    with store.reading() as connection:
        assert outcomes.of_hint(connection, WORKSPACE, HINT) == []
    assert rung == []


def test_what_is_no_outcome_is_refused(feedback, store):
    seen(store)
    with pytest.raises(InvalidRequestError):
        feedback.tell(WORKSPACE, HINT, "bought", by="k_1")


def test_the_card_is_built_anew_within_a_second(tmp_path, redis, redis_url):
    with assemble(build({"data_dir": str(tmp_path), "redis_url": redis_url})) as parts:
        parts.intake.take(WORKSPACE, [contact("1", email("ada@example.com"))])
        parts.rebuild.run()
        found = parts.lookup.find(WORKSPACE, email("ada@example.com"))
        hint = hint_id(WORKSPACE, found.profile_id, "may_like", "tea", "m1")
        on_card(parts.store, found.profile_id, {"id": hint, "product_id": "tea", "model": "m1"})
        began = time.monotonic()
        Feedback(parts.store, parts.clock, parts.queue.rebuild).tell(WORKSPACE, hint, "declined", by="k_1")
        # What a worker that stands by does; one that is only started needs its own time for that.
        (job,) = Queue(SOON, connection=parts.redis).jobs
        worker.current.set(parts)
        job.perform()
        assert time.monotonic() - began < 1
        with parts.store.reading() as connection:
            assert profiles.marks_of(connection, WORKSPACE, [found.profile_id]) == []
            # What stood there was written by hand above: the real document is back.
            assert b"ada@example.com" in profiles.documents(connection, WORKSPACE, [found.profile_id])[found.profile_id]
