"""What a warm lookup costs over HTTP, beside the floor under the same server.

    python -m benchmarks.lookup --profiles 100000 --kilobytes 10

Ours: `GET /v1/profiles/lookup?email=` with an API key, every time another customer, the
answer from the cache with the sources' freshness around it. The floor: a bare Flask
view that answers the same bytes from one Redis GET (benchmarks/floor.py). Both run in
turns under the same server with the same number of workers; the ratio is of medians.
"""

import argparse
import contextlib
import os
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

import orjson
import redis

from benchmarks.company import free_port
from benchmarks.load import Load, load
from benchmarks.machine import console, introduce, table
from connector.bootstrap import Parts, assemble
from connector.cache.profiles import Entry
from connector.demo_settings import HOST
from connector.processes import Processes
from connector.serving import granian
from connector.settings import build
from connector.store import api_keys

WORKSPACE = "default"
BATCH = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--profiles", type=int, default=100_000)
    parser.add_argument("--kilobytes", type=int, default=10)
    parser.add_argument("--seconds", type=int, default=8, help="of each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--workers", type=int, default=1, help="of each server; the load needs a core too")
    asked = parser.parse_args()
    introduce(f"Warm lookup, {asked.profiles:,} profiles of {asked.kilobytes} KB")
    with serving(asked.profiles, asked.kilobytes * 1000, asked.workers) as (floor_url, our_url, key):
        floors, ours = [], []
        common = {"most": asked.profiles, "seconds": asked.seconds, "connections": asked.connections}
        for _ in range(asked.rounds):
            floors.append(load(floor_url, "/floor/%d", headers={}, **common))
            lookup = "/v1/profiles/lookup?email=customer%d@example.com"
            ours.append(load(our_url, lookup, headers={"Authorization": f"Bearer {key}"}, **common))
    show(floors, ours)


def show(floors: list[Load], ours: list[Load]) -> None:
    rows = table("what:", "requests/s", "p50 ms", "p99 ms", "failed")
    for name, loads in (("floor", floors), ("lookup", ours)):
        rate, p50, p99 = (statistics.median(getattr(one, field) for one in loads) for field in ("rate", "p50", "p99"))
        rows.add_row(name, f"{rate:,.0f}", f"{p50:.2f}", f"{p99:.2f}", str(sum(one.failed for one in loads)))
    console.print(rows)
    ratio = statistics.median(one.rate for one in ours) / statistics.median(one.rate for one in floors)
    console.print(f"lookup / floor: [bold]{ratio:.2f}[/]")


@contextlib.contextmanager
def serving(profiles: int, size: int, workers: int) -> Iterator[tuple[str, str, str]]:
    """URLs of the floor and of our API with that many cached profiles, and a key."""
    with tempfile.TemporaryDirectory(prefix="visavis-bench-") as folder, Processes() as processes:
        settings = build({"data_dir": folder})
        file = Path(folder) / "visavis.toml"
        file.write_text(f'data_dir = "{folder}"\nlog_level = "error"\n')
        with assemble(settings) as parts:
            fill(parts, profiles, size)
            with parts.store.transaction() as connection:
                key = api_keys.create(connection, WORKSPACE, "benchmark", ["profiles:read"], parts.clock())
            ports = free_port(), free_port()
            environ = {"FLOOR_REDIS_URL": parts.redis_url, "VISAVIS_CONFIG": str(file)}
            for name, target, port in zip(("floor", "web"), ("benchmarks.floor:app", "app:app"), ports, strict=True):
                processes.start(name, granian("wsgi", target, HOST, port, workers), environ)
                processes.wait_for_port(name, HOST, port)
            yield f"http://{HOST}:{ports[0]}", f"http://{HOST}:{ports[1]}", key.text


def fill(parts: Parts, profiles: int, size: int) -> None:
    """Put synthetic profiles of that size into the cache, and the same bytes where the floor finds them."""
    bulk = redis.Redis.from_url(parts.redis_url)
    for start in range(0, profiles, BATCH):
        numbers = range(start, min(profiles, start + BATCH))
        documents = {number: document(number, size) for number in numbers}
        entries = [
            Entry(profile_id=f"p_{number:020x}", version=1, etag=f"{number:x}", document=told)
            for number, told in documents.items()
        ]
        handles = {("email", f"customer{number}@example.com"): [f"p_{number:020x}"] for number in numbers}
        token = parts.cache.reserve(WORKSPACE, handles)
        if not (parts.cache.put_many(WORKSPACE, entries) and token and parts.cache.fill(WORKSPACE, token, handles)):
            raise SystemExit("the cache did not take the profiles")
        bulk.mset({f"floor:{number}": told for number, told in documents.items()})
    os.sync()


def document(number: int, size: int) -> bytes:
    """JSON of about that many bytes."""
    told = {"id": f"p_{number:020x}", "fields": {"name": {"value": f"Customer {number}"}}, "filler": []}
    line = {"source": "salesforce", "kind": "order", "external_id": f"{number:018d}", "total": "123.45"}
    told["filler"] = [line] * max(1, (size - 120) // len(orjson.dumps(line)))
    return orjson.dumps(told)


if __name__ == "__main__":
    main()
