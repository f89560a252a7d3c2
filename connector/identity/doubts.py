"""Doubts: what a rule asks before it believes what agrees, for who lives or works together shares that too."""

from connector.identity.evidence import days, homes
from connector.identity.evidence.likeness import CLASH, INITIAL, MISSING, OTHER_FORM, SAME, SLIP
from connector.identity.evidence.record import PROFILE
from connector.identity.pair import Pair
from connector.identity.strictness import Strictness


def is_far(pair: Pair) -> bool:
    """Numbers without a country, and homes in two places: the same digits are dialled in many towns."""
    return pair.phones[0][0] == "d" and pair.home == homes.ELSEWHERE


def is_doubtful(pair: Pair, how: Strictness) -> bool:
    """What a namesake in the family would look like as well."""
    if pair.names.given in (MISSING, INITIAL):
        return pair.national_id < 1 and not (pair.national_id == 0.5 and pair.birth == days.SAME)
    if (
        pair.home in (homes.ELSEWHERE, homes.MISSING)
        and not pair.national_id > 0
        and not pair.emails
        and not pair.phones
        and not pair.linked
    ):
        return True
    if pair.national_id != 1 and may_be_partners(pair, how):
        return True
    return pair.birth < days.SWAPPED and pair.national_id != 1 and (pair.one_suffix or pair.namesakes_at_home)


def link_holds(pair: Pair, how: Strictness) -> bool:
    """Whether a statement of a source is believed: it may name the wrong one."""
    names = pair.names
    if names.near:
        return True
    if names.family == CLASH and pair.may_be_swapped:
        return False
    if names.given == MISSING and not pair.emails and pair.is_spelt_apart:
        return False
    agrees = bool(pair.emails or pair.phones or pair.handles) or pair.birth >= days.SWAPPED or pair.home >= homes.NEAR
    if names.family == CLASH:
        return names.given >= OTHER_FORM and agrees
    if names.family >= SLIP or names.given >= INITIAL:
        return agrees or not pair.brings_else
    return not pair.brings_else and not pair.others_at_home and (agrees or how.bare_link)


def may_be_anothers(pair: Pair, address: str, how: Strictness) -> bool:
    """Whether who gives no name may be somebody else who used the mailbox: at home, or at the checkout."""
    if pair.spelt_for_another(address) or (pair.called_by_handle is False and not pair.is_called(address)):
        return True
    if any(pair.is_own_phone(each) for each in pair.phones):
        return pair.birth == days.SLIP
    if not how.lenient and not pair.standing(f"e:{address}").is_personal:
        return True
    brings = pair.nameless_brings and not (how.lenient and pair.names.family == SAME)
    return pair.brings_else or brings


def is_another_initial(pair: Pair, address: str) -> bool:
    """S. may be Sharon's husband Steve: with another phone, where they live, or if no mailbox spells the name."""
    if pair.other_phone or pair.others_at_home:
        return True
    brings = pair.brings_else or (pair.nameless_brings and pair.names.family < SAME)
    return brings and not pair.is_called(address)


def may_be_partners(pair: Pair, how: Strictness) -> bool:
    """Sam's wife Samantha lives there too, and answers their phone, unless it is a mobile."""
    if pair.names.given != OTHER_FORM or pair.same_at_home or pair.emails or pair.birth >= days.SWAPPED:
        return False
    if any(pair.is_own_mobile(value) for value in pair.phones):
        return False
    differs = pair.other_mailbox or pair.home >= homes.NEAR or not any(map(pair.is_own_phone, pair.phones))
    return differs or not how.nicknames


def initial_confirmed(pair: Pair, how: Strictness) -> bool:
    """J. Smith is John Smith when more than phone and home say so: his wife Jane has them too."""
    if pair.names.given != INITIAL or pair.names.family < OTHER_FORM:
        return False
    return how.initials or pair.birth >= days.SWAPPED or bool(pair.emails)


def only_looks_alike(pair: Pair) -> bool:
    """An account on a social network and a customer of that name: nobody shall be matched by how a name looks."""
    is_profile = PROFILE in (pair.left.kind, pair.right.kind)
    return is_profile and not (pair.handles or pair.emails or pair.phones)


def is_household(pair: Pair, value: str) -> bool:
    held = pair.standing(value)
    return held.is_open and (not held.namesakes or pair.birth == days.SAME)
