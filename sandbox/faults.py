"""Planned misbehaviour: what a vendor's server does wrong, for how many requests, under which paths.

Real vendors answer 429, fail, cut their answers short, hang and forget tokens. A fault is
planned per vendor (`faults.plan("hubspot", "throttle", times=3, retry_after=2)`) and
happens to the next requests instead of, or to, the right answer. Faults of one vendor
happen in the order in which they were planned, each to the requests that it fits.
"""

import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from werkzeug.test import run_wsgi_app

from sandbox.refusals import REFUSALS, Refusal

App = Callable[..., Iterable[bytes]]

# Requests for a token never see "expired": the client's way out has to stay open.
LOGINS = ("/services/oauth2/", "/services/Soap/", "/oauth/", "/oauth2/", "/2/oauth2/")

KINDS = {
    "throttle": "429 in the vendor's words; with retry_after also a Retry-After header",
    "quota": "the vendor's word for a spent daily or monthly allowance",
    "expired": "401: the access token is no longer good (requests for a new one pass)",
    "error": "500 (or another `status`)",
    "cut": "the right status, with the first half of the right answer: JSON that ends too early",
    "drop": "the connection breaks in the middle of the right answer",
    "html": "200 with a web page instead of JSON, as a proxy answers",
    "hang": "no answer for `seconds`, then a closed connection",
}


class UnknownFaultError(ValueError):
    """A misbehaviour or vendor that there is not; the message names those that there are."""


class DroppedConnectionError(ConnectionError):
    """The server closes the connection without another byte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One planned misbehaviour: what, for how many more requests, only under this path."""

    kind: str
    times: int = 1
    path: str = ""
    retry_after: float | None = None
    status: int = 500
    seconds: float = 60.0

    def fits(self, path: str) -> bool:
        if self.kind == "expired" and path.startswith(LOGINS):
            return False
        return path.startswith(self.path)


class Faults:
    """The plan of all vendors' misbehaviour. May be changed from any thread."""

    def __init__(self) -> None:
        self._planned: dict[str, list[Fault]] = {vendor: [] for vendor in REFUSALS}
        self._happened: dict[str, dict[str, int]] = {vendor: {} for vendor in REFUSALS}
        self._lock = threading.Lock()
        self._released = threading.Event()

    def plan(self, vendor: str, kind: str, times: int = 1, path: str = "", **more: Any) -> Fault:
        """Let the next `times` requests to the vendor (under `path`, seen below its mount) go wrong."""
        if vendor not in self._planned:
            raise UnknownFaultError(f"unknown vendor {vendor}; known: {', '.join(self._planned)}")
        if kind not in KINDS:
            raise UnknownFaultError(f"unknown misbehaviour {kind}; known: {', '.join(KINDS)}")
        if times < 1:
            raise UnknownFaultError("times is at least 1")
        try:
            fault = Fault(kind=kind, times=times, path=path, **more)
        except TypeError:
            raise UnknownFaultError("known besides times and path: retry_after, status, seconds") from None
        with self._lock:
            self._planned[vendor].append(fault)
            self._released.clear()
        return fault

    def take(self, vendor: str, path: str) -> Fault | None:
        """The fault of this request, which is then one fewer; None when it goes right."""
        with self._lock:
            planned = self._planned[vendor]
            for place, fault in enumerate(planned):
                if fault.fits(path):
                    rest = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                    planned[place : place + 1] = rest
                    happened = self._happened[vendor]
                    happened[fault.kind] = happened.get(fault.kind, 0) + 1
                    return fault
        return None

    def clear(self, vendor: str | None = None) -> None:
        """Forget what is planned, for one vendor or all, and let go of requests that hang."""
        with self._lock:
            for name, planned in self._planned.items():
                if vendor in (None, name):
                    planned.clear()
            self._released.set()

    def planned(self, vendor: str) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._planned[vendor]]

    def happened(self, vendor: str) -> dict[str, int]:
        """How often each misbehaviour took place."""
        with self._lock:
            return dict(self._happened[vendor])

    def wrap(self, vendor: str, app: App) -> App:
        """The vendor's app, misbehaving as planned."""

        def misbehaving(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            fault = self.take(vendor, environ.get("PATH_INFO", ""))
            if fault is None:
                return app(environ, start_response)
            return self._misbehave(vendor, fault, app, environ, start_response)

        return misbehaving

    def _misbehave(self, vendor: str, fault: Fault, app: App, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if fault.kind == "hang":
            self._released.wait(fault.seconds)
            raise DroppedConnectionError("the sandbox hung as planned")
        if fault.kind == "html":
            return _answer(start, Refusal(status=200, body=_WEB_PAGE))
        if fault.kind == "error":
            return _answer(start, replace(REFUSALS[vendor]["error"], status=fault.status))
        if fault.kind in ("cut", "drop"):
            return _half(app, environ, start, honest=fault.kind == "cut")
        return _answer(start, REFUSALS[vendor][fault.kind], retry_after=fault.retry_after)


_WEB_PAGE = "<!doctype html><html><head><title>Service</title></head><body>Please try again.</body></html>"


def _answer(start: Callable[..., Any], refusal: Refusal, retry_after: float | None = None) -> list[bytes]:
    text = refusal.body if isinstance(refusal.body, str) else json.dumps(refusal.body)
    kind = "text/html; charset=utf-8" if isinstance(refusal.body, str) else "application/json"
    headers = [("Content-Type", kind), ("Content-Length", str(len(text.encode()))), *refusal.headers]
    if retry_after is not None:
        headers.append(("Retry-After", f"{retry_after:g}"))
    start(f"{refusal.status} {refusal.phrase}", headers)
    return [text.encode()]


def _half(app: App, environ: dict[str, Any], start: Callable[..., Any], *, honest: bool) -> list[bytes]:
    answer, status, headers = run_wsgi_app(app, environ, buffered=True)
    body = b"".join(answer)
    half = body[: len(body) // 2]
    # An honest length makes JSON that ends too early; the full one, a connection that breaks.
    headers.set("Content-Length", str(len(half) if honest else len(body)))
    start(status, headers.to_wsgi_list())
    return [half]
