"""Broken copies of an item: each of its parts missing, or of another type, or a text that must not be repeated."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

CANARY = "canary-7f3a@example.com"
WRONG: tuple[Any, ...] = (
    None,
    CANARY,
    "",
    "\ud800\x00",
    7,
    -1.5,
    10**400,
    True,
    [],
    {},
    [CANARY],
    {"other": CANARY},
    [None],
)

Path = tuple[Any, ...]


def broken(item: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is wrong (a path and a kind of wrong), and a copy of the item with it."""
    for path in _paths(item):
        where = ".".join(map(str, path))
        lacking = copy.deepcopy(dict(item))
        del _parent(lacking, path)[path[-1]]
        yield f"{where} missing", lacking
        for wrong in WRONG:
            other = copy.deepcopy(dict(item))
            _parent(other, path)[path[-1]] = copy.deepcopy(wrong)
            yield f"{where} a {type(wrong).__name__}", other


def poisoned(item: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Only those copies that hold the canary."""
    return ((what, copied) for what, copied in broken(item) if CANARY in repr(copied))


def _paths(value: Any, above: Path = ()) -> Iterator[Path]:
    inner = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for name, part in inner:
        yield (*above, name)
        yield from _paths(part, (*above, name))


def _parent(item: Any, path: Path) -> Any:
    for step in path[:-1]:
        item = item[step]
    return item
