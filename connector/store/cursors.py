"""Cursors: where each stream of a source resumes, and how it is doing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from connector.store import json
from connector.store.bulk import upsert
from connector.store.tables import cursors

# What `put` may write.
IDLE, RUNNING, PARTIAL, FAILED = "idle", "running", "partial", "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """One stream's place. Times are microseconds; `full_run` names the full read under way."""

    stream: str
    cursor: str | None = None
    full_run: str | None = None
    state: str = IDLE
    error: str | None = None
    error_kind: str | None = None
    started_at: int | None = None
    succeeded_at: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


def get(connection: Connection, workspace: str, source: str, stream: str) -> Cursor:
    """The stream's place: at the beginning when it was never read."""
    return of_source(connection, workspace, source).get(stream) or Cursor(stream=stream)


def of_source(connection: Connection, workspace: str, source: str) -> dict[str, Cursor]:
    """The places of all streams of the source that were ever read."""
    names = ("stream", "cursor", "full_run", "state", "error", "error_kind", "started_at", "succeeded_at", "counts")
    query = select(*(cursors.c[name] for name in names))
    query = query.where(cursors.c.workspace == workspace, cursors.c.source == source)
    rows = (dict(zip(names, row, strict=True)) for row in connection.execute(query))
    return {row["stream"]: Cursor(**row | {"counts": json.load(row["counts"])}) for row in rows}


def put(connection: Connection, workspace: str, source: str, place: Cursor) -> None:
    """Keep the stream's place."""
    columns: dict[str, Any] = {
        "cursor": place.cursor,
        "full_run": place.full_run,
        "state": place.state,
        "error": place.error,
        "error_kind": place.error_kind,
        "started_at": place.started_at,
        "succeeded_at": place.succeeded_at,
        "counts": json.dump(place.counts),
    }
    statement = upsert(connection, cursors).values(workspace=workspace, source=source, stream=place.stream, **columns)
    connection.execute(statement.on_conflict_do_update(index_elements=["workspace", "source", "stream"], set_=columns))


def last_started(connection: Connection, workspace: str, source: str) -> int | None:
    """When a run of the source last began, in microseconds; None when none ever did."""
    query = select(func.max(cursors.c.started_at))
    return connection.scalar(query.where(cursors.c.workspace == workspace, cursors.c.source == source))
