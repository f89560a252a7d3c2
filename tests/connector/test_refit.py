"""Models are fitted on schedule, in a process of their own, and nobody waits for it."""

import os
import signal
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest

from connector import refit, worker
from connector.bootstrap import assemble
from connector.clock import micros
from connector.identity.resolver import Resolver
from connector.recommendations import training
from connector.schedule import FIRST_REFIT_AGAIN, FORGET, Schedule
from connector.settings import build
from connector.store import chores, cursors, leases, models, profiles
from connector.store.cursors import Cursor
from connector.sync.intake import Intake
from tests.connector.recommendations.shop import baskets_of
from tests.connector.recommendations.town import customer
from tests.connector.records import contact, email
from tests.connector.test_worker import Bell

WORKSPACE = "default"


@pytest.fixture
def parts(tmp_path, redis_url, redis):
    tables = {
        "data_dir": str(tmp_path),
        "redis_url": redis_url,
        "log_level": "error",
        "sources": {"crm": {"every": "5m"}},
    }
    with assemble(build(tables)) as made:
        yield made


def people(parts, count: int = 90) -> None:
    told = baskets_of(customers=count)
    parts.intake.take(WORKSPACE, [record for name, held in told.items() for record in customer(name, held)])


def serving(parts) -> set[str]:
    with parts.store.reading() as connection:
        return set(models.serving(connection, WORKSPACE))


@pytest.fixture
def looked(sqlite_store, clock):
    """The schedule's view of a company whose one source was read to its end."""
    parts = SimpleNamespace(settings=build({"sources": {"crm": {"every": "5m"}}}), store=sqlite_store, queue=Bell())
    stream(parts, cursors.IDLE, clock)
    return parts


def stream(parts, state: str, clock) -> None:
    with parts.store.transaction() as connection:
        place = Cursor(stream="orders", state=state, started_at=micros(clock()))
        cursors.put(connection, WORKSPACE, "crm", place)


def rung(parts, clock) -> bool:
    parts.queue.rung.clear()
    Schedule(parts, clock).ring()
    return ("refit", WORKSPACE) in parts.queue.rung


def with_orders(parts, clock) -> None:
    records = customer("c1", baskets_of(customers=1)["c0"])
    Intake(parts.store, Resolver(clock), clock).take(WORKSPACE, records)


def test_the_first_fit_waits_for_orders_and_for_the_end_of_what_is_being_read(looked, clock):
    assert not rung(looked, clock)
    with_orders(looked, clock)
    stream(looked, cursors.RUNNING, clock)
    assert not rung(looked, clock)
    stream(looked, cursors.IDLE, clock)
    assert rung(looked, clock)


def test_it_comes_round_and_sooner_while_nothing_serves(looked, clock):
    with_orders(looked, clock)
    done(looked, clock)
    assert not rung(looked, clock)
    clock.advance(FIRST_REFIT_AGAIN.total_seconds())
    assert rung(looked, clock)
    with looked.store.transaction() as connection:
        fit = models.Fit(name="hints", version="1", state=models.SERVING, made_at=1)
        models.serve(connection, WORKSPACE, fit)
    assert not rung(looked, clock)
    clock.advance(timedelta(days=1).total_seconds())
    assert rung(looked, clock)


def done(parts, clock) -> None:
    with parts.store.transaction() as connection:
        chores.done(connection, WORKSPACE, training.REFIT, micros(clock()))


def test_never_is_never(sqlite_store, clock):
    told = {"sources": {"crm": {}}, "recommendations": {"refit_every": ""}}
    parts = SimpleNamespace(settings=build(told), store=sqlite_store, queue=Bell())
    with_orders(parts, clock)
    assert not rung(parts, clock)


def test_a_worker_fits_in_another_process_and_the_profiles_are_rebuilt_with_it(parts):
    people(parts)
    parts.rebuild.run()
    parts.queue.refit(WORKSPACE)
    began = time.monotonic()
    worker.work(parts, burst=True)
    assert serving(parts) == {"hints", "likelihood"}
    assert time.monotonic() - began < 60
    with parts.store.reading() as connection:
        assert profiles.count_stale(connection, WORKSPACE) == 0
        assert chores.done_at(connection, WORKSPACE, training.REFIT)


def test_the_job_returns_at_once_and_another_bell_begins_no_second_fit(parts):
    people(parts)
    refits = refit.Refits(parts)
    began = time.monotonic()
    refits.start(WORKSPACE)
    first = refits.running[WORKSPACE]
    refits.start(WORKSPACE)
    assert time.monotonic() - began < 5
    assert refits.running[WORKSPACE] is first
    assert first.pid != os.getpid()
    refits.stop()
    assert first.exitcode is not None
    assert refits.running == {}


def test_a_fit_that_was_killed_is_told_of_and_blocks_nobody(parts):
    people(parts)
    refits = refit.Refits(parts)
    refits.start(WORKSPACE)
    os.kill(refits.running[WORKSPACE].pid, signal.SIGKILL)
    refits.wait()
    with parts.store.reading() as connection:
        (lost,) = models.tried(connection, WORKSPACE)
        assert not leases.held(connection, WORKSPACE, [training.REFIT], now=micros(parts.clock()))
    assert lost.reason == "the process that fitted was killed by signal 9 (too little memory?)"
    refits.start(WORKSPACE)
    refits.wait()
    assert serving(parts) == {"hints", "likelihood"}


def test_forgetting_is_a_job_like_others(parts):
    parts.intake.take(WORKSPACE, [contact("1", email("x@example.com"))])
    parts.queue.forget(WORKSPACE)
    worker.work(parts, burst=True)
    with parts.store.reading() as connection:
        assert chores.done_at(connection, WORKSPACE, FORGET)
