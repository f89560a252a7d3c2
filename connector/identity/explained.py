"""Explained: the shapes in which identity is explained, for the API, the terminal and the panel."""

from dataclasses import dataclass

from connector.identity.bridges import Split
from connector.identity.compared import Compared, Shared
from connector.identity.held import Held
from connector.identity.partition import Key
from connector.identity.pins import Pin

# Not a rule: two records that no linkage tells apart.
SAME_GUEST = "same_guest"
SAME_GUEST_WHY = "The same guest: both tell the same of who they are, handle by handle, and nothing else."

# A rule of its own, as far as people are told: it outranks every rule.
PINNED = "pinned"
PINNED_WHY = "A person decided that these two are one."


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A link, in words. `rule` is PINNED where people joined the two and no rule does; `tier` as of the verdict.

    `held_by`: what a link of the tier held waits for; nothing: it is about to be let go.
    """

    left: Key
    right: Key
    rule: str
    why: str
    tier: str
    shared: tuple[Shared, ...] = ()
    compared: tuple[Compared, ...] = ()
    pin: Pin | None = None
    is_bridge: bool = False
    held_by: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What two records weigh together: bits by independent group, and what a link without a rule needs."""

    groups: dict[str, float]
    bits: float
    needed: float
    needed_groups: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why two are kept apart. `left` and `right`: the records in which it shows, which may be others of theirs."""

    rule: str
    why: str
    left: Key
    right: Key
    pin: Pin | None = None
    held_by: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Records that are one guest's: `record` stands for all of them in links, bridges and hinges."""

    record: Key
    followers: tuple[Key, ...]
    why: str = SAME_GUEST_WHY


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Why these records are one person. `possible`: whom they may also be, linked but not joined."""

    records: tuple[Key, ...]
    links: tuple[Told, ...]
    bridges: tuple[Split, ...]
    hinges: tuple[Split, ...]
    possible: tuple[Told, ...]
    parted: tuple[Reason, ...]
    guests: tuple[Guest, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Two:
    """Two records. `chain`: the links by which they are one; `against`: why they are not.

    `would`: single changes, each of which would make one of two, or two of one.
    """

    left: Key
    right: Key
    is_one: bool
    direct: Told | None
    shared: tuple[Shared, ...]
    compared: tuple[Compared, ...]
    weighed: Weighed
    chain: tuple[Told, ...] = ()
    against: tuple[Reason, ...] = ()
    would: tuple[str, ...] = ()
