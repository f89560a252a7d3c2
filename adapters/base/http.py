"""HTTP for adapters: sessions that always have time limits and may be pointed elsewhere; answers sorted into errors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter

from adapters.base.errors import AdapterError, AuthError, RateLimitError, SourceChangedError, UnavailableError

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
        return max(0.0, float(told))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(told) - clock()).total_seconds())
    except (TypeError, ValueError):
        return None


class _Transport(HTTPAdapter):
    """Gives every request a time limit and sends it to where the settings say, which clients can't be told."""

    def __init__(
        self, timeout: tuple[float, float], target: str | None, watch: Callable[[Answer], None] | None
    ) -> None:
        self.timeout, self.target, self.watch = timeout, target, watch
        super().__init__(max_retries=0)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        if self.target:
            request.url = self.target.rstrip("/") + request.path_url
            # The client may have set it for the vendor's host.
            request.headers.pop("Host", None)
        kwargs["timeout"] = kwargs.get("timeout") or self.timeout
        response = super().send(request, *args, **kwargs)
        if self.watch:
            self.watch(Answer(status=response.status_code, headers=lower(response.headers)))
        return response


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
    made = requests.Session()
    made.trust_env = False  # no .netrc credential and no proxy that the settings don't name
    timeout = (settings["connect_timeout"], settings["read_timeout"])
    for prefix in ("https://", "http://"):
        made.mount(prefix, _Transport(timeout, None, watch))
    for prefix, target in (rewrite or {}).items():
        if target:
            made.mount(prefix, _Transport(timeout, target, watch))
    return made
