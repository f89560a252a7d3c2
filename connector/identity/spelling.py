"""Spelling: whose name a mailbox spells. anna.smith@ is hardly her husband's, and nobody's but hers at checkout."""

from connector.identity.evidence import handles
from connector.identity.evidence.likeness import INITIAL, OTHER_FORM, word_likeness
from connector.identity.evidence.names import Name
from connector.identity.shipped import given_names


def spells_a_name(address: str) -> bool:
    """Whether the mailbox spells a given name."""
    return any(len(each) > 2 and each in given_names() for each in handles.spelt_in(address))


def is_called(name: Name, words: tuple[str, ...]) -> bool:
    """Whether one of the words is the given name."""
    return any(
        word_likeness(one, other) >= OTHER_FORM for one in words for other in name.given if len(other) > 2 < len(one)
    )


def is_spelt(name: Name, words: tuple[str, ...]) -> bool:
    """Whether the words of a mailbox's name can be this person's."""
    own = (*name.given, *name.family)
    if any(one in name.given for one in words) or (len(name.first) == 1 and any(one[0] == name.first for one in words)):
        return True
    if any(word_likeness(one, other) > INITIAL for one in words for other in name.given if len(one) > 1 < len(other)):
        return True
    if any(one not in own and len(one) > 2 and one in given_names() for one in words):
        # james.smith@ is a mailbox of the family, but not Jane's.
        return False
    if any(one in own for one in words):
        return True
    # jsmith, annas: pieces of the name put together.
    return any(one.startswith(other) or one.endswith(other) for one in words for other in own if len(other) > 2)
