"""Survivorship: which source's value a profile shows when sources disagree.

A rule takes the claims for one field and returns the one that survives. Every
surviving value keeps its claim, so that a panel can say where it came from, and what
it beat. A rule's docstring is shown to people.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.profile.things import Shown, cut, iso

# Values shown as beaten; more would not help anybody to decide.
MOST_BEATEN = 5
LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One source's value for a field. `changed` is its record's version; `is_display` marks a self-chosen name."""

    value: Any
    source: str
    external_id: str
    changed: int
    seen_at: int
    is_display: bool = False

    @property
    def order(self) -> tuple[int, str, str]:
        return self.changed, self.source, self.external_id

    @property
    def sense(self) -> Any:
        """Equal for values that mean the same."""
        if isinstance(self.value, Mapping):
            return tuple(sorted((name, _folded(inner)) for name, inner in self.value.items() if inner))
        return _folded(self.value)


def newest(claims: Sequence[Claim]) -> Claim:
    """The value of the record that changed last in its source."""
    return max(claims, key=lambda claim: claim.order)


def written_out(claims: Sequence[Claim]) -> Claim:
    """A name written out beats one with initials, and that beats a name people chose for themselves on a network;
    among equals the spelling that most records agree on, then that of the record that changed last."""
    votes = Counter(claim.sense for claim in claims)

    def fullness(claim: Claim) -> tuple[bool, bool, int, Any]:
        words = [word.strip(".") for word in str(claim.value).split()]
        is_full = len(words) > 1 and all(len(word) > 1 for word in words)
        return not claim.is_display, is_full, votes[claim.sense], claim.order

    return max(claims, key=fullness)


def most_agreed(claims: Sequence[Claim]) -> Claim:
    """The value that most records agree on; among equals, that of the record that changed last."""
    votes = Counter(claim.sense for claim in claims)
    return max(claims, key=lambda claim: (votes[claim.sense], claim.order))


def most_complete(claims: Sequence[Claim]) -> Claim:
    """The address with most parts filled in; among equals, that of the record that changed last."""
    return max(claims, key=lambda claim: (len(claim.sense), claim.order))


def most_cautious(claims: Sequence[Claim]) -> Claim:
    """One record's "no" beats every "yes": a consent that was withdrawn anywhere is not used."""
    return max(claims, key=lambda claim: (not claim.value, claim.order))


def preferred_source(claims: Sequence[Claim], preferred: Sequence[str] = ()) -> Claim:
    """The value from the source that the company trusts most for this field, even when another changed later."""
    rank = {source: len(preferred) - place for place, source in enumerate(preferred)}
    return max(claims, key=lambda claim: (rank.get(claim.source, 0), claim.order))


Rule = Callable[[Sequence[Claim]], Claim]

RULES: Mapping[str, Rule] = {
    rule.__name__: rule for rule in (newest, written_out, most_agreed, most_complete, most_cautious, preferred_source)
}

# The rule of each field that a profile shows.
FIELDS: Mapping[str, Rule] = {
    "name": written_out,
    "company": newest,
    "job_title": newest,
    "birth_date": most_agreed,
    "language": newest,
    "address": most_complete,
    "marketing_consent": most_cautious,
    "owner": newest,
}


def survive(field: str, claims: Sequence[Claim], preferred: Sequence[str] = ()) -> Shown | None:
    """The surviving claim as the document shows it, with what it beat; None when nobody claims anything.

    `preferred`: the sources that the company trusts for this field, best first.
    """
    if not claims:
        return None
    rule = FIELDS[field]
    if any(claim.source in preferred for claim in claims):
        rule, survivor = preferred_source, preferred_source(claims, preferred)
    else:
        # Nobody to decide between, as for nearly everybody.
        survivor = claims[0] if len(claims) == 1 else rule(claims)
    return _shown(survivor) | {"rule": rule.__name__, "beat": _beaten(survivor, claims)}


def _beaten(survivor: Claim, claims: Sequence[Claim]) -> list[Shown]:
    """The other values, each once, the newest first."""
    if len(claims) == 1:
        return []
    seen, beaten = {survivor.sense}, []
    for claim in sorted(claims, key=lambda claim: claim.order, reverse=True):
        if claim.sense not in seen:
            seen.add(claim.sense)
            beaten.append(_shown(claim))
    return beaten[:MOST_BEATEN]


def _shown(claim: Claim) -> Shown:
    return {
        "value": _bounded(claim.value),
        "source": claim.source,
        "external_id": claim.external_id,
        "seen_at": iso(claim.seen_at),
    }


def _bounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _bounded(inner) for name, inner in value.items()}
    return cut(value, LONGEST_VALUE) if isinstance(value, str) else value


def _folded(value: Any) -> Any:
    return " ".join(value.casefold().split()) if isinstance(value, str) else value
