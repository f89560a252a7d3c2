"""Recheck: what a source tells only to who asks, against a stand-in of X."""

import pytest
from sqlalchemy import select

from adapters.x import X
from connector.identity.resolver import Resolver
from connector.store import chores
from connector.store.tables import records
from connector.sync.intake import Intake
from connector.sync.pull import Pull
from connector.sync.recheck import Recheck, chore
from sandbox.rows.social import BRAND
from sandbox.server import serve_in_thread
from sandbox.vendors.x import BEARER_TOKEN
from sandbox.world import World


@pytest.fixture
def network():
    with serve_in_thread(World(1, 400)) as running:
        yield running


@pytest.fixture
def x(network):
    settings = {"base_url": f"{network.url}/x", "bearer_token": BEARER_TOKEN, "username": BRAND}
    return X(settings, sleep=lambda seconds: None)


@pytest.fixture
def recheck(sqlite_store, clock, x):
    intake = Intake(sqlite_store, Resolver(clock), clock)
    Pull(sqlite_store, intake, clock, lambda seconds: None).run("default", x)
    return Recheck(sqlite_store, intake, clock, lambda seconds: None)


def alive(store) -> dict[tuple[str, str], str]:
    """Kind and id of all that is not gone, with the stream by which it came."""
    with store.reading() as connection:
        found = connection.execute(select(records).where(records.c.deleted.is_(False)))
        return {(row.kind, row.external_id): row.stream for row in found}


def test_a_deleted_post_is_gone_and_nothing_else(recheck, sqlite_store, x, network):
    before = alive(sqlite_store)
    deleted: set[tuple[str, str]] = set()
    while not deleted:
        changes = network.world.tick(20)
        deleted = {("mention", one.id) for one in changes if one.what == "deleted" and one.system == "x"} & set(before)
    told = {one.stream: one for one in recheck.run("default", x)}
    after = alive(sqlite_store)
    assert before.keys() - after.keys() == deleted
    assert after == {key: stream for key, stream in before.items() if key not in deleted}
    assert sum(one.asked for one in told.values()) == len(before)


def test_when_it_was_done_is_noted(recheck, sqlite_store, x, clock):
    recheck.run("default", x)
    with sqlite_store.reading() as connection:
        assert chores.done_at(connection, "default", chore("x")) is not None


def test_a_source_that_is_down_loses_nothing_and_is_asked_again(recheck, sqlite_store, x, network):
    before = alive(sqlite_store)
    network.faults.plan(vendor="x", kind="error", times=1000)
    told = recheck.run("default", x)
    assert all(one.reason for one in told)
    assert alive(sqlite_store) == before
    with sqlite_store.reading() as connection:
        assert chores.done_at(connection, "default", chore("x")) is None


def test_one_at_a_time(recheck, sqlite_store, x, clock):
    from connector.clock import micros
    from connector.store import leases

    with sqlite_store.transaction() as connection:
        leases.take(connection, "default", chore("x"), "another", now=micros(clock()), seconds=60)
    assert recheck.run("default", x) == []
