"""The server keeps connections, serves many at once, breaks them when told, and its controls work."""

import json
import socket
import threading
import time
from types import SimpleNamespace

import pytest
import requests

from sandbox.httpd import LONGEST_BODY
from sandbox.server import PortTakenError, Running, listen, serve_in_thread
from sandbox.world import World


def echo(environ, start_response):
    """Says what it was asked."""
    told = {
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"],
        "mount": environ["SCRIPT_NAME"],
        "query": environ["QUERY_STRING"],
        "body": environ["wsgi.input"].read().decode(),
        "kind": environ["CONTENT_TYPE"],
        "token": environ.get("HTTP_AUTHORIZATION"),
    }
    if told["path"] == "/fails":
        raise RuntimeError("on purpose")
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(told).encode()]


@pytest.fixture
def running():
    with serve_in_thread(World(3, 50), apps={"hubspot": echo, "x": echo}) as running:
        yield running


def test_a_vendor_gets_its_paths_below_its_mount(running: Running) -> None:
    answer = requests.post(
        f"{running.url}/hubspot/crm/v3/%C3%A4?limit=5", data="{}", headers={"Authorization": "Bearer t"}, timeout=5
    )
    assert answer.json() == {
        "method": "POST",
        "path": "/crm/v3/Ã¤",
        "mount": "/hubspot",
        "query": "limit=5",
        "body": "{}",
        "kind": "",
        "token": "Bearer t",
    }


def test_a_connection_is_kept_for_the_next_request(running: Running) -> None:
    with socket.create_connection(("127.0.0.1", running.server.server_address[1]), timeout=5) as connection:
        for _ in range(3):
            connection.sendall(b"GET /x/again HTTP/1.1\r\nHost: here\r\n\r\n")
            answer = connection.recv(65_536)
            assert answer.startswith(b"HTTP/1.1 200 OK") and b'"/again"' in answer


def test_slow_clients_do_not_stop_others() -> None:
    gate = threading.Event()

    def slow(environ, start_response):
        if environ["PATH_INFO"] == "/slow":
            gate.wait(10)
        return echo(environ, start_response)

    with serve_in_thread(World(3, 10), apps={"x": slow}) as running:
        waiting = threading.Thread(target=requests.get, args=[f"{running.url}/x/slow"], kwargs={"timeout": 20})
        waiting.start()
        assert requests.get(f"{running.url}/x/quick", timeout=5).ok
        assert waiting.is_alive()
        gate.set()
        waiting.join(10)


def test_a_head_request_gets_no_body(running: Running) -> None:
    answer = requests.head(f"{running.url}/x/thing", timeout=5)
    assert answer.content == b"" and int(answer.headers["Content-Length"]) > 0


def test_a_failure_of_our_own_is_a_500_and_the_connection_lives(running: Running, capsys) -> None:
    with requests.Session() as session:
        assert session.get(f"{running.url}/x/fails", timeout=5).status_code == 500
        assert session.get(f"{running.url}/x/works", timeout=5).ok
    assert "on purpose" in capsys.readouterr().err


@pytest.mark.parametrize("length", ["-1", "many", str(LONGEST_BODY + 1)])
def test_a_body_of_impossible_length_is_refused(running: Running, length: str) -> None:
    with socket.create_connection(("127.0.0.1", running.server.server_address[1]), timeout=5) as connection:
        connection.sendall(f"POST /x/a HTTP/1.1\r\nHost: here\r\nContent-Length: {length}\r\n\r\n".encode())
        assert connection.recv(4096).startswith(b"HTTP/1.1 400")


def test_a_planned_fault_reaches_the_client(running: Running) -> None:
    running.faults.plan("x", "drop")
    with pytest.raises(requests.exceptions.RequestException):
        requests.get(f"{running.url}/x/a", timeout=5)
    running.faults.plan("x", "hang", seconds=30)
    with pytest.raises(requests.exceptions.Timeout):
        requests.get(f"{running.url}/x/a", timeout=0.2)
    assert requests.get(f"{running.url}/x/a", timeout=5).ok


def test_closing_does_not_wait_for_what_hangs_or_idles() -> None:
    running = serve_in_thread(World(3, 10), apps={"x": echo})
    idle = requests.Session()
    assert idle.get(f"{running.url}/x/a", timeout=5).ok
    running.faults.plan("x", "hang", seconds=100)
    ended = []

    def hang() -> None:
        try:
            requests.get(f"{running.url}/x/a", timeout=60)
        except requests.RequestException as error:
            ended.append(error)

    hanging = threading.Thread(target=hang)
    hanging.start()
    while not running.faults.happened("x"):
        time.sleep(0.005)
    started = time.monotonic()
    running.close()
    hanging.join(10)
    assert len(ended) == 1 and time.monotonic() - started < 5
    with pytest.raises(requests.ConnectionError):
        idle.get(f"{running.url}/x/a", timeout=5)


def test_a_taken_port_says_what_to_do() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(
            PortTakenError, match=f"port {port} is taken by another program; choose another with --port"
        ):
            listen(echo, port=port)


def test_the_real_vendors_are_all_mounted() -> None:
    with serve_in_thread(World(3, 50)) as running:
        for path in ("/salesforce/services/data/v60.0/query", "/hubspot/crm/v3/objects/contacts", "/x/2/users/me"):
            answer = requests.get(running.url + path, timeout=5)
            assert answer.status_code == 401, path
            assert answer.json()


class TestControl:
    def test_a_tick_changes_the_world_that_is_served(self, running: Running) -> None:
        told = requests.post(f"{running.url}/control/tick", json={"count": 5}, timeout=10).json()["changes"]
        assert len(told) >= 5
        for change in told:
            row = running.world.table(change["system"], change["kind"]).get(change["id"])
            if change["what"] != "associated":
                assert row.modified.isoformat().replace("+00:00", "Z") == change["at"]

    @pytest.mark.parametrize("count", [0, -3, "many", True, 100_001, None, 1.5])
    def test_an_impossible_count_is_refused(self, running: Running, count: object) -> None:
        answer = requests.post(f"{running.url}/control/tick", json={"count": count}, timeout=5)
        assert answer.status_code == 400 and "count" in answer.json()["error"]

    def test_a_form_or_a_query_does_as_well(self, running: Running) -> None:
        assert requests.post(f"{running.url}/control/tick?count=2", timeout=5).json()["changes"]
        assert requests.post(f"{running.url}/control/faults", data={"vendor": "x", "kind": "error"}, timeout=5).ok
        assert running.faults.planned("x")

    def test_faults_are_planned_shown_and_cleared(self, running: Running) -> None:
        url = f"{running.url}/control/faults"
        planned = requests.post(url, json={"vendor": "x", "kind": "throttle", "times": 3, "retry_after": 1}, timeout=5)
        assert planned.json()[0]["times"] == 3
        assert requests.get(f"{running.url}/x/a", timeout=5).status_code == 429
        assert requests.get(url, timeout=5).json()["x"][0]["times"] == 2
        assert requests.get(f"{running.url}/control", timeout=5).json()["happened"]["x"] == {"throttle": 1}
        assert requests.delete(url, params={"vendor": "x"}, timeout=5).json()["x"] == []
        assert requests.get(f"{running.url}/x/a", timeout=5).ok

    @pytest.mark.parametrize(
        "asked", [{}, {"vendor": "x"}, {"vendor": "y", "kind": "error"}, {"vendor": "x", "kind": "error", "self": 1}]
    )
    def test_a_wrong_plan_is_refused_with_what_is_known(self, running: Running, asked: dict) -> None:
        answer = requests.post(f"{running.url}/control/faults", json=asked, timeout=5)
        assert answer.status_code == 400
        assert answer.json()["vendors"] == ["salesforce", "hubspot", "x"]

    def test_the_truth_is_told_a_line_each(self, running: Running) -> None:
        lines = requests.get(f"{running.url}/control/truth", timeout=10).text.splitlines()
        assert [tuple(json.loads(line)) for line in lines] == list(running.world.truth())
        assert len(requests.get(f"{running.url}/control/truth?limit=4", timeout=10).text.splitlines()) == 4


def test_a_world_of_ones_own_may_be_served() -> None:
    world = SimpleNamespace(people=1, seed=1, truth=lambda: iter([("x", "user", "1", 0)]))
    with serve_in_thread(world, apps={"x": echo}) as running:
        assert requests.get(f"{running.url}/control/truth", timeout=5).text == '["x", "user", "1", 0]\n'
