"""Spelling: whose name a mailbox or a handle spells. anna.smith@ is hardly her husband's, and hers at checkout."""

from collections.abc import Sequence
from functools import lru_cache

from connector.identity.evidence import handles
from connector.identity.evidence.likeness import (
    CLASH,
    INITIAL,
    OTHER_FORM,
    SLIP,
    consonants,
    family_likeness,
    word_likeness,
)
from connector.identity.evidence.names import PARTICLES, Name

# Scripts whose words are read in more ways than one.
UNSPELT = frozenset({"CJK"})


def spells_a_name(text: str) -> bool:
    """Whether the mailbox or handle spells a given name."""
    return any(handles.is_given(each) for each in handles.spelt_in(text))


def are_of_two(some: Sequence[str], others: Sequence[str]) -> bool:
    """Whether these mailboxes spell a given name, and those another."""
    one, other = (
        {each for text in told for each in handles.spelt_in(text) if handles.is_given(each)} for told in (some, others)
    )
    return bool(one and other) and all(word_likeness(left, right) == CLASH for left in one for right in other)


def is_called(name: Name, words: tuple[str, ...]) -> bool:
    """Whether one of the words, or some that stand together, is the given name: annalena@ is Anna Lena's."""
    if name.script:
        return any(_is_heard(one, name) for one in _together(words))
    return any(
        word_likeness(one, other) >= OTHER_FORM
        for one in _together(words)
        for other in _together(name.given)
        if len(other) > 2 < len(one)
    )


def is_spelt(name: Name, words: tuple[str, ...]) -> bool:
    """Whether the words of a mailbox's name can be this person's."""
    if name.script in UNSPELT:
        # 香代 may be Kayo, and nobody can tell.
        return True
    own = (*name.given, *name.family)
    if is_called(name, words) or (len(name.first) == 1 and any(one[0] == name.first for one in words)):
        return True
    if any(word_likeness(one, other) > INITIAL for one in words for other in name.given if len(one) > 1 < len(other)):
        return True
    if any(one not in own and handles.is_given(one) for one in words):
        # james.smith@ is a mailbox of the family, but not Jane's.
        return False
    family = [one for one in words if any(_is_family(one, other) for other in name.family)]
    if family:
        # Nor is k.smith@ hers, or kerem.smith@, whatever Kerem is.
        return all(_begins(one, name) for one in words if one not in family)
    # jsmith, annas: pieces of the name put together.
    return any(_is_piece(one, name) for one in words)


@lru_cache(maxsize=16_384)
def _together(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words, and those that stand side by side as one."""
    ends = range(len(words) + 1)
    return tuple(dict.fromkeys("".join(words[start:end]) for end in ends for start in range(end)))


def _is_heard(word: str, name: Name) -> bool:
    """Whether a word sounds like a given name in a script that has no one spelling in Latin letters."""
    heard = consonants([word])
    return len(word) > 2 and (word == "".join(name.given) or (len(heard) > 1 and heard == consonants(name.given)))


def _is_family(text: str, family: str) -> bool:
    # asmith@ is no slip of the pen, and vandenberg@ is Berg's.
    if text == family or (len(family) > 2 and text.endswith(family) and _are_particles(text.removesuffix(family))):
        return True
    return text[0] == family[0] and family not in text and family_likeness(text, family) >= SLIP


def _are_particles(text: str) -> bool:
    # A single letter is an initial.
    begins = (each for each in PARTICLES if len(each) > 1 and text.startswith(each))
    return not text or any(_are_particles(text.removeprefix(each)) for each in begins)


def _begins(text: str, name: Name) -> bool:
    """Whether a word begins as the person is called: sunny.smith@ may be Steve's."""
    initial = text[0]
    others = name.family if len(name.family) > 1 else ()
    return any(word_likeness(initial, one) >= INITIAL for one in name.given) or any(one[0] == initial for one in others)


def _is_piece(text: str, name: Name) -> bool:
    if any(text.startswith(one) or text.endswith(one) for one in name.given if len(one) > 2):
        return True
    rests = (text.replace(one, "", 1) for one in name.family if len(one) > 2 and one in text)
    return any(not rest or _begins(rest, name) for rest in rests)
