"""Weights: how much what two records share tells, in bits, where no rule decides.

A bit halves the number of people whom it may be. What comes from one cause counts once:
those who live together share family name, home and landline, so these are one group.
The numbers are frozen, as the tables of names are: a verdict depends on two records and
who holds their values, not on who else is in the base.
"""

from dataclasses import dataclass

from connector.identity.evidence import days, homes
from connector.identity.evidence.likeness import CLASH, INITIAL, OTHER_FORM, SAME, SLIP
from connector.identity.evidence.names import rarity
from connector.identity.pair import Pair
from connector.identity.shipped import UNKNOWN_FAMILY, UNKNOWN_GIVEN

BIRTH = {days.SAME: 14.0, days.SWAPPED: 11.0, days.SLIP: 6.0, days.MISSING: 0.0, days.CLASH: -20.0}
HOME = {homes.SAME: 11.0, homes.NEAR: 9.0, homes.PLACE: 2.0, homes.MISSING: 0.0, homes.ELSEWHERE: -3.0}
HOUSEHOLD_MOST = 18.0
# Bits from which a group of evidence counts as one.
ENOUGH = 4


@dataclass(frozen=True, slots=True)
class Weight:
    """Bits by group, and their sum."""

    given: float
    birth: float
    household: float
    id: float
    contact: float
    bits: float

    @property
    def groups(self) -> int:
        """From how many independent groups it comes."""
        return sum(each >= ENOUGH for each in (self.given, self.birth, self.household, self.id, self.contact))


def weight(pair: Pair) -> Weight:
    """What the pair's evidence weighs."""
    given, family = _names(pair)
    if family < 0 and pair.birth == days.SAME and pair.home >= homes.NEAR:
        # Who has married since still lives there, born on the same day.
        family = -1.0
    contact, shared = _contact(pair)
    household = min(HOUSEHOLD_MOST, family + HOME[pair.home] + shared)
    birth = BIRTH[pair.birth]
    found = {1: 20.0, 0.5: 11.0, 0.25: 4.0, -1: -4.0}.get(pair.national_id, 0.0)
    return Weight(given, birth, household, found, contact, given + birth + household + found + contact)


def _names(pair: Pair) -> tuple[float, float]:
    left, right = rarity(pair.left.name), rarity(pair.right.name)
    # The commoner of two forms: a rare nickname of a common name tells no more than the name.
    given = min(left[0] or UNKNOWN_GIVEN, right[0] or UNKNOWN_GIVEN)
    family = min(left[1] or UNKNOWN_FAMILY, right[1] or UNKNOWN_FAMILY)
    names = pair.names
    other = 0.0 if pair.is_garbled else -20.0
    from_given = {SAME: given, OTHER_FORM: given - 1.5, SLIP: given - 2.0, INITIAL: 3.0, CLASH: other}
    from_family = {SAME: family, OTHER_FORM: family - 1.5, SLIP: family - 2.0, INITIAL: 3.0, CLASH: -6.0}
    return min(10.0, from_given.get(names.given, 0.0)), min(11.0, from_family.get(names.family, 0.0))


def _contact(pair: Pair) -> tuple[float, float]:
    """Bits of what is one person's own, and of what those who live or work together share."""
    own, shared = 0.0, 0.0
    for address in pair.emails:
        held = pair.standing(f"e:{address}")
        own, shared = (
            (max(own, 15.0), shared) if held.is_personal else (own, max(shared, 5.0 if held.people < 5 else 2.0))
        )
    for value in pair.phones:
        held = pair.standing(value)
        bits = 12.0 if value[0] == "p" else 9.0
        own, shared = (
            (max(own, bits), shared) if held.is_personal else (own, max(shared, 4.0 if held.people < 5 else 1.0))
        )
    if pair.handles and any(pair.standing(f"h:{each}").is_personal for each in pair.handles):
        own = max(own, 9.0)
    return own, shared
