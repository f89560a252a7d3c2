"""Evidence as it is kept, and who is found by which value; every question is asked for many records at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, collate, delete, exists, func, not_, or_, select, text

from connector.store.bulk import ListOf, among, chunks, is_postgresql, write
from connector.store.pins import key_of, parted
from connector.store.records import ERASED
from connector.store.tables import identifiers, record_contacts, records
from connector.store.tables_identity import evidence, evidence_values

CONTACT = "contact"

# Kinds that are a person by themselves while no contact stands behind them: a guest's order.
GUESTS = ("order", "deal", "ticket", "mention")

# A record without contacts.
ALONE = ~exists().where(record_contacts.c.record_id == records.c.id)
_HANDLED = exists().where(identifiers.c.record_id == records.c.id, identifiers.c.valid)
# A contact that is gone is nobody, and may be an id of somebody's; one that was erased is not even that.
_PERSON = or_(
    and_(records.c.kind == CONTACT, func.coalesce(records.c.reason, "") != ERASED),
    and_(records.c.kind.in_(GUESTS), records.c.deleted.is_(False), ALONE, _HANDLED),
)

# Evidence of a guest's record that another one represents: found by one digest, with a mark behind it.
FOLLOWS = func.length(evidence.c.found_by) == 9

# Values asked for at once.
MOST_VALUES = 5_000


class Handle(NamedTuple):
    """A handle that a record gives."""

    kind: str
    value: str
    valid: bool
    label: str | None


@dataclass(slots=True)
class Said:
    """What a record that can be a person says. `body` is JSON."""

    id: int
    source: str
    kind: str
    external_id: str
    deleted: bool
    merged_into: str | None
    body: str
    handles: list[Handle] = field(default_factory=list)


class Kept(NamedTuple):
    """A record's evidence: as it was packed, and the digests by which it is found."""

    content: str
    found_by: bytes


_SAID = select(
    *(records.c[name] for name in ("id", "source", "kind", "external_id", "deleted", "merged_into", "body"))
).where(among(records.c.id, named="ids"), _PERSON)
_HANDLES = select(*(identifiers.c[name] for name in ("record_id", "kind", "value", "valid", "label"))).where(
    among(identifiers.c.record_id, named="ids")
)
_KEPT = select(evidence.c.record_id, evidence.c.content, evidence.c.found_by).where(
    among(evidence.c.record_id, named="ids")
)


def people(connection: Connection, ids: Iterable[int]) -> dict[int, Said]:
    """Those of these records that can be part of a person, with what they say."""
    found: dict[int, Said] = {}
    for part in chunks(ids):
        found.update((row[0], Said(*row)) for row in connection.execute(_SAID, {"ids": part}))
        of_people = {"ids": [each for each in part if each in found]}
        for record_id, *told in connection.execute(_HANDLES, of_people).all():
            found[record_id].handles.append(Handle(*told))
    return found


def kept(connection: Connection, ids: Iterable[int]) -> dict[int, Kept]:
    """The evidence of these records, as far as they have any."""
    found: dict[int, Kept] = {}
    for part in chunks(ids, MOST_VALUES):
        for record_id, content, found_by in connection.execute(_KEPT, {"ids": part}).all():
            found[record_id] = Kept(content, found_by)
    return found


def ids_of(connection: Connection, workspace: str, keys: Iterable[str]) -> dict[str, int]:
    """The ids of the records with these keys (`source:kind:external_id`) that are there."""
    found: dict[str, int] = {}
    asked: dict[tuple[str, str], list[str]] = {}
    for key in keys:
        source, kind, external_id = parted(key)
        asked.setdefault((source, kind), []).append(external_id)
    for (source, kind), external_ids in asked.items():
        for part in chunks(external_ids):
            query = select(records.c.external_id, records.c.id).where(
                records.c.workspace == workspace,
                records.c.source == source,
                records.c.kind == kind,
                among(records.c.external_id, part),
            )
            for external_id, record_id in connection.execute(query):
                found[key_of(source, kind, external_id)] = record_id
    return found


# A value may be held by a hundred thousand, so no more than `most` of each are read. One question for all values:
# each dialect has its own way to say "some rows of each".
_ASKED = bindparam("values", type_=ListOf(evidence_values.c.value.type))
_HOLDERS = {
    True: text("""
        SELECT asked.value, ARRAY(
            SELECT record_id FROM evidence_values WHERE workspace = :workspace AND value = asked.value LIMIT :most
        ) FROM unnest(:values) AS asked(value)
    """).bindparams(_ASKED),
    False: text("""
        SELECT asked.value, (SELECT group_concat(record_id) FROM (
            SELECT record_id FROM evidence_values WHERE workspace = :workspace AND value = asked.value LIMIT :most
        )) FROM json_each(:values) AS asked
    """).bindparams(_ASKED),
}


def holders(connection: Connection, workspace: str, values: Iterable[int], most: int) -> dict[int, Sequence[int]]:
    """Up to `most` of the records that are found by each of these digests."""
    in_arrays = is_postgresql(connection)
    found: dict[int, Sequence[int]] = {}
    for part in chunks(values, MOST_VALUES):
        asked = {"workspace": workspace, "most": most, "values": part}
        for value, ids in connection.execute(_HOLDERS[in_arrays], asked).all():
            if ids:
                found[value] = ids if in_arrays else tuple(map(int, ids.split(",")))
    return found


def first(connection: Connection, workspace: str, values: Iterable[int], without: Iterable[int]) -> dict[int, str]:
    """The smallest external id of those that are found by each of these digests, in the order of keys.

    `without`: records that don't count.
    """
    found: dict[int, str] = {}
    external_id = collate(records.c.external_id, "C") if is_postgresql(connection) else records.c.external_id
    gone = list(without)
    for part in chunks(values, MOST_VALUES):
        query = (
            select(evidence_values.c.value, func.min(external_id))
            .join(records, records.c.id == evidence_values.c.record_id)
            .where(evidence_values.c.workspace == workspace, among(evidence_values.c.value, part))
            .where(not_(among(evidence_values.c.record_id, gone)))
            .group_by(evidence_values.c.value)
        )
        found |= {value: own for value, own in connection.execute(query)}
    return found


def all_found(connection: Connection, workspace: str, values: Iterable[int]) -> list[tuple[int, int, str]]:
    """Every record that is found by one of these digests, however many: the digest, the id and the external id."""
    found: list[tuple[int, int, str]] = []
    for part in chunks(values, MOST_VALUES):
        query = (
            select(evidence_values.c.value, records.c.id, records.c.external_id)
            .join(records, records.c.id == evidence_values.c.record_id)
            .where(evidence_values.c.workspace == workspace, among(evidence_values.c.value, part))
        )
        found += [tuple(row) for row in connection.execute(query)]
    return found


def put(connection: Connection, workspace: str, told: Mapping[int, Kept]) -> None:
    """Keep this evidence, in place of what was kept of these records."""
    rows = [
        {"workspace": workspace, "record_id": record_id, "content": one.content, "found_by": one.found_by}
        for record_id, one in sorted(told.items())
    ]
    for part in chunks(rows):
        write(connection, evidence, part, keys=["record_id"], replace=["content", "found_by"])


def remove(connection: Connection, ids: Iterable[int]) -> None:
    """Forget what was kept of these records, whose values were let go already."""
    for part in chunks(ids):
        connection.execute(delete(evidence).where(among(evidence.c.record_id, part)))


def hold(connection: Connection, workspace: str, held: Iterable[tuple[int, int]]) -> None:
    """Let records (behind) be found by digests (before)."""
    rows = [{"workspace": workspace, "value": value, "record_id": record_id} for value, record_id in sorted(held)]
    for part in chunks(rows, MOST_VALUES):
        write(connection, evidence_values, part, unless=True)


_LET_GO = delete(evidence_values).where(
    evidence_values.c.workspace == bindparam("here"),
    evidence_values.c.value == bindparam("digest"),
    evidence_values.c.record_id == bindparam("record"),
)


def let_go(connection: Connection, workspace: str, held: Iterable[tuple[int, int]]) -> None:
    """Let records (behind) no longer be found by digests (before)."""
    rows = [{"here": workspace, "digest": value, "record": record_id} for value, record_id in sorted(held)]
    if rows:
        connection.execute(_LET_GO, rows)
