"""The crowd: who lives and works with whom, who is in which system, and how often.

A thousand places are drawn once per seed and repeat for ever: person 12,345 stands in
place 345 of block 12. What a person is called and does depends on the person's own number;
a place only says how many rows each system holds of whoever stands there. So the number
of rows before any person is a multiplication, and a world of a million costs nothing.
"""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

BLOCK = 1000

# How a CRM's copies of one person fare. Salesforce keeps the winner's id in a merge; HubSpot gives a new one.
SALESFORCE_FATES = ((92, ("live",)), (5, ("live", "live")), (2, ("live", "merged")), (1, ("deleted",)))
HUBSPOT_FATES = ((92, ("live",)), (5, ("live", "live")), (2, ("merged", "merged", "live")), (1, ("deleted",)))


@dataclass(slots=True, kw_only=True)
class Place:
    """Where one of a thousand stands. `home` and `employer` are numbers of places in the same block."""

    number: int
    home: int
    role: int
    home_size: int
    employer: int | None = None
    founds: bool = False
    is_person_account: bool = False
    copies: dict[str, tuple[str, ...]] = field(default_factory=dict)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)


def crowd(seed: int | str) -> tuple[Place, ...]:
    """The thousand places of this seed."""
    chance = Random(f"crowd of {seed}")
    places = _homes(chance)
    _employ(places, chance)
    for place in places:
        _join(place, chance)
        _count_business(place, chance)
        _count_rest(place, chance)
    return tuple(places)


def _homes(chance: Random) -> list[Place]:
    places: list[Place] = []
    while len(places) < BLOCK:
        size = chance.choices((1, 2, 3, 4, 5), (40, 30, 14, 11, 5))[0]
        first = len(places)
        size = min(size, BLOCK - first)
        places += [Place(number=first + role, home=first, role=role, home_size=size) for role in range(size)]
    return places


def _employ(places: list[Place], chance: Random) -> None:
    # The more people a company has, the likelier the next one works there: a few large ones, many small.
    staff: list[int] = []
    for place in places:
        if place.role > 1 or chance.random() > 0.62:
            continue
        place.founds = not staff or chance.random() < 0.1
        place.employer = place.number if place.founds else chance.choice(staff)
        staff.append(place.employer)


def _join(place: Place, chance: Random) -> None:
    """Salesforce 60 %, HubSpot 60 %, shop 70 %, X 10 %."""
    place.is_person_account = place.employer is None
    copies = {}
    if chance.random() < (0.78 if place.employer is not None else 0.45):
        copies["salesforce"] = _fate(SALESFORCE_FATES, chance)
    if chance.random() < 0.60:
        copies["hubspot"] = _fate(HUBSPOT_FATES, chance)
    if chance.random() < 0.70 or not copies:
        # A guest orders without an account; some have two, for they forgot the first.
        copies["shop"] = chance.choices(((), ("live",), ("live", "live")), (8, 88, 4))[0]
    if chance.random() < 0.10:
        copies["x"] = ("live",)
    place.copies = copies
    for system, kind in (("salesforce", "contact"), ("hubspot", "contact"), ("shop", "customer"), ("x", "user")):
        place.counts[system, kind] = len(copies.get(system, ()))


def _fate(fates: tuple[tuple[int, tuple[str, ...]], ...], chance: Random) -> tuple[str, ...]:
    return chance.choices([fate for _, fate in fates], [weight for weight, _ in fates])[0]


def _count_business(place: Place, chance: Random) -> None:
    at_work = place.employer is not None
    place.counts["salesforce", "account"] = 0
    if place.founds:
        place.counts["salesforce", "account"] = 1
        place.counts["hubspot", "company"] = 1
    elif place.is_person_account:
        place.counts["salesforce", "account"] = place.counts["salesforce", "contact"]
    if "salesforce" in place.copies:
        place.counts["salesforce", "opportunity"] = _some(chance, 0.30 if at_work else 0.03, 3)
        place.counts["salesforce", "case"] = _some(chance, 0.25, 3)
        place.counts["salesforce", "order"] = _some(chance, 0.45, 5)
    if "hubspot" in place.copies:
        place.counts["hubspot", "deal"] = _some(chance, 0.30 if at_work else 0.08, 3)
        place.counts["hubspot", "ticket"] = _some(chance, 0.25, 3)
        place.counts["hubspot", "order"] = _some(chance, 0.30, 4)


def _count_rest(place: Place, chance: Random) -> None:
    if "shop" in place.copies:
        # Most buy little, a few buy all the time.
        often = 15 + int(chance.random() * 30) if chance.random() < 0.02 else _some(chance, 0.80, 8)
        place.counts["shop", "order"] = max(often, 0 if place.copies["shop"] else 1)
    if "x" in place.copies:
        place.counts["x", "mention"] = _some(chance, 0.7, 6)


def _some(chance: Random, share: float, most: int) -> int:
    """0 for those who have none; else 1 or more, each further one about half as likely."""
    if chance.random() > share:
        return 0
    return min(most, 1 + int(chance.expovariate(1 / 1.5)))
