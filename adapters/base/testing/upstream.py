"""A stand-in upstream: a real HTTP server on loopback around any WSGI app, which can be told to misbehave.

Real sockets, because a time limit, a cut body and a reset connection cannot be shown to a
vendor's client library in any other way. Every request is kept in `seen`.
"""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from werkzeug.test import Client

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
# No hang outlives this, whatever a test forgot to release.
LONGEST = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One request as it arrived. Header names are lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def text(self) -> str:
        """Everything that was sent, to search for what should not have been."""
        headers = "\n".join(f"{name}: {value}" for name, value in self.headers.items())
        return f"{self.method} {self.path} {dict(self.query)}\n{headers}\n{self.body.decode('latin-1')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to misbehave.

    `answer` sends status, headers and body instead of the app's. `echo` does too, and puts the request's headers
    and body into it, as careless vendors do. `hang` accepts and never answers; `drip` sends one byte at a time;
    `reset` breaks the connection off; `cut` sends half of the app's body; `half` is half of it, sent as if whole.
    """

    name: str
    how: Literal["answer", "echo", "hang", "drip", "reset", "cut", "half"] = "answer"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(slots=True)
class _Plan:
    fault: Fault
    path: str
    after: int
    times: int | None


class Upstream:
    """Serves `app` on loopback at `url` until `close`; a context manager.

    >>> with Upstream(app) as upstream:
    ...     upstream.misbehave(Fault(name="down", status=503), after=1)
    """

    def __init__(self, app: WsgiApp) -> None:
        self.app = app
        self.seen: list[Seen] = []
        self.released = threading.Event()
        self._plans: list[_Plan] = []
        self._lock = threading.Lock()
        self._client = Client(app, use_cookies=False)
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.upstream = self
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        # The same server under another host's name.
        self.other_url = f"http://localhost:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,), daemon=True)
        self._thread.start()

    def misbehave(self, fault: Fault, *, path: str = "", after: int = 0, times: int | None = None) -> None:
        """Answer with `fault`, after `after` good requests, `times` times (None: until `heal`), below `path` only."""
        with self._lock:
            self._plans.append(_Plan(fault, path, after, times))

    def heal(self) -> None:
        """Behave well again; what hangs is let go."""
        with self._lock:
            self._plans.clear()
        self.released.set()
        self.released = threading.Event()

    def close(self) -> None:
        self.heal()
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> "Upstream":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _take(self, seen: Seen) -> Fault | None:
        with self._lock:
            self.seen.append(seen)
            for plan in self._plans:
                if not seen.path.startswith(plan.path) or plan.times == 0:
                    continue
                if plan.after:
                    plan.after -= 1
                    continue
                if plan.times:
                    plan.times -= 1
                return plan.fault
        return None

    def _ask(self, seen: Seen, target: str) -> tuple[int, list[tuple[str, str]], bytes]:
        with self._lock:  # a hand-written app need not be safe for threads
            # The body is whole by now, however it came.
            headers = {name: told for name, told in seen.headers.items() if name != "transfer-encoding"}
            answer = self._client.open(target, method=seen.method, headers=headers, data=seen.body)
            try:
                return answer.status_code, list(answer.headers), answer.get_data()
            finally:
                answer.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    upstream: Upstream

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that hang up are what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _answer(self) -> None:
        upstream = self.server.upstream
        parts = urlsplit(self.path)
        seen = Seen(
            method=self.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self._body(),
        )
        released = upstream.released
        fault = upstream._take(seen)
        if fault and fault.how in ("hang", "reset"):
            self._leave(fault, released)
        elif fault and fault.how in ("answer", "echo", "drip"):
            self._misanswer(fault, seen, released)
        else:
            status, headers, body = upstream._ask(seen, self.path)
            if fault and fault.how == "half":
                body = body[: len(body) // 2]
            self._send(status, headers, body, cut=fault is not None and fault.how == "cut")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _answer

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _leave(self, fault: Fault, released: threading.Event) -> None:
        if fault.how == "hang":
            released.wait(LONGEST)
        else:  # closing with a linger of zero sends RST instead of FIN
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def _misanswer(self, fault: Fault, seen: Seen, released: threading.Event) -> None:
        body = fault.body
        if fault.how == "echo":
            body = json.dumps({"message": seen.text(), "errors": [{"message": seen.text()}]}).encode()
        headers = [("Content-Type", "application/json"), *fault.headers.items()]
        if fault.how != "drip":
            return self._send(fault.status, headers, body)
        self._head(fault.status, headers, 1_000_000)
        while not released.wait(0.02):
            self.wfile.write(b" ")
        self.close_connection = True

    def _send(self, status: int, headers: Iterable[tuple[str, str]], body: bytes, *, cut: bool = False) -> None:
        self._head(status, headers, len(body))
        self.wfile.write(b"" if self.command == "HEAD" else body[: len(body) // 2] if cut else body)
        self.close_connection = self.close_connection or cut

    def _head(self, status: int, headers: Iterable[tuple[str, str]], length: int) -> None:
        self.send_response(status)
        for name, value in dict(headers).items():
            if name.lower() not in ("content-length", "connection", "transfer-encoding", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Requests are in `seen`; standard error stays for the tests."""
