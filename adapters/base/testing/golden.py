"""Golden files: an item as the source sends it (NAME.item.json), and the record that it becomes (NAME.record.json)."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from adapters.base.adapter import Adapter
from schemas.records import Record

WRITE = "WRITE_GOLDEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    """One pair of files below the fixtures of an adapter, in the folder of its stream."""

    stream: str
    item: Path

    @property
    def record(self) -> Path:
        return self.item.with_name(self.item.name.replace(".item.json", ".record.json"))

    def raw(self) -> dict[str, Any]:
        return json.loads(self.item.read_text("utf-8"))


def goldens(fixtures: Path, stream: str) -> list[Golden]:
    return [Golden(stream=stream, item=path) for path in sorted((fixtures / stream).glob("*.item.json"))]


def orphans(fixtures: Path) -> list[Path]:
    """Record files whose item file is missing."""
    records = fixtures.glob("*/*.record.json")
    return [path for path in records if not path.with_name(path.name.replace(".record.", ".item.")).exists()]


def dump(record: Record) -> dict[str, Any]:
    """The record as JSON: without its raw item, and without what is empty."""
    told = asdict(record) | {"raw": None, "source": None, "stream": None}
    return {name: value for name, value in _plain(told).items() if value not in (None, [], {})}


def differs(golden: Golden, adapter: Adapter) -> str | None:
    """What is wrong with the pair, and the remedy; None when the item becomes the expected record."""
    told = dump(adapter.streams[golden.stream].record(golden.raw()))
    if os.environ.get(WRITE):
        golden.record.write_text(json.dumps(told, indent=2, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")
        return None
    remedy = f"If the new record is right, run the test again with {WRITE}=1 and read the change before you commit it."
    if not golden.record.exists():
        return f"{golden.record} is missing. {remedy}"
    expected = json.loads(golden.record.read_text("utf-8"))
    if told == expected:
        return None
    wrong = [
        f"  {name}: expected {expected.get(name)!r}, became {told.get(name)!r}"
        for name in sorted(expected.keys() | told.keys())
        if expected.get(name) != told.get(name)
    ]
    return "\n".join([f"{golden.item} becomes another record than {golden.record.name} says:", *wrong, remedy])


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date | Decimal):
        return str(value)
    return value
