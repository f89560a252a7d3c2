"""What a thousand idle event streams cost the lookups on the same machine.

    python -m benchmarks.event_streams --streams 1000

Lookups are measured without open streams and with them, in turns; the ratio is of
medians. Afterwards a contact is posted, and every stream must hear of it.
"""

import argparse
import contextlib
import os
import selectors
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import requests

from benchmarks.company import free_port
from benchmarks.load import Load, load
from benchmarks.lookup import WORKSPACE, fill
from benchmarks.machine import console, introduce, quantile, table
from connector.bootstrap import assemble
from connector.demo import HOST
from connector.processes import Processes
from connector.serving import start_web
from connector.settings import load as load_settings
from connector.store import api_keys

LOOKUP = "/v1/profiles/lookup?email=customer%d@example.com"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--profiles", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=6, help="of each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=16)
    asked = parser.parse_args()
    introduce(f"Lookups beside {asked.streams:,} idle event streams")
    with serving(asked.profiles) as place:
        without, beside, latencies = [], [], []
        for _ in range(asked.rounds):
            without.append(measure(place, asked))
            with streams(place, asked.streams) as opened:
                beside.append(measure(place, asked))
                latencies += heard(place, opened)
        memory = resident(place.events_process)
    show(without, beside)
    console.print(
        f"a contact was heard on all {asked.streams:,} streams, every round: "
        f"p50 {quantile(latencies, 0.5) * 1000:.0f} ms, last {max(latencies) * 1000:.0f} ms after the request began; "
        f"the stream process has {memory:.0f} MiB"
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where the program under test is, and the key that opens it."""

    web: str
    events_port: int
    key: str
    events_process: int


def measure(place: Place, asked: argparse.Namespace) -> Load:
    return load(
        place.web,
        LOOKUP,
        most=asked.profiles,
        seconds=asked.seconds,
        connections=asked.connections,
        headers={"Authorization": f"Bearer {place.key}"},
    )


def show(without: list[Load], beside: list[Load]) -> None:
    rows = table("lookups:", "requests/s", "p50 ms", "p99 ms", "failed")
    for name, loads in (("no streams", without), ("with streams", beside)):
        rate, p50, p99 = (statistics.median(getattr(one, field) for one in loads) for field in ("rate", "p50", "p99"))
        rows.add_row(name, f"{rate:,.0f}", f"{p50:.2f}", f"{p99:.2f}", str(sum(one.failed for one in loads)))
    console.print(rows)
    ratio = statistics.median(one.rate for one in beside) / statistics.median(one.rate for one in without)
    console.print(f"with streams / without: [bold]{ratio:.2f}[/]")


@contextlib.contextmanager
def serving(profiles: int) -> Iterator[Place]:
    """The program as `visavis web` starts it, with cached profiles."""
    with tempfile.TemporaryDirectory(prefix="visavis-bench-") as folder, Processes() as processes:
        web_port, events_port, file = free_port(), free_port(), Path(folder) / "visavis.toml"
        file.write_text(
            f'data_dir = "{folder}"\nlog_level = "error"\n[web]\nport = {web_port}\nworkers = 1\n'
            f"[events]\nport = {events_port}\n"
        )
        settings = load_settings({}, file)
        with assemble(settings) as parts:
            fill(parts, profiles, 10_000)
            with parts.store.transaction() as connection:
                scopes = ["profiles:read", "events:read", "contacts:write"]
                key = api_keys.create(connection, WORKSPACE, "benchmark", scopes, parts.clock())
            with _environ(str(file)):
                start_web(processes, settings)
            pid = processes.running["events"].pid
            yield Place(f"http://{HOST}:{web_port}", events_port, key.text, pid)


@contextlib.contextmanager
def _environ(file: str) -> Iterator[None]:
    os.environ["VISAVIS_CONFIG"] = file
    yield
    del os.environ["VISAVIS_CONFIG"]


@contextlib.contextmanager
def streams(place: Place, count: int) -> Iterator[list[socket.socket]]:
    """That many open streams, each of which said where it stands."""
    with contextlib.ExitStack() as stack:
        opened = [stack.enter_context(socket.create_connection((HOST, place.events_port), 10)) for _ in range(count)]
        request = f"GET /v1/events HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {place.key}\r\n\r\n".encode()
        for one in opened:
            one.sendall(request)
        for one in opened:
            _read_until(one, b"retry: ")
        yield opened


def heard(place: Place, opened: list[socket.socket]) -> list[float]:
    """Post a contact; the seconds after which each stream had its event."""
    selector, waiting = selectors.DefaultSelector(), {one: b"" for one in opened}
    for one in opened:
        selector.register(one, selectors.EVENT_READ)
    began, seconds = time.perf_counter(), []
    answer = requests.post(
        f"{place.web}/v1/contacts",
        json={"channel": "email", "identifier": "customer1@example.com"},
        headers={"Authorization": f"Bearer {place.key}"},
        timeout=5,
    )
    answer.raise_for_status()
    while waiting and time.perf_counter() - began < 10:
        for ready, _ in selector.select(1):
            waiting[ready.fileobj] += ready.fileobj.recv(65536)
            if b"contact.arrived" in waiting[ready.fileobj]:
                seconds.append(time.perf_counter() - began)
                selector.unregister(ready.fileobj)
                del waiting[ready.fileobj]
    if waiting:
        raise SystemExit(f"{len(waiting)} streams did not hear of the contact")
    return seconds


def resident(process: int) -> float:
    """MiB of a process and its children."""
    words = subprocess.run(
        ["ps", "-o", "rss=", "--ppid", str(process), "-p", str(process)], check=True, capture_output=True, text=True
    )
    return sum(int(each) for each in words.stdout.split()) / 1024


def _read_until(connection: socket.socket, words: bytes) -> None:
    connection.settimeout(20)
    told = b""
    while words not in told:
        chunk = connection.recv(65536)
        if not chunk:
            raise SystemExit(f"a stream ended at once: {told[:80]!r}")
        told += chunk


if __name__ == "__main__":
    main()
