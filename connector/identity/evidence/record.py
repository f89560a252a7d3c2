"""Evidence: all that one record says of who it is, in forms that can be compared, and by what it can be found.

`Told` is what any source says; `read` makes it evidence. Every part is cached by the raw
text, for the same names, numbers and streets come again and again. `values` are the keys
under which two records of one person may meet; nobody compares records that share none.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from sys import intern
from typing import Any

from connector.identity.blocklist import NO_IDS
from connector.identity.evidence import days, handles, homes, names
from connector.identity.evidence.days import Day
from connector.identity.evidence.homes import Home
from connector.identity.evidence.names import NOBODY, Name
from connector.identity.evidence.text import fold, skeleton
from connector.identity.shipped import family_names, given_names
from schemas.countries import country as country_code

# What is read from a record, beside where it is from.
PARTS = (
    "name",
    "birth",
    "home",
    "emails",
    "phones",
    "national_phones",
    "socials",
    "handles",
    "national_id",
    "company",
    "links",
    "merged",
)

# Whose names are what they like to be called.
PROFILE = "profile"
# A record that is gone from its source: an id under which somebody may still be known.
FORMER = "former"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a source says of a person. `key` names the record for ever; `links` and `merged_from` are keys of others.

    `handles`: platform, handle and user id (or None). `primary` of e-mail addresses comes first. `numbers`: phones that
    were read before, in E.164.
    """

    key: str
    source: str = ""
    kind: str = "contact"
    given_name: str | None = None
    family_name: str | None = None
    full_name: str | None = None
    suffix: str | None = None
    company: str | None = None
    emails: Sequence[str] = ()
    phones: Sequence[str] = ()
    numbers: Sequence[str] = ()
    birth_date: str | None = None
    street: str | None = None
    city: str | None = None
    postcode: str | None = None
    country: str | None = None
    handles: Sequence[tuple[str, str | None, str | None]] = ()
    national_id: str | None = None
    links: Sequence[str] = ()
    merged_from: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One record's evidence."""

    key: str
    source: str = ""
    kind: str = "contact"
    name: Name = NOBODY
    birth: Day | None = None
    home: Home | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    national_phones: tuple[str, ...] = ()
    socials: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    national_id: str = ""
    company: str = ""
    links: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    _values: tuple[str, ...] | None = field(default=None, init=False, compare=False, repr=False)

    @property
    def values(self) -> tuple[str, ...]:
        """The keys by which it is found, without those that are nobody's; derived when first asked."""
        found = self._values
        if found is None:
            found = tuple(dict.fromkeys(map(intern, _values(self))))
            object.__setattr__(self, "_values", found)
        return found

    def holds(self, value: str) -> bool:
        """Whether it is found by the value."""
        part = PART_OF.get(value[0]) if self._values is None else None
        return value[2:] in getattr(self, part) if part else value in self.values

    @property
    def suffix(self) -> int:
        return self.name.suffix

    @property
    def is_former(self) -> bool:
        return self.kind == FORMER


# The parts of a record that says nothing.
NOTHING: Mapping[str, Any] = {each.name: each.default for each in fields(Evidence) if each.name in PARTS}


def read(told: Told) -> Evidence:
    """The evidence of a record."""
    region = _country(told.country)
    name = names.read(told.given_name, told.family_name, told.full_name, told.suffix)
    if told.kind == PROFILE and not _is_a_name(name):
        name = NOBODY
    found = [handles.phone(str(text), region) for text in told.phones if text]
    numbers = [each for each in (*found, *map(handles.whole_phone, told.numbers)) if each]
    parts = {
        "name": name,
        "birth": days.read(told.birth_date, region),
        "home": homes.read(told.street, told.postcode, told.city, region),
        "emails": _each(_mailbox(str(text)) for text in told.emails if text),
        # Most records have none of the rest.
        "phones": _each(number for number, _ in numbers) if numbers else (),
        "national_phones": _each(digits for _, digits in numbers) if numbers else (),
        "socials": _each(_social(*each) for each in told.handles) if told.handles else (),
        "handles": _each(_handle(*each) for each in told.handles) if told.handles else (),
        "national_id": handles.national_id(told.national_id) if told.national_id else "",
        "company": _company(told.company),
        "links": _each(told.links) if told.links else (),
        "merged": _each(told.merged_from) if told.merged_from else (),
    }
    return made(told.key, told.source, told.kind, parts)


def made(key: str, source: str, kind: str, parts: Mapping[str, Any]) -> Evidence:
    """Evidence of these parts (`PARTS`)."""
    return Evidence(key=key, source=intern(source), kind=intern(kind), **parts)


def former(key: str, source: str, winner: str | None = None) -> Evidence:
    """The evidence of a record that is gone: its key, and into whom it was merged. By itself it is nobody."""
    return made(key, source, FORMER, NOTHING | {"merged": (winner,) if winner else ()})


def revised(evidence: Evidence, **parts: Any) -> Evidence:
    """The evidence as if its record told these parts (`birth=None`, `emails=(...)`) instead of its own."""
    return replace(evidence, **parts)


def _each(found: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(intern(each) for each in found if each))


@lru_cache(maxsize=4096)
def _country(text: str | None) -> str | None:
    return country_code(text) if text else None


@lru_cache(maxsize=16_384)
def _company(text: str | None) -> str:
    return intern(fold(text or ""))


def _is_a_name(name: Name) -> bool:
    """Whether people are called so; what a profile shows may be anything."""
    return name.first in given_names() and any(len(each) == 1 or each in family_names() for each in name.family)


def _mailbox(text: str) -> str | None:
    """The mailbox, unless it is nobody's. A role's is kept: at a small company it is a person's too."""
    address = handles.email(text)
    if not address or handles.is_nobodys(address):
        return None
    # A tag sorts the owner's mail; where it does not, the names tell.
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def _social(platform: str, _: str | None, user_id: str | None) -> str | None:
    user_id = str(user_id or "").strip()
    return f"{platform.strip().lower()}:{user_id}" if user_id and user_id.lower() not in NO_IDS else None


def _handle(platform: str, handle: str | None, _: str | None) -> str | None:
    name = (handle or "").strip().lstrip("@").casefold()
    return f"{platform.strip().lower()}:{name}" if len(name) > 2 else None


# What a value's first letters mean: how many may hold it before nobody is compared by it. Of those who have only a
# name in common, one in ten is the same person where four records have it, one in forty where twelve do.
CAPS = {"e": 60, "p": 60, "d": 60, "s": 20, "h": 60, "i": 20, "x": 20, "a": 60, "b": 40, "n": 6, "q": 30, "f": 30}

# The parts whose texts are values as they stand.
PART_OF = {"s": "socials", "h": "handles", "p": "phones", "d": "national_phones", "e": "emails"}


def _values(told: Evidence) -> Iterator[str]:
    yield f"x:{told.key}"
    for kind, found in (("x", told.links), ("x", told.merged), ("s", told.socials), ("h", told.handles)):
        for each in found:
            yield f"{kind}:{each}"
    for kind, found in (("p", told.phones), ("d", told.national_phones), ("e", told.emails)):
        for each in found:
            yield f"{kind}:{each}"
    if told.national_id:
        yield f"i:{told.national_id}"
    home = told.home
    if home and home.is_whole:
        yield home.value
    if told.name:
        yield from _named(told.name, told.birth, home)


@lru_cache(maxsize=16_384)
def _bones(given: str, family: str) -> tuple[list[str], str]:
    """The skeletons of the words that there are, in order, and their initials."""
    words = sorted(skeleton(each) for each in (given, family) if each)
    return words, "".join(sorted({each[0] for each in words if each}))


def _named(name: Name, birth: Day | None, home: Home | None) -> Iterator[str]:
    words, initials = _bones(name.first, name.family[0] if name.family else "")
    if birth:
        day = "-".join(map(str, days.unswapped(birth)))
        yield f"b:{day}|{words[0][:1]}"
        if len(words) > 1:
            yield f"b:{day}|{words[-1][:1]}"
    if len(words) < 2 or min(map(len, words)) < 2:
        return
    whole = " ".join(words)
    yield f"n:{whole}"
    if birth:
        # A slip in the day: the name and the year still meet.
        yield f"q:{whole}|{birth[0]}"
        yield f"q:{whole}|{birth[1]}-{birth[2]}"
    if home and home.place:
        yield f"f:{whole}|{home.place}"
    if home and home.house and home.street:
        yield f"f:{initials}|{home.house}{home.street}"
