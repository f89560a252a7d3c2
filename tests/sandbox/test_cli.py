"""The command line says what it does, and what to do when it cannot."""

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from sandbox.cli import main
from sandbox.server import Running, serve_in_thread
from sandbox.world import World


def silent(environ, start_response):
    start_response("204 No Content", [])
    return []


@pytest.fixture
def running():
    with serve_in_thread(World(3, 80), apps={"hubspot": silent}) as running:
        yield running


def run(*words: object):
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.mark.parametrize("command", [(), ("serve",), ("tick",), ("faults",), ("shop-export",), ("truth",)])
def test_every_command_has_help(command: tuple) -> None:
    answer = run(*command, "--help")
    assert answer.exit_code == 0 and "Usage:" in answer.output


def test_it_serves_until_told_to_stop(tmp_path: Path) -> None:
    words = ["serve", "--people", "40", "--port", "0", "--state", str(tmp_path / "state.json")]
    process = subprocess.Popen([sys.executable, "-m", "sandbox", *words], stdout=subprocess.PIPE, text=True)
    try:
        told = [process.stdout.readline() for _ in range(6)]
        assert told[0] == "A world of 40 people, seed 1:\n"
        url = told[4].split()[1]
        assert url.endswith("/control")
        assert requests.get(url, timeout=5).json()["people"] == 40
        assert requests.post(f"{url}/tick", json={"count": 3}, timeout=5).ok
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=20)
    assert process.returncode == 0 and "Closed." in rest
    assert (tmp_path / "state.json").read_text().count('"ticks"') == 1


def test_a_taken_port_gets_a_clear_message() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        answer = run("serve", "--people", 5, "--port", port)
    assert answer.exit_code == 1
    assert answer.output == f"Error: port {port} is taken by another program; choose another with --port\n"


def test_a_tick_tells_what_happened(running: Running) -> None:
    answer = run("tick", 5, "--url", running.url)
    assert answer.exit_code == 0
    assert len(answer.output.splitlines()) >= 5
    system, kind, id = answer.output.split()[1:4]
    assert running.world.table(system, kind).get(id)


def test_a_tick_posts_hubspots_deliveries_when_asked(running: Running) -> None:
    answer = run("tick", 30, "--url", running.url, "--webhooks", f"{running.url}/hubspot/hook")
    assert "HubSpot events were taken (204)." in answer.output


def test_a_fault_is_planned_and_cleared(running: Running) -> None:
    answer = run("faults", "x", "throttle", "--times", 3, "--path", "/2", "--retry-after", 1.5, "--url", running.url)
    assert answer.output == "x: throttle for the next 3 request(s) below /2\n"
    assert running.faults.planned("x")[0]["retry_after"] == 1.5
    assert "salesforce: nothing planned" in run("faults", "--url", running.url).output
    run("faults", "x", "--clear", "--url", running.url)
    assert running.faults.planned("x") == []


def test_a_fault_without_a_kind_names_the_kinds(running: Running) -> None:
    answer = run("faults", "x", "--url", running.url)
    assert answer.exit_code == 2 and "throttle, quota, expired" in answer.output


def test_no_sandbox_to_talk_to_says_how_to_start_one() -> None:
    answer = run("tick", "--url", "http://127.0.0.1:9")
    assert answer.exit_code == 1
    assert answer.output == "Error: no sandbox answers at http://127.0.0.1:9; start one with: python -m sandbox serve\n"


def test_the_shop_is_exported_with_what_ticks_changed(tmp_path: Path) -> None:
    state, folder = tmp_path / "state.json", tmp_path / "shop"
    world = World("8", 60, state=state)
    changed = {c.id for c in world.tick(60) if (c.system, c.what) == ("shop", "created")}
    answer = run("shop-export", folder, "--state", state)
    assert answer.exit_code == 0 and "customers.csv" in answer.output
    exported = (folder / "orders.csv").read_text()
    assert changed and all(id in exported for id in changed)


def test_a_state_file_knows_its_world_and_refuses_another(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    assert run("truth", "--people", 30, "--seed", 5, "--state", state, "--limit", 1).exit_code == 0
    known = run("truth", "--state", state)
    assert known.output == run("truth", "--people", 30, "--seed", 5, "--state", state).output
    answer = run("truth", "--people", 31, "--state", state)
    assert answer.exit_code == 1 and "belongs to another world (people 30, seed 5" in answer.output


def test_the_truth_is_a_json_line_each() -> None:
    answer = run("truth", "--people", 20, "--seed", 2, "--system", "hubspot")
    told = [tuple(json.loads(line)) for line in answer.output.splitlines()]
    assert told == list(World("2", 20).truth(["hubspot"]))
