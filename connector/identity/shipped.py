"""Tables that ship with the program: how rare names are, and who goes by which other name.

They are frozen: a verdict must not depend on who else is in the base. `kept` reads a file
once; it stands in tables/ beside this module, so there is nothing to set up.
"""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

# Of a name that no table has: it is rare.
UNKNOWN_GIVEN = 12
UNKNOWN_FAMILY = 14


@lru_cache(maxsize=1)
def given_names() -> Mapping[str, int]:
    """Folded given name -> n, when one person in 2^n has it."""
    return _rarity("given_names.txt")


@lru_cache(maxsize=1)
def family_names() -> Mapping[str, int]:
    """Folded family name -> n, when one person in 2^n has it."""
    return _rarity("family_names.txt")


@lru_cache(maxsize=1)
def nicknames() -> Mapping[str, frozenset[str]]:
    """Folded given name -> the other names that somebody of this name goes by."""
    found: dict[str, set[str]] = {}
    for name, others in _lines("nicknames.txt"):
        for other in others:
            found.setdefault(name, set()).add(other)
            found.setdefault(other, set()).add(name)
    return {name: frozenset(others) for name, others in found.items()}


def _rarity(file: str) -> Mapping[str, int]:
    return {name: int(bits) for bits, names in _lines(file) for name in names}


def _lines(file: str) -> list[tuple[str, list[str]]]:
    text = files("connector.identity").joinpath("tables", file).read_text("utf-8")
    lines = [line.partition(":") for line in text.splitlines() if line and not line.startswith("#")]
    return [(head, rest.split()) for head, _, rest in lines]
