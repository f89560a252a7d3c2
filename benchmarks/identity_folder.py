"""A folder of records, as docs/identity.md describes it, read as it comes: fields may lack, be null or of another type.

A record may have several lines. They are its versions: the one with the latest `updated_at`
counts, wherever it stands; of one time, the last. A line that tells no time is older than
those that do, unless it says that the record is gone.
"""

from collections.abc import Iterable, Iterator, Mapping
from csv import DictReader
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from typing import Any

import orjson

from connector.identity.evidence.record import Evidence, Told, read

Line = Mapping[str, Any]

TEXTS = (
    *("given_name", "family_name", "full_name", "suffix", "company", "job_title"),
    *("birth_date", "street", "city", "postcode", "country", "national_id"),
)
LISTS = ("emails", "phones", "links", "merged_from")
# Numbers as large as this are milliseconds since 1970, not seconds.
MILLISECONDS = 1e11
YES = frozenset({"true", "yes", "1"})


@dataclass(frozen=True, slots=True)
class Version:
    """What one line says. `when` orders the versions of a record; `told`: None when it is gone."""

    key: str
    when: tuple[float, int]
    told: Any


def lines(folder: Path) -> Iterator[Version]:
    """All lines, in their order, each with its fields as docs/identity.md has them."""
    with (folder / "records.jsonl").open("rb") as file:
        for place, text in enumerate(file):
            if text.strip():
                raw = orjson.loads(text)
                gone = _is_yes(raw.get("deleted"))
                when = _seconds(raw.get("updated_at"))
                rank = (inf if gone else -inf) if when is None else when
                yield Version(_text(raw["id"]), (rank, place), None if gone else cleaned(raw))


def said(folder: Path) -> Iterator[Version]:
    """The same as evidence."""
    return (Version(each.key, each.when, each.told and evidence(each.told)) for each in lines(folder))


def latest(versions: Iterable[Version]) -> list[Any]:
    """What each record says last, in the order of the lines; who is gone says nothing."""
    found: dict[str, Version] = {}
    for each in versions:
        if each.key not in found or found[each.key].when < each.when:
            found[each.key] = each
    there = sorted(found.values(), key=lambda version: version.when[1])
    return [each.told for each in there if each.told is not None]


def cleaned(raw: Line) -> Line:
    """The fields of a line in their types; what is of no use is left out."""
    return {
        "id": _text(raw["id"]),
        "source": _text(raw.get("source")),
        "kind": _text(raw.get("kind")) or "contact",
        **{name: text for name in TEXTS if (text := _text(raw.get(name)))},
        **{name: tuple(text for each in _list(raw.get(name)) if (text := _text(each))) for name in LISTS},
        "handles": tuple(_handles(raw.get("handles"))),
    }


def evidence(line: Line) -> Evidence:
    """What a cleaned line says of a person."""
    texts = {name: line[name] for name in TEXTS if name in line and name != "job_title"}
    accounts = tuple((each["platform"], each["handle"], each["user_id"]) for each in line["handles"])
    lists = {name: line[name] for name in LISTS}
    return read(Told(key=line["id"], source=line["source"], kind=line["kind"], handles=accounts, **texts, **lists))


def truth(folder: Path) -> dict[str, str]:
    """The entity of each record of which it is known."""
    with (folder / "truth.csv").open(newline="", encoding="utf-8-sig") as file:
        return {row["record_id"]: row["entity_id"] for row in DictReader(file) if row["entity_id"]}


def _handles(told: Any) -> Iterator[dict[str, str | None]]:
    """Those that say on which network: a name or number alone is anybody's."""
    for each in _list(told):
        platform = _text(each.get("platform")) if isinstance(each, dict) else ""
        if platform:
            yield {
                "platform": platform,
                "handle": _text(each.get("handle")) or None,
                "user_id": _text(each.get("user_id")) or None,
            }


def _list(told: Any) -> list[Any]:
    """Several values; one that stands there alone is one of one."""
    if isinstance(told, list):
        return told
    return [] if told is None else [told]


def _text(told: Any) -> str:
    """A text or a number as text; empty for everything else."""
    if isinstance(told, float) and told.is_integer():
        told = int(told)
    return str(told) if isinstance(told, str | int | float) and not isinstance(told, bool) else ""


def _is_yes(told: Any) -> bool:
    return told is True or _text(told).strip().lower() in YES


def _seconds(told: Any) -> float | None:
    if isinstance(told, int | float) and not isinstance(told, bool):
        return told / 1000 if abs(told) > MILLISECONDS else float(told)
    try:
        moment = datetime.fromisoformat(told.strip())
    except (AttributeError, ValueError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
