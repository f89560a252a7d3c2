"""Sales: what every customer ordered, read in small portions of customers, so that a whole workspace fits.

Whose an order is follows `gather`: it hangs on a contact by its id in that source, also by
one that was merged away, or it is a guest's, and then itself a member of the profile.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, exists, func, select

from connector.store import json
from connector.store.bulk import among, chunks
from connector.store.tables import members, record_contacts, records

CONTACT, ORDER = "contact", "order"

# Orders whose bodies are in memory at once, those of the one customer aside.
BODIES = 500


class Order(NamedTuple):
    """`happened_at`: microseconds, or None when the source tells no time."""

    source: str
    external_id: str
    happened_at: int | None
    body: Mapping[str, Any]


class Customer(NamedTuple):
    """A profile, the bodies of its living contact records, and all its orders, each once, oldest first."""

    profile_id: str
    contacts: Sequence[Mapping[str, Any]]
    orders: Sequence[Order]


def any_order(connection: Connection, workspace: str, sources: Sequence[str]) -> bool:
    """Whether there is an order from any of these sources."""
    one = exists().where(
        records.c.workspace == workspace,
        records.c.source.in_(sources),
        records.c.kind == ORDER,
        records.c.deleted.is_(False),
    )
    return bool(connection.scalar(select(one)))


def profiles_after(connection: Connection, workspace: str, last: str, limit: int) -> list[str]:
    """The next profiles that have members, in the order of their ids."""
    query = select(members.c.profile_id).where(members.c.workspace == workspace, members.c.profile_id > last)
    return list(connection.scalars(query.distinct().order_by(members.c.profile_id).limit(limit)))


def customers(connection: Connection, workspace: str, profile_ids: Sequence[str]) -> Iterator[Customer]:
    """Those of these profiles that ordered, in the order of their ids."""
    contacts = _contacts(connection, workspace, profile_ids)
    wanted = sorted(_orders(connection, workspace, profile_ids))
    whose, held = None, []
    for part in chunks(wanted, BODIES):
        bodies = _bodies(connection, [record_id for *_, record_id in part])
        for profile_id, _when, source, external_id, record_id in part:
            if profile_id != whose and held:
                yield Customer(whose, contacts.get(whose, ()), held)
                held = []
            happened_at, body = bodies[record_id]
            whose = profile_id
            held.append(Order(source, external_id, happened_at, body))
    if held:
        yield Customer(whose, contacts.get(whose, ()), held)


def gone(connection: Connection, workspace: str, profile_ids: Sequence[str]) -> set[str]:
    """Those of these profiles in which nobody is left."""
    found: set[str] = set()
    for part in chunks(profile_ids):
        query = select(members.c.profile_id).where(members.c.workspace == workspace)
        found.update(connection.scalars(query.where(among(members.c.profile_id, part)).distinct()))
    return set(profile_ids) - found


def _contacts(connection: Connection, workspace: str, profile_ids: Sequence[str]) -> dict[str, list[Mapping[str, Any]]]:
    query = select(members.c.profile_id, records.c.body).join(records, records.c.id == members.c.record_id)
    query = _of(query, workspace, profile_ids).where(records.c.kind == CONTACT, records.c.deleted.is_(False))
    found: dict[str, list[Mapping[str, Any]]] = {}
    for profile_id, body in connection.execute(query):
        found.setdefault(profile_id, []).append(json.load(body))
    return found


def _orders(connection: Connection, workspace: str, profile_ids: Sequence[str]) -> set[tuple[str, int, str, str, int]]:
    """Profile, time, source, external id and record id of each order: narrow rows, to be sorted."""
    orders = records.alias("orders")
    told = (
        members.c.profile_id,
        func.coalesce(orders.c.happened_at, orders.c.version),
        orders.c.source,
        orders.c.external_id,
        orders.c.id,
    )
    is_order = (orders.c.kind == ORDER, orders.c.deleted.is_(False))
    guests = select(*told).join(orders, orders.c.id == members.c.record_id).where(*is_order)
    hung = (
        select(*told)
        .join(records, records.c.id == members.c.record_id)
        .join(
            record_contacts,
            (record_contacts.c.workspace == members.c.workspace)
            & (record_contacts.c.source == records.c.source)
            & (record_contacts.c.external_id == records.c.external_id),
        )
        .join(orders, orders.c.id == record_contacts.c.record_id)
        .where(records.c.kind == CONTACT, *is_order)
    )
    found: set[tuple[str, int, str, str, int]] = set()
    for query in (guests, hung):
        found.update(tuple(row) for row in connection.execute(_of(query, workspace, profile_ids)))
    return found


def _of(query: Select[Any], workspace: str, profile_ids: Sequence[str]) -> Select[Any]:
    return query.where(members.c.workspace == workspace, among(members.c.profile_id, profile_ids))


def _bodies(connection: Connection, record_ids: Sequence[int]) -> dict[int, tuple[int | None, Mapping[str, Any]]]:
    query = select(records.c.id, records.c.happened_at, records.c.body).where(among(records.c.id, record_ids))
    return {record_id: (happened_at, json.load(body)) for record_id, happened_at, body in connection.execute(query)}
