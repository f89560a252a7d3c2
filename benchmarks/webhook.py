"""From a change in a source to the changed profile, by webhook.

    python -m benchmarks.webhook --changes 200

Everything is real and in processes of its own: the stand-in for HubSpot changes a record and posts a signed delivery to
the served API, a worker reads the record again over HTTP and rebuilds the profile, and an open event stream hears of
it. The clock runs from before the change is asked for until the event is read. Changes come one after another; then
many at once. The sources are not polled meanwhile, so that nothing but the deliveries can have brought the change.
"""

import argparse
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import orjson
import requests

from benchmarks.company import Company, company
from benchmarks.machine import console, introduce, quantile, table
from connector.demo_settings import HOST

SOURCES = ("salesforce", "hubspot", "x", "shop")

# Seconds after which a change that nobody heard of is asked about.
PATIENCE = 5.0


@dataclass(slots=True)
class Measured:
    """Seconds of each change that was heard of, and how many changed nothing that a profile shows."""

    seconds: list[float] = field(default_factory=list)
    silent: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--changes", type=int, default=200, help="that are heard of, one after another")
    parser.add_argument("--burst", type=int, default=200, help="things that happen at once afterwards")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    asked = parser.parse_args()
    introduce(f"Change in a source to changed profile, by webhook ({asked.database}, {asked.people:,} people)")
    with company(asked.people, asked.database) as measured, served(measured) as heard:
        found = one_by_one(measured, heard, asked.changes)
        profiles, lasted = at_once(measured, heard, asked.burst)
    rows = table("changes", "p50", "p90", "p99", "longest")
    shown = [f"{quantile(found.seconds, share) * 1000:.0f} ms" for share in (0.5, 0.9, 0.99)]
    rows.add_row(str(len(found.seconds)), *shown, f"{max(found.seconds) * 1000:.0f} ms")
    console.print(rows)
    console.print(f"{found.silent} more changes altered nothing that a profile shows", style="dim")
    console.print(f"{asked.burst} things at once: {profiles} profiles changed, the last after {lasted * 1000:.0f} ms")


@contextmanager
def served(measured: Company) -> Iterator["queue.Queue[str]"]:
    """API, events and workers run; what comes on the event stream is put into the queue, as profile ids."""
    code, *_ = measured.measured("sync")
    if code:
        raise SystemExit((measured.folder / "words").read_text()[-4000:])
    environ = {f"VISAVIS_SOURCES_{name.upper()}_EVERY": "" for name in SOURCES}
    environ |= {"VISAVIS_CONFIG": str(measured.folder / "visavis.toml"), "DATABASE_URL": measured.database_url}
    with (measured.folder / "words").open("ab") as words:
        for command in ("web", "worker"):
            measured.processes.start(command, [sys.executable, "-m", "connector.cli", command], environ, words)
    for port in (measured.port, measured.port + 1):
        measured.processes.wait_for_port("web", HOST, port)
    heard: queue.Queue[str] = queue.Queue()
    threading.Thread(target=listen, args=(measured, heard), daemon=True).start()
    heard.get(timeout=10)
    # The workers begin with what was left behind; then they wait.
    time.sleep(3)
    yield heard


def listen(measured: Company, heard: "queue.Queue[str]") -> None:
    command = [sys.executable, "-m", "connector.cli", "keys", "create", "benchmark", "--scope", "admin"]
    made = subprocess.run(command, env=measured.environ, capture_output=True, text=True, check=True)
    headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
    url = f"http://{HOST}:{measured.port}/v1/events"
    # At the end the server is stopped under us.
    with (
        suppress(requests.RequestException),
        requests.get(url, headers=headers, stream=True, timeout=600) as stream,
    ):
        stream.raise_for_status()
        heard.put("open")
        kind = None
        for line in stream.iter_lines(chunk_size=1):
            word, _, rest = line.partition(b": ")
            kind = rest if word == b"event" else kind
            if word == b"data" and kind == b"profile.changed":
                heard.put(orjson.loads(rest)["profile_id"])


def tick(measured: Company, count: int) -> int:
    """Let things happen; how many events HubSpot delivered of them."""
    told = {"count": count, "webhooks": f"http://{HOST}:{measured.port}/v1/webhooks/hubspot"}
    answer = requests.post(f"{measured.sandbox}/control/tick", json=told, timeout=120).json()["webhooks"]
    if answer["delivered"] != answer["events"]:
        raise SystemExit(f"a delivery was answered {answer['status']}")
    return answer["delivered"]


def one_by_one(measured: Company, heard: "queue.Queue[str]", wanted: int) -> Measured:
    found = Measured()
    while len(found.seconds) < wanted:
        started = time.perf_counter()
        if not tick(measured, 1):
            continue
        try:
            heard.get(timeout=PATIENCE)
        except queue.Empty:
            if waiting(measured):
                raise SystemExit(f"a delivery still waits after {PATIENCE} s") from None
            found.silent += 1
            continue
        found.seconds.append(time.perf_counter() - started)
        settle(measured)
        # One change can touch several people: they belong to it, not to the next.
        while not heard.empty():
            heard.get()
    return found


def at_once(measured: Company, heard: "queue.Queue[str]", count: int) -> tuple[int, float]:
    """How many profiles changed, and seconds until the last of them was heard of."""
    started = last = time.perf_counter()
    tick(measured, count)
    profiles: set[str] = set()
    while True:
        try:
            profiles.add(heard.get(timeout=1.0))
            last = time.perf_counter()
        except queue.Empty:
            if not waiting(measured):
                return len(profiles), last - started


def waiting(measured: Company) -> int:
    """Deliveries and profiles that nobody has come to yet."""
    return measured.count("deliveries") + measured.count("stale")


def settle(measured: Company) -> None:
    until = time.monotonic() + PATIENCE
    while waiting(measured) and time.monotonic() < until:
        time.sleep(0.01)
    # What was published is on its way to us.
    time.sleep(0.02)


if __name__ == "__main__":
    main()
