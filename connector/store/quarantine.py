"""Items that could not be read, each with the reason, until they are replayed or arrive whole."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from connector.store import json
from connector.store.bulk import among, chunks, upsert
from connector.store.tables import quarantine


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """An item as it came, and what is wrong with it. `reason` and `fields` hold no values of the item."""

    stream: str
    external_id: str | None
    reason: str
    fields: Mapping[str, Any]
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Broken):
    """A broken item in quarantine. `seen_at` in microseconds."""

    id: int
    source: str
    seen_at: int


def put(connection: Connection, workspace: str, source: str, items: Iterable[Broken], at: int) -> None:
    """Set these items aside. One that is there already gets the new reason."""
    rows = {}
    for item in items:
        raw = json.dump_sorted(item.raw)
        digest = blake2b(raw.encode(), digest_size=16).digest()
        rows[item.stream, digest] = {
            "workspace": workspace,
            "source": source,
            "stream": item.stream,
            "external_id": json.clean(item.external_id)[:255] if item.external_id else None,
            "reason": json.clean(item.reason),
            "fields": json.dump(item.fields),
            "raw": raw,
            "digest": digest,
            "seen_at": at,
        }
    if rows:
        statement = upsert(connection, quarantine)
        names = ("external_id", "reason", "fields", "seen_at")
        statement = statement.on_conflict_do_update(
            index_elements=["workspace", "source", "stream", "digest"],
            set_={name: statement.excluded[name] for name in names},
        )
        connection.execute(statement, [rows[key] for key in sorted(rows)])


def entries(
    connection: Connection,
    workspace: str,
    *,
    source: str | None = None,
    ids: Sequence[int] | None = None,
    before: int | None = None,
    after: int | None = None,
    limit: int = 50,
) -> list[Entry]:
    """Some entries: the newest first before the id `before`, or the oldest first after the id `after`."""
    query = select(quarantine).where(quarantine.c.workspace == workspace)
    if source is not None:
        query = query.where(quarantine.c.source == source)
    if ids is not None:
        query = query.where(among(quarantine.c.id, ids))
    if before is not None:
        query = query.where(quarantine.c.id < before)
    if after is not None:
        query = query.where(quarantine.c.id > after)
    order = quarantine.c.id.desc() if after is None else quarantine.c.id
    return [_entry(row) for row in connection.execute(query.order_by(order).limit(limit))]


def remove(connection: Connection, workspace: str, ids: Iterable[int]) -> None:
    for part in chunks(ids):
        connection.execute(delete(quarantine).where(quarantine.c.workspace == workspace, among(quarantine.c.id, part)))


def reword(connection: Connection, workspace: str, entry_id: int, broken: Broken) -> None:
    """The item is still broken, by another reason perhaps."""
    statement = update(quarantine).where(quarantine.c.workspace == workspace, quarantine.c.id == entry_id)
    connection.execute(statement.values(reason=json.clean(broken.reason), fields=json.dump(broken.fields)))


def clear(connection: Connection, workspace: str, source: str, whole: Iterable[tuple[str, str]]) -> None:
    """These items (stream, external id) arrived whole: what was set aside of them is no longer wanted."""
    by_stream: dict[str, list[str]] = {}
    for stream, external_id in whole:
        by_stream.setdefault(stream, []).append(external_id)
    for stream, external_ids in by_stream.items():
        for part in chunks(external_ids):
            of_stream = quarantine.c.workspace == workspace, quarantine.c.source == source
            named = quarantine.c.stream == stream, among(quarantine.c.external_id, part)
            connection.execute(delete(quarantine).where(*of_stream, *named))


def counts(connection: Connection, workspace: str, source: str) -> dict[str, int]:
    """How many items each stream has in quarantine."""
    query = select(quarantine.c.stream, func.count()).group_by(quarantine.c.stream)
    found = connection.execute(query.where(quarantine.c.workspace == workspace, quarantine.c.source == source))
    return {stream: count for stream, count in found}


def _entry(row: Any) -> Entry:
    return Entry(
        id=row.id,
        source=row.source,
        stream=row.stream,
        external_id=row.external_id,
        reason=row.reason,
        fields=json.load(row.fields),
        raw=json.load(row.raw),
        seen_at=row.seen_at,
    )
