"""What a test class tells the kit about its adapter, and what every promise uses: an upstream, a clock, a walk."""

import inspect
import json
import os
import socket
import threading
from base64 import b64encode
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from adapters.base.adapter import Adapter, Delivery, Page, Raw, Stream
from adapters.base.errors import AdapterError, RecordError
from adapters.base.testing.golden import Golden, goldens
from adapters.base.testing.recorded import Recorded
from adapters.base.testing.upstream import Fault, Seen, Upstream, WsgiApp
from schemas.records import Record

T = TypeVar("T")

START = datetime(2026, 5, 1, 12, tzinfo=UTC)
LOOPBACK = {"127.0.0.1", "localhost", "::1", b"127.0.0.1", b"localhost", b"::1"}
# More pages than any test upstream has: a walk that gets here would never end.
TOO_MANY_PAGES = 200
TOO_MANY_NAPS = 100
SHORTEST_SECRET = 8


class Clock:
    """Time that only moves when told. Sleeping moves it, and takes no time."""

    def __init__(self) -> None:
        self.time, self.naps = START, 0

    def __call__(self) -> datetime:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    def sleep(self, seconds: float) -> None:
        self.naps += 1
        assert self.naps < TOO_MANY_NAPS, "the adapter retries for ever; leave the retries to its caller"
        self.advance(max(0.0, seconds))


@dataclass(slots=True)
class Walk:
    """All pages from one cursor on; `cursors` are those that were asked for.

    It was stopped when there seemed to be no end (`endless`) or a cursor came again (`circle`).
    """

    cursors: list[str | None]
    pages: list[Page] = field(default_factory=list)
    endless: bool = False
    circle: bool = False

    @property
    def whole(self) -> bool:
        return not self.endless and not self.circle

    @property
    def items(self) -> list[Raw]:
        return [raw for page in self.pages for raw in page.items]


class Facts:
    """What a test class states. Only `adapter` and `settings` are always needed."""

    adapter: ClassVar[type[Adapter]]
    # Settings with which the adapter works against the upstream; secrets in here must be unlike any other text.
    settings: ClassVar[Mapping[str, Any]] = {}
    # {number: reason}, or {(number, stream): reason}, for promises that this source cannot keep.
    exempt: ClassVar[Mapping[int | tuple[int, str], str]] = {}
    # Settings that the upstream itself refuses, when it can: tried besides a planned 401.
    refused: ClassVar[Mapping[str, Any]] = {}
    # Secrets that the upstream hands out at a login: they must not leak either.
    tokens: ClassVar[Sequence[str]] = ()
    # Requests below it log in: a refusal, not a rate limit, is what they mean.
    login_path: ClassVar[str | None] = None
    # What the vendor's error answers look like, when the adapter needs that to understand them.
    error_body: ClassVar[bytes] = b'{"message": "planned by the kit"}'
    # Where the recordings and golden files are; tests/adapters/fixtures/<name> when not told.
    fixtures: ClassVar[Path | None] = None

    def upstream(self) -> WsgiApp:
        """The source: any WSGI app. Without a word, the recorded answers in fixtures/<name>/recorded."""
        return Recorded(self.folder / "recorded")

    def addresses(self, url: str) -> Mapping[str, Any]:
        """The settings that send the adapter to the upstream."""
        known = {setting.name for setting in self.adapter.known_settings}
        return {"base_url": url} | ({"login_url": url} if "login_url" in known else {})

    def deliveries(self) -> Sequence[Delivery]:
        """Signed webhook deliveries, sent at `self.clock()`; without a word those in fixtures/<name>/deliveries."""
        return [_delivery(path) for path in sorted((self.folder / "deliveries").glob("*.json"))]

    def change(self, app: Any) -> Mapping[str, Collection[str]]:
        """Let something change at the source, at `self.clock()`; returns the external ids that did, per stream.

        It is called twice, with a run between; the second time the change may be stamped a little in the
        past, as sources do whose word comes late. Nothing may change the second time.
        """
        return app.change()

    # What promises use.

    @property
    def folder(self) -> Path:
        return self.fixtures or Path(inspect.getfile(type(self))).parent / "fixtures" / self.adapter.name

    def open(self) -> None:
        """Before each promise: a new clock, and no upstream yet."""
        self.clock = Clock()
        self._at: Upstream | None = None

    def close(self) -> None:
        if self._at:
            self._at.close()

    @property
    def at(self) -> Upstream:
        """The upstream of this promise, started when first asked for."""
        if self._at is None:
            self._at = Upstream(self.upstream())
        return self._at

    def given(self) -> dict[str, Any]:
        """The settings with which the adapter works against the upstream."""
        return {**self.settings, **self.addresses(self.at.url)}

    def build(self, settings: Mapping[str, Any] | None = None, **more: Any) -> Adapter:
        """The adapter against the upstream, as a new process would build it."""
        settings = {**(self.given() if settings is None else settings), **more}
        return self.adapter(settings, clock=self.clock, sleep=self.clock.sleep)

    def streams(self, number: int | None = None) -> list[str]:
        """The names of the streams, without those that are exempt from this promise."""
        return [stream.name for stream in self.adapter.stream_types if (number, stream.name) not in self.exempt]

    def goldens(self, stream: str) -> list[Golden]:
        return goldens(self.folder, stream)

    def walk(
        self,
        stream: str,
        cursor: str | None = None,
        *,
        each_page_anew: bool = False,
        **settings: Any,
    ) -> Walk:
        """Every page from `cursor` on; `each_page_anew` kills the adapter after each."""
        adapter, walk = self.build(**settings), Walk([cursor])
        for _ in range(TOO_MANY_PAGES):
            page = self.fetched(adapter.streams[stream], cursor)
            walk.pages.append(page)
            if not page.more:
                return walk
            if page.cursor in walk.cursors:
                walk.circle = True
                return walk
            cursor = page.cursor
            walk.cursors.append(cursor)
            if each_page_anew:
                adapter = self.build(**settings)
        walk.endless = True
        return walk

    def fetched(self, stream: Stream, cursor: str | None) -> Page:
        """One page, without the guard against cursors that stand still: telling of those is a promise's matter."""
        try:
            return stream.adapter.guarded(f"{stream.name} page", lambda: stream.fetch(cursor))
        except AdapterError as error:
            unmatched = getattr(self.at.app, "unmatched", None)
            if unmatched:
                raise AssertionError(f"{error}; add a recording for: {', '.join(unmatched)}") from error
            raise

    def records(self, adapter: Adapter, stream: str, items: Sequence[Raw]) -> list[Record]:
        """The records of the items, without those that are broken."""
        found = []
        for raw in items:
            try:
                found.append(adapter.streams[stream].record(raw))
            except RecordError:
                continue
        return found

    def keys(self, stream: str, items: Sequence[Raw]) -> set[tuple[Any, ...]]:
        """What tells records and their versions apart."""
        return {
            (record.kind, record.external_id, record.updated_at, record.deleted)
            for record in self.records(self.build(), stream, items)
        }

    def secrets(self) -> list[str]:
        """Everything that must never be shown: secret settings, tokens, and their spelling in Basic authentication."""
        kept = {setting.name for setting in self.adapter.known_settings if setting.secret}
        told = [str(self.settings[name]) for name in sorted(kept & self.settings.keys())] + list(self.tokens)
        # A key of many lines is known by its longest.
        lines = [max(secret.splitlines(), key=len).strip() for secret in told if secret]
        weak = [len(line) for line in lines if len(line) < SHORTEST_SECRET]
        assert not weak, f"secrets in the test's settings need {SHORTEST_SECRET} letters or more, to be told from text"
        return lines + [b64encode(line.encode()).decode().rstrip("=")[:-1] for line in lines]

    def asks(self, stream: str) -> list[Seen]:
        """The requests of this stream's first page, by a new adapter: logins first."""
        adapter = self.build()
        return self.requests_of(lambda: self.fetched(adapter.streams[stream], None))

    def is_login(self, seen: Seen) -> bool:
        return self.login_path is not None and seen.path.startswith(self.login_path)

    def requests_of(self, call: Callable[[], Any]) -> list[Seen]:
        """The requests that the call makes."""
        before = len(self.at.seen)
        call()
        return self.at.seen[before:]

    def outcome(self, fault: Fault, call: Callable[[Adapter], T], *, after: int = 0, **settings: Any) -> Any:
        """What a new adapter's call returns or raises when the upstream misbehaves from one request on."""
        adapter = self.build(**settings)
        self.at.misbehave(fault, after=after)
        try:
            return call(adapter)
        except Exception as error:  # noqa: BLE001 - whether it is the right one is what the promises check
            return error
        finally:
            self.at.heal()


def within(seconds: float, call: Callable[[], T]) -> T:
    """What the call returns; TimeoutError when it is not back in time (it is left behind in its thread)."""
    result: list[T] = []
    thread = threading.Thread(target=lambda: result.append(call()), daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError
    return result[0]


@contextmanager
def loopback_only() -> Iterator[list[str]]:
    """Refuses every connection but to this machine, and lists what was refused."""
    asked: list[str] = []
    connect, resolve = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> Any:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            asked.append(str(address[0]))
            raise ConnectionRefusedError("the kit lets nothing leave this machine")
        return connect(self, address)

    def guarded_resolve(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host is not None and host not in LOOPBACK:
            asked.append(str(host))
            raise socket.gaierror(socket.EAI_NONAME, "the kit lets nothing leave this machine")
        return resolve(host, *args, **kwargs)

    environment = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
    for name in environment:
        del os.environ[name]
    socket.socket.connect, socket.getaddrinfo = guarded_connect, guarded_resolve  # type: ignore[method-assign]
    try:
        yield asked
    finally:
        socket.socket.connect, socket.getaddrinfo = connect, resolve  # type: ignore[method-assign]
        os.environ.update(environment)


def _delivery(path: Path) -> Delivery:
    told = json.loads(path.read_text("utf-8"))
    body = told["body"] if isinstance(told["body"], str) else json.dumps(told["body"], separators=(",", ":"))
    return Delivery(method=told.get("method", "POST"), url=told["url"], headers=told["headers"], body=body.encode())
