"""The demo as a newcomer starts it: cold, warm, over a taken port, and stopped by Ctrl-C."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from benchmarks.company import free_port
from tests.connector.test_processes import alive


def demo(folder: Path, *more: str, port: int | None = None, sandbox: int | None = None) -> subprocess.Popen:
    ports = ["--port", str(port or free_port()), "--sandbox-port", str(sandbox or free_port())]
    command = [
        sys.executable,
        "-m",
        "connector.cli",
        "demo",
        "--people",
        "40",
        "--data-dir",
        str(folder),
        *ports,
        *more,
    ]
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("VISAVIS_", "REDIS_"))}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ)


def read(out: str) -> dict[str, int]:
    """Records that each stream brought: the table's column `changed`."""
    rows = [line.split() for line in out.splitlines()]
    return {f"{row[0]} {row[1]}": int(row[4].replace(",", "")) for row in rows[1:] if len(row) > 4}


def test_cold_it_reads_everything_and_warm_only_what_changed(tmp_path):
    cold = demo(tmp_path / "demo", "--once")
    first, words = cold.communicate(timeout=90)
    assert cold.returncode == 0, words
    assert "a new world of 40 people" in words
    warm = demo(tmp_path / "demo", "--once")
    second, words = warm.communicate(timeout=90)
    assert warm.returncode == 0, words
    assert "25 things have happened" in words
    assert read(first).keys() == read(second).keys()
    assert 0 < sum(read(second).values()) < sum(read(first).values()) / 2
    other = demo(tmp_path / "demo", "--seed", "8", "--once")
    _, words = other.communicate(timeout=30)
    assert other.returncode == 1
    assert "holds a world of 40 people, seed 7" in words


def test_a_taken_port_is_said_before_anything_starts(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for option in ("port", "sandbox"):
            refused = demo(tmp_path / "demo", **{option: port})
            _, words = refused.communicate(timeout=30)
            assert refused.returncode == 1
            assert f"port {port} on 127.0.0.1 cannot be used" in words
            assert "make demo" in words
    assert not (tmp_path / "demo").exists()


def below(pid: int) -> list[int]:
    """The processes that this one started, and those that they did."""
    found = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        found += [int(child), *below(int(child))]
    return found


@pytest.mark.timeout(150)
def test_what_it_prints_works_and_ctrl_c_stops_every_process_in_one_line(tmp_path):
    started = demo(tmp_path / "demo")
    words, end = "", time.monotonic() + 90
    while "Ctrl-C stops everything" not in words:
        line = started.stderr.readline()
        assert line and time.monotonic() < end, words
        words += line
    opened = requests.get(re.search(r"open\s+(http\S+)", words)[1], timeout=10)
    assert "Who is it?" in opened.text
    curl = re.search(r"curl -H 'Authorization: (Bearer \S+)' '(\S+)'", words)
    card = requests.get(curl[2], headers={"Authorization": curl[1]}, timeout=10)
    assert len({record["source"] for record in card.json()["records"]}) > 1
    processes = below(started.pid)
    assert len(processes) >= 5, "sandbox, web, events, workers"
    started.send_signal(signal.SIGINT)
    _, rest = started.communicate(timeout=30)
    assert started.returncode == 130
    assert rest.split() == ["stopped"]
    assert [pid for pid in processes if alive(pid)] == []


def test_ctrl_c_in_the_middle_of_the_first_sync_stops_every_process_too(tmp_path):
    started = demo(tmp_path / "demo")
    while "salesforce" not in started.stderr.readline():
        assert started.poll() is None
    processes = below(started.pid)
    started.send_signal(signal.SIGINT)
    _, rest = started.communicate(timeout=30)
    assert started.returncode == 130
    assert rest.split("\n")[-2:] == ["stopped", ""]
    assert [pid for pid in processes if alive(pid)] == []
