"""Promises about a source that refuses, hurries us, breaks down, hangs or talks nonsense.

Each fault is tried from every request of a stream's first page on (the login, the page, the associations behind
it), because a failure that is overlooked at the second request is a page with half of its data.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from email.utils import format_datetime
from functools import partial

from adapters.base.adapter import Page
from adapters.base.errors import AdapterError, AuthError, RateLimitError, SourceChangedError, UnavailableError
from adapters.base.testing.facts import Facts, within
from adapters.base.testing.upstream import Fault

# How many requests of a page are tried; those behind them are mostly more of the same.
PLACES = 4
IMPATIENT = {"connect_timeout": 0.5, "read_timeout": 0.1}
# An adapter may ask a few times by itself; for ever it may not.
PATIENCE = 3.0

NONSENSE = [
    Fault(name="a page of HTML", headers={"Content-Type": "text/html"}, body=b"<html><body>Maintenance</body></html>"),
    Fault(name="nothing", body=b""),
    Fault(name="null", body=b"null"),
    Fault(name="a number", body=b"42"),
    Fault(name="a list of numbers", body=b"[1, 2]"),
    Fault(name="an empty object", body=b"{}"),
    Fault(name="bytes that are no text", body=b"\xff\xfe\x00\x01"),
    Fault(name="half of the answer", how="half"),
]


class FailurePromises(Facts):
    def test_unauthorised(self) -> None:
        """9. 401 and 403 are an AuthError, at every request."""
        for status in (401, 403):
            self._each(9, Fault(name=str(status), status=status, body=self.error_body), AuthError)

    def test_rate_limit(self) -> None:
        """10. 429 is a RateLimitError, which knows how long to wait when the source says so."""
        for told, seconds in ((None, None), ("7", 7), ("date", 90), ("soon", None)):
            self._hurried(told, seconds)

    def _hurried(self, told: str | None, seconds: float | None) -> None:
        for stream, place, is_login in self._known_places(10):
            # A date is told by the adapter's clock, not by the machine's.
            when = format_datetime(self.clock() + timedelta(seconds=90), usegmt=True)
            headers = {"Retry-After": when if told == "date" else told} if told else {}
            fault = Fault(name="429", status=429, headers=headers, body=self.error_body)
            got = self.outcome(fault, lambda adapter, stream=stream: adapter.streams[stream].pull(None), after=place)
            where = f"{stream}, request {place + 1}: 429 with Retry-After {told!r}"
            if is_login:
                assert isinstance(got, UnavailableError), f"{where} must raise UnavailableError, not {_shown(got)}"
                continue
            assert isinstance(got, RateLimitError), f"{where} must raise RateLimitError, not {_shown(got)}"
            if seconds is None:
                # A vendor may know better than to say nothing, but never a time that has passed.
                assert got.retry_after is None or got.retry_after >= 0, f"{where}: retry_after is {got.retry_after}"
            else:
                assert got.retry_after is not None, f"{where}: retry_after is not set"
                assert abs(got.retry_after - seconds) < 2, f"{where}: retry_after is {got.retry_after}, not {seconds}"

    def test_down(self) -> None:
        """11. 5xx is an UnavailableError, at every request."""
        for status in (500, 502, 503, 504):
            self._each(11, Fault(name=str(status), status=status, body=self.error_body), UnavailableError)
        html = Fault(
            name="502 by a proxy", status=502, headers={"Content-Type": "text/html"}, body=b"<html>Bad gateway"
        )
        self._each(11, html, UnavailableError)

    def test_time_limit(self) -> None:
        """12. Every request has a time limit, and an upstream that hangs is an UnavailableError."""
        for stream, place, _ in self._places(12):
            where = f"{stream}, request {place + 1}"
            adapter = self.build(**IMPATIENT)
            self.at.misbehave(Fault(name="hang", how="hang"), after=place)
            try:
                got = within(
                    PATIENCE, lambda adapter=adapter, at=stream: _tried(lambda: adapter.streams[at].pull(None))
                )
            except TimeoutError:
                raise AssertionError(f"{where} hangs with its source: give it settings['read_timeout']") from None
            finally:
                self.at.heal()
            assert isinstance(got, UnavailableError), f"{where} timed out: UnavailableError, not {_shown(got)}"

    def test_broken_off(self) -> None:
        """13. A connection that breaks off, or a body that is cut, is an UnavailableError."""
        for how in ("reset", "cut"):
            self._each(13, Fault(name=how, how=how), UnavailableError)  # type: ignore[arg-type]

    def test_nonsense(self) -> None:
        """14. An answer that makes no sense is a SourceChangedError or UnavailableError, never an empty page."""
        for fault in NONSENSE:
            self._each(14, fault, (SourceChangedError, UnavailableError), at_login=AdapterError)

    def test_recovery(self) -> None:
        """15. After a failure the same adapter goes on with the same cursor as if nothing had happened."""
        down = Fault(name="500", status=500, body=self.error_body)
        for stream, place, _ in self._places(15):
            first = self.fetched(self.build().streams[stream], None)
            for cursor in [None, first.cursor][: 1 + first.more]:
                expected = self.fetched(self.build().streams[stream], cursor)
                fetch = partial(self.fetched, self.build().streams[stream], cursor)
                self.at.misbehave(down, after=place)
                _tried(fetch)
                self.at.heal()
                got = _tried(fetch)
                assert isinstance(got, Page), f"{stream}: after a failure the same cursor raises {_shown(got)}"
                lost = self.keys(stream, expected.items) - self.keys(stream, got.items)
                assert not lost, f"{stream}: after a failure the same cursor brings {len(lost)} records less"

    def _places(self, number: int) -> Iterator[tuple[str, int, bool]]:
        """Every request of every stream's first page: its stream, its place, and whether it is a login."""
        for stream in self.streams(number):
            asked = self.asks(stream)
            assert asked, f"{stream}: its first page asks the upstream nothing"
            for place, seen in enumerate(asked[:PLACES]):
                yield stream, place, self.is_login(seen)

    def _known_places(self, number: int) -> list[tuple[str, int, bool]]:
        """The same, asked for once in each test."""
        known: dict[int, list[tuple[str, int, bool]]] = self.__dict__.setdefault("_places_of", {})
        if number not in known:
            known[number] = list(self._places(number))
        return known[number]

    def _each(
        self,
        number: int,
        fault: Fault,
        expected: type[Exception] | tuple[type[Exception], ...],
        at_login: type[Exception] | None = None,
    ) -> None:
        for stream, place, is_login in self._known_places(number):
            got = self.outcome(fault, lambda adapter, stream=stream: adapter.streams[stream].pull(None), after=place)
            right = at_login if is_login and at_login else expected
            names = " or ".join(kind.__name__ for kind in (right if isinstance(right, tuple) else (right,)))
            assert isinstance(got, right), (
                f"{stream}, request {place + 1}: {fault.name} must raise {names}, not {_shown(got)}"
            )


def _tried(call: Callable[[], object]) -> object:
    """What the call returns or raises."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - whether it is the right one is what the promises check
        return error


def _shown(got: object) -> str:
    return f"return a page of {len(got.items)} items" if isinstance(got, Page) else repr(got)
