"""Compared: what two records have in common and what they do not, field by field, in words.

For people who may see both. The forms are those that were compared (folded, normalised),
so that what is shown is what was judged; a state's number shows its end only.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from connector.identity.evidence import days, homes, likeness
from connector.identity.evidence.homes import Home
from connector.identity.evidence.names import Name
from connector.identity.evidence.record import Evidence
from connector.identity.pair import Pair
from connector.identity.weights import ENOUGH, Weight

NAME = {
    likeness.SAME: "the same",
    likeness.OTHER_FORM: "two forms of one name",
    likeness.SLIP: "the same but for a slip of the pen",
    likeness.INITIAL: "an initial of it",
    likeness.MISSING: "not told by both",
    likeness.CLASH: "two names",
}
DAY = {
    days.SAME: "the same",
    days.SWAPPED: "day and month swapped",
    days.SLIP: "the same but for a slip of the pen",
    days.MISSING: "not told by both",
    days.CLASH: "two days",
}
HOME = {
    homes.SAME: "the same",
    homes.NEAR: "the same place, and not known to be another home",
    homes.PLACE: "the same place, another home",
    homes.MISSING: "not told by both",
    homes.ELSEWHERE: "two places",
}
NUMBER = {1: "the same", 0.5: "but for a slip", 0.25: "but for two slips", 0: "not told by both", -1: "two numbers"}
SUFFIX = {1: "junior", 2: "senior"}

# What a value's first letter means, for people.
NOUNS = {
    "e": "e-mail address",
    "p": "phone number",
    "d": "phone number (no country)",
    "s": "account",
    "h": "handle",
    "i": "number from their state",
    "x": "record that a source names",
    "a": "address",
    "b": "name and birth date",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A value that both have. `standing` says whose it is, from all who hold it."""

    what: str
    shown: str
    standing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A field of both. `agrees`: for (True), against (False) that they are one, or nothing (None)."""

    field: str
    left: str | None
    right: str | None
    how: str
    agrees: bool | None


def shared(pair: Pair) -> list[Shared]:
    """The values that both have, each with its standing."""
    return [_shared(pair, value) for value in values(pair)]


def _shared(pair: Pair, value: str) -> Shared:
    standing = "what a source says" if value[0] == "x" else pair.standing(value).told
    return Shared(what=NOUNS[value[0]], shown=shown(value), standing=standing)


def values(pair: Pair) -> list[str]:
    """The same as keys, as a base knows them."""
    found = [*(f"s:{each}" for each in pair.socials), *(f"e:{each}" for each in pair.emails), *pair.phones]
    found += [f"h:{each}" for each in pair.handles]
    found += [f"x:{each}" for each in pair.stated or ([pair.left.key] if pair.merged else [])]
    return found + ([f"i:{pair.left.national_id}"] if pair.national_id == 1 else [])


def shown(value: str) -> str:
    """A value as people may see it."""
    return masked(value[2:]) if value[0] == "i" else value[2:].replace("|", ", ")


def masked(number: str) -> str:
    return f"… {number[-3:]}"


def by_group(weight: Weight) -> dict[str, float]:
    """Bits by independent group of evidence, as people call them."""
    return {
        "given name": weight.given,
        "birth date": weight.birth,
        "household": weight.household,
        "number from their state": weight.id,
        "own contact": weight.contact,
    }


def missing(weight: Weight) -> list[str]:
    """The groups that add too little to count."""
    return [group for group, bits in by_group(weight).items() if bits < ENOUGH]


def compared(pair: Pair) -> list[Compared]:
    """The fields that at least one of them tells."""
    return [each for each in _fields(pair) if each.left or each.right]


def _fields(pair: Pair) -> Iterator[Compared]:
    left, right, names = pair.left, pair.right, pair.names
    for field, one, other, found in (
        ("given name", left.name.given, right.name.given, names.given),
        ("family name", left.name.family, right.name.family, names.family),
    ):
        yield _field(field, " ".join(one), " ".join(other), NAME[found], _agrees(found, likeness.MISSING))
    yield _suffix(left.name, right.name)
    yield _field("birth date", _day(left), _day(right), DAY[pair.birth], _agrees(pair.birth, days.MISSING))
    home = None if pair.home == homes.PLACE else _agrees(pair.home, homes.MISSING)
    yield _field("home", _home(left.home), _home(right.home), HOME[pair.home], home)
    number = pair.national_id
    yield _field("number from their state", _number(left), _number(right), NUMBER[number], _agrees(number, 0))


def _suffix(left: Name, right: Name) -> Compared:
    told = [SUFFIX.get(each.suffix, f"the {each.suffix - 1}." if each.suffix else "") for each in (left, right)]
    both = bool(left.suffix and right.suffix)
    how = ("the same" if left.suffix == right.suffix else "two generations") if both else "not told by both"
    return _field("suffix", *told, how, left.suffix == right.suffix if both else None)


def _field(field: str, left: str | None, right: str | None, how: str, agrees: bool | None) -> Compared:
    return Compared(field=field, left=left or None, right=right or None, how=how, agrees=agrees)


def _agrees(found: float, missing: float) -> bool | None:
    """What is less than missing clashes. (Days and homes put their clash first, as names do.)"""
    return None if found == missing else found > missing


def _day(told: Evidence) -> str | None:
    return "{:04}-{:02}-{:02}".format(*told.birth) if told.birth else None


def _home(home: Home | None) -> str | None:
    if home is None:
        return None
    return ", ".join(filter(None, (home.place or home.city, home.house, home.flat and f"flat {home.flat}")))


def _number(told: Evidence) -> str | None:
    return masked(told.national_id) if told.national_id else None
