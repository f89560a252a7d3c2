"""Names: whether two of them can be one person's.

Order, accents, case, titles and punctuation tell nobody apart. What is missing, an
initial, or another script (which we can't spell in this one) contradicts nothing.
Suffixes do: John Smith senior is not John Smith junior.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

TITLES = frozenset(
    ("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "herr", "frau", "mme", "mlle", "monsieur", "madame", "sra", "srta")
)
# `sr` is señor in front of a name and senior behind it: only the field for suffixes tells which.
SUFFIXES = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "2", "iii": "3", "iv": "4"}

# Letters that no accent is taken off from, and German's other spelling of its umlauts.
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i"})
UMLAUT = re.compile("(?<=[aou])e")


@dataclass(frozen=True, slots=True)
class Person:
    """What a contact says of who it is, as far as it can contradict another."""

    tokens: tuple[str, ...] = ()
    suffix: str | None = None
    birth_date: str | None = None


def person(body: Mapping[str, Any]) -> Person:
    """The person of a contact's body."""
    told = body.get("name") or " ".join(filter(None, (body.get("given_name"), body.get("family_name"))))
    tokens = _tokens(told)
    suffix = next((SUFFIXES[token] for token in _tokens(body.get("suffix") or "") if token in SUFFIXES), None)
    if not suffix and len(tokens) > 2 and tokens[-1] in SUFFIXES:
        suffix = SUFFIXES[tokens[-1]]
    kept = [token for token in tokens if token not in TITLES and token not in SUFFIXES]
    return Person(tuple(sorted(kept)), suffix, body.get("birth_date") or None)


def are_one(people: Iterable[Person]) -> bool:
    """Whether no two of them contradict each other."""
    return all(agree(left, right) for left, right in combinations(set(people), 2))


def agree(left: Person, right: Person) -> bool:
    """Whether both can be the same person."""
    for one, other in ((left.suffix, right.suffix), (left.birth_date, right.birth_date)):
        if one and other and one != other:
            return False
    if _script(left.tokens) != _script(right.tokens):
        return True
    few, many = sorted((left.tokens, right.tokens), key=len)
    return _found(list(few), list(many))


def _found(few: list[str], many: list[str]) -> bool:
    """Whether each token has a partner of its own: itself, else the word whose initial it is, or its initial."""
    for token in [token for token in few if token in many]:
        if token in many:
            few.remove(token)
            many.remove(token)
    for token in few:
        partner = next((each for each in many if _is_initial(token, each) or _is_initial(each, token)), None)
        if partner is None:
            return False
        many.remove(partner)
    return True


def _is_initial(short: str, word: str) -> bool:
    return len(short) == 1 and word.startswith(short)


def _tokens(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold().translate(LETTERS))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    # An apostrophe joins (O'Neil), all else parts.
    words = re.findall(r"\w+", re.sub("['`\u2019]", "", plain).replace("_", " "))
    return [UMLAUT.sub("", word) for word in words]


def _script(tokens: tuple[str, ...]) -> str | None:
    """The script of the first letter, roughly: what Unicode's name for it begins with. None without letters."""
    letter = next((letter for token in tokens for letter in token if letter.isalpha()), None)
    return unicodedata.name(letter, "?").partition(" ")[0] if letter else None
