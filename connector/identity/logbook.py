"""The logbook: everything that people decided on identity, the newest first, and whether it still holds.

A decision on two records holds for as long as the pin that it set stands: a later one on the
same two takes its place. Other decisions hold until one takes them back; letting links go on
and taking back are done with when they are made.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from connector.identity.decisions import TAKE_BACK
from connector.identity.partition import Key
from connector.identity.pins import LINK, NEVER
from connector.identity.undo import RELEASE, TAKE_BACK_IMPORT, UNDO_IMPORT
from connector.identity.unmerge import UNMERGE
from connector.store import pins
from connector.store.pins import Decision

STANDS, TAKEN_BACK, REPLACED = "stands", "taken_back", "replaced"

# What was decided, for people.
WORDS = {
    LINK: "one person",
    NEVER: "never one person",
    TAKE_BACK: "a decision taken back",
    UNMERGE: "left their profile",
    UNDO_IMPORT: "an import undone",
    TAKE_BACK_IMPORT: "an import brought back",
    RELEASE: "links of a source let go on",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """A line. `state`: STANDS, TAKEN_BACK (by the line `undone_by`) or REPLACED; None: it is nothing that stands."""

    decision: Decision
    state: str | None
    undone_by: int | None = None

    @property
    def records(self) -> tuple[Key, ...]:
        """The records that it is on."""
        subject = self.decision.subject
        return tuple(subject.get("records") or [subject[end] for end in ("left", "right") if end in subject])


def page(
    connection: Connection,
    workspace: str,
    after: int | None = None,
    limit: int = 50,
    naming: Iterable[Key] | None = None,
) -> list[Logged]:
    """The newest lines; `after`: those behind this one; `naming`: those that name one of these records."""
    found = pins.logged(connection, workspace, before=after, limit=limit, naming=naming)
    backs = pins.undone_by(connection, workspace, [each.id for each in found])
    set_at = _standing(connection, workspace, [each for each in found if each.what in (LINK, NEVER)])
    return [Logged(decision=each, state=_state(each, backs, set_at), undone_by=backs.get(each.id)) for each in found]


def _standing(connection: Connection, workspace: str, found: Sequence[Decision]) -> dict[tuple[Key, Key], tuple]:
    """What stands on the two records of each of these, and since when."""
    pairs = {(each.subject["left"], each.subject["right"]) for each in found}
    told = pins.on(connection, workspace, {left for left, _ in pairs}) if pairs else []
    return {(pin.left, pin.right): (pin.what, pin.made_at) for pin in told}


def _state(decision: Decision, backs: dict[int, int], set_at: dict[tuple[Key, Key], tuple]) -> str | None:
    if decision.id in backs:
        return TAKEN_BACK
    if decision.what in (UNMERGE, UNDO_IMPORT):
        return STANDS
    if decision.what not in (LINK, NEVER):
        return None
    ends = decision.subject["left"], decision.subject["right"]
    return STANDS if set_at.get(ends) == (decision.what, decision.made_at) else REPLACED
