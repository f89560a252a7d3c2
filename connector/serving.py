"""Starts what serves: the web workers, the event streams, the sync workers, each a process of its own."""

import sys

from rich.console import Console

from connector.processes import Processes, need_port
from connector.settings import Settings


def start_web(processes: Processes, settings: Settings) -> None:
    """API and panel under granian, and beside them the event streams, which must not take a web worker's thread."""
    host, port = settings["web.host"], settings["web.port"]
    events_host, events_port = settings.events_host, settings["events.port"]
    need_port(host, port, "web.port (VISAVIS_WEB_PORT)")
    need_port(events_host, events_port, "events.port (VISAVIS_EVENTS_PORT)")
    processes.start("web", granian("wsgi", "app:app", host, port, settings["web.workers"]))
    processes.start("events", granian("asgi", "app:events", events_host, events_port, 1))
    processes.wait_for_port("web", host, port)
    processes.wait_for_port("events", events_host, events_port)


def start_workers(processes: Processes, settings: Settings) -> None:
    """One process for what somebody waits for, the others for that and for long syncs."""
    for number in range(settings["worker.processes"]):
        kind = "soon" if number == 0 and settings["worker.processes"] > 1 else "any"
        processes.python(f"worker {number + 1}", "-m", "connector.cli", "worker", "--one", kind)


def announce(shown: Console, settings: Settings) -> None:
    shown.print(f"panel and API on [bold]{settings.web_url}[/], described at {settings.web_url}/docs; Ctrl-C stops")


def granian(interface: str, target: str, host: str, port: int, workers: int) -> list[str]:
    """The command that serves a WSGI or ASGI application (`module:name`)."""
    command = [sys.executable, "-m", "granian", target, "--interface", interface, "--host", host, "--port", str(port)]
    command += ["--workers", str(workers), "--log-level", "warning", "--no-ws", "--http", "1"]
    # A worker that dies is replaced; a thread more than cores lets a slow request not hold up the next.
    command += ["--respawn-failed-workers"]
    if interface == "asgi":
        # Each open stream counts as a request that is being answered; more than these wait for their turn.
        command += ["--backlog", "4096", "--backpressure", "16384"]
        # A stream never ends by itself. It may be cut off at any time: whoever follows it comes back and resumes.
        return [*command, "--workers-kill-timeout", "1"]
    return [*command, "--blocking-threads", "4"]
