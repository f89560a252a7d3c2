"""A pair: what two records have in common, and what speaks against them, before any rule judges.

It is computed once for all rules, and lazily where it is dear: most pairs that meet have
two given names and are done with.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from connector.identity import spelling
from connector.identity.evidence import days, handles, homes
from connector.identity.evidence.likeness import (
    MISSING,
    SAME,
    Likeness,
    likeness,
    slip,
)
from connector.identity.evidence.record import Evidence
from connector.identity.shipped import family_names, given_names
from connector.identity.standing import SHARED, Standing
from connector.identity.vetoes import id_likeness, twice_listed, veto

# A given name as common as this (bits) is one that people are christened with.
CHRISTENED = 12
# How alike a name and what a clerk made of it are, at least.
GARBLED = 0.8

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
        return id_likeness(self.left.national_id, self.right.national_id)

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
    def same_home(self) -> Standing | None:
        """The standing of the home where both live. That of another one, which only one of them holds, is not asked."""
        home = self.left.home
        return self.standing(home.value) if home and home.is_whole and self.home == homes.SAME else None

    @once
    def namesakes_at_home(self) -> bool:
        """Whether two people of one name are known to live where both live."""
        return self.same_home is not None and self.same_home.namesakes

    @once
    def others_at_home(self) -> bool:
        """Whether people of other given names are known to live where both live."""
        return self.same_home is not None and self.same_home.people > 1

    @once
    def other_home(self) -> bool:
        """Both have homes that are not one; a city alone is no other home."""
        left, right = self.left.home, self.right.home
        if self.home != homes.PLACE or left is None or right is None:
            return self.home == homes.ELSEWHERE
        return left.is_whole and right.is_whole

    @once
    def twice_listed(self) -> bool:
        """Whether one system lists both, each with a mailbox of its own: it has seldom one customer twice."""
        return twice_listed([self.left], [self.right])

    @once
    def one_suffix(self) -> bool:
        """One says junior or senior, and the other doesn't say."""
        return bool(self.left.suffix) != bool(self.right.suffix)

    @once
    def same_at_home(self) -> bool:
        """The same full name, as far as that tells apart those who live together: Henry's son may be Harry."""
        if not self.names.full or self.left.name.script != self.right.name.script:
            return False
        known = given_names()
        both = [known.get(each.name.first, 99) <= CHRISTENED for each in (self.left, self.right)]
        return self.names.given == SAME or not all(both)

    @once
    def is_common_name(self) -> bool:
        """Whether so many records have this very name that nobody is compared by it."""
        theirs = set(self.right.values)
        return any(not self.standing(each).is_open for each in self.left.values if each[0] == "n" and each in theirs)

    @once
    def is_unread(self) -> bool:
        """Whether both give a name, in two scripts of which nobody can tell whether they spell one."""
        left, right = self.left.name, self.right.name
        return bool(left and right) and left.script != right.script and self.names.given == MISSING

    @once
    def may_be_swapped(self) -> bool:
        """Whether what agrees may be the family name, and what differs two given names: Robinson Ava."""
        first, last = given_names(), family_names()
        return all(
            last.get(each.name.first, 99) <= first.get(each.name.first, 99)
            or (each.name.first in last and any(one in first for one in each.name.family))
            for each in (self.left, self.right)
        )

    @once
    def is_spelt_apart(self) -> bool:
        """Whether a mailbox of the one spells another given name than the other's."""
        ends = ((self.left, self.right), (self.right, self.left))
        if not (self.left.name.given or self.right.name.given):
            return spelling.are_of_two(self.left.emails, self.right.emails)
        return any(
            spelling.spells_a_name(each) and not spelling.is_spelt(named.name, handles.spelt_in(each))
            for named, other in ends
            if named.name.given
            for each in other.emails
        )

    @once
    def other_account(self) -> bool:
        """Whether both have an account on one network, and not the same number there."""
        left, right = self.left.socials, self.right.socials
        networks = {each.partition(":")[0] for each in left} & {each.partition(":")[0] for each in right}
        return bool(networks) and not self.socials

    @once
    def is_garbled(self) -> bool:
        """Whether one given name may be the other's, written down so wrongly that nobody is called so."""
        one, other = self.left.name.first, self.right.name.first
        known = given_names()
        return not (one in known and other in known) and slip(one, other, GARBLED)

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
        """Who gives no given name, or an initial, brings a phone or day of birth that the other lacks."""
        # A home would tell nothing: a couple has one.
        if len(self.emails) > 1 or (self.emails and any(self.is_own_phone(each) for each in self.phones)):
            return False
        nameless = [each for each in (self.left, self.right) if len(each.name.first) < 2 or not each.name.family]
        return any(
            (bool(each.national_phones) and not _common(self.left.national_phones, self.right.national_phones))
            or (each.birth is not None and self.birth < days.SWAPPED)
            for each in nameless
        )

    @once
    def brings_else(self) -> bool:
        """One brings a phone, a home or a day of birth that the other, who has one, does not have."""
        return self.other_phone or self.other_home or self.birth in (days.CLASH, days.SLIP)

    def spelt_for_another(self, address: str) -> bool:
        """The mailbox spells a given name, and neither record's person is called so."""
        words = handles.spelt_in(address)
        return bool(words) and any(
            name.given and not spelling.is_spelt(name, words) for name in (self.left.name, self.right.name)
        )

    @once
    def called_by_handle(self) -> bool | None:
        """Whether a handle of who gives no name spells the other's given name; None when it spells nobody's."""
        ends = ((self.left, self.right), (self.right, self.left))
        nameless = ((one, other) for one, other in ends if other.name.given and not one.name.given)
        told = [(words, other.name) for one, other in nameless for each in one.handles if (words := _spelt_in(each))]
        return any(spelling.is_called(name, words) for words, name in told) if told else None

    def is_own_phone(self, value: str) -> bool:
        """The number is one person's, and rings in no house as far as one of them tells its country."""
        if not self.standing(value).is_personal:
            return False
        whole = (*self.left.phones, *self.right.phones) if value[0] == "d" else ()
        return not any(number.endswith(value[2:]) and handles.is_landline(number) for number in whole)

    def is_own_mobile(self, value: str) -> bool:
        """The number is one person's, and rings in their pocket as far as its country tells."""
        if not self.is_own_phone(value):
            return False
        digits = value[2:]
        return any(
            each.endswith(digits) and handles.is_mobile(each) for each in (*self.left.phones, *self.right.phones)
        )

    def names_another(self, address: str) -> bool:
        """The mailbox spells a given name, and it is not the one that both have."""
        words = [each for each in handles.spelt_in(address) if handles.is_given(each)]
        own = {*self.left.name.given, *self.left.name.family, *self.right.name.given, *self.right.name.family}
        return any(each not in own for each in words) and not self.is_called(address)

    def is_called(self, address: str) -> bool:
        """The mailbox spells the given name of the one who gives it whole."""
        whole = [each.name for each in (self.left, self.right) if len(each.name.first) > 2]
        return any(spelling.is_called(name, handles.spelt_in(address)) for name in whole)

    def is_own(self, address: str) -> bool:
        """The mailbox is one person's: nobody else holds it, or it is spelt for the one of these who has a name."""
        held = self.standing(f"e:{address}")
        if held.is_personal or held.kind != SHARED or held.role or held.namesakes:
            return held.is_personal
        words = handles.spelt_in(address)
        named = [each.name for each in (self.left, self.right) if each.name.given]
        return bool(named and words) and all(spelling.is_called(name, words) for name in named)

    @property
    def vetoed(self) -> str:
        """Why these are two people whatever else they share; empty if nothing says so."""
        return veto(self.left, self.right)


def _spelt_in(handle: str) -> tuple[str, ...]:
    return handles.spelt_in(handle.partition(":")[2])


def _common(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each for each in left if each in right) if left and right else ()
