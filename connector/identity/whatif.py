"""What if: which single change would make two records one person, or two.

Each change is tried on an overlay by the code that decides, with all that it brings about: who
else holds a value, which other records conflict. So nothing is promised that would not happen.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from connector.identity.compared import NOUNS, values
from connector.identity.evidence import days, homes
from connector.identity.evidence.homes import Home
from connector.identity.evidence.record import Evidence, revised
from connector.identity.linkage import Linkage, Standings
from connector.identity.overlay import Overlay, Remembered
from connector.identity.pair import Pair
from connector.identity.partition import Key
from connector.identity.standing import cap
from connector.identity.strictness import Strictness

# What nobody in the base has, to be tried when neither record tells such a thing.
A_DAY, ANOTHER_DAY = (1984, 5, 17), (1951, 11, 23)
A_HOME = Home(place="nowhere", house="1", street="nstr")
A_MAILBOX, A_PHONE, A_STATEMENT = "0@0.invalid", "+4915100000000", "nowhere:contact:0"

# Only facts that a person can find out are tried by twos.
MOST_BY_TWOS = 6

Sides = tuple[Evidence, Evidence]


@dataclass(frozen=True, slots=True)
class Trial:
    """`words` say what would be otherwise. `sides`: the two records then; `others`: everybody else who changes."""

    words: str
    sides: Callable[[Sides], Sides]
    others: tuple[Evidence, ...] = ()


def would_join(base: Remembered, left: Key, right: Key, how: Strictness) -> list[str]:
    """What would make two people one; single changes, or pairs of them where no single one does."""
    pair = Pair(base.evidence(left), base.evidence(right), Standings(base, how))
    facts = list(_joining(pair))
    found = [each.words for each in [*facts, *_alone(base, pair, how)] if _are_one(base, pair, how, [each])]
    if not found:
        twos = combinations(facts[:MOST_BY_TWOS], 2)
        found = [f"{one.words} and {two.words}" for one, two in twos if _are_one(base, pair, how, [one, two])]
    return found


def would_part(base: Remembered, left: Key, right: Key, how: Strictness) -> list[str]:
    """What would make one person two."""
    pair = Pair(base.evidence(left), base.evidence(right), Standings(base, how))
    return [each.words for each in _parting(pair) if not _are_one(base, pair, how, [each])]


def decided(base: Remembered, left: Key, right: Key, how: Strictness, *, link: bool | None) -> bool:
    """Whether they would be one if a person joined them (`link`), parted them, or (None) decided nothing on them."""
    overlay = Overlay(base)
    if link is None:
        overlay.unpin((left, right))
    else:
        overlay.pin((left, right), link=link)
    return _joined(overlay, left, right, how)


def _are_one(base: Remembered, pair: Pair, how: Strictness, trials: Sequence[Trial]) -> bool:
    overlay, sides = Overlay(base), (pair.left, pair.right)
    for trial in trials:
        sides = trial.sides(sides)
    changes = {each.key: each for trial in trials for each in trial.others} | {each.key: each for each in sides}
    Linkage(overlay, how).update(changes)
    return _joined(overlay, pair.left.key, pair.right.key, how)


def _joined(overlay: Overlay, left: Key, right: Key, how: Strictness) -> bool:
    Linkage(overlay, how).repin((left, right))
    return right in (overlay.cluster(left) or ())


def _joining(pair: Pair) -> Iterator[Trial]:
    left, right = pair.left, pair.right
    if pair.birth != days.SAME:
        day = left.birth or right.birth or A_DAY
        yield Trial("the same birth date", lambda sides: _both(sides, birth=day))
    whole = next((each.name for each in (left, right) if len(each.name.first) > 1 and each.name.family), None)
    if whole and not pair.names.full:
        yield Trial("the same full name", lambda sides: _both(sides, name=whole))
    if pair.home != homes.SAME:
        home = next((each.home for each in (left, right) if each.home and each.home.is_whole), A_HOME)
        yield Trial("the same home", lambda sides: _both(sides, home=home))
    yield Trial("an e-mail address in common that nobody else has", lambda sides: _more(sides, emails=A_MAILBOX))
    number = {"phones": A_PHONE, "national_phones": A_PHONE[3:]}
    yield Trial("a phone number in common that nobody else has", lambda sides: _more(sides, **number))
    if pair.national_id != 1 and (state := left.national_id or right.national_id):
        yield Trial("the same number from their state", lambda sides: _both(sides, national_id=state))
    if left.source != right.source and not pair.linked:
        yield Trial("one system saying who this is in the other", lambda sides: _more(sides, links=A_STATEMENT))


def _alone(base: Remembered, pair: Pair, how: Strictness) -> Iterator[Trial]:
    """What both have, if it were theirs alone."""
    for value in values(pair):
        holders = base.holders(value, cap(value, how)) or ()
        others = [
            each for key in holders if key not in (pair.left.key, pair.right.key) and (each := base.evidence(key))
        ]
        if others:
            words = f"their {NOUNS[value[0]]}, if nobody else had it"
            yield Trial(words, lambda sides: sides, tuple(_without(each, value) for each in others))


def _parting(pair: Pair) -> Iterator[Trial]:
    for value in values(pair):
        words = f"without this {NOUNS[value[0]]} in one of them"
        yield Trial(words, lambda sides, value=value: (sides[0], _without(sides[1], value)))
    if pair.left.birth or pair.right.birth:
        far = ANOTHER_DAY if (pair.left.birth or pair.right.birth)[0] > 1970 else A_DAY
        yield Trial("another birth date in one of them", lambda sides: _other_day(sides, far))


def _both(sides: Sides, **parts: object) -> Sides:
    return revised(sides[0], **parts), revised(sides[1], **parts)


def _more(sides: Sides, **parts: str) -> Sides:
    """Both tell these as well, behind what they tell."""
    return tuple(
        revised(each, **{name: (*getattr(each, name), told) for name, told in parts.items()}) for each in sides
    )


def _other_day(sides: Sides, day: days.Day) -> Sides:
    left, right = sides
    return (left, revised(right, birth=day)) if left.birth else (revised(left, birth=day), right)


# The part of a record in which a value is told, by the value's first letter.
TOLD_IN = {"e": ("emails",), "s": ("socials",), "h": ("handles",), "x": ("links", "merged"), "i": ("national_id",)}


def _without(told: Evidence, value: str) -> Evidence:
    """The record without this value."""
    if value[0] in "pd":
        # One number is told whole and by its national digits.
        return revised(
            told,
            phones=tuple(each for each in told.phones if not each.endswith(value[2:])),
            national_phones=tuple(each for each in told.national_phones if not value.endswith(each)),
        )
    parts = {name: getattr(told, name) for name in TOLD_IN[value[0]]}
    return revised(
        told,
        **{
            name: tuple(each for each in held if each != value[2:]) if isinstance(held, tuple) else ""
            for name, held in parts.items()
        },
    )
