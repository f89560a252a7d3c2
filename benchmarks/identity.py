"""Who is who, measured: precision, recall and speed of the program's own identity code on any folder of records.

    python -m benchmarks.identity FOLDER --strictness standard --clusters out.csv

FOLDER has `records.jsonl`, one JSON object per line (`id`, `source`, `kind`; all other fields are
optional, see docs/identity.md), and `truth.csv` (`record_id,entity_id`). The records are resolved
three times: all at once, and one after another in two random orders. The three must agree.
"""

import argparse
import csv
import gc
import random
import resource
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from benchmarks.identity_score import Score, score
from benchmarks.machine import console, introduce, quantile, table
from connector.identity.evidence.record import Evidence, Told, read
from connector.identity.linkage import Linkage, Standings
from connector.identity.memory import Memory
from connector.identity.standing import PERSONAL, SHARED, Standing
from connector.identity.strictness import PROFILES, Strictness

TEXTS = (
    *("source", "kind", "given_name", "family_name", "full_name", "suffix", "company"),
    *("birth_date", "street", "city", "postcode", "country", "national_id"),
)
LISTS = ("emails", "phones", "links", "merged_from")


@dataclass(frozen=True, slots=True)
class Upserts:
    """What one random order came to: the clusters, and how long each upsert took."""

    clusters: set[tuple[str, ...]]
    seconds: list[float]


def told(line: Mapping[str, Any]) -> Told:
    """A line of records.jsonl."""
    texts = {name: str(line[name]) for name in TEXTS if line.get(name) not in (None, "")}
    lists = {name: tuple(str(each) for each in line.get(name) or ()) for name in LISTS}
    accounts = tuple(
        (str(each.get("platform")), each.get("handle"), each.get("user_id")) for each in line.get("handles") or ()
    )
    return Told(key=str(line["id"]), handles=accounts, **texts, **lists)


def records(folder: Path) -> Iterable[Told]:
    """The records that are there; the deleted ones are not."""
    with (folder / "records.jsonl").open("rb") as lines:
        for line in lines:
            record = orjson.loads(line)
            if not record.get("deleted"):
                yield told(record)


def truth(folder: Path) -> dict[str, str]:
    with (folder / "truth.csv").open(newline="", encoding="utf-8") as file:
        return {row["record_id"]: row["entity_id"] for row in csv.DictReader(file)}


def at_once(evidence: Iterable[Evidence], how: Strictness) -> Memory:
    """The batch path."""
    base = Memory()
    for each in evidence:
        base.put(each.key, each)
    Linkage(base, how).build(base.keys())
    return base


def one_by_one(evidence: Sequence[Evidence], how: Strictness, seed: int) -> Upserts:
    """The incremental path, in an order of its own."""
    ordered = list(evidence)
    random.Random(seed).shuffle(ordered)
    base = Memory()
    linkage = Linkage(base, how)
    seconds = []
    for each in ordered:
        begun = time.perf_counter()
        linkage.update({each.key: each})
        seconds.append(time.perf_counter() - begun)
    return Upserts(base.clusters(), seconds)


def write(clusters: Iterable[tuple[str, ...]], path: Path) -> None:
    """`record_id,cluster_id`; a cluster goes by its first record."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["record_id", "cluster_id"])
        rows.writerows((key, cluster[0]) for cluster in sorted(clusters) for key in cluster)


def leads(held: Standing) -> bool:
    """Whether a value can lead to a person: a switchboard cannot."""
    return held.kind in (PERSONAL, SHARED)


def measured(work: Callable[[], Any]) -> tuple[Any, float, int]:
    """What the work came to, its seconds, and the bytes by which the process grew."""
    gc.collect()
    before, begun = _most_memory(), time.perf_counter()
    result = work()
    return result, time.perf_counter() - begun, _most_memory() - before


def _most_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def resolved(folder: Path, how: Strictness) -> tuple[list[Evidence], Memory, float, int]:
    """Read and resolve all at once: evidence, base, seconds and bytes."""

    def work() -> tuple[list[Evidence], Memory]:
        evidence = [read(each) for each in records(folder)]
        return evidence, at_once(evidence, how)

    (evidence, base), seconds, grown = measured(work)
    return evidence, base, seconds, grown


def report(result: Score, strictness: str) -> None:
    shown = table("", "")
    shown.columns[0].justify = "left"
    rows = {
        "strictness": strictness,
        "records, customers": f"{result.records:,}, {result.entities:,}",
        "precision": f"{result.precision:.5f}",
        "recall": f"{result.recall:.4f}",
        "recall of what evidence allows": f"{result.allowed_recall:.4f}",
        "F1": f"{result.f1:.4f}",
        "false pairs": f"{result.false_pairs:,}",
        "false merges": f"{result.false_merges:,}",
        "customers exposed": f"{result.exposed:,}",
        "largest wrong cluster": f"{result.largest_wrong:,} records",
    }
    for name, value in rows.items():
        shown.add_row(name, value)
    console.print(shown)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="has records.jsonl and truth.csv")
    parser.add_argument("--strictness", choices=sorted(PROFILES), default="standard")
    parser.add_argument("--clusters", type=Path, metavar="OUT.csv", help="write record_id,cluster_id")
    parser.add_argument("--batch-only", action="store_true", help="do not resolve one by one in two random orders")
    asked = parser.parse_args()
    introduce(f"Who is who in {asked.folder}")
    how = PROFILES[asked.strictness]
    evidence, base, seconds, grown = resolved(asked.folder, how)
    clusters = base.clusters()
    standings = Standings(base)
    found = score(
        clusters, truth(asked.folder), {each.key: each for each in evidence}, lambda value: leads(standings(value))
    )
    report(found, how.name)
    count = max(1, len(evidence))
    console.print(f"at once: {count / seconds:,.0f} records/s, {grown / count / 1000:.1f} kB of memory per record")
    if asked.clusters:
        write(clusters, asked.clusters)
    if asked.batch_only:
        return
    del base
    agree = True
    for seed in (1, 2):
        run = one_by_one(evidence, how, seed)
        agree = agree and run.clusters == clusters
        low, high = (quantile(run.seconds, share) * 1000 for share in (0.5, 0.99))
        console.print(
            f"order {seed}: an upsert takes {low:.2f} ms (p50), {high:.2f} ms (p99), "
            f"{max(run.seconds) * 1000:.0f} ms at most"
        )
    console.print(f"two random orders and the batch {'agree' if agree else '[bold red]DO NOT AGREE[/]'}")


if __name__ == "__main__":
    main()
