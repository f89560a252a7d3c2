"""`kill -9` at any moment: the store ends as if nothing had happened."""

import multiprocessing
import random
import time

from sqlalchemy import select

from connector import clock as real_clock
from connector.identity.resolver import Resolver
from connector.store import Store, tables, tables_identity
from connector.sync.intake import Intake
from connector.sync.pull import Pull
from tests.connector.sync.conftest import Shop, person

ITEMS = 300
KILLS = 4


def shop() -> Shop:
    made = Shop({})
    made.streams["contacts"].items = [person(each, email=f"p{each // 2}@example.com") for each in range(ITEMS)]
    made.streams["orders"].items = [
        {"id": str(each), "total": "9.99", "contacts": [str(each * 7 % ITEMS)]} for each in range(ITEMS)
    ]
    for stream in made.streams.values():
        stream.size = 5
    return made


def sync(url: str, workspace: str) -> list[str]:
    store = Store(url)
    intake = Intake(store, Resolver(real_clock.now), real_clock.now)
    reports = Pull(store, intake, real_clock.now, time.sleep).run(workspace, shop())
    store.close()
    return [report.state for report in reports]


def told(store: Store, workspace: str) -> list:
    """Who is who, what is known of them, and where the streams stand; without numbers and times."""
    records, members, links = tables.records.c, tables.members.c, tables_identity.verdicts.c
    other = tables.records.alias()
    queries = (
        select(records.source, records.kind, records.external_id, records.version, records.body),
        select(records.external_id, tables.record_contacts.c.external_id).join(
            tables.record_contacts, tables.record_contacts.c.record_id == records.id
        ),
        select(links.rule, links.value, records.external_id, other.c.external_id)
        .join(tables.records, records.id == links.left_id)
        .join(other, other.c.id == links.right_id),
        select(tables.cursors.c.stream, tables.cursors.c.cursor, tables.cursors.c.state).where(
            tables.cursors.c.workspace == workspace
        ),
    )
    with store.reading() as connection:
        found = [
            sorted(map(tuple, connection.execute(query.where(records.workspace == workspace)))) for query in queries[:3]
        ]
        found.append(sorted(map(tuple, connection.execute(queries[3]))))
        together: dict[str, list[str]] = {}
        pairs = select(members.profile_id, records.external_id).join(tables.records, records.id == members.record_id)
        for profile_id, external_id in connection.execute(pairs.where(records.workspace == workspace)):
            together.setdefault(profile_id, []).append(external_id)
        marked = set(connection.scalars(select(tables.stale.c.profile_id).where(tables.stale.c.workspace == workspace)))
    assert marked == set(together), "Every profile waits to be built: none was lost."
    return [*found, sorted(sorted(ids) for ids in together.values())]


def test_a_sync_that_is_killed_again_and_again_ends_like_an_undisturbed_one(database_url, store):
    assert sync(database_url, "calm") == ["ok", "ok"]
    chance, context = random.Random(7), multiprocessing.get_context("spawn")
    cut = 0
    for _ in range(KILLS):
        worker = context.Process(target=sync, args=(database_url, "killed"))
        worker.start()
        before = place(store)
        # Wait until it works, however long its start takes, and then a little.
        deadline = time.monotonic() + 30
        while worker.is_alive() and place(store) == before and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(chance.random() * 0.3)
        worker.kill()
        worker.join()
        cut += worker.exitcode != 0
    assert cut > 0, "The sync was always faster than the kill: raise ITEMS."
    assert sync(database_url, "killed") == ["ok", "ok"]
    assert told(store, "killed") == told(store, "calm")


def place(store: Store) -> list:
    with store.reading() as connection:
        query = select(tables.cursors.c.stream, tables.cursors.c.cursor).where(tables.cursors.c.workspace == "killed")
        return sorted(map(repr, connection.execute(query)))
