"""JSON as the store writes it: one spelling for equal things, and nothing in it that a database refuses."""

from collections.abc import Mapping
from typing import Any

import orjson

OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def dump(value: Any) -> str:
    """Decimals as strings, aware UTC times with Z."""
    return _dumped(value, OPTIONS).decode()


def dump_sorted(value: Any) -> str:
    """Like `dump`, but the order of keys tells nothing: equal things have equal texts."""
    return _dumped(value, OPTIONS | orjson.OPT_SORT_KEYS).decode()


def load(text: str | bytes) -> Any:
    return orjson.loads(text)


def clean(text: str) -> str:
    """Without NUL, which PostgreSQL refuses, and with U+FFFD for lone surrogates, which UTF-8 cannot hold."""
    if text.isascii():
        return text.replace("\x00", "")
    return text.replace("\x00", "").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _dumped(value: Any, options: int) -> bytes:
    try:
        return orjson.dumps(value, _other, options)
    except TypeError:
        # A lone surrogate, or a number that is too long for it: rare enough to pay only when it happens.
        return orjson.dumps(_plain(value), _other, options)


def _other(value: Any) -> Any:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    return clean(str(value))


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else str(value)
    if isinstance(value, Mapping):
        return {clean(str(name)): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    return value
