"""By which rules a workspace's records were linked, and how far that went."""

from dataclasses import dataclass

from sqlalchemy import Connection, exists, select

from connector.store.bulk import write
from connector.store.evidence import CONTACT, GUESTS
from connector.store.tables import records
from connector.store.tables_identity import linked_by


@dataclass(frozen=True, slots=True)
class Linked:
    """`upto`: the last record that was linked by these rules; None: all were. `since`: microseconds since 1970."""

    rules: str
    upto: int | None
    since: int


def by(connection: Connection, workspace: str) -> Linked | None:
    """By which rules the workspace's records are linked; None when nobody ever said."""
    query = select(linked_by.c.rules, linked_by.c.upto, linked_by.c.since).where(linked_by.c.workspace == workspace)
    row = connection.execute(query).first()
    return Linked(*row) if row else None


def is_whole(connection: Connection, workspace: str) -> bool:
    """Whether all records were linked, by whichever rules: everybody who is in a profile has evidence."""
    known = by(connection, workspace)
    return known is not None and known.upto is None


def note(connection: Connection, workspace: str, linked: Linked) -> None:
    """Write down how far it went."""
    row = {"workspace": workspace, "rules": linked.rules, "upto": linked.upto, "since": linked.since}
    write(connection, linked_by, [row], keys=["workspace"], replace=["rules", "upto", "since"])


def is_empty(connection: Connection, workspace: str) -> bool:
    """Whether there are no records yet."""
    return not connection.scalar(select(exists().where(records.c.workspace == workspace)))


def behind(connection: Connection, workspace: str, record_id: int, limit: int) -> list[int]:
    """The next records behind this one that may be people, in the order of their ids."""
    query = select(records.c.id).where(
        records.c.id > record_id, records.c.workspace == workspace, records.c.kind.in_((CONTACT, *GUESTS))
    )
    return list(connection.scalars(query.order_by(records.c.id).limit(limit)))


def workspaces(connection: Connection) -> list[str]:
    """All workspaces that have records."""
    found: list[str] = []
    while True:
        # From one to the next by the index: a plain DISTINCT would read all records.
        query = select(records.c.workspace).order_by(records.c.workspace).limit(1)
        following = connection.scalar(query.where(records.c.workspace > found[-1]) if found else query)
        if following is None:
            return found
        found.append(following)
