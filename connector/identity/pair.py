"""A pair: what two records have in common, and what speaks against them, before any rule judges.

It is computed once for all rules, and lazily where it is dear: most pairs that meet have
two given names and are done with.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from rapidfuzz.distance import OSA

from connector.identity.evidence import days, handles, homes
from connector.identity.evidence.likeness import INITIAL, OTHER_FORM, SAME, Likeness, likeness, word_likeness
from connector.identity.evidence.names import Name
from connector.identity.evidence.record import Evidence
from connector.identity.shipped import given_names
from connector.identity.standing import SHARED, Standing

# A given name as common as this (bits) is one that people are christened with.
CHRISTENED = 12

Standings = Callable[[str], Standing]

Told = TypeVar("Told")


class once(Generic[Told]):
    """A property that is computed when it is first asked; `functools.cached_property` takes a lock each time."""

    def __init__(self, work: Callable[[Any], Told]) -> None:
        self.work, self.name, self.__doc__ = work, work.__name__, work.__doc__

    def __get__(self, pair: Any, kind: type | None = None) -> Told:
        # What stands in the instance is found before this.
        found = pair.__dict__[self.name] = self.work(pair)
        return found


@dataclass(frozen=True)
class Pair:
    """Two records. `standing` answers for the values that both hold, and is asked for no other.

    A verdict is asked for again when the standing of a value changes that the two share. What hangs on another
    value's standing would go stale.
    """

    left: Evidence
    right: Evidence
    standing: Standings

    @once
    def names(self) -> Likeness:
        return likeness(self.left.name, self.right.name)

    @once
    def birth(self) -> int:
        return days.likeness(self.left.birth, self.right.birth)

    @once
    def home(self) -> int:
        return homes.likeness(self.left.home, self.right.home)

    @once
    def emails(self) -> tuple[str, ...]:
        return _common(self.left.emails, self.right.emails)

    @once
    def phones(self) -> tuple[str, ...]:
        """Values of shared numbers: whole ones, else the national digits where one side has no country."""
        whole = _common(self.left.phones, self.right.phones)
        if whole:
            return tuple(f"p:{each}" for each in whole)
        if len(self.left.phones) == len(self.left.national_phones) and len(self.right.phones) == len(
            self.right.national_phones
        ):
            return ()
        return tuple(f"d:{each}" for each in _common(self.left.national_phones, self.right.national_phones))

    @once
    def socials(self) -> tuple[str, ...]:
        return _common(self.left.socials, self.right.socials)

    @once
    def handles(self) -> tuple[str, ...]:
        return _common(self.left.handles, self.right.handles)

    @once
    def national_id(self) -> float:
        """1 the same, 0 unknown, -1 another; .5 but for a slip, .25 but for two."""
        return _ids(self.left.national_id, self.right.national_id)

    @once
    def linked(self) -> bool:
        """One of them names the other, as another system's or a merged one."""
        return bool(self.stated or self.merged)

    @once
    def stated(self) -> tuple[str, ...]:
        left, right = self.left, self.right
        found = [key for key in left.links if key == right.key or key in right.merged]
        found += [key for key in right.links if key == left.key or key in left.merged]
        return tuple(found or _common(left.links, right.links))

    @once
    def merged(self) -> bool:
        return self.right.key in self.left.merged or self.left.key in self.right.merged

    @once
    def namesakes_at_home(self) -> bool:
        """Whether two people of this name are known to live there."""
        home = self.left.home
        return bool(home and home.is_whole and self.standing(f"a:{home.place}|{home.house}").namesakes)

    @once
    def one_suffix(self) -> bool:
        """One says junior or senior, and the other doesn't say."""
        return bool(self.left.suffix) != bool(self.right.suffix)

    @once
    def same_at_home(self) -> bool:
        """The same full name, as far as that tells apart those who live together: Henry's son may be Harry."""
        if not self.names.full:
            return False
        known = given_names()
        both = [known.get(each.name.first, 99) <= CHRISTENED for each in (self.left, self.right)]
        return self.names.given == SAME or not all(both)

    @once
    def other_phone(self) -> bool:
        """Both have phones, and none in common."""
        left, right = self.left.national_phones, self.right.national_phones
        return bool(left and right) and not _common(left, right)

    @once
    def other_mailbox(self) -> bool:
        """Both have mailboxes, roles' aside, and none in common."""
        left, right = (
            [each for each in side.emails if not handles.is_shared(each)] for side in (self.left, self.right)
        )
        return bool(left and right) and not self.emails

    @once
    def nameless_brings(self) -> bool:
        """Who gives no given name, or an initial, brings a phone, a home or a birth date that the other lacks."""
        if len(self.emails) > 1 or (self.emails and any(self.is_own_phone(each) for each in self.phones)):
            return False
        nameless = [each for each in (self.left, self.right) if len(each.name.first) < 2]
        return any(
            (bool(each.national_phones) and not _common(self.left.national_phones, self.right.national_phones))
            or (each.home is not None and self.home < homes.NEAR)
            or (each.birth is not None and self.birth < days.SWAPPED)
            for each in nameless
        )

    @once
    def brings_else(self) -> bool:
        """One brings a phone, a home or a day of birth that the other, who has one, does not have."""
        return self.other_phone or self.home in (homes.ELSEWHERE, homes.PLACE) or self.birth in (days.CLASH, days.SLIP)

    def spelt_for_another(self, address: str) -> bool:
        """The mailbox spells a given name, and neither record's person is called so."""
        words = handles.spelt_in(address)
        return bool(words) and any(
            name.given and not is_spelt(name, words) for name in (self.left.name, self.right.name)
        )

    def is_own_phone(self, value: str) -> bool:
        """The number is one person's, and rings in no house as far as one of them tells its country."""
        if not self.standing(value).is_personal:
            return False
        whole = (*self.left.phones, *self.right.phones) if value[0] == "d" else ()
        return not any(number.endswith(value[2:]) and handles.is_landline(number) for number in whole)

    def is_spelt_out(self, address: str) -> bool:
        """The mailbox spells given and family name of the one who has them."""
        words = handles.spelt_in(address)
        named = [each.name for each in (self.left, self.right) if each.name.given and each.name.family]
        return bool(named) and all(
            _is_called(name, words) and any(one in words for one in name.family) for name in named
        )

    def names_another(self, address: str) -> bool:
        """The mailbox spells a given name, and it is not the one that both have."""
        words = [each for each in handles.spelt_in(address) if len(each) > 2 and each in given_names()]
        own = {*self.left.name.given, *self.left.name.family, *self.right.name.given, *self.right.name.family}
        return any(each not in own for each in words) and not self.is_called(address)

    def is_called(self, address: str) -> bool:
        """The mailbox spells the given name of the one who gives it whole."""
        whole = [each.name for each in (self.left, self.right) if len(each.name.first) > 2]
        return any(_is_called(name, handles.spelt_in(address)) for name in whole)

    def is_own(self, address: str) -> bool:
        """The mailbox is one person's: nobody else holds it, or it is spelt for the one of these who has a name."""
        held = self.standing(f"e:{address}")
        if held.is_personal or held.kind != SHARED or held.role or held.namesakes:
            return held.is_personal
        words = handles.spelt_in(address)
        named = [each.name for each in (self.left, self.right) if each.name.given]
        return bool(named and words) and all(_is_called(name, words) for name in named)

    @property
    def vetoed(self) -> str:
        """Why these are two people whatever else they share; empty if nothing says so."""
        return veto(self.left, self.right)


def veto(left: Evidence, right: Evidence) -> str:
    """Why these are two people whatever else they share; empty if nothing says so."""
    if left.suffix and right.suffix and left.suffix != right.suffix:
        return "two_generations"
    if left.national_id and right.national_id and _one_by_number(left, right):
        return ""
    if left.name and right.name and likeness(left.name, right.name).clash:
        return "two_given_names"
    if left.birth and right.birth and days.likeness(left.birth, right.birth) == days.CLASH:
        return "two_birth_dates"
    return ""


def _one_by_number(left: Evidence, right: Evidence) -> bool:
    """Their state's number, and their day of birth or home, outweigh a name or a day taken down wrongly."""
    found = _ids(left.national_id, right.national_id)
    if found < 0.5:
        return False
    if days.likeness(left.birth, right.birth) >= days.SWAPPED:
        return True
    if found < 1:
        return False
    return homes.likeness(left.home, right.home) >= homes.NEAR or likeness(left.name, right.name).near


@lru_cache(maxsize=65_536)
def _ids(one: str, other: str) -> float:
    if not one or not other:
        return 0
    if one == other:
        return 1
    apart = OSA.distance(one, other, score_cutoff=2) if len(one) > 6 else 3
    return {1: 0.5, 2: 0.25}.get(apart, -1)


def apart(left: Iterable[Evidence], right: Iterable[Evidence]) -> int:
    """In how many ways two groups are reached, by mobile and by mailbox, without any of them in common."""
    left, right = tuple(left), tuple(right)
    mailboxes, phones = [set(), set()], [set(), set()]
    for side, group in enumerate((left, right)):
        for each in group:
            mailboxes[side].update(mailbox for mailbox in each.emails if not handles.is_shared(mailbox))
            phones[side].update(phone for phone in each.phones if not handles.is_landline(phone))
    return sum(bool(one and other) and not one & other for one, other in (mailboxes, phones))


VETOES = {
    "two_given_names": "They have two given names that are not forms of one another.",
    "two_birth_dates": "They were born on two days, further apart than a slip of the pen.",
    "two_generations": "One is junior and the other senior.",
    "never_link": "A person decided that these two are never one.",
}


def _common(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each for each in left if each in right) if left and right else ()


def _is_called(name: Name, words: tuple[str, ...]) -> bool:
    """Whether one of the words is the given name."""
    return any(
        word_likeness(one, other) >= OTHER_FORM for one in words for other in name.given if len(other) > 2 < len(one)
    )


def is_spelt(name: Name, words: tuple[str, ...]) -> bool:
    """Whether the words of a mailbox's name can be this person's."""
    own = (*name.given, *name.family)
    if any(one in name.given for one in words) or (len(name.first) == 1 and any(one[0] == name.first for one in words)):
        return True
    if any(word_likeness(one, other) > INITIAL for one in words for other in name.given if len(one) > 1 < len(other)):
        return True
    if any(one not in own and len(one) > 2 and one in given_names() for one in words):
        # james.smith@ is a mailbox of the family, but not Jane's.
        return False
    if any(one in own for one in words):
        return True
    # jsmith, annas: pieces of the name put together.
    return any(one.startswith(other) or one.endswith(other) for one in words for other in own if len(other) > 2)
