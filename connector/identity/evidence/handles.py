"""Handles: mailboxes, numbers and accounts, and what a mailbox itself says of its owner."""

import re
from collections.abc import Mapping
from functools import lru_cache

import phonenumbers

from connector.identity.blocklist import DEAD_DOMAINS, MADE_UP, ROLES, is_blocked
from connector.identity.evidence.text import word
from connector.identity.shipped import family_names, given_names
from schemas import identifiers

PARTS = re.compile(r"[a-z]+")
# Digits that a form is filled with: all the same, or counted up.
FILLED = ("0123456789012345", "1234567890123456", "9876543210987654")
SHORTEST = 7
# What an initial in a mailbox tells, in bits, and more than any name does.
INITIAL_BITS, NO_NAME = 4, 90
# One word can be read as two rare names by chance.
TOLD_BITS = 24
# A mailbox with such a word in it is read by all who live there.
FAMILIES = frozenset(
    "family familie famille familia famiglia fam rodzina familj perhe oikogeneia aile household home haus".split()  # noqa: SIM905
)


@lru_cache(maxsize=16_384)
def email(text: str) -> str | None:
    """The normalised mailbox; None when it is none."""
    return identifiers.email(text)


@lru_cache(maxsize=16_384)
def is_nobodys(address: str) -> bool:
    """Whether a form was filled with the mailbox, or it leads nowhere."""
    return is_blocked("email", address) and not is_shared(address)


@lru_cache(maxsize=16_384)
def is_shared(address: str) -> bool:
    """Whether its name says that several read it: a role's, or a family's."""
    mailbox, _, domain = address.rpartition("@")
    words = re.split(r"[._-]", re.sub(r"\d", "", mailbox.partition("+")[0]))
    dead = any(domain == each or domain.endswith("." + each) for each in DEAD_DOMAINS)
    return not dead and ("".join(words) in ROLES or any(map(_is_a_familys, words)))


def _is_a_familys(text: str) -> bool:
    """family, smithfamily, themartinezs."""
    if text in FAMILIES or any(text.endswith(each) for each in FAMILIES if len(each) > 4):
        return True
    # theodoros is one man.
    return text.startswith("the") and text.endswith("s") and len(text) > 7 and text not in given_names()


@lru_cache(maxsize=16_384)
def spelt_in(address: str) -> tuple[str, ...]:
    """The words of a mailbox's name, when one of them is a name: anna.smith@ and asmith@ say whose it is."""
    told = PARTS.findall(address.partition("@")[0].partition("+")[0])
    words = tuple(word(part) for each in told for part in _parted(each))
    return words if any(_is_a_name(each) for each in words) else ()


def _parted(text: str) -> tuple[str, ...]:
    """Given and family name where both are written as one word: annasmith, smithanna, annas, asmith."""
    if len(text) < 5 or text in MADE_UP or min(_bits(text, given_names()), _bits(text, family_names())) < NO_NAME:
        return (text,)
    # An initial stands before a family name, or behind either.
    found = [(INITIAL_BITS + _bits(text[1:], family_names()), (text[:1], text[1:]))]
    for names in (given_names(), family_names()):
        found.append((INITIAL_BITS + _bits(text[:-1], names), (text[-1:], text[:-1])))
    for at in range(3, len(text) - 2):
        head, tail = text[:at], text[at:]
        found.append((_bits(head, given_names()) + _bits(tail, family_names()), (head, tail)))
        found.append((_bits(tail, given_names()) + _bits(head, family_names()), (head, tail)))
    bits, parts = min(found)
    return parts if bits <= TOLD_BITS else (text,)


def _bits(text: str, names: Mapping[str, int]) -> int:
    return NO_NAME if text in MADE_UP else names.get(word(text), NO_NAME)


def is_given(text: str) -> bool:
    """Whether a word of a mailbox is a name that people are christened with."""
    return len(text) > 2 and text in given_names() and text not in MADE_UP


def _is_a_name(text: str) -> bool:
    return is_given(text) or (len(text) > 3 and text in family_names() and text not in MADE_UP)


@lru_cache(maxsize=16_384)
def phone(text: str, region: str | None) -> tuple[str, str] | None:
    """E.164 (nothing without a country) and the national digits; None for what is no number."""
    digits = _digits(text)
    if not digits:
        return None
    whole = identifiers.phone(text, region)
    return (whole, _national(whole.partition(";")[0])) if whole else ("", digits.lstrip("0")[-10:])


def whole_phone(number: str) -> tuple[str, str] | None:
    """The same of a number that was read before and is in E.164: reading one takes long."""
    return (number, _national(number.partition(";")[0])) if _digits(number) else None


def _digits(text: str) -> str:
    """The digits of a number; nothing when they are too few, or such as fill a form."""
    digits = re.sub(r"\D", "", text)
    is_none = len(digits) < SHORTEST or len(set(digits)) < 3 or any(digits in each for each in FILLED)
    return "" if is_none else digits


def is_landline(number: str) -> bool:
    """Whether the number (E.164) rings in a house; where a country's numbers don't tell, it does not."""
    return ";" in number or _type(number) == phonenumbers.PhoneNumberType.FIXED_LINE


def is_mobile(number: str) -> bool:
    """Whether the number (E.164) rings in a pocket; where a country's numbers don't tell, it does not."""
    return ";" not in number and _type(number) == phonenumbers.PhoneNumberType.MOBILE


@lru_cache(maxsize=16_384)
def _type(number: str) -> int:
    return phonenumbers.number_type(phonenumbers.parse(number, None))


def _national(number: str) -> str:
    """What of an E.164 number stands behind the country's code. No code begins with another."""
    code = next(
        (length for length in (2, 3, 4) if int(number[1:length]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE), 1
    )
    return number[code:][-10:]


@lru_cache(maxsize=16_384)
def national_id(text: str | None) -> str:
    """Letters and digits of an id that a state gave; nothing when it is none."""
    plain = re.sub(r"[\W_]", "", (text or "").casefold())
    digits = re.sub(r"\D", "", plain)
    if len(plain) < 5 or len(set(plain)) < 3 or not digits or any(plain in each for each in FILLED):
        return ""
    return plain
