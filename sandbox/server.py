"""The sandbox's one server: every vendor under its own path, and a few controls beside them.

`/salesforce`, `/hubspot` and `/x` answer as the vendors do. `/control/tick` lets the world
go on, `/control/faults` plans misbehaviour, `/control/truth` says who is who.
"""

import errno
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from sandbox.control import control
from sandbox.faults import Faults
from sandbox.httpd import Server

VENDORS = ("salesforce", "hubspot", "x")

App = Callable[..., Iterable[bytes]]


class PortTakenError(OSError):
    """Another program listens there; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server that runs in a thread of this process until `close`."""

    url: str
    world: Any
    faults: Faults
    server: Server
    thread: threading.Thread

    def close(self) -> None:
        # First let go of what hangs on purpose, or its client would wait for it.
        self.faults.clear()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def vendor_app(vendor: str, world: Any, faults: Faults) -> App:
    return import_module(f"sandbox.vendors.{vendor}").app(world, faults)


def application(
    world: Any, faults: Faults, apps: Mapping[str, App] | None = None, *, webhooks: str | None = None
) -> App:
    """One WSGI app for all. `apps` (by vendor) replaces the vendors' own, for tests of one of them."""
    if apps is None:
        apps = {vendor: vendor_app(vendor, world, faults) for vendor in VENDORS}
    root = Flask("sandbox")
    root.register_blueprint(control(world, faults, webhooks))
    mounted = {f"/{vendor}": faults.wrap(vendor, app) for vendor, app in apps.items()}
    return DispatcherMiddleware(root, mounted)


def listen(app: App, host: str = "127.0.0.1", port: int = 0) -> Server:
    """A server on that port (0: any free one). Raises PortTakenError."""
    try:
        return Server(app, host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(f"port {port} is taken by another program; choose another with --port") from None
        if error.errno == errno.EACCES:
            raise PortTakenError(f"port {port} may not be used by this account; choose one above 1023") from None
        raise


def serve_in_thread(
    world: Any, port: int = 0, *, faults: Faults | None = None, apps: Mapping[str, App] | None = None
) -> Running:
    """Serve the world from a thread of this process; `.url` says where, `.close()` ends it."""
    faults = faults or Faults()
    server = listen(application(world, faults, apps), port=port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    return Running(
        url=f"http://127.0.0.1:{server.server_address[1]}", world=world, faults=faults, server=server, thread=thread
    )
