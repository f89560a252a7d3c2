"""Add to the tables of names what they lack of Faker's lists: names of many languages, in Latin letters too.

    pip install faker && python -m benchmarks.name_tables

The tables (`connector/identity/tables/`) count how common names are in the United States, and guess it for the
languages that came from Faker at first. What this adds is only known to be a name, so it is as rare as a name
that is still usual. Names that are there keep their place: running it twice changes nothing.
"""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from connector.identity import shipped
from connector.identity.evidence.names import NO_NAMES, PARTICLES, TITLES
from connector.identity.evidence.text import fold, word

TABLES = Path(shipped.__file__).parent / "tables"
# One person in 2^12: known as a name, and not known to be common.
BITS = 12
SHORTEST = 2


def main() -> None:
    for file, prefix, known in (
        ("given_names.txt", "first_", shipped.given_names()),
        ("family_names.txt", "last_", shipped.family_names()),
    ):
        told = set(_words(_listed(prefix))) - TITLES - PARTICLES - NO_NAMES
        added = {each: BITS for each in told if each not in known}
        _write(TABLES / file, {**known, **added})
        print(f"{file}: {len(known):,} names, {len(added):,} added")


def _listed(prefix: str) -> Iterator[str]:
    """All names of Faker's person providers in fields that begin so."""
    people: Any = importlib.import_module("faker.providers.person")
    for module in pkgutil.iter_modules(people.__path__):
        provider = importlib.import_module(f"{people.__name__}.{module.name}").Provider
        for name in dir(provider):
            found = getattr(provider, name) if name.startswith(prefix) else ()
            if isinstance(found, tuple | list | set | dict):
                yield from (each for each in found if isinstance(each, str))


def _words(names: Iterable[str]) -> Iterator[str]:
    """Each name's words, as names are read."""
    words = (word(each) for name in names for each in fold(name).split())
    return (each for each in words if len(each) >= SHORTEST and each.isalpha())


def _write(path: Path, names: Mapping[str, int]) -> None:
    head = [line for line in path.read_text("utf-8").splitlines() if line.startswith("#")]
    by_bits: dict[int, list[str]] = {}
    for name, bits in names.items():
        by_bits.setdefault(bits, []).append(name)
    lines = [f"{bits}: {' '.join(sorted(found))}" for bits, found in sorted(by_bits.items())]
    path.write_text("\n".join([*head, *lines]) + "\n", "utf-8")


if __name__ == "__main__":
    main()
