"""HTTP for adapters: sessions that always have time limits and may be pointed elsewhere; answers sorted into errors."""

import math
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from adapters.base.errors import AdapterError, AuthError, RateLimitError, SourceChangedError, UnavailableError

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

# What clients raise when nobody answered, or the answer broke off or was no HTTP.
UNREACHABLE = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
    urllib3.exceptions.HTTPError,
    ConnectionError,
    TimeoutError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a vendor answered, whichever client read it. Header names are lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = field(default=None, repr=False)

    @classmethod
    def of(cls, response: requests.Response) -> "Answer":
        return cls(status=response.status_code, headers=lower(response.headers), body=response.content)


def lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def sort(where: str, answer: Answer, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> AdapterError:
    """The error that an HTTP answer stands for, by what the caller can do about it."""
    if answer.status in (401, 403):
        return AuthError(f"{where}: refused our credentials ({answer.status})")
    if answer.status == 429:
        return RateLimitError(f"{where}: asked too often (429)", retry_after(answer.headers, clock))
    if answer.status >= 500 or answer.status == 408:
        return UnavailableError(f"{where}: answered {answer.status}")
    return SourceChangedError(f"{where}: answered {answer.status}")


def retry_after(headers: Mapping[str, str], clock: Callable[[], datetime]) -> float | None:
    """Seconds to wait as `Retry-After` says, which may be a number or a date; None when it says nothing useful."""
    told = headers.get("retry-after", "").strip()
    if not told:
        return None
    try:
        seconds = float(told)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(told) - clock()).total_seconds()
        except (TypeError, ValueError, OverflowError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


class RedirectedError(requests.RequestException):
    """A redirect to another host, which would be handed our credentials."""


class _Session(requests.Session):
    """Takes proxies and certificate bundles from the environment, as operators expect, but no .netrc credential."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False

    def merge_environment_settings(self, url: str, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        if verify in (True, None):
            verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or verify
        return super().merge_environment_settings(url, _proxies(url) | (proxies or {}), stream, verify, cert)

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        target = super().get_redirect_target(resp)
        if target and self.should_strip_auth(resp.url, urljoin(resp.url, target)):
            # requests would drop Authorization, but keep a key in a header of the vendor's own or in the URL.
            raise RedirectedError("redirected to another host", response=resp)
        return target


class _Transport(HTTPAdapter):
    """Gives every request a time limit and sends it to where the settings say, which clients can't be told."""

    def __init__(
        self,
        timeout: tuple[float, float],
        whole: float,
        target: str | None,
        watch: Callable[[Answer], None] | None,
    ) -> None:
        self.timeout, self.whole, self.target, self.watch = timeout, whole, target, watch
        super().__init__(max_retries=0)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        if self.target:
            request.url = self.target.rstrip("/") + request.path_url
            # The client may have set it for the vendor's host, and proxies were chosen for that.
            request.headers.pop("Host", None)
            kwargs["proxies"] = _proxies(request.url)
        kwargs["timeout"] = kwargs.get("timeout") or self.timeout
        response = super().send(request, *args, **kwargs)
        response.raw.stream = _within(response.raw, self.whole)
        if self.watch:
            self.watch(Answer(status=response.status_code, headers=lower(response.headers)))
        return response


def _within(raw: urllib3.HTTPResponse, seconds: float) -> Callable[..., Iterator[bytes]]:
    """`raw.stream` with a limit on the whole: a read timeout begins anew with each byte that drips in."""
    deadline = time.monotonic() + seconds

    def stream(amount: int = 65_536, decode_content: bool | None = None) -> Iterator[bytes]:
        while part := raw.read1(amount, decode_content=decode_content):
            if time.monotonic() > deadline:
                raw.close()
                raise urllib3.exceptions.ReadTimeoutError(None, "", "the answer took too long as a whole")  # type: ignore[arg-type]
            yield part

    return stream


def _proxies(url: str) -> dict[str, str]:
    """The environment's proxies for a URL; this machine is never behind one."""
    if (urlsplit(url).hostname or "") in LOOPBACK:
        return {}
    return dict(requests.utils.get_environ_proxies(url))


def session(
    settings: Mapping[str, Any],
    rewrite: Mapping[str, str | None] | None = None,
    *,
    watch: Callable[[Answer], None] | None = None,
) -> requests.Session:
    """A session with the settings' time limits, without retries (the caller of the adapter does those).

    `rewrite` maps a URL prefix (`"https://api.x.com"`) to the base URL that gets its requests instead, for
    clients that have no setting for it. The longest prefix wins. `watch` sees each answer's status and headers.
    """
    made = _Session()
    timeout, whole = (settings["connect_timeout"], settings["read_timeout"]), settings["answer_timeout"]
    for prefix in ("https://", "http://"):
        made.mount(prefix, _Transport(timeout, whole, None, watch))
    for prefix, target in (rewrite or {}).items():
        if target:
            made.mount(prefix, _Transport(timeout, whole, target, watch))
    return made
