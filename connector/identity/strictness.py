"""Strictness: how sure is sure enough.

A false merge shows one customer's data to another; a missed one leaves us blind.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Strictness:
    """What a rule may lean on. Weights are bits: 20 of them are one in a million."""

    name: str
    # Weight that confirms without a rule, and that makes a possible match.
    sure: float
    possible: float
    # Weight that name and day of birth need together.
    birth: float
    # Independent groups of evidence that the weight must come from.
    groups: int = 3
    # A mailbox of one person, and a record that gives no name.
    nameless: bool = True
    # A mailbox of one person, and another family name.
    renamed: bool = True
    # A handle, which others can take over, and the same full name.
    handle: bool = True
    # A cross-link without any other agreement, and no name on one side.
    bare_link: bool = False
    # A nickname at one person's phone that may be a home's, where nothing else differs.
    nicknames: bool = True
    # A phone of one person, the same family name and an initial, without more.
    initials: bool = False
    # Less of the name than a rule asks, where nothing speaks against it.
    lenient: bool = False
    # How many of mailbox and phone may be others at one name and home; from 2 on, a home without its number will do.
    home_may_differ: int = 2
    # A phone or mailbox that a household shares, and the same full name.
    shared: bool = True
    # More first names at one value than this are an office, not a household.
    household: int = 4
    # More records than this at one mailbox, number, handle or id, and nobody is compared by it.
    share_limit: int = 60
    # Rules that are switched off, by name.
    without: frozenset[str] = frozenset()


STRICT = Strictness(
    name="strict",
    sure=34,
    possible=18,
    birth=35,
    nameless=False,
    renamed=False,
    handle=False,
    nicknames=False,
    shared=False,
    home_may_differ=1,
)
STANDARD = Strictness(name="standard", sure=29, possible=16, birth=30)
BALANCED = Strictness(
    name="balanced",
    sure=21,
    possible=14,
    birth=25,
    bare_link=True,
    initials=True,
    lenient=True,
)

PROFILES: Mapping[str, Strictness] = {each.name: each for each in (STRICT, STANDARD, BALANCED)}
