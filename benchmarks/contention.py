"""Several workers, a rebuilder and people who decide, all in one workspace: do they end where one alone would?

    python -m benchmarks.contention --worlds 10 --workers 4 --rounds 100 --database sqlite postgresql

In each world (a workspace of its own) few records share a few mailboxes, numbers and homes. Every worker, a process
of its own, takes records in as webhooks and pages bring them, with guests' orders, merges, deletions and erasures;
pins, unmerges, undoes imports and takes all of that back. Profiles are built meanwhile. At the end people and links
have to be those of the same records and decisions resolved at once in memory, and every document what is built from
scratch. Exits with 1 when they are not, or when the database had to end one who waited in a circle.
"""

import argparse
import multiprocessing
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis
from sqlalchemy import event, select, text

from benchmarks.at_once import in_memory, links_in, links_of, people_in, people_of
from benchmarks.company import postgresql
from benchmarks.contention_world import ENDED, FEW, RECORDS, TAKES, World
from benchmarks.machine import console, facts, introduce
from connector.cache.events import Events
from connector.cache.profiles import ProfileCache
from connector.cache.server import EmbeddedServer
from connector.clock import now
from connector.identity.strictness import STANDARD
from connector.profile.hints import Later
from connector.profile.rebuild import Rebuild
from connector.store import Store, profiles
from connector.store.tables import members
from connector.store.tables import profiles as documents

# Profiles that are built at once: few, so that others come between.
BATCH = 7

# The statements by which a transaction asks for locks, and what is counted of them.
SHARED, WHOLE = "shared", "whole"
ASKS = {
    "pg_advisory_xact_lock_shared(": SHARED,
    "SELECT pg_advisory_xact_lock(": WHOLE,
    "pg_advisory_xact_lock(name)": "parts",
    # SQLite has one writer.
    "BEGIN IMMEDIATE": WHOLE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one worker shall do."""

    url: str
    workspace: str
    few: int
    rounds: int
    seed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """One world: what was done, in how many seconds, and what differs from what one alone would have come to."""

    did: Counter[str]
    seconds: float
    people: int
    differs: list[str]


class Watch:
    """Counts the locks that a store's transactions ask for, by what is done, and the seconds until they had them."""

    def __init__(self, store: Store, doing: Callable[[], str]) -> None:
        self.counts: Counter[str] = Counter()
        self.seconds, self.doing = 0.0, doing
        event.listen(store.engine, "before_cursor_execute", self._before)
        event.listen(store.engine, "after_cursor_execute", self._after)

    def _before(self, *told: Any) -> None:
        *_, context, _is_many = told
        context.begun = time.perf_counter()

    def _after(self, *told: Any) -> None:
        _connection, _cursor, statement, _parameters, context, _is_many = told
        asked = next((name for part, name in ASKS.items() if part in statement), None)
        if asked:
            self.counts[f"{asked} for {self.doing()}"] += 1
            self.seconds += time.perf_counter() - context.begun


def work(asked: Asked) -> Counter[str]:
    """One worker's rounds in one world; what it did."""
    store = Store(asked.url)
    world = World(store, asked.workspace, asked.few, asked.seed)
    watch = Watch(store, lambda: world.doing)
    begun = time.perf_counter()
    for _ in range(asked.rounds):
        world.round()
    world.end()
    store.close()
    return world.did + watch.counts + Counter({"seconds": time.perf_counter() - begun, "waited": watch.seconds})


def live(pool: ProcessPoolExecutor, store: Store, rebuild: Rebuild, asked: list[Asked]) -> Lived:
    """Have all of them work at once, and build what they mark."""
    workspace = asked[0].workspace
    working: list[Future[Counter[str]]] = [pool.submit(work, each) for each in asked]
    while wait(working, 0.01).not_done:
        rebuild.run(workspace, limit=3 * BATCH)
    results = [each.result() for each in working]
    did, seconds = sum(results, Counter()), max(each["seconds"] for each in results)
    differs = [] if did[ENDED] else list(compared(store, rebuild, workspace))
    return Lived(did=did, seconds=seconds, people=len(people_in(store, workspace)), differs=differs)


def compared(store: Store, rebuild: Rebuild, workspace: str) -> Iterator[str]:
    """What is not as it would be, had one alone resolved all records at once."""
    base = in_memory(store, STANDARD, workspace)
    if people_in(store, workspace) != people_of(base):
        yield "people"
    if links_in(store, workspace) != links_of(base):
        yield "links"
    rebuild.run(workspace)
    told = shown(store, workspace)
    rebuild.everything(workspace)
    with store.reading() as connection:
        own = set(connection.scalars(select(members.c.profile_id).where(members.c.workspace == workspace)))
        waiting = profiles.count_stale(connection, workspace)
    if waiting or told.keys() != own or told != shown(store, workspace):
        yield "documents"


def shown(store: Store, workspace: str) -> dict[str, str]:
    """Of each profile that is served what its document says, as a digest."""
    query = select(documents.c.id, documents.c.etag).where(documents.c.workspace == workspace)
    with store.reading() as connection:
        return dict(connection.execute(query.where(documents.c.document.is_not(None))).all())


def deadlocks(store: Store) -> int:
    """How often the database ended one of several who waited in a circle."""
    if store.is_sqlite:
        return 0
    with store.reading() as connection:
        query = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return connection.scalar(query) or 0


@contextmanager
def company(database: str) -> Iterator[tuple[str, Rebuild, Store]]:
    """An empty store with its URL, and who builds its profiles."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="visavis-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        server = EmbeddedServer(folder)
        url = stack.enter_context(postgresql()) if database == "postgresql" else f"sqlite:///{folder}/visavis.db"
        client = redis.Redis.from_url(server.join())
        stack.callback(server.leave)
        store = Store(url)
        store.migrate()
        stack.callback(store.close)
        yield url, Rebuild(store, ProfileCache(client), Events(client, now), Later(), now, batch=BATCH), store


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--database", nargs="+", choices=["sqlite", "postgresql"], default=["postgresql"])
    parser.add_argument("--worlds", type=int, default=10)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=100, help="of each worker in each world")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    introduce(f"{asked.workers} workers in one workspace, {asked.worlds} times")
    if sum(failed(database, asked) for database in asked.database):
        raise SystemExit(1)


def failed(database: str, asked: argparse.Namespace) -> int:
    """Live through all worlds on one database, and print what came out; how many worlds went wrong."""
    context = multiprocessing.get_context("spawn")
    with company(database) as (url, rebuild, store), ProcessPoolExecutor(asked.workers, context) as pool:
        lives = []
        for number in range(asked.worlds):
            few = FEW[number % len(FEW)]
            told = {"url": url, "workspace": f"w{number}", "few": few, "rounds": asked.rounds}
            seeds = [f"{asked.seed}.{number}.{worker}" for worker in range(asked.workers)]
            lives.append(live(pool, store, rebuild, [Asked(**told, seed=seed) for seed in seeds]))
            console.print(line(number, lives[-1]), highlight=False)
        circles = deadlocks(store)
    report(database, lives, circles)
    return sum(bool(each.differs or each.did[ENDED]) for each in lives) or circles


def line(number: int, lived: Lived) -> str:
    told = f"not as at once: {', '.join(lived.differs)}" if lived.differs else "as at once"
    return f"world {number}: {lived.seconds:.1f} s, {lived.did[RECORDS]:,} records, {lived.people} people, {told}"


def report(database: str, lives: list[Lived], circles: int) -> None:
    did = sum((each.did for each in lives), Counter())
    seconds = sum(each.seconds for each in lives)
    # Of those few records each; what did not hold the whole workspace in the end was taken in beside others.
    whole = did[f"{WHOLE} for {TAKES}"]
    beside = did[TAKES] - whole
    rows = {
        "records a second": f"{did[RECORDS] / seconds:,.0f}",
        "waited for locks, of the workers' time": f"{did['waited'] / did['seconds']:.0%}",
        "few records taken in beside others": f"{beside:,} of {did[TAKES]:,}",
        "begun anew for it": f"{max(0, did[f'{SHARED} for {TAKES}'] - beside):,}",
        "under the whole workspace": f"{whole:,}",
        "ended by the database": f"{did[ENDED]:,} ({circles:,} deadlocks)",
        "worlds not as at once": f"{sum(bool(each.differs) for each in lives):,} of {len(lives):,}",
    }
    facts(f"{database}:", rows)
    console.print(", ".join(f"{name} {count:,.0f}" for name, count in sorted(did.items())), style="dim")


if __name__ == "__main__":
    main()
