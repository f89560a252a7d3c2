"""What looks odd in identity: values that turned generic, sizes of profiles, and what was counted of them last."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, select

from connector.store import json
from connector.store.bulk import among, chunks, free, upsert, write
from connector.store.tables import members
from connector.store.tables_identity import verdicts
from connector.store.tables_review import alarms, reviews, turned_values

# Profiles whose records are read at once.
PAGE = 500


class Turned(NamedTuple):
    """A value, as a digest, by which nobody is compared any more; `record_id` holds it, `source` brought it about."""

    value: int
    kind: str
    standing: str
    record_id: int
    source: str
    at: int


def turn(connection: Connection, workspace: str, turned: Iterable[Turned]) -> None:
    """Note values that turned generic."""
    rows = [{"workspace": workspace, **each._asdict()} for each in turned]
    write(
        connection, turned_values, rows, keys=["workspace", "value"], replace=["standing", "record_id", "source", "at"]
    )


def turn_back(connection: Connection, workspace: str, values: Iterable[int]) -> None:
    """Forget values by which people are compared again."""
    for part in chunks(values):
        here = (turned_values.c.workspace == workspace, among(turned_values.c.value, part))
        connection.execute(delete(turned_values).where(*here))


def forget(connection: Connection, workspace: str, before: int) -> None:
    """Forget values that turned before this moment. One that is being written now is news."""
    old = turned_values.c.workspace == workspace, turned_values.c.at < before
    connection.execute(delete(turned_values).where(*free(connection, turned_values, *old)))


def turned(connection: Connection, workspace: str, since: int, limit: int) -> list[Turned]:
    """Values that turned since then, the newest first."""
    query = select(*(turned_values.c[name] for name in Turned._fields)).where(
        turned_values.c.workspace == workspace, turned_values.c.at >= since
    )
    ordered = query.order_by(turned_values.c.at.desc(), turned_values.c.value).limit(limit)
    return [Turned(*row) for row in connection.execute(ordered)]


def count_turned(connection: Connection, workspace: str, since: int) -> int:
    query = select(func.count()).select_from(turned_values)
    return connection.scalar(query.where(turned_values.c.workspace == workspace, turned_values.c.at >= since)) or 0


def count_reviews(connection: Connection, workspace: str) -> int:
    """Possible matches that are listed for people."""
    return connection.scalar(select(func.count()).select_from(reviews).where(reviews.c.workspace == workspace)) or 0


def sizes(connection: Connection, workspace: str, least: int) -> Iterator[list[tuple[str, int]]]:
    """Profiles of at least so many records and how many they have, a page at a time in the order of their ids."""
    count = func.count()
    query = select(members.c.profile_id, count).where(members.c.workspace == workspace).group_by(members.c.profile_id)
    last = ""
    while True:
        page = query.where(members.c.profile_id > last).having(count >= least)
        found = [tuple(row) for row in connection.execute(page.order_by(members.c.profile_id).limit(PAGE))]
        if not found:
            return
        yield found
        last = found[-1][0]


def links_within(connection: Connection, ids: Iterable[int]) -> dict[tuple[int, int], str]:
    """The rules of the links that join two of these records."""
    inside = set(ids)
    found: dict[tuple[int, int], str] = {}
    for part in chunks(sorted(inside)):
        query = select(verdicts.c.left_id, verdicts.c.right_id, verdicts.c.rule)
        for left, right, rule in connection.execute(
            query.where(among(verdicts.c.left_id, part), verdicts.c.tier == "confirmed")
        ):
            if right in inside:
                found[left, right] = rule
    return found


def keep(connection: Connection, workspace: str, name: str, content: Mapping[str, Any], at: int) -> None:
    """Keep what was counted."""
    row = {"workspace": workspace, "name": name, "content": json.dump(content), "at": at}
    statement = upsert(connection, alarms).values(row)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["workspace", "name"], set_={"content": row["content"], "at": row["at"]}
        )
    )


def kept(connection: Connection, workspace: str, name: str) -> tuple[dict[str, Any], int] | None:
    """What was counted last, and when."""
    query = select(alarms.c.content, alarms.c.at).where(alarms.c.workspace == workspace, alarms.c.name == name)
    row = connection.execute(query).first()
    return (json.load(row.content), row.at) if row else None
