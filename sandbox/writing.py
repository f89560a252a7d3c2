"""Writing: the many ways in which clerks, forms and imports spell the same name, phone or mailbox.

Every variant is one that real systems hold. The name stays a spelling of the true name,
the phone stays the same number when read in the record's country, and a mailbox stays the
same but for a plus tag.
"""

import unicodedata
from functools import lru_cache

from sandbox.chance import Dice
from sandbox.countries import Country
from sandbox.phrases import NICKNAMES

_FOLDED = str.maketrans(
    {"ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "đ": "d", "ı": "i", "’": "", "'": "", "-": "", " ": "", ".": ""}
    | dict(zip("αβγδεζηικλμνξοπρσςτυφω", "avgdeziiklmnxoprsstyfo", strict=True))
    | {"θ": "th", "χ": "ch", "ψ": "ps"}
)


@lru_cache(maxsize=4096)
def latin(text: str) -> str:
    """A name as it stands in a mail address: small Latin letters only."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(letter)
    )
    return plain.translate(_FOLDED)


@lru_cache(maxsize=4096)
def without_accents(text: str) -> str:
    """As a system of 1995 wrote it."""
    plain = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return plain.replace("ß", "ss").replace("ł", "l").replace("Ł", "L").replace("ı", "i")


def spelt(form: str, number: int) -> str:
    """The form with its # filled in, the last digit last."""
    return form.replace("#", "%s") % tuple(str(number).zfill(form.count("#")))


def name(dice: Dice, given: str, family: str) -> tuple[str | None, str]:
    """Given and family name as somebody typed them."""
    return dice.pick(_NAMES)(dice, given, family)


# How names are typed, with their part of a hundred.
_NAME_WAYS = (
    (58, lambda dice, given, family: (given, family)),
    (8, lambda dice, given, family: (NICKNAMES.get(given, given), family)),
    (6, lambda dice, given, family: (without_accents(given), without_accents(family))),
    (5, lambda dice, given, family: (given.upper(), family.upper())),
    (4, lambda dice, given, family: (given.lower(), family.lower())),
    (5, lambda dice, given, family: (given[0] + ".", family)),
    (3, lambda dice, given, family: (family, given)),
    (3, lambda dice, given, family: (None, family)),
    (3, lambda dice, given, family: (f"{given} {dice.pick('ABCEGJKLMRST')}.", family)),
    (2, lambda dice, given, family: (f"  {given} ", family)),
    (3, lambda dice, given, family: (given, typo(dice, family))),
)
_NAMES = tuple(way for share, way in _NAME_WAYS for _ in range(share))


def typo(dice: Dice, text: str) -> str:
    """Two neighbouring letters changed places."""
    if len(text) < 4:
        return text
    at = 1 + dice.below(len(text) - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def mailbox(dice: Dice, address: str) -> str:
    """A mail address as somebody typed it."""
    way = dice.below(100)
    if way < 78:
        return address
    local, _, domain = address.partition("@")
    if way < 86:
        return address.upper()
    if way < 93:
        return f"{local.title()}@{domain}"
    if way < 96:
        return f" {address} "
    return f"{local}+shop@{domain}"


@lru_cache(maxsize=8192)
def international(number: str, country: Country) -> str:
    """The number with its country's code, as +49 30 23125 123."""
    return f"+{country.calling_code} {number.strip('()').removeprefix(country.trunk).replace('(', '').replace(')', '')}"


def phone(dice: Dice, number: str, country: Country) -> str:
    """A phone number as somebody typed it; a local one is to be read in its country."""
    return dice.pick(_PHONES)(number, country)


def digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdecimal())


def _with_trunk(number: str, country: Country) -> str:
    """The spelling that no one can dial: +49 (0)30 23125 123."""
    if not country.trunk:
        return number
    return f"+{country.calling_code} ({country.trunk}){number.removeprefix(country.trunk)}"


def _dialled(number: str, country: Country) -> str:
    return ("+" if country.code == "US" else "00") + digits(international(number, country))


_PHONE_WAYS = (
    (30, lambda number, country: number),
    (30, international),
    (20, lambda number, country: "+" + digits(international(number, country))),
    (6, lambda number, country: digits(number)),
    (6, lambda number, country: international(number, country).replace(" ", "-")),
    (3, _with_trunk),
    (2, _dialled),
    (3, lambda number, country: "tel:+" + digits(international(number, country))),
)
_PHONES = tuple(way for share, way in _PHONE_WAYS for _ in range(share))
