"""Several processes take records in and decide at once, and end in what one alone would have come to."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pytest
from sqlalchemy import delete, update

from benchmarks.contention import BATCH, SHARED, Asked, compared, deadlocks, live
from benchmarks.contention_world import ENDED, TAKES, World
from connector.cache.events import Events
from connector.cache.profiles import ProfileCache
from connector.clock import now
from connector.profile.hints import Later
from connector.profile.rebuild import Rebuild
from connector.store import tables, tables_identity

WORKERS, ROUNDS = 3, 15


@pytest.fixture
def rebuild(store, redis) -> Rebuild:
    return Rebuild(store, ProfileCache(redis), Events(redis, now), Later(), now, batch=BATCH)


@pytest.mark.timeout(300)
def test_workers_end_where_one_alone_would(store, database_url, rebuild):
    asked = [
        Asked(url=database_url, workspace="w", few=20, rounds=ROUNDS, seed=f"1.{number}") for number in range(WORKERS)
    ]
    with ProcessPoolExecutor(WORKERS, multiprocessing.get_context("spawn")) as pool:
        lived = live(pool, store, rebuild, asked)
    assert lived.differs == []
    assert (lived.did[ENDED], deadlocks(store)) == (0, 0)
    assert lived.people > 1 and lived.did[TAKES] == WORKERS * ROUNDS
    assert store.is_sqlite or lived.did[f"{SHARED} for {TAKES}"] > ROUNDS


WRONG = {
    "people": update(tables.members).values(profile_id="p_of_all"),
    "links": delete(tables_identity.verdicts),
    "documents": delete(tables.stale),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_not_as_at_once_is_told(sqlite_store, redis, what):
    rebuild = Rebuild(sqlite_store, ProfileCache(redis), Events(redis, now), Later(), now)
    world = World(sqlite_store, "w", 20, seed=1)
    world.take(30)
    assert list(compared(sqlite_store, rebuild, "w")) == []
    world.take(30)
    with sqlite_store.transaction() as connection:
        connection.execute(WRONG[what])
    assert what in list(compared(sqlite_store, rebuild, "w"))
