"""Erasing: what people decided on a record that is erased no longer names it, nor says why, and holds all the same.

Its tombstone alone still knows what its source called it, for what is erased has to be known
again when it is told of once more. Pins and the log name the tombstone instead. Should the
source tell of a living record under that id later, they name that one again: whoever was
never to be joined with it, still is not.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, update

from connector.store import json, pins
from connector.store.pins import Decision, key_of, parted
from connector.store.tables_identity import decisions

# Before the number of a tombstone, where a source's id would stand. No source writes its ids with it.
TOMBSTONE = "†"
# Instead of a reason, which may tell anything of the person.
WHY = "(erased)"

# Lines of the log that are read at once.
BATCH = 500


def veil(connection: Connection, workspace: str, erased: Mapping[str, int]) -> None:
    """These records (keys, with their ids) are erased: let nothing that was decided name them, or say why."""
    _rename(connection, workspace, {key: _veiled(key, record_id) for key, record_id in erased.items()}, why=WHY)


def unveil(connection: Connection, workspace: str, back: Mapping[str, int]) -> None:
    """These records were erased, and live again: what was decided on them is on them."""
    _rename(connection, workspace, {_veiled(key, record_id): key for key, record_id in back.items()})


def _veiled(key: str, record_id: int) -> str:
    source, kind, _ = parted(key)
    return key_of(source, kind, f"{TOMBSTONE}{record_id}")


def _rename(connection: Connection, workspace: str, names: Mapping[str, str], why: str | None = None) -> None:
    for pin in pins.on(connection, workspace, names):
        pins.remove(connection, workspace, pin.left, pin.right)
        left, right = sorted(names.get(end, end) for end in (pin.left, pin.right))
        told = replace(pin, left=left, right=right, why=pin.why if why is None else why)
        pins.put(connection, workspace, [told])
    named = {each.id: each for each in _naming(connection, workspace, names)} if names else {}
    _rewrite(connection, {each: _told(decision, names, why) for each, decision in named.items()})
    if why is not None:
        # Why one of them was taken back may tell as much.
        backs = set(pins.undone_by(connection, workspace, named).values()) - named.keys()
        _rewrite(connection, {each: {"why": why} for each in backs})


def _rewrite(connection: Connection, told: Mapping[int, Mapping[str, str]]) -> None:
    for decision_id, columns in sorted(told.items()):
        connection.execute(update(decisions).where(decisions.c.id == decision_id).values(**columns))


def _naming(connection: Connection, workspace: str, names: Collection[str]) -> Iterator[Decision]:
    """All decisions that name one of these records. The log is read once, however many there are."""
    before = None
    while lines := pins.logged(connection, workspace, before=before, limit=BATCH):
        yield from (each for each in lines if any(text in names for text in _texts(each.subject)))
        before = lines[-1].id


def _texts(told: Any) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, list | dict):
        for each in told.values() if isinstance(told, dict) else told:
            yield from _texts(each)


def _told(decision: Decision, names: Mapping[str, str], why: str | None) -> dict[str, str]:
    told = {"subject": json.dump(_renamed(decision.subject, names, why))}
    return told if why is None else told | {"why": why}


def _renamed(told: Any, names: Mapping[str, str], why: str | None) -> Any:
    """A decision's subject with the other names. What is on two records keeps them in the order of their keys."""
    if isinstance(told, str):
        return names.get(told, told)
    if isinstance(told, list):
        found = [_renamed(each, names, why) for each in told]
        return sorted(found) if all(isinstance(each, str) for each in found) else found
    if not isinstance(told, dict):
        return told
    found = {name: _renamed(each, names, why) for name, each in told.items()}
    if {"left", "right"} <= found.keys():
        found["left"], found["right"] = sorted((found["left"], found["right"]))
    return found | ({"why": why} if why is not None and "why" in found else {})
