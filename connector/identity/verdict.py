"""The verdict on a pair: are these two records one person, how sure is that, and by which rule?

A verdict is a pure function of the two records and of the standing of the values that they
share. The rules are asked in order, the strongest first; the docstring of the first that
holds is what people read under "why?". Vetoes come before all rules.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connector.identity.agreeing import agreed
from connector.identity.doubts import (
    initial_confirmed,
    is_another_initial,
    is_doubtful,
    is_far,
    is_household,
    link_holds,
    may_be_anothers,
    may_be_partners,
    only_looks_alike,
)
from connector.identity.evidence import days, homes
from connector.identity.evidence.likeness import CLASH, INITIAL, MISSING, OTHER_FORM, SAME, SLIP
from connector.identity.evidence.names import rarity
from connector.identity.evidence.record import Evidence
from connector.identity.pair import Pair, Standings
from connector.identity.strictness import Strictness
from connector.identity.weights import weight

# A held link would join, and waits for a person (`connector.identity.brake`): no verdict is held by itself.
CONFIRMED, POSSIBLE, HELD = "confirmed", "possible", "held"


@dataclass(frozen=True, slots=True, order=True)
class Verdict:
    """`strength` orders links: stronger ones are joined first. `value` is the evidence on which the rule stands.

    Of a possible match it is no value, but what agrees by kind (`connector.identity.agreeing`).
    """

    strength: int
    rule: str
    tier: str
    value: str = ""


Rule = Callable[[Pair, Strictness], str | None]


def social_account(pair: Pair, how: Strictness) -> str | None:
    """Both have the same account on a social network (its number, which is never given to another)."""
    # A company's own account stands on many contacts.
    held = ((f"s:{each}", pair.standing(f"s:{each}")) for each in pair.socials)
    return next((each for each, whose in held if whose.is_personal or (whose.is_open and pair.names.near)), None)


def national_number(pair: Pair, how: Strictness) -> str | None:
    """Both have the same number from their state, and day of birth, or two of name, birth and home, agree."""
    if pair.national_id != 1:
        return None
    names = pair.names
    if pair.birth == days.SAME:
        return f"i:{pair.left.national_id}"
    if names.clash and not (pair.birth >= days.SWAPPED and (names.family >= SLIP or pair.home >= homes.NEAR)):
        return None
    agrees = (names.given >= SLIP, names.family >= SLIP, pair.birth >= days.SLIP, pair.home >= homes.NEAR)
    if sum(agrees) < 2 and (names.clash or pair.is_spelt_apart or weight(pair).bits < how.sure):
        return None
    return f"i:{pair.left.national_id}"


def everything_agrees(pair: Pair, how: Strictness) -> str | None:
    """Name, day of birth and home agree, and a number or mailbox of their own does too."""
    names = pair.names
    if names.given < SLIP or names.family < SLIP or pair.birth < days.SWAPPED or pair.home < homes.NEAR:
        return None
    if pair.national_id > 0:
        return f"i:{pair.left.national_id}"
    own = [f"e:{each}" for each in pair.emails] + list(pair.phones)
    return next((value for value in own if pair.standing(value).is_personal), None)


def stated_by_source(pair: Pair, how: Strictness) -> str | None:
    """One system says who this is in the other, and the names agree."""
    return f"x:{pair.stated[0]}" if pair.stated and link_holds(pair, how) else None


def merged_by_source(pair: Pair, how: Strictness) -> str | None:
    """The system that kept both merged one into the other, and the names agree."""
    return f"x:{pair.left.key}" if pair.merged and link_holds(pair, how) else None


def own_mailbox(pair: Pair, how: Strictness) -> str | None:
    """Both have this e-mail address, which is one person's, and their names agree."""
    names = pair.names
    if not pair.emails or names.given < INITIAL or names.family in (CLASH, INITIAL):
        return None
    if names.given == INITIAL and names.family == MISSING:
        return None
    for address in pair.emails:
        doubtful = names.given == INITIAL and (
            pair.spelt_for_another(address) or (is_another_initial(pair, address) and not how.initials)
        )
        if pair.is_own(address) and not doubtful:
            return f"e:{address}"
    return None


def own_phone(pair: Pair, how: Strictness) -> str | None:
    """Both have this phone number, which is one person's, and the same full name."""
    if not pair.phones or not (pair.names.near or initial_confirmed(pair, how)):
        return None
    if is_far(pair) or pair.one_suffix or (pair.birth == days.SLIP and not pair.emails):
        return None
    if may_be_partners(pair, how):
        return None
    return next((value for value in pair.phones if pair.is_own_phone(value)), None)


def shared_mailbox(pair: Pair, how: Strictness) -> str | None:
    """A household or a role shares this e-mail address; both have the same full name."""
    if not how.shared or not pair.same_at_home or pair.one_suffix or not pair.emails:
        return None
    return next((f"e:{each}" for each in pair.emails if is_household(pair, f"e:{each}")), None)


def shared_phone(pair: Pair, how: Strictness) -> str | None:
    """A household shares this phone number; both have the same full name."""
    if not how.shared or not pair.same_at_home or pair.one_suffix or not pair.phones:
        return None
    # Two colleagues of one name have the same switchboard, a mother and a daughter the same phone.
    if pair.other_mailbox and pair.birth < days.SWAPPED and (pair.home != homes.SAME or pair.twice_listed):
        return None
    return None if is_far(pair) else next((value for value in pair.phones if is_household(pair, value)), None)


def name_and_home(pair: Pair, how: Strictness) -> str | None:
    """Both have the same full name (or a slip in the family's) and the same home, and nothing speaks against it."""
    names, home = pair.names, pair.left.home
    least = homes.NEAR if how.home_may_differ > 1 else homes.SAME
    if not _is_given(pair, how) or names.family < SLIP or home is None or pair.home < least:
        return None
    if pair.one_suffix or pair.birth == days.SLIP or (pair.namesakes_at_home and pair.birth != days.SAME):
        return None
    # A father and a son of one name have the same home too, but seldom the same mailbox and phone.
    differs = pair.other_phone + pair.other_mailbox
    # Both may differ where nobody else is known to live. A street without its number or its postcode is hardly
    # another home, if nothing else differs.
    may_differ = min(how.home_may_differ, 2 - pair.others_at_home)
    if pair.home < homes.SAME or names.family == SLIP:
        may_differ = 0
    if pair.birth < days.SWAPPED and (pair.national_id < 0 or pair.twice_listed or differs > may_differ):
        return None
    return home.value


def _is_given(pair: Pair, how: Strictness) -> bool:
    """Whether both are called the same at home, where Sam's wife may be Samantha."""
    if pair.names.given == OTHER_FORM:
        return how.lenient and pair.home == homes.SAME and not (pair.others_at_home or pair.brings_else)
    return pair.names.given == SAME


def name_and_birth(pair: Pair, how: Strictness) -> str | None:
    """Both have the same full name, rare enough, and the same day of birth."""
    if pair.birth != days.SAME or not pair.names.near:
        return None
    left, right = rarity(pair.left.name), rarity(pair.right.name)
    # A name that is rare in the tables may be common where these people live.
    bits = min(8, left[0], right[0]) + min(9, left[1], right[1]) + 14 + _around(pair) - 4 * pair.is_common_name
    return f"b:{'-'.join(map(str, pair.left.birth))}" if pair.left.birth and bits >= how.birth else None


def own_mailbox_renamed(pair: Pair, how: Strictness) -> str | None:
    """Both have this e-mail address, which is one person's, and the same given name; the family name is another."""
    if not how.renamed or not pair.emails or pair.names.given != SAME or pair.names.family not in (CLASH, INITIAL):
        return None
    if pair.may_be_swapped or pair.other_phone:
        return None
    own = (each for each in pair.emails if pair.standing(f"e:{each}").is_personal and not pair.names_another(each))
    return next((f"e:{each}" for each in own), None)


def own_mobile_renamed(pair: Pair, how: Strictness) -> str | None:
    """Both have this mobile number, which is one person's, and the same given name; the family name is another."""
    names = pair.names
    if not (how.renamed and how.lenient) or names.given != SAME or names.family not in (CLASH, INITIAL):
        return None
    if pair.may_be_swapped or pair.other_mailbox or pair.other_home:
        return None
    return next((value for value in pair.phones if pair.is_own_mobile(value)), None)


def same_handle(pair: Pair, how: Strictness) -> str | None:
    """Both have the same handle on a social network, and the same full name."""
    names = pair.names
    # A profile shows Anna S.
    is_full = names.full or (names.given == SAME and names.family == INITIAL)
    if not how.handle or not pair.handles or not is_full or pair.other_account or pair.other_home:
        return None
    return next((f"h:{each}" for each in pair.handles if pair.standing(f"h:{each}").is_personal), None)


def mailbox_without_name(pair: Pair, how: Strictness) -> str | None:
    """Both have this e-mail address, which is one person's; one gives no whole name, and nothing of another's."""
    names = pair.names
    if not how.nameless or not pair.emails or pair.is_unread or names.given != MISSING or names.family == CLASH:
        return None
    if pair.called_by_handle:
        # A handle is a name, too.
        return next((f"e:{each}" for each in pair.emails if pair.is_own(each)), None)
    # A second mailbox may be anybody's.
    is_first = pair.left.emails[0] == pair.right.emails[0]
    told = pair.emails if how.lenient else pair.emails[:1] if is_first else ()
    return next((f"e:{each}" for each in told if pair.is_own(each) and not may_be_anothers(pair, each, how)), None)


# The strongest first; a link's strength falls in steps.
RULES: Mapping[str, Rule] = {
    rule.__name__: rule
    for rule in (
        social_account,
        national_number,
        everything_agrees,
        stated_by_source,
        merged_by_source,
        own_mailbox,
        own_phone,
        shared_mailbox,
        shared_phone,
        name_and_home,
        name_and_birth,
        own_mailbox_renamed,
        own_mobile_renamed,
        same_handle,
        mailbox_without_name,
    )
}
STEP = 1000
STRENGTH = {name: (len(RULES) - place) * STEP for place, name in enumerate(RULES)}

WEIGHT = "weight_of_evidence"
WHY = {name: rule.__doc__ or "" for name, rule in RULES.items()} | {
    WEIGHT: "No single rule, but all that they share together: so much does not agree by chance."
}


def judge(left: Evidence, right: Evidence, standing: Standings, how: Strictness) -> Verdict | None:
    """The verdict on two records, in either order; None when they are not known to be one."""
    if left.key > right.key:
        left, right = right, left
    pair = Pair(left, right, standing)
    if left.is_former or right.is_former:
        return _former(pair, how)
    if pair.vetoed:
        return None
    for name, rule in RULES.items():
        value = rule(pair, how) if name not in how.without else None
        if value:
            return Verdict(STRENGTH[name], name, CONFIRMED, value)
    found = weight(pair)
    weighs = WEIGHT not in how.without
    if weighs and found.groups >= how.groups and found.bits >= how.sure and not is_doubtful(pair, how):
        return Verdict(round(found.bits), WEIGHT, CONFIRMED)
    if (found.bits >= how.possible and found.groups >= 2 and not only_looks_alike(pair)) or pair.linked:
        return Verdict(round(max(0, found.bits)), WEIGHT, POSSIBLE, agreed(pair))
    return None


def _former(pair: Pair, how: Strictness) -> Verdict | None:
    """What is gone says no name that could agree. It is an id that its source gave to whom it merged it into."""
    name = merged_by_source.__name__
    if not pair.merged or name in how.without:
        return None
    return Verdict(STRENGTH[name], name, CONFIRMED, f"x:{pair.left.key}")


def _around(pair: Pair) -> float:
    """Bits of where they are and what else they share, beside name and birth."""
    bits = {homes.SAME: 8.0, homes.NEAR: 6.0, homes.PLACE: 4.0, homes.ELSEWHERE: -1.0}.get(pair.home, 0.0)
    left, right = pair.left, pair.right
    if left.home and right.home and left.home.country and left.home.country == right.home.country:
        bits += 0.5
    if pair.emails or pair.phones or pair.linked:
        bits += 5
    other_form = 2 * (pair.names.given < SAME) + 1.5 * (pair.names.family < SAME)
    return bits - other_form - pair.other_mailbox - pair.other_phone
