"""Values: whether what was given for an option is something that it can be."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from connector.settings.options import Option

SPAN = re.compile(r"(\d+)\s*(s|m|h|d)")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

# What an option's type is called when something else was given.
WANTED = {int: "a whole number", float: "a share from 0 to 0.5", str: "text"}


def checked(option: Option, given: Mapping[str, Any], problems: list[str]) -> Any:
    """The option's value: what was given, or its default. What is wrong with it is added to `problems`."""
    value = given.get(option.path, option.default)
    wanted = type(option.default)
    if wanted is int and isinstance(value, str) and value.strip().isdigit():
        value = int(value)
    if wanted is float:
        value = _share(value)
    if not isinstance(value, wanted) or isinstance(value, bool):
        problems.append(f"{option.path}: is not {WANTED[wanted]} ({option.help})")
        return option.default
    if option.name == "port" and not 0 <= value <= 65535:
        problems.append(f"{option.path}: is no port (0 to 65535)")
    if option.words and value not in (*option.words, option.default):
        problems.append(f"{option.path}: is not {' or '.join(', '.join(option.words).rsplit(', ', 1))}")
    if option.name.endswith("_every"):
        span(option.path, value, problems)
    if wanted is int and value < 1 and option.name != "port":
        problems.append(f"{option.path}: must be at least 1")
    return value


def span(path: str, text: Any, problems: list[str]) -> timedelta | None:
    """A span of time; None for nothing. What is wrong with it is added to `problems`."""
    if text is None or text == "":
        return None
    found = SPAN.fullmatch(str(text).strip())
    if not found or int(found[1]) == 0:
        problems.append(f'{path}: is no span of time, such as "30s", "5m", "2h" or "1d"')
        return None
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def _share(value: Any) -> float | None:
    """A part of all, as a fraction up to a half (more would measure no better); None when it is something else."""
    try:
        share = None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None
    return share if share is not None and 0 <= share <= 0.5 else None
