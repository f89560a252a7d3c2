"""Whose a handle is, as the store knows it: asked for one by a lookup, for many by a rebuild."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, select

from connector.store.bulk import among, chunks, listed
from connector.store.tables import identifiers, members, records

CONTACT = "contact"

Handle = tuple[str, str]


@dataclass(slots=True)
class Holding:
    """How a profile comes to a handle: the sources that say so, those that vouch for it, and how it is written."""

    profile_id: str
    sources: set[str] = field(default_factory=set)
    verified_by: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)


def owners(connection: Connection, workspace: str, handles: Iterable[Handle]) -> dict[Handle, list[str]]:
    """The profiles of each handle: none, the only one, or two or more of several."""
    by_kind: dict[str, list[str]] = {}
    for kind, value in handles:
        by_kind.setdefault(kind, []).append(value)
    found: dict[Handle, set[str]] = {(kind, value): set() for kind, values in by_kind.items() for value in values}
    for kind, values in by_kind.items():
        for part in chunks(values):
            for value, one, other in _two_of(connection, workspace, kind, part):
                found[kind, value].update(each for each in (one, other) if each)
    for value, profile_id in _own_ids(connection, workspace, by_kind.get("external", ())):
        found["external", value].add(profile_id)
    return {handle: sorted(profile_ids) for handle, profile_ids in found.items()}


def holdings(connection: Connection, workspace: str, kind: str, value: str, limit: int) -> list[Holding]:
    """Up to `limit` profiles that have this handle, each with who says so."""
    condition = identifiers.c.value == value
    found = _holdings(connection, workspace, kind, condition, limit)
    if kind == "external":
        source = value.partition(":")[0]
        for _, profile_id in _own_ids(connection, workspace, [value]):
            holding = found.setdefault(profile_id, Holding(profile_id))
            holding.sources.add(source)
            # A system knows its own ids.
            holding.verified_by.add(source)
    return list(found.values())


def extensions(connection: Connection, workspace: str, number: str, limit: int) -> list[Holding]:
    """Up to `limit` profiles that have this number with any extension, or without."""
    # `;` and `<` are neighbours: between them lies everything that begins with `number;`.
    behind = identifiers.c.value.between(f"{number};", f"{number}<")
    found = _holdings(connection, workspace, "phone", behind, limit)
    for profile_id, holding in _holdings(connection, workspace, "phone", identifiers.c.value == number, limit).items():
        found.setdefault(profile_id, holding)
    return list(found.values())


def _holdings(connection: Connection, workspace: str, kind: str, condition: Any, limit: int) -> dict[str, Holding]:
    of_handle = (identifiers.c.workspace == workspace, identifiers.c.kind == kind, condition, identifiers.c.valid)
    some = select(members.c.profile_id).join(identifiers, identifiers.c.record_id == members.c.record_id)
    ids = list(connection.scalars(some.where(*of_handle).distinct().limit(limit)))
    query = (
        select(members.c.profile_id, records.c.source, identifiers.c.verified, identifiers.c.value)
        .join(identifiers, identifiers.c.record_id == members.c.record_id)
        .join(records, records.c.id == members.c.record_id)
        .where(*of_handle, among(members.c.profile_id, ids))
        .distinct()
    )
    found: dict[str, Holding] = {}
    for profile_id, source, verified, value in connection.execute(query):
        holding = found.setdefault(profile_id, Holding(profile_id))
        holding.sources.add(source)
        holding.values.add(value)
        if verified:
            holding.verified_by.add(source)
    return found


def _two_of(connection: Connection, workspace: str, kind: str, values: Sequence[str]) -> Iterable[Any]:
    """Of each value that anybody has: it, a profile, and another one or None.

    What it costs does not grow with how many have it: a placeholder may have a hundred thousand.
    """
    asked = listed(connection, values)
    one = _profile_with(workspace, kind, asked.c.value).correlate(asked).scalar_subquery()
    first = select(asked.c.value, one.label("profile_id")).subquery()
    other = _profile_with(workspace, kind, first.c.value).where(members.c.profile_id != first.c.profile_id)
    query = select(first.c.value, first.c.profile_id, other.correlate(first).scalar_subquery())
    return connection.execute(query.where(first.c.profile_id.is_not(None)))


def _profile_with(workspace: str, kind: str, value: Any) -> Select[Any]:
    query = select(members.c.profile_id).join(identifiers, identifiers.c.record_id == members.c.record_id)
    held = (identifiers.c.workspace == workspace, identifiers.c.kind == kind, identifiers.c.value == value)
    return query.where(*held, identifiers.c.valid).limit(1)


def _own_ids(connection: Connection, workspace: str, values: Iterable[str]) -> list[tuple[str, str]]:
    """Of external ids (`source:id`) those that are a contact's own, also of one merged away, and its profile."""
    by_source: dict[str, list[str]] = {}
    for value in values:
        source, _, external_id = value.partition(":")
        by_source.setdefault(source, []).append(external_id)
    found = []
    for source, external_ids in by_source.items():
        for part in chunks(external_ids):
            query = (
                select(records.c.external_id, members.c.profile_id)
                .join(members, members.c.record_id == records.c.id)
                .where(
                    records.c.workspace == workspace,
                    records.c.source == source,
                    records.c.kind == CONTACT,
                    among(records.c.external_id, part),
                )
            )
            found += [(f"{source}:{own}", profile_id) for own, profile_id in connection.execute(query)]
    return found
