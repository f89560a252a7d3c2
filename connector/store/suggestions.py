"""All records' evidence, read a portion at a time: for what looks at a whole workspace at once."""

from typing import NamedTuple

from sqlalchemy import Connection, func, select

from connector.store.evidence import FOLLOWS
from connector.store.tables import members
from connector.store.tables_identity import evidence, verdicts

Pair = tuple[int, int]


class Told(NamedTuple):
    """One record: its evidence, packed, and the profile that it belongs to."""

    record_id: int
    content: str
    profile_id: str | None


def count(connection: Connection, workspace: str) -> int:
    """Records that have evidence."""
    query = select(func.count()).select_from(evidence)
    return connection.scalar(query.where(evidence.c.workspace == workspace)) or 0


def portion(connection: Connection, workspace: str, behind: int, limit: int, *, followers: bool = True) -> list[Told]:
    """The next records behind this one, in the order of their ids; `followers`: also those that follow another one."""
    query = (
        select(evidence.c.record_id, evidence.c.content, members.c.profile_id)
        .join(members, members.c.record_id == evidence.c.record_id, isouter=True)
        .where(evidence.c.workspace == workspace, evidence.c.record_id > behind)
        .order_by(evidence.c.record_id)
    )
    query = query if followers else query.where(~FOLLOWS)
    return [Told(*row) for row in connection.execute(query.limit(limit))]


def held(connection: Connection, workspace: str) -> set[Pair]:
    """The links that wait for a person, by record ids."""
    query = select(verdicts.c.left_id, verdicts.c.right_id)
    found = connection.execute(query.where(verdicts.c.workspace == workspace, verdicts.c.tier == "held"))
    return {(left, right) for left, right in found}


def rule(connection: Connection, pair: Pair) -> str | None:
    """The rule that joins these two records, if one does."""
    query = select(verdicts.c.rule).where(
        verdicts.c.left_id == pair[0], verdicts.c.right_id == pair[1], verdicts.c.tier == "confirmed"
    )
    return connection.scalar(query)
