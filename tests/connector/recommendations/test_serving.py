"""What a process serves: the store's word, loaded once, and what it had when the store is away."""

import threading

import pytest

from connector.errors import StoreUnavailableError
from connector.recommendations import serving
from connector.recommendations.forgetting import Forgetting
from connector.recommendations.serving import Models
from connector.store import members, models
from tests.connector.recommendations.shop import baskets_of
from tests.connector.recommendations.town import WORKSPACE, Town

PEOPLE = baskets_of(customers=90)


@pytest.fixture
def town(sqlite_store, clock) -> Town:
    town = Town(sqlite_store, clock)
    town.people(PEOPLE)
    town.fit()
    return town


def test_nothing_serves_before_a_fit(sqlite_store, clock):
    assert Models(sqlite_store, clock).of(WORKSPACE) is None


def test_a_model_is_loaded_once_and_a_new_one_at_once(town):
    here = Models(town.store, town.clock)
    first = here.of(WORKSPACE)
    assert here.of(WORKSPACE) is first
    assert here.of("other") is None
    town.people(baskets_of(seed=2, customers=60))
    town.fit()
    assert here.of(WORKSPACE).version != first.version


def test_while_the_store_is_away_what_was_loaded_serves_and_the_store_is_left_alone(town, monkeypatch):
    here, asked = Models(town.store, town.clock), []
    first = here.of(WORKSPACE)

    def away(*given):
        asked.append(given)
        raise StoreUnavailableError("away")

    with monkeypatch.context() as patch:
        patch.setattr(models, "serving", away)
        assert [here.of(WORKSPACE) for _ in range(3)] == [first] * 3
        assert len(asked) == 1
        assert here.of("other") is None
    town.clock.advance(60)
    assert here.of(WORKSPACE) is first


def test_who_asks_while_another_loads_gets_what_there_was(town, monkeypatch):
    here = Models(town.store, town.clock)
    first = here.of(WORKSPACE)
    town.people(baskets_of(seed=2, customers=60))
    town.fit()
    loads, asked, answers = serving.loaded, threading.Event(), []

    def slow(*given):
        thread = threading.Thread(target=lambda: answers.append(here.of(WORKSPACE)))
        thread.start()
        thread.join(10)
        asked.set()
        return loads(*given)

    monkeypatch.setattr(serving, "loaded", slow)
    assert here.of(WORKSPACE).version != first.version
    assert asked.is_set()
    assert answers == [first]


def test_a_content_that_cannot_be_read_counts_as_none(town):
    with town.store.transaction() as connection:
        for fit in models.tried(connection, WORKSPACE):
            models.write_part(connection, WORKSPACE, fit.name, fit.version, 0, b"rust")
    assert town.fitted() is None


def test_who_is_erased_leaves_the_model_that_serves_and_the_one_kept(town):
    town.people(baskets_of(seed=2, customers=60))
    town.clock.advance(60)
    town.fit()
    here = Models(town.store, town.clock)
    forgetting = Forgetting(town.store, here, town.clock)
    assert forgetting.run(WORKSPACE) == 0
    with town.store.reading() as connection:
        profile_id = next(iter(members.of_contacts(connection, WORKSPACE, [("crm", "c1")])))
    before = here.of(WORKSPACE)
    assert profile_id in before.recommender.model.tables.slow.who
    town.erase("c1")
    for place in range(len(PEOPLE["c1"])):
        town.erase_order(f"c1-{place}")
    assert forgetting.run(WORKSPACE) == 1
    after = here.of(WORKSPACE)
    assert after.version == before.version
    assert profile_id not in after.recommender.model.tables.slow.who
    with town.store.reading() as connection:
        for fit in models.tried(connection, WORKSPACE, "hints"):
            content = serving.unpacked(models.parts(connection, WORKSPACE, fit.name, fit.version))
            assert profile_id.encode() not in content
    assert forgetting.run(WORKSPACE) == 0
