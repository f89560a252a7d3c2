"""The sources' records: each one's latest word, written in bulk.

An older version never overwrites a newer one. A record that tells no time is taken
for news. Callers hold the workspace's lock, or the keys of all that they put or name
(`connector.store.locks`), so that no two of them miss what the other links.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from connector.store import erasing
from connector.store.bulk import among, chunks, write
from connector.store.locks import WHOLE, Whole
from connector.store.pins import key_of
from connector.store.rows import Row
from connector.store.tables import identifiers, record_contacts, record_refs, records

# Why a record is a tombstone although its source never said so: a full read did not list it.
UNLISTED = "unlisted"

# Why it is one: the person asked for it.
ERASED = "erased"


@dataclass(slots=True)
class Put:
    """What a put did: the ids of the records that changed, what was no news, and what they say or no longer say."""

    changed: list[int] = field(default_factory=list)
    # Tombstones that stand in for contacts of whom only another one told us.
    stand_ins: list[int] = field(default_factory=list)
    unchanged: int = 0
    old: int = 0
    # The contacts (source, external id) whom changed records are or were about.
    contacts: set[tuple[str, str]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Known:
    """What the store has of a record."""

    id: int
    version: int
    digest: bytes
    deleted: bool
    reason: str | None


def put(
    connection: Connection,
    workspace: str,
    rows: Sequence[Row],
    *,
    seen_at: int,
    listed_by: str | None = None,
    held: Whole = WHOLE,
) -> Put:
    """Write one round of rows (each key once). `listed_by` is the full read that lists them.

    `held`: what the caller holds of the workspace. Raises ContendedError.
    """
    done = Put()
    for part in chunks(rows):
        _put(connection, workspace, part, seen_at, listed_by, done, held)
    return done


_KNOWN = select(*(records.c[name] for name in ("external_id", "id", "version", "digest", "deleted", "reason"))).where(
    records.c.workspace == bindparam("workspace"),
    records.c.source == bindparam("source"),
    records.c.kind == bindparam("kind"),
    among(records.c.external_id, named="ids"),
)


def known(connection: Connection, workspace: str, keys: Iterable[tuple[str, str, str]]) -> dict[Any, Known]:
    """What the store has of these (source, kind, external id)."""
    by_kind: dict[tuple[str, str], list[str]] = {}
    for source, kind, external_id in keys:
        by_kind.setdefault((source, kind), []).append(external_id)
    found = {}
    for (source, kind), external_ids in by_kind.items():
        asked = {"workspace": workspace, "source": source, "kind": kind}
        for part in chunks(external_ids):
            for external_id, *rest in connection.execute(_KNOWN, asked | {"ids": part}):
                found[source, kind, external_id] = Known(*rest)
    return found


def _put(
    connection: Connection,
    workspace: str,
    rows: Sequence[Row],
    seen_at: int,
    listed_by: str | None,
    done: Put,
    held: Whole,
) -> None:
    stored = known(connection, workspace, (row.key for row in rows))
    new, newer, listed = [], [], []
    for row in rows:
        before = stored.get(row.key)
        version = _version(row, before)
        if before is None:
            new.append((row, version))
            continue
        if listed_by and not row.columns["deleted"]:
            listed.append(before.id)
        if _is_gone_for_good(row, before) or (version == before.version and row.columns["digest"] == before.digest):
            done.unchanged += 1
        elif version < before.version and before.reason != UNLISTED and not _erases(row, before):
            done.old += 1
        else:
            newer.append((row, max(version, before.version) if _erases(row, before) else version, before.id))
    _mark_listed(connection, listed, listed_by)
    common = {"workspace": workspace, "seen_at": seen_at, "listed_by": listed_by}
    written = _insert(connection, [row.columns | common | {"version": version} for row, version in new])
    ids = [(written[row.key], row) for row, _ in new]
    ids += _update(connection, newer, seen_at, listed_by, done)
    _veil(connection, workspace, ids, stored, held)
    _details(connection, workspace, ids)
    done.changed += [record_id for record_id, _ in ids]
    for _, row in ids:
        done.contacts.update((row.key[0], contact) for contact in row.contacts)
    done.stand_ins += _stand_ins(connection, common, [row for _, row in ids])


def _is_gone_for_good(row: Row, before: Known) -> bool:
    """What was erased is not merely deleted because the source tells that too, before or after."""
    return before.reason == ERASED and row.columns["deleted"]


def _erases(row: Row, before: Known) -> bool:
    return before.deleted and row.columns["reason"] == ERASED


def _version(row: Row, before: Known | None) -> int:
    if row.version is not None:
        return row.version
    if before is None:
        return 0
    # A deletion that tells no time came after what we know, and a look-back must not undo it.
    news = row.columns["deleted"] and not before.deleted and before.version > 0
    return before.version + news


def _veil(
    connection: Connection,
    workspace: str,
    written: Sequence[tuple[int, Row]],
    stored: Mapping[Any, Known],
    held: Whole,
) -> None:
    """Let what people decided no longer name what was erased now, and name again what is no longer erased."""
    now = {key_of(*row.key): record_id for record_id, row in written if row.columns["reason"] == ERASED}
    before = {record_id for record_id, row in written if (known := stored.get(row.key)) and known.reason == ERASED}
    back = {key_of(*row.key): record_id for record_id, row in written if record_id in before}
    if now or back:
        # Pins are written.
        held.hold_all()
    erasing.veil(connection, workspace, now)
    erasing.unveil(connection, workspace, back)


def _insert(connection: Connection, columns: Sequence[dict[str, Any]]) -> dict[tuple[str, str, str], int]:
    wanted = (records.c.source, records.c.kind, records.c.external_id, records.c.id)
    written = write(connection, records, columns, returning=wanted)
    return {(source, kind, external_id): record_id for source, kind, external_id, record_id in written}


def _update(
    connection: Connection, newer: Sequence[tuple[Row, int, int]], seen_at: int, listed_by: str | None, done: Put
) -> list[tuple[int, Row]]:
    """Overwrite these records and take away what they said before, noting it."""
    if not newer:
        return []
    ids = [record_id for _, _, record_id in newer]
    forget(connection, ids, done)
    changes = [row.columns | {"version": version, "seen_at": seen_at} for row, version, _ in newer]
    if listed_by:
        changes = [change | {"listed_by": listed_by} for change in changes]
    statement = update(records).where(records.c.id == bindparam("record"))
    connection.execute(
        statement, [change | {"record": record_id} for change, record_id in zip(changes, ids, strict=True)]
    )
    return [(record_id, row) for row, _, record_id in newer]


def forget(connection: Connection, ids: Sequence[int], done: Put) -> None:
    """Take away the handles, contacts and references of these records, noting in `done` about whom they were."""
    contacts = select(record_contacts.c.source, record_contacts.c.external_id)
    told = connection.execute(contacts.where(among(record_contacts.c.record_id, ids)))
    done.contacts.update((source, external_id) for source, external_id in told)
    for table in (identifiers, record_contacts, record_refs):
        connection.execute(delete(table).where(among(table.c.record_id, ids)))


def _details(connection: Connection, workspace: str, ids: Sequence[tuple[int, Row]]) -> None:
    handles, contacts, refs = [], [], []
    for record_id, row in ids:
        common = {"workspace": workspace, "record_id": record_id}
        handles += [common | handle for handle in row.identifiers]
        common = common | {"source": row.key[0]}
        contacts += [common | {"external_id": contact} for contact in row.contacts]
        refs += [common | {"kind": kind, "external_id": external_id} for kind, external_id in row.refs]
    for table, found in ((identifiers, handles), (record_contacts, contacts), (record_refs, refs)):
        write(connection, table, found)


def _stand_ins(connection: Connection, common: dict[str, Any], rows: Sequence[Row]) -> list[int]:
    """A tombstone for each contact that one side of a merge names and nobody else told us of; their ids.

    Its orders may still come under its own id. Whose they are is the word of who names it, and is gone
    when that one no longer says so: by itself a stand-in is nobody.
    """
    empty = {"kind": "contact", "version": 0, "deleted": True, "reason": "merged", "merged_into": None}
    empty |= {"happened_at": None, "body": "{}", "raw": "{}", "digest": b"", "listed_by": None}
    named = [
        common | empty | {"source": row.key[0], "stream": row.columns["stream"], "external_id": other}
        for row in rows
        for other in row.merged_with
    ]
    return [row.id for row in write(connection, records, named, unless=True, returning=[records.c.id])]


def _mark_listed(connection: Connection, ids: Sequence[int], run: str | None) -> None:
    if ids:
        connection.execute(update(records).where(among(records.c.id, ids)).values(listed_by=run))
