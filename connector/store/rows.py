"""A record as the tables hold it. Made before the transaction begins, so that no lock waits for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from connector.clock import micros
from connector.store import json
from schemas.identifiers import Identifier
from schemas.records import Record

# What the columns hold.
VALUE_LENGTH = 512
LABEL_LENGTH = 255

# The label of the id under which a contact that was merged into this one used to be known.
MERGED = "merged"

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record, ready to be written. `version` is None when the source told no time."""

    key: Key
    version: int | None
    columns: dict[str, Any]
    identifiers: tuple[dict[str, Any], ...]
    contacts: tuple[str, ...]
    refs: tuple[tuple[str, str], ...]
    # The contacts of its source with whom it is one by a merge: those merged into it, or the one it was merged into.
    merged_with: tuple[str, ...]


def row(record: Record) -> Row:
    """What of the record is kept where. A tombstone keeps its key and version, and nothing else."""
    gone = record.deleted
    merged_from = () if gone else tuple(sorted(set(record.body.get("merged_from") or ()) - {record.external_id}))
    # The person behind the brand's own post is a colleague, not a customer.
    nobody = gone or (record.kind == "mention" and record.body.get("is_ours"))
    identifiers = () if nobody else tuple(_identifiers(record, merged_from))
    contacts = () if gone else tuple(sorted(set(record.contact_ids)))
    body = "{}" if gone else json.dump_sorted(record.body)
    columns = {
        "source": record.source,
        "kind": record.kind,
        "external_id": record.external_id,
        "stream": record.stream,
        "happened_at": None if gone else micros(record.happened_at),
        "deleted": gone,
        "reason": record.reason if gone else None,
        "merged_into": record.merged_into if gone else None,
        "body": body,
        "raw": "{}" if gone else json.dump(record.raw),
    }
    said = [columns["deleted"], columns["reason"], columns["merged_into"], columns["happened_at"]]
    said += [[list(identifier.values()) for identifier in identifiers], contacts]
    columns["digest"] = _digest(body, json.dump(said))
    return Row(
        key=record.key,
        version=micros(record.updated_at),
        columns=columns,
        identifiers=identifiers,
        contacts=contacts,
        refs=() if gone else tuple(_refs(record)),
        merged_with=_merged_with(record, merged_from),
    )


def _merged_with(record: Record, merged_from: tuple[str, ...]) -> tuple[str, ...]:
    if record.kind != "contact":
        return ()
    return (record.merged_into,) if record.deleted and record.merged_into else merged_from


def rounds(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows in groups that hold each key once, in the order of arrival: a source may repeat itself."""
    groups: list[list[Row]] = []
    times: dict[Key, int] = {}
    for each in rows:
        time = times.get(each.key, 0)
        times[each.key] = time + 1
        if time == len(groups):
            groups.append([])
        groups[time].append(each)
    return groups


def _identifiers(record: Record, merged_from: Sequence[str]) -> Iterator[dict[str, Any]]:
    told = list(record.identifiers)
    if record.kind == "contact":
        # The loser of a merge stays findable by its old id, and whoever names that id means the winner.
        told += [
            Identifier(kind="external", value=f"{record.source}:{old}", shown=old, verified=True, label=MERGED)
            for old in merged_from
        ]
    known = {}
    for each in told:
        value = json.clean(each.value)
        known.setdefault(
            (each.kind, value[:VALUE_LENGTH]),
            {
                "kind": each.kind,
                "value": value[:VALUE_LENGTH],
                "shown": json.clean(each.shown)[:VALUE_LENGTH],
                # What had to be cut is no handle of anybody.
                "valid": each.valid and value == each.value and len(value) <= VALUE_LENGTH,
                "verified": each.verified,
                "label": json.clean(each.label)[:LABEL_LENGTH] if each.label else None,
            },
        )
    return iter(known[key] for key in sorted(known))


def _refs(record: Record) -> Iterator[tuple[str, str]]:
    if record.body.get("company_id"):
        yield "company", record.body["company_id"]
    if record.kind == "mention" and record.body.get("in_reply_to"):
        yield "mention", record.body["in_reply_to"]


def _digest(*parts: str) -> bytes:
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(part.encode())
        digest.update(b"\x00")
    return digest.digest()
