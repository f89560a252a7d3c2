"""Rulebooks: a strictness of one's own, written as a file and tried out before it counts.

    # rules.toml
    strictness = "standard"        # what is not named below is as there: strict, standard or balanced
    sure = 31                      # bits that confirm without a rule
    share_limit = 20               # more records than this at one value, and nobody is compared by it
    household = 3                  # more first names than this at one value are an office
    without = ["same_handle"]      # rules that are switched off

What else can be named are the fields of `Strictness`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from difflib import get_close_matches
from hashlib import blake2b
from pathlib import Path
from typing import Any

from connector.identity.strictness import PROFILES, STANDARD, Strictness
from connector.identity.verdict import WHY

# What each number may be, both included.
BOUNDS: Mapping[str, tuple[float, float]] = {
    "sure": (20, 80),
    "possible": (8, 80),
    "birth": (20, 80),
    "groups": (2, 5),
    "home_may_differ": (0, 2),
    "household": (1, 10),
    "share_limit": (2, 60),
}
FLAGS = frozenset(field.name for field in fields(Strictness) if field.type in (bool, "bool"))
KNOWN = ("strictness", *BOUNDS, *sorted(FLAGS), "without")


class RulebookError(Exception):
    """The rules are wrong. `problems` lists everything that is, a sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def load(path: Path) -> Strictness:
    """The rules in a file. Raises RulebookError."""
    try:
        return read(tomllib.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        raise RulebookError([f"{path}: there is no such file"]) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RulebookError([f"{path}: {error}"]) from None


def read(told: Mapping[str, Any]) -> Strictness:
    """The rules that a table tells. Raises RulebookError with all that is wrong."""
    problems = [_unknown(name) for name in told if name not in KNOWN]
    given = {name: value for name, value in told.items() if name in KNOWN and name != "strictness"}
    for name, value in given.items():
        problems += _wrong(name, value)
    base = told.get("strictness", STANDARD.name)
    if base not in PROFILES:
        problems.append(f"strictness: is not {', '.join(PROFILES)}")
    if problems:
        raise RulebookError(problems)
    if "without" in given:
        given["without"] = frozenset(given["without"])
    how = replace(PROFILES[base], **given)
    return replace(how, name=name_of(how)) if given else how


def name_of(how: Strictness) -> str:
    """What these rules are called where it is kept by which ones records were linked: the same for the same rules."""
    for known in PROFILES.values():
        if replace(how, name=known.name) == known:
            return known.name
    told = "\n".join(f"{name}={value}" for name, value in sorted(_facts(how).items()))
    return f"own-{blake2b(told.encode(), digest_size=8).hexdigest()}"


def difference(old: Strictness, new: Strictness) -> dict[str, tuple[str, str]]:
    """What is otherwise, by field, as people write it: before and after."""
    before, after = _facts(old), _facts(new)
    return {name: (before[name], after[name]) for name in before if before[name] != after[name]}


def _facts(how: Strictness) -> dict[str, str]:
    return {field.name: _written(field.name, getattr(how, field.name)) for field in fields(how) if field.name != "name"}


def _written(name: str, value: Any) -> str:
    if isinstance(value, frozenset):
        return ", ".join(sorted(value))
    return f"{value:g}" if name in BOUNDS else str(value).lower()


def _wrong(name: str, value: Any) -> list[str]:
    if name == "without":
        listed = isinstance(value, list) and all(isinstance(each, str) for each in value)
        if not listed:
            return ["without: is no list of rules"]
        return [f"without: there is no rule {each}{_near(each, list(WHY))}" for each in value if each not in WHY]
    if name in FLAGS:
        return [] if isinstance(value, bool) else [f"{name}: is not true or false"]
    low, high = BOUNDS[name]
    whole = name not in ("sure", "possible", "birth")
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)) or not low <= value <= high:
        return [f"{name}: is no {'whole ' if whole else ''}number from {low:g} to {high:g}"]
    return []


def _unknown(name: str) -> str:
    return f"{name}: is no part of the rules{_near(name, list(KNOWN))}"


def _near(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else f"; known: {', '.join(known)}"
