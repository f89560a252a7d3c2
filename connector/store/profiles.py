"""Profiles as they were built, the marks that say which to build again, and who succeeded whom.

A mark is set in the transaction that changed the records, and taken away only when the
document that answers it is in the store and in the cache.

Nobody waits in a circle, for all take rows in one order: profiles first, then marks, once and
in the order of ids. Who takes records in may wait for who builds; who builds waits for nobody.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Delete, Update, and_, bindparam, delete, func, or_, select, update
from sqlalchemy import literal as sql_literal

from connector.store import bulk, json
from connector.store.bulk import among, chunks, upsert
from connector.store.tables import profiles, stale

# Nobody's profile was joined that often; more is a circle.
MOST_SUCCESSORS = 32

# Kind and value of an identifier.
Handle = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A profile that waits. `built` is the mark that the stored document answers already."""

    profile_id: str
    mark: int
    built: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A profile as it was built last. `document` is None when it never was, or when nobody is left in it.

    `revisit_at`: when it changes by time alone, in microseconds since 1970.
    """

    profile_id: str
    version: int
    document: bytes | None
    etag: str | None
    handles: frozenset[Handle]
    revisit_at: int | None = None


def mark_stale(connection: Connection, workspace: str, profile_ids: Iterable[str], at: int) -> None:
    """Have these profiles built again. `at`: microseconds since 1970. The last that a transaction does to profiles."""
    for part in chunks(sorted(set(profile_ids))):
        rows = [{"workspace": workspace, "profile_id": each, "mark": _unique(), "since": at} for each in part]
        bulk.write(connection, stale, rows, keys=["workspace", "profile_id"], replace=["mark"])


def mark_all(connection: Connection, workspace: str, at: int) -> None:
    """Have every profile of the workspace built again, because the way of building them changed."""
    statement = upsert(connection, stale)
    chosen = (
        select(profiles.c.workspace, profiles.c.id, sql_literal(_unique()), sql_literal(at))
        .where(profiles.c.workspace == workspace, profiles.c.document.is_not(None))
        .order_by(profiles.c.id)
    )
    filled = statement.from_select(["workspace", "profile_id", "mark", "since"], chosen)
    connection.execute(
        filled.on_conflict_do_update(
            index_elements=[stale.c.workspace, stale.c.profile_id], set_={"mark": statement.excluded.mark}
        )
    )


def count_stale(connection: Connection, workspace: str | None = None) -> int:
    query = select(func.count()).select_from(stale)
    if workspace is not None:
        query = query.where(stale.c.workspace == workspace)
    return connection.scalar(query) or 0


def stale_workspaces(connection: Connection) -> list[str]:
    """The workspaces in which some profile waits."""
    return list(connection.scalars(select(stale.c.workspace).distinct().order_by(stale.c.workspace)))


def waiting(
    connection: Connection, workspace: str, limit: int, *, start: str = "", built: bool = False, without: Iterable[str]
) -> list[Mark]:
    """Some marks, in the order of ids from `start` on and round again. `built`: those that only the cache awaits."""
    told = and_(stale.c.built.is_not(None), stale.c.built == stale.c.mark)
    wanted = told if built else or_(stale.c.built.is_(None), stale.c.built != stale.c.mark)
    query = (
        select(stale.c.profile_id, stale.c.mark, stale.c.built)
        .where(stale.c.workspace == workspace, wanted, stale.c.profile_id.not_in(list(without)))
        .order_by(stale.c.profile_id)
    )
    found = connection.execute(query.where(stale.c.profile_id >= start).limit(limit)).all()
    if len(found) < limit and start:
        found += connection.execute(query.where(stale.c.profile_id < start).limit(limit - len(found))).all()
    return [Mark(profile_id=profile_id, mark=mark, built=done) for profile_id, mark, done in found]


def marks_of(connection: Connection, workspace: str, profile_ids: Iterable[str]) -> list[Mark]:
    """The marks of these profiles, as far as they have one."""
    columns = stale.c.profile_id, stale.c.mark, stale.c.built
    found = []
    for part in chunks(profile_ids):
        query = select(*columns).where(stale.c.workspace == workspace, among(stale.c.profile_id, part))
        found += [Mark(profile_id=one, mark=mark, built=done) for one, mark, done in connection.execute(query)]
    return found


def locked(connection: Connection, workspace: str, marks: Sequence[Mark]) -> list[Mark]:
    """Those of these marks that nobody answered meanwhile, locked until we commit.

    Who stored a document since they were read, be it for a newer mark, knew more than we do. What another
    transaction holds is left out rather than waited for: it stays marked, and its turn comes.
    """
    by_id = {mark.profile_id: mark for mark in marks}
    found = []
    for part in chunks(sorted(by_id)):
        query = select(stale.c.profile_id, stale.c.built).where(
            stale.c.workspace == workspace, among(stale.c.profile_id, part)
        )
        query = query.order_by(stale.c.profile_id).with_for_update(skip_locked=True)
        told = [(by_id[profile_id], built) for profile_id, built in connection.execute(query).all()]
        current = [mark for mark, built in told if built == mark.built]
        busy = _busy(connection, workspace, [mark.profile_id for mark in current])
        found += [mark for mark in current if mark.profile_id not in busy]
    return found


def _busy(connection: Connection, workspace: str, profile_ids: Sequence[str]) -> set[str]:
    """Those of these profiles that another transaction writes; the others are locked until we commit."""
    query = select(profiles.c.id).where(profiles.c.workspace == workspace, among(profiles.c.id, profile_ids))
    free = connection.scalars(query.with_for_update(skip_locked=True)).all()
    return set(connection.scalars(query)).difference(free)


def mark_built(connection: Connection, workspace: str, marks: Sequence[Mark]) -> None:
    """Note that the stored documents answer these marks; a newer mark is left as it is."""
    _each(connection, update(stale).values(built=stale.c.mark), workspace, marks)


def unmark(connection: Connection, workspace: str, marks: Sequence[Mark]) -> None:
    """Take these marks away; a newer one is left as it is."""
    _each(connection, delete(stale), workspace, marks)


def stored(
    connection: Connection, workspace: str, profile_ids: Sequence[str], *, documents: bool = True
) -> dict[str, Stored]:
    """These profiles as built last."""
    document = profiles.c.document if documents else sql_literal(None)
    columns = profiles.c.id, profiles.c.version, document, profiles.c.etag, profiles.c.handles, profiles.c.revisit_at
    found = {}
    for part in chunks(profile_ids):
        query = select(*columns).where(profiles.c.workspace == workspace, among(profiles.c.id, part))
        for profile_id, version, known, etag, handles, revisit_at in connection.execute(query):
            found[profile_id] = Stored(
                profile_id=profile_id,
                version=version,
                document=bytes(known) if known is not None else None,
                etag=etag,
                handles=frozenset((kind, value) for kind, value in json.load(handles or "[]")),
                revisit_at=revisit_at,
            )
    return found


def write(connection: Connection, workspace: str, built: Sequence[Stored], at: int) -> None:
    """Keep what was built. A profile that the identity part never opened is opened here."""
    rows = [
        {
            "workspace": workspace,
            "id": one.profile_id,
            "document": one.document,
            "etag": one.etag,
            "version": one.version,
            "handles": json.dump(sorted(one.handles)) if one.handles else None,
            "built_at": at,
            "revisit_at": one.revisit_at,
            "created_at": at,
        }
        for one in built
    ]
    replaced = ["document", "etag", "version", "handles", "built_at", "revisit_at"]
    bulk.write(connection, profiles, rows, keys=["workspace", "id"], replace=replaced)


def revisit_is_due(connection: Connection, workspace: str, at: int) -> bool:
    """Whether any profile changes by time alone until then."""
    query = select(profiles.c.id).where(profiles.c.workspace == workspace, profiles.c.revisit_at <= at).limit(1)
    return connection.scalar(query) is not None


def revisit(connection: Connection, workspace: str, at: int, limit: int) -> list[str]:
    """Have those built again that by now say something else, for time alone changes them; at most so many ids.

    What is marked is no longer due, so that the next look does not mark it anew. What another transaction writes is
    left for that look.
    """
    due = (
        select(profiles.c.id)
        .where(profiles.c.workspace == workspace, profiles.c.revisit_at <= at)
        .order_by(profiles.c.revisit_at, profiles.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(connection.scalars(due))
    for part in chunks(ids):
        mine = profiles.c.workspace == workspace, among(profiles.c.id, part)
        connection.execute(update(profiles).where(*mine).values(revisit_at=None))
    mark_stale(connection, workspace, ids, at)
    return ids


def current(connection: Connection, workspace: str, profile_id: str) -> str | None:
    """The id under which this profile lives now, or None when there never was such a profile."""
    query = select(profiles.c.successor).where(profiles.c.workspace == workspace, profiles.c.id == bindparam("one"))
    for _ in range(MOST_SUCCESSORS):
        row = connection.execute(query, {"one": profile_id}).one_or_none()
        if row is None:
            return None
        if row.successor is None:
            return profile_id
        profile_id = row.successor
    return None


def documents(connection: Connection, workspace: str, profile_ids: Sequence[str]) -> Mapping[str, bytes]:
    """The documents of these profiles, as far as they have one."""
    found = stored(connection, workspace, profile_ids)
    return {profile_id: one.document for profile_id, one in found.items() if one.document is not None}


def _each(connection: Connection, statement: Update | Delete, workspace: str, marks: Sequence[Mark]) -> None:
    exactly = statement.where(
        stale.c.workspace == workspace,
        stale.c.profile_id == bindparam("one"),
        stale.c.mark == bindparam("read"),
    )
    ordered = sorted(marks, key=lambda mark: mark.profile_id)
    if ordered:
        connection.execute(exactly, [{"one": mark.profile_id, "read": mark.mark} for mark in ordered])


def _unique() -> int:
    return secrets.randbits(62)
