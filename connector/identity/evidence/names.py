"""Names: what a record calls its person, in parts that can be compared.

A name has given names, family names and a suffix. Fields are filled as clerks fill them:
swapped, with titles, with an initial, all in one field. Reading never guesses more than
the parts; whether two names can be one person's is for `likeness` to say.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from connector.identity.evidence.text import fold, script, word
from connector.identity.shipped import family_names, given_names, nicknames

TITLES = frozenset(
    """
    mr mrs ms miss mx dr prof professor herr frau hr fr mme mlle mm monsieur madame mademoiselle sra srta senor senora
    don dona dott dottssa sig signor signora ing dipl mag dhr mevr mw pan pani sir lady rev hon bay bayan sayin smt shri
    kyrios kyria
    """.split()  # noqa: SIM905
)
SUFFIXES = {
    "jr": 1,
    "jnr": 1,
    "junior": 1,
    "sr": 2,
    "snr": 2,
    "senior": 2,
    "ii": 3,
    "2nd": 3,
    "iii": 4,
    "3rd": 4,
    "iv": 5,
}
# `i` and `v` are initials, and `sr` before a name is señor.
DEGREES = frozenset("phd md mba msc bsc esq dds rn cpa llb llm".split())  # noqa: SIM905
# They belong to the family name behind them.
PARTICLES = frozenset(
    """
    van von de der den del della di da do dos das du la le ten ter zu zum zur al el bin bint ibn ben abu mac mc st san
    af av y e i
    """.split()  # noqa: SIM905
)
# What stands in a name's field and names nobody.
NO_NAMES = frozenset(
    word(each)
    for each in """
    unknown unbekannt none null na nn test customer kunde guest gast anonymous anonym user info office sales support
    company gmbh ltd inc llc firma not provided notprovided given first last name surname firstname lastname xxx xx
    cliente client inconnu nieznany desconocido shop order admin noname
    """.split()  # noqa: SIM905
)
# Bits of a name that no table has, and of one that a table has for more than completeness.
UNUSUAL, USUAL = 17, 13
FAMILY_FIRST = frozenset({"CJK", "HANGUL"})


@dataclass(frozen=True, slots=True)
class Name:
    """Given and family names, folded; `suffix` 1 junior, 2 senior, 3 the second ..., 0 none; `script` if unspelt."""

    given: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    suffix: int = 0
    script: str = ""

    def __bool__(self) -> bool:
        return bool(self.given or self.family)

    @property
    def first(self) -> str:
        return self.given[0] if self.given else ""


NOBODY = Name()


@lru_cache(maxsize=32_768)
def read(given: str | None, family: str | None, full: str | None = None, suffix: str | None = None) -> Name:
    """The name in these fields; `full` counts when the others are empty."""
    told = _suffix(suffix)
    given, family, full = (_told(text) for text in (given, family, full))
    if not (given or "").strip() and not (family or "").strip():
        return _whole(full or "", told)
    if not (family or "").strip() and len(fold(given or "").split()) > 1:
        return _whole(given or "", told)
    if not (given or "").strip() and (len(fold(family or "").split()) > 1 or "," in (family or "")):
        return _whole(family or "", told, alone=True)
    first, before = _words(given or "")
    last, behind = _words(family or "")
    return _name(first, last, told or before or behind, script(given or family or ""))


def _told(text: str | None) -> str | None:
    """The field, unless it says that there is nothing to say: N/A, n.n."""
    return None if re.sub(r"\W", "", text or "").casefold() in NO_NAMES else text


def _whole(text: str, suffix: int, *, alone: bool = False) -> Name:
    """A whole name in one field. `alone`: the field is for family names, and may hold two of them."""
    written = script(text)
    if "," in text:
        last, _, first = text.partition(",")
        if fold(first) in SUFFIXES:
            return _whole(last, suffix or _suffix(first), alone=alone)
        names, before = _words(first)
        families, behind = _words(last)
        return _name(names, families, suffix or before or behind, written)
    if written in FAMILY_FIRST and " " not in text.strip():
        text = text.strip()
        return _name(list(_words(text[1:])[0]), list(_words(text[:1])[0]), suffix, written)
    words, found = _words(text)
    suffix = suffix or found
    if len(words) < 2:
        known = bool(words) and not alone and (words[0] in given_names() or words[0] not in family_names())
        return _name(words if known else [], [] if known else words, suffix, written)
    at = next((place for place, each in enumerate(words) if place and each in PARTICLES and len(each) > 1), None)
    at = at if at is not None and at < len(words) - 1 else len(words) - 1
    if at == len(words) - 1 and at > 1 and words[at - 1] in family_names() and words[at - 1] not in given_names():
        # Two family names, as in Spanish.
        at -= 1
    if alone and not any(_is_rather_given(each) for each in words[:at]):
        return _name([], words, suffix, written)
    return _name(words[:at], words[at:], suffix, written)


def _is_rather_given(name: str) -> bool:
    return name not in PARTICLES and given_names().get(name, 99) + 1 < family_names().get(name, 16)


def _words(text: str) -> tuple[list[str], int]:
    """The words of a name without titles, and the suffix that stood behind them."""
    words = [word(each) for each in fold(text).split()]
    suffix = 0
    while len(words) > 1 and (words[-1] in SUFFIXES or words[-1] in DEGREES):
        suffix = SUFFIXES.get(words.pop(), suffix)
    while len(words) > 1 and (words[0] in TITLES or words[0] == "sr"):
        words.pop(0)
    return [each for each in words if not each.isdigit()], suffix


def _name(given: list[str], family: list[str], suffix: int, written: str) -> Name:
    given = [each for each in given if each not in NO_NAMES and each not in TITLES]
    family = [each for each in family if each not in NO_NAMES]
    if len(given) == len(family) == 1 and _are_swapped(given[0], family[0]):
        given, family = family, given
    kept = [each for each in family if each not in PARTICLES] or family
    name = Name(tuple(given), tuple(kept), suffix, written)
    return _interned(name) if name else NOBODY


@lru_cache(maxsize=32_768)
def _interned(name: Name) -> Name:
    # The same name in a thousand records is one object.
    return name


def _are_swapped(given: str, family: str) -> bool:
    """Whether the fields make sense only the other way round: Robinson Ava, Flores C."""
    first, last = given_names(), family_names()
    if len(family) == 1:
        return len(given) > 1 and given in last and given not in first
    if len(given) == 1 or given in nicknames() or first.get(given, UNUSUAL) < USUAL:
        return False
    # Many family names are given names too: Robert, Aydin. Here the given name must be none.
    return (
        given in last and first.get(family, UNUSUAL) < USUAL and first.get(family, UNUSUAL) <= last.get(family, UNUSUAL)
    )


def _suffix(text: str | None) -> int:
    return SUFFIXES.get(re.sub(r"\W", "", (text or "").casefold()), 0)


@lru_cache(maxsize=16_384)
def known(given: tuple[str, ...], family: tuple[str, ...], suffix: int, script: str) -> Name:
    """The name that was read before, of its parts."""
    return _interned(Name(given, family, suffix, script))


@lru_cache(maxsize=16_384)
def rarity(name: Name) -> tuple[int, int]:
    """Bits that given and family name tell: one person in 2^n has it."""
    from_given = max((given_names().get(each, 12) for each in name.given[:1] if len(each) > 1), default=0)
    from_family = max((family_names().get(each, 14) for each in name.family if len(each) > 1), default=0)
    return from_given, from_family
