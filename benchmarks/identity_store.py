"""Who is who in the store: what linking costs where a sync does it, beside the same records in memory.

    python -m sandbox hazards FOLDER --customers 10000 --seed 7
    python -m benchmarks.identity_store FOLDER --database sqlite

The records of FOLDER (as for benchmarks.identity) go through the program's own intake: in batches
as a first sync brings them, and the last of them one by one, each in a transaction of its own, as
webhooks do; garbage is collected as it is there. The people in the store must be those of the
same records resolved at once in memory.
"""

import argparse
import gc
import itertools
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.at_once import in_memory, people_in, people_of
from benchmarks.identity import SINGLY
from benchmarks.identity_folder import latest
from benchmarks.identity_folder import lines as versions
from benchmarks.machine import console, introduce, spread
from connector.clock import now
from connector.identity.in_force import InForce
from connector.identity.resolver import Resolver
from connector.identity.strictness import PROFILES, Strictness
from connector.store import Store
from connector.sync.collecting import rarely
from connector.sync.intake import BATCH, Intake
from schemas.identifiers import Identifier, normalise
from schemas.records import Record

WORKSPACE = "w"
WHEN = datetime(2026, 1, 1, tzinfo=UTC)
FIELDS = {"full_name": "name", "company": "company_name"}
ADDRESS = ("street", "city", "postcode", "country")
TOLD = ("given_name", "family_name", "full_name", "suffix", "company", "birth_date", "national_id")

# Guests' orders; everything else is a contact.
ORDER = "order"


def lines(folder: Path) -> list[Mapping[str, Any]]:
    return latest(versions(folder))


def record(line: Mapping[str, Any], sources: Mapping[str, str]) -> Record:
    """A line of records.jsonl as an adapter would bring it."""
    kind = ORDER if line["kind"] == ORDER else "contact"
    body: dict[str, Any] = {FIELDS.get(name, name): line[name] for name in TOLD if line.get(name)}
    body["address"] = {name: line[name] for name in ADDRESS if line.get(name)}
    body["merged_from"] = [each for each in line.get("merged_from") or () if sources.get(each) == line["source"]]
    return Record(
        source=line["source"],
        stream=f"{kind}s",
        kind=kind,
        external_id=line["id"],
        updated_at=WHEN,
        identifiers=tuple(dict.fromkeys(_identifiers(line, sources))),
        body=body if kind == "contact" else {"currency": "EUR", "total": "1.00"},
        raw={"id": line["id"]},
    )


def _identifiers(line: Mapping[str, Any], sources: Mapping[str, str]) -> Iterator[Identifier]:
    told = [{"kind": "email", "value": each} for each in line.get("emails") or ()]
    told += [{"kind": "phone", "value": each} for each in line.get("phones") or ()]
    told += [
        {"kind": "external", "source": sources[each], "value": each}
        for each in line.get("links") or ()
        if each in sources
    ]
    for each in line.get("handles") or ():
        if each.get("user_id"):
            told.append({"kind": "social", **each})
        else:
            told.append({"kind": "handle", "platform": each["platform"], "value": each["handle"]})
    return (found for each in told if (found := normalise(each, line.get("country"))))


def take(
    intake: Intake, told: Iterable[Record], size: int, clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """Seconds of each take of so many records."""
    seconds, waiting = [], iter(told)
    while batch := list(itertools.islice(waiting, size)):
        begun = clock()
        intake.take(WORKSPACE, batch)
        seconds.append(clock() - begun)
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="has records.jsonl")
    parser.add_argument("--strictness", choices=sorted(PROFILES), default="standard")
    parser.add_argument("--database", default="sqlite", help="sqlite, or the URL of an empty database")
    parser.add_argument("--singly", type=int, default=SINGLY, help="how many of the records come one by one")
    asked = parser.parse_args()
    introduce(f"Who is who in {asked.folder}, in the store")
    how = PROFILES[asked.strictness]
    told = lines(asked.folder)
    sources = {line["id"]: line["source"] for line in told}
    records = [record(line, sources) for line in told]
    with tempfile.TemporaryDirectory(prefix="visavis-bench-") as folder:
        url = f"sqlite:///{folder}/visavis.db" if asked.database == "sqlite" else asked.database
        store = Store(url, cache=256)
        store.migrate()
        measure(store, records, how, asked.singly)
        store.close()


def measure(store: Store, records: list[Record], how: Strictness, singly: int) -> None:
    intake = Intake(store, Resolver(now, InForce(how)), now)
    many, single = records[: len(records) - singly], records[len(records) - singly :]
    begun = time.perf_counter()
    with rarely():
        seconds = take(intake, many, BATCH, time.process_time)
    clock, work = time.perf_counter() - begun, sum(seconds)
    console.print(f"in batches: {len(many) / clock:,.0f} records/s, {len(many) / work:,.0f} a second of work")
    # The last batch may hold fewer.
    whole = seconds[: len(many) // BATCH]
    fifths = [whole[len(whole) * turn // 5 : len(whole) * (turn + 1) // 5] for turn in range(5)]
    told = ", ".join(f"{BATCH * len(part) / sum(part):,.0f}" for part in fifths if part)
    console.print(f"  by fifths of the base: {told}")
    # The records that wait here are no part of the program: to look through all of them takes half a second.
    gc.freeze()
    console.print(f"one by one, with their transactions, the last {spread(take(intake, single, 1))}")
    same = people_in(store, WORKSPACE) == people_of(in_memory(store, how, WORKSPACE))
    console.print(f"the people of the batch in memory: {same}")


if __name__ == "__main__":
    main()
