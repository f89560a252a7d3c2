"""A small threaded WSGI server that keeps connections open, as the vendors' do.

Werkzeug's own closes after each answer. This one can also break a connection on
purpose: an app that returns fewer bytes than its Content-Length says, or raises
ConnectionError, leaves its client with half an answer or none.
"""

import io
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any
from urllib.parse import unquote_to_bytes

LONGEST_BODY = 16 * 1024 * 1024


class Handler(BaseHTTPRequestHandler):
    """One connection: read a request whole, call the app, write the answer whole."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65_536
    # An idle connection is let go, so that forgotten clients don't hold threads for ever.
    timeout = 300
    server: "Server"

    def answer(self) -> None:
        try:
            body = self._body()
        except ValueError:
            self.send_error(400, "The length of the body is missing, wrong or too great")
            self.close_connection = True
            return
        try:
            status, headers, content = self._ask(body)
        except ConnectionError:
            self.close_connection = True
            return
        except Exception:  # noqa: BLE001 - a fault of ours must not end the connection without a word
            traceback.print_exc(file=sys.stderr)
            status, headers, content = "500 Internal Server Error", [], b"The sandbox itself failed: see its terminal."
        self._write(status, headers, content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = answer

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding"):
            raise ValueError("chunked")
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 <= length <= LONGEST_BODY:
            raise ValueError("length")
        return self.rfile.read(length)

    def _ask(self, body: bytes) -> tuple[str, list[tuple[str, str]], bytes]:
        told: list[Any] = []
        answer = self.server.app(self._environ(body), lambda *given: told.append(given))
        try:
            content = b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        return told[-1][0], told[-1][1], content

    def _write(self, status: str, headers: list[tuple[str, str]], content: bytes) -> None:
        code, _, phrase = status.partition(" ")
        self.send_response_only(int(code), phrase)
        said = {name.lower(): value for name, value in headers}
        for name, value in headers:
            self.send_header(name, value)
        if "date" not in said:
            self.send_header("Date", self.date_time_string())
        if "content-length" not in said:
            self.send_header("Content-Length", str(len(content)))
        promised = int(said.get("content-length", len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
            self.close_connection = self.close_connection or promised != len(content)

    def _environ(self, body: bytes) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        environ = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "RAW_URI": self.path,
            "REMOTE_ADDR": self.client_address[0],
            "SERVER_NAME": str(self.server.server_address[0]),
            "SERVER_PORT": str(self.server.server_address[1]),
            "SERVER_PROTOCOL": self.request_version,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers.items():
            key = "HTTP_" + name.upper().replace("-", "_")
            environ[key] = f"{environ[key]},{value}" if key in environ else value
        return environ

    def handle(self) -> None:
        # A client that goes away in the middle of its answer is its own business.
        try:
            super().handle()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def finish(self) -> None:
        try:
            super().finish()
        except (ConnectionError, TimeoutError, ValueError):
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """No line per request: a sync makes thousands."""


class Server(ThreadingHTTPServer):
    """Serves one WSGI app until closed; closing also ends the connections that clients keep open."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, app: Callable[..., Iterable[bytes]], host: str = "127.0.0.1", port: int = 0) -> None:
        self.app = app
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__((host, port), Handler)

    def server_bind(self) -> None:
        # HTTPServer asks the resolver for the host's name here, which can take seconds.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        super().server_close()
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
