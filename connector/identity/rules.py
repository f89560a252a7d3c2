"""The rules: when a handle that several records hold makes them one person.

A rule is a pure function: the holders of one value in, those that are one person out
(fewer than two: nobody is linked). It decides from the holders alone, so the order in
which they arrived does not matter. Its docstring is shown to people under "why?".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from connector.identity.names import Person, are_one
from connector.store.links import CONTACT, Holder
from connector.store.rows import MERGED

# Labels of the address under which a source knows a contact first; one without a label is its only one.
PRIMARY = frozenset({"primary", "main", "email", "default"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One value, who holds it, what the contacts among them say of themselves, and how many may share it."""

    value: str
    holders: Sequence[Holder]
    people: Mapping[int, Person]
    share_limit: int


Rule = Callable[[Held], list[Holder]]


def same_email(held: Held) -> list[Holder]:
    """Both have this e-mail address, as their main one or confirmed, and nothing they say contradicts it."""
    if not _is_one_person(held, held.holders):
        return []
    return [holder for holder in held.holders if holder.verified or (holder.label or "primary").lower() in PRIMARY]


def same_social_id(held: Held) -> list[Holder]:
    """Both have the same account on a social network (its number, which is never given to another)."""
    return list(held.holders) if _is_one_person(held, held.holders) else []


def named_by_source(held: Held) -> list[Holder]:
    """One system states the other's id for this contact, or both state the same id in a third system."""
    source = held.value.partition(":")[0]
    # Whoever the id's own contact was merged into holds the id too, and is meant by it.
    claims = [holder for holder in held.holders if not holder.is_gone]
    if all(holder.source == source for holder in claims):
        return []
    return claims if _is_one_person(held, claims) else []


def merged_from(held: Held) -> list[Holder]:
    """The system that keeps both says that they are one: one was merged into the other, or they are its two sides."""
    source = held.value.partition(":")[0]
    claims = [holder for holder in held.holders if holder.kind == CONTACT and holder.source == source]
    if any(holder.owner and not holder.is_gone for holder in claims):
        return claims
    # Two sides are there both. A loser may be gone, and its winner speaks for it.
    return [holder for holder in claims if holder.owner or holder.label == MERGED]


def merged_into(held: Held) -> list[Holder]:
    """The system in which both were kept says that this contact was merged away, and into which."""
    return list(held.holders) if any(holder.owner for holder in held.holders) else []


RULES: Mapping[str, Rule] = {
    rule.__name__: rule for rule in (same_email, same_social_id, named_by_source, merged_from, merged_into)
}

# Which rules judge a value, by the kind of handle. `merged` is no handle: its value is the winner's own id.
JUDGES: Mapping[str, tuple[str, ...]] = {
    "email": ("same_email",),
    "social": ("same_social_id",),
    "external": ("named_by_source", "merged_from"),
    MERGED: ("merged_into",),
}

# The kind of handle on whose value a rule's links stand.
STANDS_ON: Mapping[str, str] = {rule: kind for kind, rules in JUDGES.items() for rule in rules}


def _is_one_person(held: Held, holders: Sequence[Holder]) -> bool:
    contacts = [holder.record_id for holder in holders if holder.kind == CONTACT]
    if len(contacts) > held.share_limit:
        return False
    return are_one(held.people[record_id] for record_id in contacts if record_id in held.people)
