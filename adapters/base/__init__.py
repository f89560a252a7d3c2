"""What a source's module is made of."""

from adapters.base.adapter import Adapter, Change, Delivery, Page, Raw, Stream
from adapters.base.errors import (
    AdapterError,
    AuthError,
    ConfigError,
    QuotaSpentError,
    RateLimitError,
    RecordError,
    SourceChangedError,
    UnavailableError,
    UnsupportedError,
    WebhookRejectedError,
)
from adapters.base.http import Answer
from adapters.base.settings import Secret, Setting

__all__ = [
    "Adapter",
    "AdapterError",
    "Answer",
    "AuthError",
    "Change",
    "ConfigError",
    "Delivery",
    "Page",
    "QuotaSpentError",
    "RateLimitError",
    "Raw",
    "RecordError",
    "Secret",
    "Setting",
    "SourceChangedError",
    "Stream",
    "UnavailableError",
    "UnsupportedError",
    "WebhookRejectedError",
]
