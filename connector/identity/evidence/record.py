"""Evidence: all that one record says of who it is, in forms that can be compared, and by what it can be found.

`Told` is what any source says; `read` makes it evidence. Every part is cached by the raw
text, for the same names, numbers and streets come again and again. `values` are the keys
under which two records of one person may meet; nobody compares records that share none.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
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
    """One record's evidence. `values` are the keys by which it is found, without those that are nobody's."""

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
    values: tuple[str, ...] = ()

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
        "phones": _each(number for number, _ in numbers),
        "national_phones": _each(digits for _, digits in numbers),
        "socials": _each(_social(*each) for each in told.handles),
        "handles": _each(_handle(*each) for each in told.handles),
        "national_id": handles.national_id(told.national_id),
        "company": _company(told.company),
        "links": _each(told.links),
        "merged": _each(told.merged_from),
    }
    return made(told.key, told.source, told.kind, parts)


def made(key: str, source: str, kind: str, parts: Mapping[str, Any]) -> Evidence:
    """Evidence of these parts (`PARTS`), with the values by which it is found."""
    return Evidence(key=key, source=intern(source), kind=intern(kind), values=_found_by(key, parts), **parts)


def former(key: str, source: str, winner: str | None = None) -> Evidence:
    """The evidence of a record that is gone: its key, and into whom it was merged. By itself it is nobody."""
    return made(key, source, FORMER, NOTHING | {"merged": (winner,) if winner else ()})


def revised(evidence: Evidence, **parts: Any) -> Evidence:
    """The evidence as if its record told these parts (`birth=None`, `emails=(...)`) instead of its own."""
    told = {name: getattr(evidence, name) for name in PARTS} | parts
    return replace(evidence, **parts, values=_found_by(evidence.key, told))


def _found_by(key: str, parts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(intern, _values(key, parts))))


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


# What a value's first letters mean: how many may hold it before nobody is compared by it.
CAPS = {"e": 60, "p": 60, "d": 60, "s": 20, "h": 60, "i": 20, "x": 20, "a": 60, "b": 40, "n": 12, "q": 30, "f": 30}


def _values(key: str, parts: Mapping[str, Any]) -> Iterator[str]:
    name, birth, home = parts["name"], parts["birth"], parts["home"]
    yield f"x:{key}"
    for kind, found in (("x", "links"), ("x", "merged"), ("s", "socials"), ("h", "handles"), ("p", "phones")):
        yield from (f"{kind}:{each}" for each in parts[found])
    yield from (f"d:{digits}" for digits in parts["national_phones"])
    yield from (f"e:{each}" for each in parts["emails"])
    if parts["national_id"]:
        yield f"i:{parts['national_id']}"
    if home and home.is_whole:
        yield f"a:{home.place}|{home.house}"
    if name:
        yield from _named(name, birth, home)


def _named(name: Name, birth: Day | None, home: Home | None) -> Iterator[str]:
    words = sorted(skeleton(each) for each in (*name.given[:1], *name.family[:1]))
    initials = "".join(sorted({each[0] for each in words if each}))
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
