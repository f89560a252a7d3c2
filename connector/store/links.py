"""Links: which records are the same person by which rule, and who holds the handles on which the rules stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, delete, exists, literal, or_, select

from connector.store.bulk import among, chunks, listed, write
from connector.store.records import Handle
from connector.store.tables import identifiers, links, record_contacts, records

# Kinds that are a person by themselves while no contact stands behind them: a guest's order.
GUESTS = ("order", "deal", "ticket", "mention")

CONTACT = "contact"


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """Two records, the smaller id first, and the rule and value that make them one person."""

    left: int
    right: int
    rule: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A record that holds a handle.

    `owner`: the handle is the record's own id in its source. `is_gone`: it was deleted, or we only know it by name;
    somebody may have it by a merge, but nobody else means it.
    """

    record_id: int
    source: str
    kind: str
    value: str
    verified: bool = False
    label: str | None = None
    owner: bool = False
    is_gone: bool = False


# A record without contacts.
ALONE = ~exists().where(record_contacts.c.record_id == records.c.id)


def crowded(connection: Connection, workspace: str, kind: str, values: Iterable[str], limit: int) -> set[str]:
    """Those of these values that more than `limit` records hold. What it costs does not grow with how many do."""
    found: set[str] = set()
    for part in chunks(values):
        asked = listed(connection, part)
        held = (
            select(literal(1))
            .where(*_held(workspace, kind, identifiers.c.value == asked.c.value))
            .correlate(asked)
            .limit(1)
            .offset(limit)
            .scalar_subquery()
        )
        found.update(connection.scalars(select(asked.c.value).where(held.is_not(None))))
    return found


def holders(connection: Connection, workspace: str, kind: str, values: Iterable[str]) -> list[Holder]:
    """The contacts, and the records without contacts, that hold one of these values."""
    wanted = (records.c.source, records.c.kind, identifiers.c.verified, identifiers.c.label)
    columns = (identifiers.c.value, identifiers.c.record_id, *wanted)
    found = []
    for part in chunks(values):
        query = select(*columns).join(records, records.c.id == identifiers.c.record_id)
        person = or_(records.c.kind == CONTACT, and_(records.c.kind.in_(GUESTS), ALONE))
        held = _held(workspace, kind, among(identifiers.c.value, part))
        for value, record_id, source, of_kind, verified, label in connection.execute(query.where(*held, person)):
            found.append(
                Holder(record_id=record_id, source=source, kind=of_kind, value=value, verified=verified, label=label)
            )
    return found


def owners(connection: Connection, workspace: str, values: Iterable[str]) -> list[Holder]:
    """The contacts whose own ids (`source:id`) these are."""
    return _contacts(connection, workspace, values, records.c.external_id, owner=True)


def losers(connection: Connection, workspace: str, values: Iterable[str]) -> list[Holder]:
    """The contacts that were merged into one of these (`source:id`)."""
    return _contacts(connection, workspace, values, records.c.merged_into, owner=False)


def own_ids(connection: Connection, ids: Iterable[int]) -> list[tuple[str, str, str | None]]:
    """Source, own id and winner's id (when it was merged away) of those of these records that are contacts."""
    found = []
    for part in chunks(ids):
        query = select(records.c.source, records.c.external_id, records.c.merged_into)
        query = query.where(among(records.c.id, part), records.c.kind == CONTACT)
        found += [(source, external_id, winner) for source, external_id, winner in connection.execute(query)]
    return found


def said(connection: Connection, ids: Sequence[int]) -> set[Handle]:
    """The handles that these records give now."""
    found: set[Handle] = set()
    for part in chunks(ids):
        query = select(identifiers.c.kind, identifiers.c.value).where(among(identifiers.c.record_id, part))
        found.update((kind, value) for kind, value in connection.execute(query))
    return found


def bodies(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    """What these records say, as JSON."""
    found: dict[int, str] = {}
    for part in chunks(ids):
        query = select(records.c.id, records.c.body).where(among(records.c.id, part))
        found.update((record_id, body) for record_id, body in connection.execute(query))
    return found


def on_values(connection: Connection, workspace: str, rules: Sequence[str], values: Iterable[str]) -> set[Link]:
    """The stored links that stand on these values."""
    found: set[Link] = set()
    for part in chunks(values):
        found |= _links(connection, links.c.workspace == workspace, links.c.rule.in_(rules), among(links.c.value, part))
    return found


def touching(connection: Connection, ids: Iterable[int]) -> set[Link]:
    """The stored links at one end of which is one of these records."""
    found: set[Link] = set()
    for part in chunks(ids):
        # Two questions rather than an OR: each has its own index.
        found |= _links(connection, among(links.c.left_id, part))
        found |= _links(connection, among(links.c.right_id, part))
    return found


def remove(connection: Connection, workspace: str, gone: Iterable[Link]) -> None:
    pairs: dict[tuple[str, str], list[int]] = {}
    for link in sorted(gone):
        pairs.setdefault((link.rule, link.value), []).append(link.right)
    # All links on a value share their left end, or are replaced together: the right one tells them apart.
    for (rule, value), rights in pairs.items():
        for part in chunks(rights):
            of_value = links.c.workspace == workspace, links.c.rule == rule, links.c.value == value
            connection.execute(delete(links).where(*of_value, among(links.c.right_id, part)))


def add(connection: Connection, workspace: str, made: Iterable[tuple[Link, str]], at: int) -> None:
    """Write links, each with its evidence (JSON)."""
    rows = [
        {
            "workspace": workspace,
            "left_id": link.left,
            "right_id": link.right,
            "rule": link.rule,
            "value": link.value,
            "evidence": evidence,
            "made_at": at,
        }
        for link, evidence in made
    ]
    write(connection, links, rows)


def _held(workspace: str, kind: str, values: Any) -> tuple[Any, ...]:
    return identifiers.c.workspace == workspace, identifiers.c.kind == kind, values, identifiers.c.valid


def _contacts(
    connection: Connection, workspace: str, values: Iterable[str], column: Any, *, owner: bool
) -> list[Holder]:
    by_source: dict[str, list[str]] = {}
    for value in values:
        source, _, external_id = value.partition(":")
        by_source.setdefault(source, []).append(external_id)
    found = []
    for source, external_ids in by_source.items():
        for part in chunks(external_ids):
            gone = and_(records.c.deleted, records.c.merged_into.is_(None))
            query = select(records.c.id, column, gone).where(
                records.c.workspace == workspace,
                records.c.source == source,
                among(column, part),
                records.c.kind == CONTACT,
            )
            for record_id, external_id, is_gone in connection.execute(query):
                found.append(
                    Holder(
                        record_id=record_id,
                        source=source,
                        kind=CONTACT,
                        value=f"{source}:{external_id}",
                        owner=owner,
                        is_gone=bool(is_gone),
                    )
                )
    return found


def _links(connection: Connection, *conditions: Any) -> set[Link]:
    query = select(links.c.left_id, links.c.right_id, links.c.rule, links.c.value).where(*conditions)
    return {Link(*row) for row in connection.execute(query)}
