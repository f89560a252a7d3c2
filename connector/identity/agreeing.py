"""Agreeing: in what two records agree, by kind and never by value.

So much of a possible match may be told to whoever looks at one of the two: it says why, and
nothing of the other's that the reader does not know already. It is kept with the verdict,
so that what is shown changes when, and only when, the verdict does.
"""

from collections.abc import Iterator

from connector.identity.evidence import days, homes
from connector.identity.evidence.likeness import SLIP
from connector.identity.pair import Pair

# Before the letters of what agrees, where a rule's value has the kind of what it stands on.
AGREES = "w:"
# A source names one of them as the other.
STATED = "x"

WORDS = {
    "n": "name",
    "g": "given name",
    "f": "family name",
    "b": "birth date",
    "h": "home",
    "t": "place",
    "i": "number from their state",
    "s": "account",
    "e": "e-mail address",
    "p": "phone number",
    "u": "handle",
}


def agreed(pair: Pair) -> str:
    """What agrees, as a verdict keeps it: a letter for each kind."""
    return AGREES + "".join(_letters(pair))


def _letters(pair: Pair) -> Iterator[str]:
    given, family = pair.names.given >= SLIP, pair.names.family >= SLIP
    if given or family:
        yield "n" if given and family else "g" if given else "f"
    for letter, agrees in (
        ("b", pair.birth >= days.SLIP),
        ("h", pair.home >= homes.NEAR),
        ("t", pair.home == homes.PLACE),
        ("i", pair.national_id > 0),
        ("s", pair.socials),
        ("e", pair.emails),
        ("p", pair.phones),
        ("u", pair.handles),
        (STATED, pair.linked),
    ):
        if agrees:
            yield letter


def words(value: str) -> list[str]:
    """The kinds that agree, for people, of what a verdict keeps."""
    return [WORDS[letter] for letter in value.removeprefix(AGREES) if letter in WORDS]


def sentence(value: str) -> str:
    """The same in a sentence."""
    told = words(value)
    listed = " and ".join(filter(None, (", ".join(told[:-1]), *told[-1:])))
    found = [f"{listed} agree{'s' if len(told) == 1 else ''}"] if told else []
    if STATED in value.removeprefix(AGREES):
        found.append("a source says that they are one")
    text = "; ".join(found) or "what they share is much, and not enough"
    return f"{text[0].upper()}{text[1:]}."
