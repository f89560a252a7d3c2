import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from connector.processes import ProcessError, Processes, need_port


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_leaving_stops_them_all():
    with Processes() as processes:
        processes.python("sleeper", "-c", "import time; time.sleep(60)")
        pid = processes.running["sleeper"].pid
        assert alive(pid)
    assert not alive(pid)


def test_one_that_will_not_stop_is_killed(monkeypatch):
    monkeypatch.setattr("connector.processes.GRACE", 0.2)
    with Processes() as processes:
        code = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
        processes.python("stubborn", "-c", code)
        pid = processes.running["stubborn"].pid
    assert not alive(pid)


def test_what_they_started_is_gone_too(tmp_path):
    with Processes() as processes:
        code = (
            "import subprocess, sys; child = 'import signal, time; signal.signal(15, signal.SIG_IGN);"
            "print(1, flush=True); time.sleep(0.7)'; p = subprocess.Popen([sys.executable, '-c', child],"
            "stdout=subprocess.PIPE); p.stdout.readline(); print(p.pid, flush=True)"
        )
        with (tmp_path / "words").open("w+b") as words:
            processes.start("server", [sys.executable, "-c", code], words=words)
            processes.running["server"].wait()
            words.seek(0)
            worker = int(words.read())
        assert alive(worker)
    assert not alive(worker)


def test_one_that_ends_by_itself_is_named():
    with Processes() as processes:
        processes.python("quitter", "-c", "raise SystemExit(3)")
        with pytest.raises(ProcessError, match="quitter ended by itself .exit code 3."):
            processes.wait()


def test_a_taken_port_is_said_with_the_setting():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        with pytest.raises(ProcessError, match="choose another with web.port"):
            need_port("127.0.0.1", taken.getsockname()[1], "web.port")


def test_they_die_with_a_killed_parent():
    code = (
        "import sys, time; from connector.processes import Processes; p = Processes();"
        "p.python('child', '-c', 'import time; time.sleep(60)');"
        "print(p.running['child'].pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    until = time.monotonic() + 5
    while alive(child) and time.monotonic() < until:
        time.sleep(0.02)
    assert not alive(child)
