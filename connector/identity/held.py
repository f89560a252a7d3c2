"""Held: for what a link waits that would join: the brake of a source, an import that was undone, or both."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from connector.clock import moment
from connector.identity.partition import Key
from connector.store import brakes, pins
from connector.store.pins import parted

BRAKE, UNDONE_IMPORT = "brake", "undone_import"

# What is said of a link that nothing holds any more, until a worker has let it go.
LET_GO = "The link waited for a person, and is about to be let go."


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One thing that holds a link. `what`: BRAKE or UNDONE_IMPORT; `source`: whose; `by`: who did it, empty: nobody.

    `decision`: of an import that was undone, what takes that back.
    """

    what: str
    source: str
    at: datetime
    by: str = ""
    why: str = ""
    decision: int | None = None

    @property
    def told(self) -> str:
        if self.what == BRAKE:
            return f"The link waits for a person: {self.source} suddenly joined many, and its brake is on."
        return (
            f"The link waits for a person: it came with an import of {self.source} that was undone ({self.decision})."
        )


def held_by(connection: Connection, workspace: str, ids: Mapping[Key, int]) -> tuple[Held, ...]:
    """All that holds the link of these two records, each with its id."""
    sources = {parted(key)[0] for key in ids}
    found = [
        Held(what=BRAKE, source=each.source, at=moment(each.since), by=each.made_by, why=each.why)
        for each in brakes.on(connection, workspace)
        if each.source in sources
    ]
    for number in brakes.undone_with(connection, *ids.values()):
        made = pins.decision(connection, workspace, number)
        told = {"at": moment(made.made_at), "by": made.made_by, "why": made.why, "decision": number}
        found.append(Held(what=UNDONE_IMPORT, source=made.subject["source"], **told))
    return tuple(found)


def words(held: tuple[Held, ...]) -> str:
    """The same for people."""
    return " ".join(each.told for each in held) or LET_GO
