"""What happened with a person, in the order of time: found by narrow rows first, read a page at a time."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, tuple_, union

from connector.store.gather import CONTACT, WANTED, Key
from connector.store.tables import members, record_contacts, records

# A source that tells no time of its own for a thing tells when it changed.
WHEN = func.coalesce(records.c.happened_at, records.c.version)


def newest(
    connection: Connection,
    workspace: str,
    profile_id: str,
    contacts: Sequence[Key],
    before: tuple[int, int] | None,
    limit: int,
) -> list[tuple[int, int]]:
    """Time and id of the newest things of these contacts, and of the profile's guest records; behind `before`."""
    of_guests = (
        select(WHEN.label("at"), records.c.id)
        .join(members, members.c.record_id == records.c.id)
        .where(members.c.workspace == workspace, members.c.profile_id == profile_id, records.c.kind != CONTACT)
    )
    parts = [of_guests, *_of_contacts(workspace, contacts)]
    parts = [part.where(records.c.deleted.is_(False)) for part in parts]
    if before is not None:
        parts = [part.where(tuple_(WHEN, records.c.id) < tuple_(*before)) for part in parts]
    # union, not union_all: a thing may hang on several contacts of the same person.
    things = union(*parts).subquery()
    query = select(things.c.at, things.c.id).order_by(things.c.at.desc(), things.c.id.desc()).limit(limit)
    return [(at, record_id) for at, record_id in connection.execute(query)]


def records_of(connection: Connection, workspace: str, record_ids: Sequence[int]) -> list[Row[Any]]:
    """These records, in this order."""
    query = select(*WANTED).where(records.c.workspace == workspace, records.c.id.in_(record_ids))
    found = {row.id: row for row in connection.execute(query)}
    return [found[record_id] for record_id in record_ids if record_id in found]


def _of_contacts(workspace: str, contacts: Sequence[Key]) -> list[Select[Any]]:
    by_source: dict[str, list[str]] = {}
    for source, external_id in contacts:
        by_source.setdefault(source, []).append(external_id)
    return [
        select(WHEN.label("at"), records.c.id)
        .join(record_contacts, record_contacts.c.record_id == records.c.id)
        .where(
            record_contacts.c.workspace == workspace,
            record_contacts.c.source == source,
            record_contacts.c.external_id.in_(external_ids),
        )
        for source, external_ids in sorted(by_source.items())
    ]
