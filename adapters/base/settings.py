"""What an adapter needs to be told, stated as facts, and read all at once."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from adapters.base.errors import ConfigError


class Secret:
    """A text that does not show itself: not in a log, a repr, an error or a format string."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: Any) -> "Secret":
        return self

    def __reduce__(self) -> Any:
        raise TypeError("a secret is not pickled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing an adapter can be told. `type` is str, int, float, bool, list or dict."""

    name: str
    help: str
    type: type = str
    default: Any = None
    required: bool = False
    secret: bool = False


# What every adapter understands. Each may give another default by stating a Setting of the same name.
COMMON = (
    Setting(name="base_url", help="Where the source is, when not at its vendor's usual address."),
    Setting(name="page_size", help="Items asked for at once.", type=int),
    Setting(name="max_pages", help="Most pages that one run reads; the next run goes on.", type=int, default=100_000),
    Setting(
        name="lookback_seconds",
        help="How far behind its last word each run begins, for changes that the source shows late.",
        type=float,
        default=300.0,
    ),
    Setting(name="connect_timeout", help="Seconds to wait for a connection.", type=float, default=5.0),
    Setting(name="read_timeout", help="Seconds to wait for an answer.", type=float, default=30.0),
    Setting(name="answer_timeout", help="Seconds that one whole answer may take to arrive.", type=float, default=120.0),
    Setting(
        name="max_retry_wait",
        help="Longest wait in seconds before a request is made again within a run; a longer one ends the run.",
        type=float,
        default=60.0,
    ),
    Setting(name="region", help="Country (ISO 3166, two letters) whose local phone numbers the source holds."),
)


# The least that makes sense, and the form of what has one; whatever an adapter says of its default.
LEAST: Mapping[str, float] = {
    "page_size": 1,
    "max_pages": 1,
    "lookback_seconds": 0,
    "connect_timeout": 0.001,
    "read_timeout": 0.001,
    "answer_timeout": 0.001,
    "max_retry_wait": 0,
}
URL = re.compile(r"https?://[^\s/@?#]+(/[^\s@?#]*)?")
FORMS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "base_url": (URL, "an address like https://host/path"),
    "login_url": (URL, "an address like https://host/path"),
    "satisfaction_scale": (re.compile(r"(\d{1,3})-(?!\1$)\d{1,3}"), "the worst and the best rating, like 1-5"),
    "region": (re.compile(r"[A-Z]{2}"), "a country's two capitals (ISO 3166), like GB"),
}


def read(source: str, known: Sequence[Setting], given: Mapping[str, Any], also: Sequence[str] = ()) -> dict[str, Any]:
    """Every known setting with its value, secrets wrapped.

    Raises ConfigError that lists all problems at once, and with them those that the adapter `also` found.
    """
    settings = {setting.name: setting for setting in (*COMMON, *known)}
    problems = [_unknown(source, name, list(settings)) for name in given if name not in settings]
    values: dict[str, Any] = {}
    for name, setting in settings.items():
        value = given.get(name)
        value = setting.default if value is None else value
        if value is None or value == "":
            if setting.required:
                problems.append(f"{source}: {name} is missing ({setting.help})")
            values[name] = None
            continue
        try:
            values[name] = _typed(setting, value)
        except (TypeError, ValueError, OverflowError):
            problems.append(f"{source}: {name} is not a {setting.type.__name__}")
            continue
        if wrong := _unfit(name, values[name]):
            problems.append(f"{source}: {name} is not {wrong}")
    if problems or also:
        raise ConfigError([*problems, *also])
    return values


def _unknown(source: str, name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"{source}: unknown setting {name}; " + (
        f"did you mean {near[0]}?" if near else "known: " + ", ".join(known)
    )


def _typed(setting: Setting, value: Any) -> Any:
    if setting.secret:
        return value if isinstance(value, Secret) else Secret(str(value))
    if setting.type is bool:
        if str(value).lower() not in {"true", "false", "1", "0", "yes", "no"}:
            raise ValueError(setting.name)
        return str(value).lower() in {"true", "1", "yes"}
    if setting.type in (list, dict):
        if not isinstance(value, setting.type):
            raise TypeError(setting.name)
        return value
    if isinstance(value, list | dict | bool):
        raise TypeError(setting.name)
    if setting.type is int and isinstance(value, float) and not value.is_integer():
        raise ValueError(setting.name)
    typed = setting.type(value)
    if isinstance(typed, float) and not math.isfinite(typed):
        raise ValueError(setting.name)
    return typed


def _unfit(name: str, value: Any) -> str | None:
    """What the value should be, when it has the right type but is out of reason."""
    if name in LEAST and value < LEAST[name]:
        return f"{LEAST[name]} or more"
    form, words = FORMS.get(name, (None, ""))
    return words if form and not form.fullmatch(str(value)) else None
