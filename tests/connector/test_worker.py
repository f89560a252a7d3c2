"""The worker: what is due is rung for, what is delivered becomes a changed profile, and being stopped loses nothing."""

import os
import signal
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest
import requests
from sqlalchemy import func, select

from benchmarks.company import free_port
from connector import worker
from connector.bootstrap import assemble
from connector.clock import micros
from connector.demo_settings import settings_text
from connector.processes import Processes
from connector.schedule import AGAIN, Schedule
from connector.serving import start_web, start_workers
from connector.settings import build, load
from connector.store import api_keys, cursors, deliveries, profiles, undoings
from connector.store.cursors import Cursor
from connector.store.profiles import Stored
from connector.store.tables import deliveries as waiting
from connector.store.tables import records, stale
from connector.sync.doorbell import Doorbell
from sandbox.server import serve_in_thread
from sandbox.shop import export
from sandbox.webhooks import events, post
from sandbox.world import World
from tests.connector.identity.test_imports import bridges, crm, shop
from tests.connector.identity.test_review import twins


class Bell:
    """Writes down who was rung for."""

    def __init__(self) -> None:
        self.rung: list[tuple] = []

    def sync(self, workspace: str, source: str, *, full: bool = False) -> None:
        self.rung.append(("full" if full else "sync", source))

    def recheck(self, workspace: str, source: str) -> None:
        self.rung.append(("recheck", source))

    def revisit(self, workspace: str) -> None:
        self.rung.append(("revisit", workspace))

    def refit(self, workspace: str) -> None:
        self.rung.append(("refit", workspace))

    def forget(self, workspace: str) -> None:
        self.rung.append(("forget", workspace))

    def look_after(self, workspace: str) -> None:
        self.rung.append(("look_after", workspace))

    def undo(self, workspace: str) -> None:
        self.rung.append(("undo", workspace))

    def delivered(self, workspace: str, source: str) -> None:
        self.rung.append(("delivered", source))


@pytest.fixture
def parts(sqlite_store) -> SimpleNamespace:
    told = {"sources": {"crm": {"every": "5m"}, "shop": {"every": "1h"}, "hooks": {}}}
    return SimpleNamespace(settings=build(told), store=sqlite_store, queue=Bell())


def began(parts, source: str, at) -> None:
    with parts.store.transaction() as connection:
        cursors.put(connection, "default", source, Cursor(stream="contacts", started_at=micros(at)))


def test_a_source_that_was_never_read_is_due_and_one_without_every_never(parts, clock):
    assert Schedule(parts, clock).ring() == ["crm", "shop"]
    assert parts.queue.rung == [("sync", "crm"), ("sync", "shop")]


def test_a_source_is_due_when_its_time_is_over(parts, clock):
    schedule = Schedule(parts, clock)
    for source in ("crm", "shop"):
        began(parts, source, clock())
    assert schedule.ring() == []
    clock.advance(299)
    assert schedule.ring() == []
    clock.advance(1)
    assert schedule.ring() == ["crm"]


def test_chores_come_round_from_when_they_were_first_looked_at(sqlite_store, clock):
    told = {"sources": {"x": {"every": "1h", "full_every": "7d"}, "hooks": {}}}
    parts = SimpleNamespace(settings=build(told), store=sqlite_store, queue=Bell())
    schedule = Schedule(parts, clock)
    schedule.ring()
    assert parts.queue.rung == [("sync", "x")]
    clock.advance(20 * 3600)
    schedule.ring()
    assert ("recheck", "x") in parts.queue.rung
    assert ("full", "x") not in parts.queue.rung
    clock.advance(7 * 86_400)
    schedule.ring()
    assert ("full", "x") in parts.queue.rung


def test_a_delivery_whose_bell_was_lost_is_rung_for_again_but_not_all_the_time(parts, clock):
    schedule = Schedule(parts, clock)
    for source in ("crm", "shop"):
        began(parts, source, clock())
    with parts.store.transaction() as connection:
        deliveries.put(connection, "default", "hooks", [{"stream": "contacts", "raw": {}, "external_id": "1"}], 0)
    for _ in range(3):
        schedule.ring()
    assert parts.queue.rung == [("delivered", "hooks")]
    clock.advance(AGAIN)
    schedule.ring()
    assert parts.queue.rung == [("delivered", "hooks")] * 2


def test_a_card_that_time_alone_changes_is_rung_for_when_it_does(parts, clock):
    schedule = Schedule(parts, clock)
    for source in ("crm", "shop"):
        began(parts, source, clock())
    silent = Stored(
        profile_id="p_1", version=1, document=b"{}", etag="e", handles=frozenset(), revisit_at=micros(clock()) + 10**8
    )
    with parts.store.transaction() as connection:
        profiles.write(connection, "default", [silent], 0)
    schedule.ring()
    assert parts.queue.rung == []
    clock.advance(100)
    schedule.ring()
    assert ("revisit", "default") in parts.queue.rung


def test_what_waits_for_people_is_looked_after_every_minute(parts, clock):
    schedule = Schedule(parts, clock)
    for source in ("crm", "shop"):
        began(parts, source, clock())
    schedule.ring()
    assert parts.queue.rung == []
    clock.advance(60)
    schedule.ring()
    assert parts.queue.rung == [("look_after", "default")]


def test_looking_after_lets_go_what_nothing_holds_and_lists_what_is_possible(tmp_path, redis, redis_url, clock):
    told = {"data_dir": str(tmp_path), "redis_url": redis_url, "identity": {"brake_joins": 4}}
    with assemble(build(told), clock=clock) as parts:
        for batch in (crm(range(8)), shop(range(8)), bridges(range(8)), twins(0)):
            parts.intake.take("default", batch)
        parts.rebuild.run()
        assert parts.reviewing.imports.release("default", "bad", "k_1")
        worker.current.set(parts)
        worker.look_after("default")
        now = parts.reviewing.watch.now("default")
        assert (sum(rate.held for rate in now.rates), now.counted_at, now.reviews) == (0, clock(), 1)
        with parts.store.reading() as connection:
            assert profiles.count_stale(connection, "default") == 0


def test_an_undoing_that_rests_is_rung_for_until_it_is_done(parts, clock):
    schedule = Schedule(parts, clock)
    for source in ("crm", "shop"):
        began(parts, source, clock())
    with parts.store.transaction() as connection:
        undoings.go_on(connection, "default", 7, micros(clock()))
    schedule.ring()
    assert parts.queue.rung == []
    clock.advance(AGAIN)
    schedule.ring()
    assert parts.queue.rung == [("undo", "default")]
    with parts.store.transaction() as connection:
        undoings.end(connection, "default", 7)
    schedule.ring()
    assert parts.queue.rung == [("undo", "default")]


class Town:
    """A company on this machine: the vendors in a thread, our processes beside us."""

    def __init__(self, folder, people: int, patch: pytest.MonkeyPatch) -> None:
        self.folder, self.world = folder, World(7, people)
        self.vendors = serve_in_thread(self.world)
        self.port = free_port()
        export(self.world, folder / "shop")
        file = folder / "visavis.toml"
        text = settings_text(folder / "var", self.port, self.vendors.url, folder / "shop")
        # Nothing is polled: what changes was delivered, or asked for by the test.
        file.write_text(text.replace('every = "30s"\n', ""))
        for name in [name for name in os.environ if name.startswith("VISAVIS_")]:
            patch.delenv(name)
        patch.setenv("VISAVIS_CONFIG", str(file))
        patch.setenv("VISAVIS_WEB_WORKERS", "1")
        self.parts = assemble(load(os.environ))

    def close(self) -> None:
        self.vendors.close()
        self.parts.close()

    def visavis(self, *words: str) -> subprocess.Popen:
        return subprocess.Popen([sys.executable, "-m", "connector.cli", *words], cwd=self.folder)

    def count(self, table) -> int:
        with self.parts.store.reading() as connection:
            return connection.scalar(select(func.count()).select_from(table))


@pytest.fixture
def town(tmp_path, monkeypatch):
    town = Town(tmp_path, 60, monkeypatch)
    yield town
    town.close()


def until(true, seconds: float = 30.0) -> None:
    """Wait for it, and not a moment longer."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def test_a_burst_does_what_was_asked_for_and_ends(town):
    town.parts.queue.sync("default", "hubspot")
    town.parts.queue.sync("default", "shop")
    assert town.visavis("worker", "--burst").wait(60) == 0
    assert town.parts.status.of("default", "hubspot").state == "ok"
    assert town.parts.status.of("default", "shop").state == "ok"
    assert town.parts.status.of("default", "x").state == "never"
    assert town.count(stale) == 0


def test_a_sync_cut_off_by_a_stop_goes_on_in_the_next_run(town):
    # The third request hangs, so that the stop comes in the middle of the work.
    town.vendors.faults.plan("hubspot", "hang", path="/crm/v3/objects/companies", seconds=60)
    town.parts.queue.sync("default", "hubspot")
    first = town.visavis("worker", "--one", "any")
    until(lambda: town.vendors.faults.happened("hubspot"))
    taken = town.count(records)
    assert taken > 0
    first.send_signal(signal.SIGTERM)
    assert first.wait(15) == 0, "told to stop, it stops at once"
    town.vendors.faults.clear()
    assert town.parts.status.of("default", "hubspot").state == "partial"
    town.parts.queue.sync("default", "hubspot")
    assert town.visavis("worker", "--burst").wait(60) == 0
    assert town.parts.status.of("default", "hubspot").state == "ok"
    assert town.count(records) > taken
    assert town.count(stale) == 0


class Ear(threading.Thread):
    """Follows the event stream as a helpdesk does."""

    def __init__(self, url: str, key: str) -> None:
        super().__init__(daemon=True)
        self.heard: list[tuple[str, str]] = []
        headers = {"Authorization": f"Bearer {key}"}
        self.stream = requests.get(f"{url}/v1/events", headers=headers, stream=True, timeout=60)
        self.stream.raise_for_status()
        self.start()

    def run(self) -> None:
        kind = ""
        try:
            for line in self.stream.iter_lines(chunk_size=1, decode_unicode=False):
                word, _, rest = line.decode().partition(": ")
                kind = rest if word == "event" else kind
                if word == "data" and kind:
                    self.heard.append((kind, rest))
        except (requests.RequestException, AttributeError):
            # Closed under us.
            return


def test_from_the_vendors_to_the_event_of_a_changed_profile(town):
    """First sync, a change that HubSpot delivers signed to the served API, a worker, an event, a fresher card."""
    assert town.visavis("sync").wait(60) == 0
    with town.parts.store.transaction() as connection:
        key = api_keys.create(connection, "default", "test", ["admin"], town.parts.clock()).text
    with Processes() as processes:
        start_web(processes, town.parts.settings)
        start_workers(processes, town.parts.settings)
        url = town.parts.settings.web_url
        ear = Ear(url, key)
        changes = []
        while not any(change.kind == "contact" for change in changes) or not list(events(town.world, changes)):
            changes += town.world.tick(5)
        sent = post(town.world, changes, f"{url}/v1/webhooks/hubspot")
        assert (sent.delivered, sent.status) == (sent.events, 200)
        until(lambda: any(kind == "profile.changed" for kind, _ in ear.heard))
        until(lambda: town.count(waiting) == 0 and town.count(stale) == 0)
        headers = {"Authorization": f"Bearer {key}"}
        changed = next(change for change in changes if (change.system, change.kind) == ("hubspot", "contact"))
        asked = {"external_id": changed.id, "source": "hubspot"}
        answer = requests.get(f"{url}/v1/profiles/lookup", params=asked, headers=headers, timeout=5)
        row = town.world.table("hubspot", "contact").get(changed.id)
        if row is None or row.deleted or row.merged_into:
            assert answer.status_code == 404
        else:
            assert answer.status_code == 200, answer.text
            told = next(one for one in answer.json()["records"] if one["external_id"] == changed.id)
            assert told["updated_at"][:19] == row.modified.isoformat()[:19]
        # What nobody signed is not taken in.
        forged = requests.post(f"{url}/v1/webhooks/hubspot", json=[{"objectId": 1}], timeout=5)
        assert forged.status_code == 401
        ear.stream.close()


def test_the_worker_answers_a_bell_of_its_own_queue_only(redis, redis_url, sqlite_store, clock):
    """The process that is kept free for deliveries leaves long syncs to the others."""
    bell = Doorbell(redis)
    bell.sync("default", "crm")
    rebuilt, loaded = [], []
    parts = SimpleNamespace(
        rebuild=SimpleNamespace(run=lambda: rebuilt.append(True)),
        models=SimpleNamespace(of=loaded.append),
        redis_url=redis_url,
        settings=build({}),
        clock=clock,
    )
    worker.work(parts, only_soon=True, burst=True)
    assert rebuilt, "marks that a killed process left are built first"
    assert loaded == ["default"], "its models are at hand before somebody waits"
    assert bell.waiting() == 1
