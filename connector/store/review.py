"""The review queue: possible matches in the order in which they are worth a look, read a page at a time."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Select, and_, bindparam, delete, exists, func, literal, or_, select, tuple_

from connector.store.bulk import among, chunks, free, write
from connector.store.tables import members, views
from connector.store.tables_identity import verdicts
from connector.store.tables_review import reviews

POSSIBLE = "possible"

Pair = tuple[int, int]


class Possible(NamedTuple):
    """Two records of two profiles that may be one person. `strength`: bits, None when only the suggester thinks so."""

    left_id: int
    right_id: int
    strength: int | None
    made_at: int
    left_profile: str
    right_profile: str


class Listed(NamedTuple):
    """One line of the queue. `certainty` in thousandths; `probability` and `agrees` (JSON): of the suggester."""

    left_id: int
    right_id: int
    rank: int
    worth: int
    certainty: int
    by_rule: bool
    probability: float | None
    agrees: str | None
    left_profile: str
    right_profile: str


_LEFT, _RIGHT = members.alias("left_member"), members.alias("right_member")
_OF_RULE = exists().where(
    verdicts.c.left_id == reviews.c.left_id, verdicts.c.right_id == reviews.c.right_id, verdicts.c.tier == POSSIBLE
)


def possible(
    connection: Connection, workspace: str, since: int, after: tuple[int, int, int] | None, limit: int
) -> list[Possible]:
    """Possible matches of two profiles that rules have made since then, in that order; `after`: behind this one."""
    v = verdicts.c
    query = (
        select(v.left_id, v.right_id, v.strength, v.made_at, _LEFT.c.profile_id, _RIGHT.c.profile_id)
        .join(_LEFT, _LEFT.c.record_id == v.left_id)
        .join(_RIGHT, _RIGHT.c.record_id == v.right_id)
        .where(v.workspace == workspace, v.tier == POSSIBLE, v.made_at >= since)
        .where(_LEFT.c.profile_id != _RIGHT.c.profile_id)
        .order_by(v.made_at, v.left_id, v.right_id)
    )
    if after is not None:
        query = query.where(tuple_(v.made_at, v.left_id, v.right_id) > tuple_(*map(literal, after)))
    return [Possible(*row) for row in connection.execute(query.limit(limit))]


def apart(connection: Connection, workspace: str, pairs: Iterable[Pair]) -> list[Possible]:
    """Those of these pairs whose records belong to two profiles, as the suggester's."""
    wanted = sorted(set(pairs))
    profile_of: dict[int, str] = {}
    for part in chunks({end for pair in wanted for end in pair}):
        query = select(members.c.record_id, members.c.profile_id).where(members.c.workspace == workspace)
        profile_of.update(tuple(row) for row in connection.execute(query.where(among(members.c.record_id, part))))
    return [
        Possible(left, right, None, 0, profile_of[left], profile_of[right])
        for left, right in wanted
        if profile_of.get(left, "") != profile_of.get(right, "") and left in profile_of and right in profile_of
    ]


def put(connection: Connection, workspace: str, listed: Sequence[Listed], at: int, *, suggested: bool) -> None:
    """List these. `suggested`: by the suggester, whose word is kept when a rule thinks so as well, and vice versa."""
    rows = [
        {
            "workspace": workspace,
            "listed_at": at,
            **{name: getattr(one, name) for name in Listed._fields if not name.endswith("_profile")},
        }
        # Several may list the same: all in one order.
        for one in sorted(listed, key=lambda one: one[:2])
    ]
    own = ["probability", "agrees"] if suggested else ["by_rule"]
    replaced = ["rank", "worth", "certainty", "listed_at", *own]
    for part in chunks(rows):
        write(connection, reviews, part, keys=["left_id", "right_id"], replace=replaced)


def known(connection: Connection, pairs: Iterable[Pair]) -> dict[Pair, tuple[int, bool, float | None]]:
    """Certainty, by_rule and probability of those of these pairs that are listed."""
    found: dict[Pair, tuple[int, bool, float | None]] = {}
    wanted = set(pairs)
    for part in chunks({left for left, _ in wanted}):
        r = reviews.c
        query = select(r.left_id, r.right_id, r.certainty, r.by_rule, r.probability)
        for left, right, *told in connection.execute(query.where(among(r.left_id, part))):
            if (left, right) in wanted:
                found[left, right] = tuple(told)
    return found


def page(connection: Connection, workspace: str, after: tuple[int, int, int] | None, limit: int) -> list[Listed]:
    """The next lines that still hold, the most worth first; `after`: rank and records of the one before."""
    r = reviews.c
    query = _holding(workspace).order_by(r.rank.desc(), r.left_id.desc(), r.right_id.desc())
    if after is not None:
        query = query.where(tuple_(r.rank, r.left_id, r.right_id) < tuple_(*map(literal, after)))
    return [Listed(*row) for row in connection.execute(query.limit(limit))]


def one(connection: Connection, workspace: str, pair: Pair) -> Listed | None:
    """The line of these two records, if it still holds."""
    query = _holding(workspace).where(reviews.c.left_id == pair[0], reviews.c.right_id == pair[1])
    row = connection.execute(query).first()
    return Listed(*row) if row else None


def remove(connection: Connection, pairs: Iterable[Pair]) -> None:
    """Take these off the list."""
    gone = delete(reviews).where(reviews.c.left_id == bindparam("smaller"), reviews.c.right_id == bindparam("larger"))
    rows = [{"smaller": left, "larger": right} for left, right in sorted(pairs)]
    if rows:
        connection.execute(gone, rows)


def sweep(connection: Connection, workspace: str, suggested_before: int | None = None) -> int:
    """Take off the list what no longer holds, and nobody writes at this moment; how many.

    `suggested_before`: also what only the suggester lists, and did not list again since then.
    """
    r = reviews.c
    left, right = members.alias(), members.alias()
    two = (
        exists()
        .where(left.c.record_id == r.left_id, right.c.record_id == r.right_id)
        .where(left.c.profile_id != right.c.profile_id)
    )
    gone = or_(~two, and_(r.probability.is_(None), ~_OF_RULE))
    if suggested_before is not None:
        gone = or_(gone, and_(~_OF_RULE, r.listed_at < suggested_before))
    mine = free(connection, reviews, r.workspace == workspace, gone)
    return connection.execute(delete(reviews).where(*mine)).rowcount


def looked_at(connection: Connection, workspace: str, profile_ids: Iterable[str], since: int) -> Mapping[str, int]:
    """How often each of these profiles was looked at since then; who only reviews it is not counted."""
    found: dict[str, int] = {}
    for part in chunks(sorted(set(profile_ids))):
        query = (
            select(views.c.profile_id, func.count())
            .where(views.c.workspace == workspace, among(views.c.profile_id, part), views.c.at >= since)
            .where(views.c.way.not_like("%review%"))
            .group_by(views.c.profile_id)
        )
        found.update(tuple(row) for row in connection.execute(query))
    return found


def _holding(workspace: str) -> Select:
    r = reviews.c
    columns = [r[name] for name in Listed._fields if name in r]
    return (
        select(*columns, _LEFT.c.profile_id, _RIGHT.c.profile_id)
        .join(_LEFT, _LEFT.c.record_id == r.left_id)
        .join(_RIGHT, _RIGHT.c.record_id == r.right_id)
        .where(r.workspace == workspace, _LEFT.c.profile_id != _RIGHT.c.profile_id)
        .where(or_(r.probability.is_not(None), _OF_RULE))
    )
