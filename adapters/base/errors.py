"""What can go wrong at a source, sorted by what the caller does next.

Messages are one sentence, source first, and name fields, never values: anyone may read them.
"""

from collections.abc import Mapping
from typing import Any


class AdapterError(Exception):
    """Something went wrong at a source."""


class ConfigError(AdapterError):
    """The settings are wrong: refuse to start. `problems` lists them all, a sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class AuthError(AdapterError):
    """The source refused our credentials: stop the source and show it."""


class UnavailableError(AdapterError):
    """The source did not answer, or not sensibly: back off and ask again with the same cursor."""


class RateLimitError(UnavailableError):
    """Too fast. `retry_after` is in seconds; None when the source didn't say."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class QuotaSpentError(AdapterError):
    """The day's or month's allowance is used up: end the run as partial and resume later."""


class SourceChangedError(AdapterError):
    """The source answers in a shape we do not know: stop the stream, keep the cursor, alert."""


class RecordError(AdapterError):
    """One item is broken: quarantine it and go on. `fields` says what is wrong, field by field."""

    def __init__(
        self, message: str, *, external_id: str | None = None, fields: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.external_id = external_id
        self.fields = dict(fields or {})


class WebhookRejectedError(AdapterError):
    """A delivery is unsigned, altered or too old: refuse it."""


class UnsupportedError(AdapterError):
    """The source cannot do this."""
