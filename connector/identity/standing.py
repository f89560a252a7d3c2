"""Standing: whose a value is, judged from those who hold it and from nothing else.

A mailbox that John and Jane hold is a household's, one that five first names hold is an
office's. Who holds it counts, not only how many: that alone takes apart switchboards,
family phones and recycled numbers. As no other record is asked, it does not matter when
each of the holders arrived.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from connector.identity.evidence import days, handles
from connector.identity.evidence.likeness import INITIAL, likeness
from connector.identity.evidence.names import Name
from connector.identity.evidence.record import CAPS, Evidence
from connector.identity.strictness import STANDARD, Strictness

# Kinds of value on whose standing rules lean; the others only lead to each other.
JUDGED = frozenset("epdhas")

PERSONAL, SHARED, GENERIC, CLOSED = "personal", "shared", "generic", "closed"

# Kinds of value that people hold, and give away: how many may hold one is for each company to say.
GIVEN = frozenset("epdshi")


@dataclass(frozen=True, slots=True)
class Standing:
    """`people`: how many first names hold it. `namesakes`: two of one name who are known to be two people.

    GENERIC: more first names than a household has. CLOSED: too many records to look at.
    """

    kind: str = PERSONAL
    people: int = 1
    namesakes: bool = False
    role: bool = False
    landline: bool = False

    @property
    def is_personal(self) -> bool:
        return self.kind == PERSONAL and not (self.namesakes or self.role or self.landline)

    @property
    def is_open(self) -> bool:
        """Whether records are compared because they share it."""
        return self.kind in (PERSONAL, SHARED)

    @property
    def told(self) -> str:
        """In words, for people."""
        if self.kind == CLOSED:
            return "held by so many that it says nothing"
        if self.kind == GENERIC:
            return f"held by {self.people} people or more"
        if self.kind == SHARED:
            return f"shared by {self.people} people"
        if self.namesakes:
            return "shared by people of one name"
        return "a role's or a family's" if self.role else "a home's or an office's" if self.landline else "one person's"


OPEN = Standing()


def cap(value: str, how: Strictness = STANDARD) -> int:
    """How many may hold the value before nobody is compared by it."""
    most = CAPS[value[0]]
    return min(most, how.share_limit) if value[0] in GIVEN else most


def standing(value: str, holders: Sequence[Evidence] | None, how: Strictness = STANDARD) -> Standing:
    """Whose the value is. `holders` in any order; None when there are more than its cap."""
    if holders is None:
        return Standing(CLOSED, how.household + 1)
    if value[0] not in JUDGED or len(holders) < 2:
        return _alone(value)
    return _judged(value, holders, how.household)


def _alone(value: str) -> Standing:
    """What the value says by itself."""
    role = value[0] == "e" and handles.is_shared(value[2:])
    landline = value[0] == "p" and handles.is_landline(value[2:])
    return Standing(role=role, landline=landline) if role or landline else OPEN


def _judged(value: str, holders: Sequence[Evidence], household: int) -> Standing:
    people = max(1, len(_people({each.name for each in holders if each.name.given}, household)))
    # All who live in a house hold its address: only namesakes matter there.
    kind = PERSONAL if people == 1 or value[0] == "a" else SHARED if people <= household else GENERIC
    if kind == GENERIC:
        return Standing(GENERIC, household + 1)
    alone = _alone(value)
    # Few fathers and sons share a mailbox, and many leave the suffix out of a form.
    namesakes = _has_namesakes(holders) or (value[0] != "e" and _suffix_only_once(holders))
    return Standing(kind, people, namesakes, alone.role, alone.landline)


def _people(told: set[Name], household: int) -> list[list[Name]]:
    """The names, those together that can be one person's; no more groups than tell an office."""
    groups: list[list[Name]] = []
    for name in sorted(told, key=lambda name: (-len(name.first), name.given, name.family, name.suffix, name.script)):
        for group in groups:
            if all(not likeness(name, other).clash for other in group):
                group.append(name)
                break
        else:
            groups.append([name])
            if len(groups) > household:
                break
    return groups


def _has_namesakes(holders: Sequence[Evidence]) -> bool:
    """Whether two holders of one name are told apart by suffix or day of birth."""
    told = {(each.name, each.birth) for each in holders if each.name and (each.birth or each.suffix)}
    if len(told) < 2:
        return False
    ordered = sorted(told, key=repr)
    for place, (name, birth) in enumerate(ordered):
        for other, day in ordered[place + 1 :]:
            alike = likeness(name, other)
            if alike.given < INITIAL or alike.clash:
                continue
            if days.likeness(birth, day) == days.CLASH or (
                name.suffix and other.suffix and name.suffix != other.suffix
            ):
                return True
    return False


def _suffix_only_once(holders: Sequence[Evidence]) -> bool:
    """Whether some of one name are junior or senior, and others don't say."""
    suffixed = {each.name for each in holders if each.suffix}
    if not suffixed:
        return False
    plain = {each.name for each in holders if not each.suffix and each.name.given}
    return any(not (alike := likeness(one, other)).clash and alike.full for one in suffixed for other in plain)
