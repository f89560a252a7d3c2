"""Brakes: sources whose new links wait for a person, how often each source joins people, and links that were undone."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, or_, select, update

from connector.store.bulk import among, chunks, write
from connector.store.tables import records
from connector.store.tables_identity import brakes, verdicts
from connector.store.tables_review import merge_rates, undone

ON, OFF = "on", "off"
HELD, CONFIRMED = "held", "confirmed"

Pair = tuple[int, int]


class Brake(NamedTuple):
    """A brake that is on. `since`: microseconds; `made_by`: who pulled it, empty when nobody did."""

    source: str
    since: int
    why: str
    made_by: str


class Counted(NamedTuple):
    """How many records a source gave and how many people they joined: lately, and usually."""

    recent_records: int = 0
    recent_joins: int = 0
    usual_records: int = 0
    usual_joins: int = 0


_ON = (
    select(brakes.c.source, brakes.c.since, brakes.c.why, brakes.c.made_by)
    .where(brakes.c.workspace == bindparam("workspace"), brakes.c.state == ON)
    .order_by(brakes.c.source)
)
_ANY_UNDONE = select(exists().where(undone.c.workspace == bindparam("workspace")))
_RATES = select(merge_rates.c.source, *(merge_rates.c[name] for name in Counted._fields)).where(
    merge_rates.c.workspace == bindparam("workspace")
)
_RATES_OF = _RATES.where(among(merge_rates.c.source, named="sources"))


def on(connection: Connection, workspace: str) -> list[Brake]:
    """The brakes that are on, by source."""
    return [Brake(*row) for row in connection.execute(_ON, {"workspace": workspace})]


def pull(connection: Connection, workspace: str, pulled: Iterable[Brake]) -> None:
    """Let these be on."""
    rows = [{"workspace": workspace, "state": ON, **each._asdict()} for each in pulled]
    write(connection, brakes, rows, keys=["workspace", "source"], replace=["state", "since", "why", "made_by"])


def release(connection: Connection, workspace: str, source: str, at: int, made_by: str) -> bool:
    """Let the source's brake be off; False when it was not on."""
    here = and_(brakes.c.workspace == workspace, brakes.c.source == source, brakes.c.state == ON)
    changed = connection.execute(update(brakes).where(here).values(state=OFF, since=at, made_by=made_by))
    return bool(changed.rowcount)


def rates(connection: Connection, workspace: str, sources: Iterable[str] | None = None) -> dict[str, Counted]:
    """What is counted of these sources (None: of all)."""
    query, asked = (_RATES, {}) if sources is None else (_RATES_OF, {"sources": sorted(sources)})
    found = {source: Counted(*told) for source, *told in connection.execute(query, {"workspace": workspace, **asked})}
    return dict(sorted(found.items()))


def put_rates(connection: Connection, workspace: str, counted: Mapping[str, Counted], at: int) -> None:
    rows = [
        {"workspace": workspace, "source": source, "at": at, **told._asdict()}
        for source, told in sorted(counted.items())
    ]
    write(connection, merge_rates, rows, keys=["workspace", "source"], replace=[*Counted._fields, "at"])


def any_undone(connection: Connection, workspace: str) -> bool:
    return bool(connection.scalar(_ANY_UNDONE, {"workspace": workspace}))


def is_undone(connection: Connection, left_id: int, right_id: int) -> bool:
    """Whether the link of these two was undone with an import. In either order."""
    low, high = sorted((left_id, right_id))
    return bool(connection.scalar(select(exists().where(undone.c.left_id == low, undone.c.right_id == high))))


def undone_with(connection: Connection, left_id: int, right_id: int) -> list[int]:
    """The decisions by which the link of these two was undone with an import, in order. In either order."""
    low, high = sorted((left_id, right_id))
    query = select(undone.c.decision_id).where(undone.c.left_id == low, undone.c.right_id == high)
    return list(connection.scalars(query.order_by(undone.c.decision_id)))


def made(
    connection: Connection, workspace: str, source: str, since: int, until: int, limit: int
) -> list[tuple[int, int]]:
    """Some links that join and that this source's records brought about from `since` to `until`, both included."""
    query = select(verdicts.c.left_id, verdicts.c.right_id).where(
        *_made(workspace, source, since, until), ~exists().where(*_same(undone))
    )
    return [(left, right) for left, right in connection.execute(query.limit(limit))]


def count_made(connection: Connection, workspace: str, source: str, since: int, until: int) -> int:
    query = select(func.count()).select_from(verdicts).where(*_made(workspace, source, since, until))
    return connection.scalar(query) or 0


def undo(connection: Connection, workspace: str, decision_id: int, pairs: Iterable[Pair]) -> None:
    """Note that the links of these two each are undone by this decision."""
    rows = [
        {"workspace": workspace, "left_id": left, "right_id": right, "decision_id": decision_id}
        for left, right in sorted(pairs)
    ]
    write(connection, undone, rows, unless=True)


def inherit(connection: Connection, workspace: str, from_id: int, to_id: int) -> None:
    """Let what was undone of the one record's links be undone of the other's, too."""
    ends = or_(undone.c.left_id == from_id, undone.c.right_id == from_id)
    query = select(undone.c.left_id, undone.c.right_id, undone.c.decision_id)
    told = connection.execute(query.where(undone.c.workspace == workspace, ends)).all()
    for left, right, decision_id in told:
        other = right if left == from_id else left
        if other != to_id:
            undo(connection, workspace, decision_id, [(min(other, to_id), max(other, to_id))])


def undone_by(connection: Connection, workspace: str, decision_id: int, limit: int) -> list[Pair]:
    """Some of the links that this decision undid."""
    query = select(undone.c.left_id, undone.c.right_id).where(
        undone.c.workspace == workspace, undone.c.decision_id == decision_id
    )
    return [(left, right) for left, right in connection.execute(query.limit(limit))]


def count_undone(connection: Connection, workspace: str, decision_id: int) -> int:
    """How many links this decision holds."""
    here = (undone.c.workspace == workspace, undone.c.decision_id == decision_id)
    return connection.scalar(select(func.count()).select_from(undone).where(*here)) or 0


def redo(connection: Connection, workspace: str, decision_id: int, pairs: Sequence[Pair]) -> None:
    """Forget that this decision undid these links."""
    for part in chunks(sorted(pairs)):
        here = (undone.c.workspace == workspace, undone.c.decision_id == decision_id)
        ends = or_(*(and_(undone.c.left_id == left, undone.c.right_id == right) for left, right in part))
        connection.execute(delete(undone).where(*here, ends))


def held(connection: Connection, workspace: str, limit: int) -> list[Pair]:
    """Some links that wait although nothing holds them any more: no brake at either end, and no undoing."""
    braked = select(brakes.c.source).where(brakes.c.workspace == workspace, brakes.c.state == ON)
    left, right = records.alias(), records.alias()
    query = (
        select(verdicts.c.left_id, verdicts.c.right_id)
        .join(left, left.c.id == verdicts.c.left_id)
        .join(right, right.c.id == verdicts.c.right_id)
        .where(verdicts.c.workspace == workspace, verdicts.c.tier == HELD)
        .where(left.c.source.not_in(braked), right.c.source.not_in(braked), ~exists().where(*_same(undone)))
        .order_by(verdicts.c.made_at, verdicts.c.left_id, verdicts.c.right_id)
    )
    return [(one, other) for one, other in connection.execute(query.limit(limit))]


def count_held(connection: Connection, workspace: str) -> dict[str, int]:
    """How many links wait, by the source whose record brought them about."""
    query = (
        select(verdicts.c.made_by, func.count())
        .where(verdicts.c.workspace == workspace, verdicts.c.tier == HELD)
        .group_by(verdicts.c.made_by)
    )
    return {source: count for source, count in connection.execute(query)}


def keys(connection: Connection, ids: Iterable[int]) -> dict[int, tuple[str, str, str]]:
    """Source, kind and external id of these records."""
    found = {}
    for part in chunks(sorted(set(ids))):
        query = select(records.c.id, records.c.source, records.c.kind, records.c.external_id)
        for record_id, *key in connection.execute(query.where(among(records.c.id, part))):
            found[record_id] = tuple(key)
    return found


def _made(workspace: str, source: str, since: int, until: int) -> tuple:
    return (
        verdicts.c.workspace == workspace,
        verdicts.c.made_by == source,
        verdicts.c.made_at.between(since, until),
        verdicts.c.tier == CONFIRMED,
    )


def _same(table: object) -> tuple:
    return table.c.left_id == verdicts.c.left_id, table.c.right_id == verdicts.c.right_id
