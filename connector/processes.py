"""Runs several programs as one: started in order, stopped together, none left behind."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

# Seconds that a program has to end by itself before it is killed.
GRACE = 8.0

PR_SET_PDEATHSIG = 1


class ProcessError(Exception):
    """A program could not be started, or ended by itself; the message says which and what to do."""


@dataclass(slots=True)
class Processes:
    """Our programs. Use as a context: leaving it stops them all."""

    running: dict[str, subprocess.Popen] = field(default_factory=dict)
    # Where a program's words are, when they don't go where ours go.
    words: dict[str, str] = field(default_factory=dict)

    def start(
        self,
        name: str,
        command: Sequence[str],
        environ: Mapping[str, str] | None = None,
        words: BinaryIO | None = None,
    ) -> None:
        """Start a program in a session of its own, so that Ctrl-C reaches us alone and we stop all in order.

        `words`: where its output goes, when not to ours.
        """
        if words is not None:
            self.words[name] = str(words.name)
        # Safe as long as programs are started before threads, which is what the one caller of each does.
        self.running[name] = subprocess.Popen(  # noqa: S603
            command,
            env={**os.environ, **(environ or {})},
            stdout=words,
            stderr=words,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509
        )

    def python(self, name: str, *arguments: str, environ: Mapping[str, str] | None = None) -> None:
        self.start(name, [sys.executable, *arguments], environ)

    def wait_for_port(self, name: str, host: str, port: int, seconds: float = 60.0) -> None:
        """Until a program listens. Raises ProcessError when it ends or takes too long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.check()
            with suppress(OSError), closing(socket.create_connection((host, port), timeout=1)):
                return
            time.sleep(0.05)
        raise ProcessError(f"{name} does not answer on {host}:{port}")

    def check(self) -> None:
        """Raise ProcessError if one of the programs has ended."""
        for name, process in self.running.items():
            if process.poll() is not None:
                where = self.words.get(name, "its words above")
                raise ProcessError(f"{name} ended by itself (exit code {process.returncode}); see {where}")

    def wait(self) -> None:
        """Until a program ends by itself (ProcessError) or a signal comes."""
        while True:
            self.check()
            time.sleep(0.3)

    def stop(self) -> None:
        """Stop all programs, the last one first; kill those that take too long."""
        for process in reversed(self.running.values()):
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        until = time.monotonic() + GRACE
        for process in self.running.values():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        for process in self.running.values():
            _wait_for_group(process.pid, until)
        self.running.clear()

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()


def _wait_for_group(group: int, until: float) -> None:
    """Until what a program started is gone too; what takes too long is killed.

    A server's workers can outlive it by a moment, and hold what the last one to leave should find free.
    """
    while _living(group):
        if time.monotonic() > until:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
            return
        time.sleep(0.02)


def _living(group: int) -> bool:
    """Whether anybody in this process group still runs. (The dead whom nobody has buried yet do not count.)"""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, member = stat.read_text().rpartition(") ")[2].split()[:3]
            if int(member) == group and state != "Z":
                return True
    return False


def need_port(host: str, port: int, setting: str) -> None:
    """Raise ProcessError when somebody else listens there already, with the setting that chooses another."""
    with closing(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ProcessError(
                f"port {port} on {host} cannot be used ({error.strerror.lower()}); choose another with {setting}"
            ) from None


def stop_on_signals() -> None:
    """From now on SIGTERM and SIGHUP end this process like Ctrl-C does, so that what it started is stopped.

    Ctrl-C itself too, which a shell tells its background jobs to ignore.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _die_with_parent() -> None:
    # Linux: if we are killed without a chance to stop them, our programs get SIGTERM.
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
