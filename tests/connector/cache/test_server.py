import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import redis

from connector.cache.server import EmbeddedServer


def client(server: EmbeddedServer) -> redis.Redis:
    return redis.Redis.from_url(server.url)


def test_the_last_to_leave_stops_it(tmp_path):
    first, second = EmbeddedServer(tmp_path), EmbeddedServer(tmp_path)
    first.join()
    second.join()
    first.leave()
    assert client(second).ping()
    second.leave()
    with pytest.raises(redis.ConnectionError):
        client(second).ping()


def test_what_it_held_is_there_after_a_restart(tmp_path):
    server = EmbeddedServer(tmp_path)
    server.join()
    client(server).set("kept", "yes")
    server.leave()
    server.join()
    assert client(server).get("kept") == b"yes"
    server.leave()


def test_a_killed_user_is_not_waited_for(tmp_path):
    code = (
        "import pathlib, sys, time; from connector.cache.server import EmbeddedServer;"
        "EmbeddedServer(pathlib.Path(sys.argv[1])).join(); print(1, flush=True); time.sleep(60)"
    )
    user = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    assert user.stdout.readline()
    server = EmbeddedServer(tmp_path)
    server.join()
    user.send_signal(signal.SIGKILL)
    user.wait()
    server.leave()
    with pytest.raises(redis.ConnectionError):
        client(server).ping()


def test_a_deep_folder_gets_a_short_socket(tmp_path):
    server = EmbeddedServer(tmp_path / ("deep" * 30))
    server.join()
    assert client(server).ping()
    assert len(os.fsencode(server.socket)) < 108
    server.leave()


def test_only_its_owner_can_open_it(tmp_path):
    server = EmbeddedServer(tmp_path)
    server.join()
    assert Path(server.socket).stat().st_mode & 0o077 == 0
    server.leave()
