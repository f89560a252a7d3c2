"""Likeness: how far two names can be one person's.

Given and family names are told apart: who marries keeps the one and changes the other,
who lives together shares the other. Two given names that people are christened with are
two names, however few letters part them: Paul and Paula are no slip of the pen.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from connector.identity.evidence.names import Name
from connector.identity.evidence.text import skeleton
from connector.identity.shipped import family_names, given_names, nicknames

# How alike, from not at all to letter by letter.
CLASH, MISSING, INITIAL, SLIP, OTHER_FORM, SAME = range(6)


# One letter of another alphabet, in Latin letters.
LETTERS = frozenset(("ch", "sh", "zh", "kh", "th", "ps", "ts", "yu", "ya", "ye"))


VOWELS = re.compile("[aeiouyw]|h$")
DOUBLED = re.compile(r"(.)\1+")
HEARD = (
    *(("kh", "h"), ("gh", "g"), ("sh", "s"), ("ch", "s"), ("th", "t"), ("dh", "d"), ("ph", "f"), ("j", "g")),
    *(("q", "k"), ("c", "k"), ("p", "b"), ("v", "f"), ("x", "ks")),
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """`clash`: two people. `given` and `family`: how alike. `swapped`: the fields were, in one of them."""

    given: int = MISSING
    family: int = MISSING
    swapped: bool = False

    @property
    def clash(self) -> bool:
        return self.given == CLASH

    @property
    def full(self) -> bool:
        """Given and family name are the same, or another form of the same."""
        return self.given >= OTHER_FORM and self.family >= OTHER_FORM

    @property
    def near(self) -> bool:
        """Full but for a slip of the pen in one of them."""
        low, high = sorted((self.given, self.family))
        return low >= SLIP and high >= OTHER_FORM


UNTOLD = Likeness()


@lru_cache(maxsize=32_768)
def likeness(left: Name, right: Name) -> Likeness:
    """How alike these names are."""
    # What is one object and what is merely equal has to come to the same: which it is hangs on what was read before.
    if left is right and left.given and left.family and not left.script:
        return Likeness(SAME if len(left.first) > 1 else INITIAL, _family(left.family, right.family))
    if not left or not right:
        return UNTOLD
    if left.script != right.script:
        return _across_scripts(left, right)
    if left.script and left.given and right.given and _as_one(left) & _as_one(right):
        # Where the family name ends in a name of one word nobody can tell.
        return Likeness(SAME, SAME)
    straight = Likeness(_given(left.given, right.given), _families(left, right))
    if straight.given >= OTHER_FORM and straight.family >= OTHER_FORM:
        return straight
    crossed = _crossed(left, right)
    return crossed if crossed and (crossed.full or straight.clash or not straight.near) else straight


def _as_one(name: Name) -> set[str]:
    """The name in one word, which ever of its parts comes first."""
    return {"".join(name.family + name.given), "".join(name.given + name.family)}


def _across_scripts(left: Name, right: Name) -> Likeness:
    """Two scripts, of which one at least has no one spelling in Latin letters: all sounds agree, or nothing is told."""
    spell = "".join if "CJK" in (left.script, right.script) else consonants
    one, other = ((spell(each.given), spell(each.family)) for each in (left, right))
    agree = one == other or one == other[::-1]
    return Likeness(OTHER_FORM, OTHER_FORM) if agree and all(one) and len("".join(one)) > 3 else UNTOLD


def consonants(words: Iterable[str]) -> str:
    """What stays of words where vowels are not written, or as the clerk hears them."""
    folded = "".join(words)
    for letters, sound in HEARD:
        folded = folded.replace(letters, sound)
    return DOUBLED.sub(r"\1", VOWELS.sub("", folded))


def _crossed(left: Name, right: Name) -> Likeness | None:
    """As if one of them had its fields swapped; None when that explains nothing."""
    # Which of the two is swapped nobody knows: what agrees must do so as a given and as a family name.
    given = min(_given(left.given, right.family), _family(left.given, right.family))
    family = min(_given(left.family, right.given), _family(left.family, right.given))
    if (given >= OTHER_FORM and family >= OTHER_FORM) or (given, family) in (
        (SLIP, SAME),
        (SAME, SLIP),
        (INITIAL, SAME),
    ):
        return Likeness(given, family, True)
    # A whole name in the field for one part of it, or a family name alone in the field for given names.
    one, other = (left, right) if not (left.given and left.family) else (right, left)
    if (one.given and one.family) or not (other.given and other.family):
        return None
    words = one.given or one.family
    if len(words) == 1 and one.given and _family(words, other.family) >= OTHER_FORM:
        return Likeness(MISSING, SAME, True)
    if words[0] in family_names():
        return None
    if len(words) == 1 and one.family and _given(words, other.given) >= OTHER_FORM:
        return Likeness(OTHER_FORM, MISSING, True)
    return None


def _given(left: tuple[str, ...], right: tuple[str, ...]) -> int:
    if not left or not right:
        return MISSING
    found = word_likeness(left[0], right[0])
    if found >= INITIAL:
        return min(found, _others(left[1:], right[1:], found))
    # Called by a middle name, and written as one word or two: Anna Maria, Maria, Annamaria.
    if len(left) > 1 or len(right) > 1:
        if "".join(left) == "".join(right):
            return SAME
        if (len(left[0]) == 1 and left[0] in right) or (len(right[0]) == 1 and right[0] in left):
            return INITIAL
        if (len(left[0]) > 1 and left[0] in right) or (len(right[0]) > 1 and right[0] in left):
            return OTHER_FORM
    return CLASH


def _others(left: tuple[str, ...], right: tuple[str, ...], found: int) -> int:
    """What middle names leave of it: Ana Rosa and Ana Lucia are two."""
    if left and right:
        return CLASH if all(word_likeness(one, other) == CLASH for one in left for other in right) else found
    # Jean is not known to be Jean-Pierre.
    return min(found, OTHER_FORM) if any(len(each) > 1 for each in (*left, *right)) else found


@lru_cache(maxsize=32_768)
def word_likeness(left: str, right: str) -> int:
    """How alike two given names are."""
    if left == right:
        return SAME if len(left) > 1 else INITIAL
    if _is_initial(left) or _is_initial(right):
        short, whole = sorted((left, right), key=len)
        return (
            INITIAL
            if whole.startswith(short) or any(each.startswith(short) for each in nicknames().get(whole, ()))
            else CLASH
        )
    if right in nicknames().get(left, ()) or _one_sound(left, right) or _short_forms(left, right):
        return OTHER_FORM
    known = given_names()
    if left in known and right in known:
        # Registers hold misspellings too. Two letters in the wrong order make no other name of a common one.
        swapped = sorted(left) == sorted(right) and abs(known[left] - known[right]) >= 3 and slip(left, right)
        return SLIP if swapped else CLASH
    return SLIP if _misspelt(left, right, is_known=left in known or right in known) else CLASH


def _misspelt(left: str, right: str, *, is_known: bool) -> bool:
    """Whether the one is the other, misspelt. `is_known`: one of them is a name."""
    if left[0] != right[0]:
        # Few slip at the first letter, and Kumiko is not Yumiko.
        return is_known and slip(left, right) and OSA.distance(left, right) == 1
    if is_known and _is_womans(*sorted((left, right), key=len)):
        return False
    # A word that is nobody's name is a name misspelt, and may be further from it.
    return slip(left, right, 0.82 if is_known else 0.88)


def _is_womans(short: str, long: str) -> bool:
    """Whether the one is the other's form for women, though no table has it: Hendrik and Hendrika."""
    return long.startswith(short) and long[len(short) :] in ("a", "e", "ne", "na")


def _short_forms(left: str, right: str) -> bool:
    """Whether both are short for one name, and the shorter begins the other: Jen and Jenny, for Jennifer."""
    short, longer = sorted((left, right), key=len)
    if len(short) < 3 or not longer.startswith(short):
        return False
    whole = nicknames().get(short, frozenset()) & nicknames().get(longer, frozenset())
    return any(len(each) > len(longer) for each in whole)


def _families(left: Name, right: Name) -> int:
    found = _family(left.family, right.family)
    # A whole name in one field: the first of two family names was taken for a second given name.
    if found == CLASH and (set(left.given[1:]) & set(right.family) or set(right.given[1:]) & set(left.family)):
        return OTHER_FORM
    return found


def _is_initial(name: str) -> bool:
    return len(name) == 1 or name in LETTERS


def _family(left: tuple[str, ...], right: tuple[str, ...]) -> int:
    if not left or not right:
        return MISSING
    if "".join(left) == "".join(right):
        return SAME if len(left) > 1 or len(left[0]) > 1 else INITIAL
    # Of two family names people often give one: García López, García.
    if set(left) & set(right):
        return OTHER_FORM
    return max(family_likeness(one, other) for one in left for other in right)


@lru_cache(maxsize=32_768)
def family_likeness(left: str, right: str) -> int:
    if len(left) == 1 or len(right) == 1:
        return INITIAL if left[0] == right[0] else CLASH
    if _one_sound(left, right) or _stem(left) == _stem(right) or left + "ova" == right or right + "ova" == left:
        return OTHER_FORM
    known = family_names()
    # Registers hold misspellings too: only two names that are about as common are two names.
    if left in known and right in known and abs(known[left] - known[right]) < 4:
        return CLASH
    return SLIP if slip(left, right) else CLASH


# A family name's form for men, and for women: Kowalski and Kowalska, Ivanov and Ivanova.
FORMS = (
    *(("ska", "ski"), ("cka", "cki"), ("ova", "ov"), ("eva", "ev"), ("ina", "in"), ("aya", "iy")),
    *(("opoulou", "opoulos"), ("idou", "idis"), ("aki", "akis")),
)


@lru_cache(maxsize=32_768)
def _stem(family: str) -> str:
    for women, men in FORMS:
        if family.endswith(women) and len(family) > len(women) + 2:
            return family.removesuffix(women) + men
    return family


def _one_sound(left: str, right: str) -> bool:
    """Two spellings of one word: Eric and Erik. Where only the ending differs they are two: Louis and Louise."""
    if abs(len(left) - len(right)) > 3 or _ending(left) != _ending(right):
        return False
    bones = skeleton(left)
    return len(bones) > 2 and bones == skeleton(right)


def _ending(name: str) -> str:
    return name.removesuffix("h")[-1] if name.removesuffix("h")[-1:] in ("a", "e", "o") else ""


def slip(left: str, right: str, near: float = 0.88) -> bool:
    """One or two letters apart, as a slip of the pen or a misread form leaves them."""
    longer = max(len(left), len(right))
    if longer < 4 or abs(len(left) - len(right)) > 2:
        return False
    apart = OSA.distance(left, right, score_cutoff=2)
    return apart == 1 or (apart == 2 and longer >= 5 and JaroWinkler.similarity(left, right) >= near)
