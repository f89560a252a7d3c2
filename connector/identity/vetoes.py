"""Vetoes: why two records are two people, whatever else they share."""

from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz.distance import OSA

from connector.identity.evidence import days, handles, homes
from connector.identity.evidence.likeness import likeness
from connector.identity.evidence.record import Evidence

VETOES = {
    "two_given_names": "They have two given names that are not forms of one another.",
    "two_birth_dates": "They were born on two days, further apart than a slip of the pen.",
    "two_generations": "One is junior and the other senior.",
    "never_link": "A person decided that these two are never one.",
}


def veto(left: Evidence, right: Evidence) -> str:
    """Why these are two people whatever else they share; empty if nothing says so."""
    if left.suffix and right.suffix and left.suffix != right.suffix:
        return "two_generations"
    if left.national_id and right.national_id and _one_by_number(left, right):
        return ""
    return clash(left, right)


def clash(left: Evidence, right: Evidence) -> str:
    """In what the two contradict each other, be it that a number says that one was taken down wrongly."""
    if left.name and right.name and likeness(left.name, right.name).clash:
        return "two_given_names"
    if left.birth and right.birth and days.likeness(left.birth, right.birth) == days.CLASH:
        return "two_birth_dates"
    return ""


def _one_by_number(left: Evidence, right: Evidence) -> bool:
    """Their state's number, and their day of birth or home, outweigh a name or a day taken down wrongly."""
    found = id_likeness(left.national_id, right.national_id)
    if found < 0.5:
        return False
    if days.likeness(left.birth, right.birth) >= days.SWAPPED:
        return True
    if found < 1:
        return False
    return homes.likeness(left.home, right.home) >= homes.NEAR or likeness(left.name, right.name).near


@lru_cache(maxsize=65_536)
def id_likeness(one: str, other: str) -> float:
    """1 the same, 0 unknown, -1 another; .5 but for a slip, .25 but for two."""
    if not one or not other:
        return 0
    if one == other:
        return 1
    apart = OSA.distance(one, other, score_cutoff=2) if len(one) > 6 else 3
    return {1: 0.5, 2: 0.25}.get(apart, -1)


# Kinds of record of which a system keeps one for each person, if nobody errs.
LISTED = frozenset({"contact", "customer"})


def twice_listed(left: Iterable[Evidence], right: Iterable[Evidence]) -> bool:
    """Whether one system lists both groups, and they have no mailbox in common: it has seldom one customer twice."""
    sides = tuple(left), tuple(right)
    mine, theirs = ({(each.source, each.kind) for each in side if each.kind in LISTED} for side in sides)
    if not mine & theirs:
        return False
    return _differ(*map(_mailboxes, sides))


def apart(left: Iterable[Evidence], right: Iterable[Evidence]) -> int:
    """In how many ways two groups are reached, by mobile and by mailbox, without any of them in common."""
    sides = tuple(left), tuple(right)
    return _differ(*map(_mailboxes, sides)) + _differ(*map(_mobiles, sides))


def _mailboxes(group: Iterable[Evidence]) -> set[str]:
    return {mailbox for each in group for mailbox in each.emails if not handles.is_shared(mailbox)}


def _mobiles(group: Iterable[Evidence]) -> set[str]:
    return {phone for each in group for phone in each.phones if not handles.is_landline(phone)}


def _differ(one: set[str], other: set[str]) -> bool:
    return bool(one and other) and not one & other
