"""An import is undone by a worker, or that is taken back: killed in the middle of it, the next one goes on."""

import multiprocessing
import os
import signal
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from benchmarks.at_once import people_in
from connector import worker
from connector.bootstrap import assemble
from connector.clock import moment
from connector.identity import undo
from connector.schedule import AGAIN, Schedule
from connector.settings import build
from connector.store import keyed, profiles, tables, undoings, went_by
from connector.store.pins import key_of
from tests.connector.identity.test_imports import bridges, crm, shop

PEOPLE = range(8)


def answer(told: dict, die_in: int) -> None:
    """What a worker does, in a process of its own: answer what is asked. It dies within this batch (0: in none)."""
    undo.BATCH = 3
    go_on, batches = undoings.go_on, 0

    def deadly(*arguments: object) -> None:
        nonlocal batches
        batches += 1
        if batches == die_in:
            # Links are turned, and nothing of that is committed.
            os.kill(os.getpid(), signal.SIGKILL)
        go_on(*arguments)

    undoings.go_on = deadly
    with assemble(build(told)) as parts:
        worker.work(parts, burst=True)


def work(told: dict, die_in: int = 0) -> int:
    """How a worker's process ends."""
    process = multiprocessing.get_context("spawn").Process(target=answer, args=(told, die_in))
    process.start()
    process.join(60)
    return process.exitcode


@pytest.fixture
def told(tmp_path, database_url, redis, redis_url) -> dict:
    sources = {"bad": {"adapter": "files"}}
    return {"data_dir": str(tmp_path), "database_url": database_url, "redis_url": redis_url, "sources": sources}


def ring(parts, clock) -> None:
    """What the schedule does when nobody did a bit of it for a while."""
    with parts.store.reading() as connection:
        (last,) = undoings.under_way(connection, "default").values()
    clock.time = moment(last) + timedelta(seconds=AGAIN)
    Schedule(parts, clock).ring()


def killed_and_gone_on_with(parts, told, clock, decision: int, half: tuple, whole: tuple, later: tuple = ()) -> None:
    """A worker dies in its third batch of three links, and another one ends what it began. State, and links held.

    `later`: how it stands when a second one dies in its sixth batch.
    """

    def state() -> tuple:
        found = parts.reviewing.imports.state("default", decision)
        return found.state, found.links

    parts.queue.undo("default")
    assert work(told, die_in=3) == -signal.SIGKILL
    assert state() == half
    assert work(told) == 0, "nobody rang yet"
    assert state() == half
    ring(parts, clock)
    if later:
        assert work(told, die_in=6) == -signal.SIGKILL
        assert state() == later
        ring(parts, clock)
    assert work(told) == 0
    assert state() == whole
    with parts.store.reading() as connection:
        assert profiles.count_stale(connection, "default") == 0
        assert not undoings.under_way(connection, "default")


def test_a_worker_that_is_killed_in_the_middle_leaves_it_to_the_next_one(told, clock):
    with assemble(build(told), clock=clock) as parts:
        for batch in (crm(PEOPLE), shop(PEOPLE)):
            parts.intake.take("default", batch)
        apart = people_in(parts.store, "default")
        clock.advance(60)
        parts.intake.take("default", bridges(PEOPLE))
        before, links = whose(parts), 2 * len(PEOPLE)

        imports = parts.reviewing.imports
        decision = imports.begin("default", "bad", clock(), clock(), "kim")
        killed_and_gone_on_with(parts, told, clock, decision, ("running", 6), ("done", links))
        assert people_in(parts.store, "default") == apart | {(f"bad:contact:{n}",) for n in PEOPLE}

        # By then there is more at the shops than in the CRM.
        parts.intake.take("default", [replace(each, source="shop2") for each in shop(PEOPLE)])
        imports.begin_back("default", decision, "kim")
        half, whole = ("taking_back", links - 6), ("taken_back", 0)
        killed_and_gone_on_with(parts, told, clock, decision, half, whole, later=("taking_back", 0))
        assert {key: name for key, name in whose(parts).items() if "shop2" not in key} == before
        assert whose(parts).keys() > before.keys() and len(set(whose(parts).values())) == len(PEOPLE)
        with parts.store.reading() as connection:
            assert not went_by.touched_by(connection, "default", decision)


def whose(parts) -> dict[str, str]:
    """The profile of each record."""
    with parts.store.reading() as connection:
        told = connection.execute(select(tables.records.c.source, tables.records.c.kind, tables.records.c.external_id))
        return keyed.profiles_of(connection, "default", [key_of(*key) for key in told])
