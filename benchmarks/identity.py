"""Who is who, measured: precision, recall and speed of the program's own identity code on any folder of records.

    python -m benchmarks.identity FOLDER --strictness standard --clusters out.csv

FOLDER has `records.jsonl`, one JSON object per line (`id`, `source`, `kind`; all other fields are
optional, see docs/identity.md), and `truth.csv` (`record_id,entity_id`). The records are resolved
three times: all at once, and one after another in two random orders, older versions and deletions
among them. The three must agree.
"""

import argparse
import csv
import gc
import random
import resource
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.identity_folder import Version, latest, said, truth
from benchmarks.identity_score import Score, score
from benchmarks.machine import console, facts, introduce, spread
from connector.identity.evidence.record import Evidence
from connector.identity.linkage import Linkage, Standings
from connector.identity.memory import Memory
from connector.identity.standing import PERSONAL, SHARED, Standing
from connector.identity.strictness import PROFILES, Strictness

# The upserts whose times are told: the last, when the base is full.
SINGLY = 1000
# Upserts after which what the base holds is taken out of garbage collection: the program has it in a database.
FREEZE = 1000


@dataclass(frozen=True, slots=True)
class Upserts:
    """What one random order came to: the clusters, and how long each upsert took."""

    clusters: set[tuple[str, ...]]
    seconds: list[float]


def at_once(evidence: Iterable[Evidence], how: Strictness) -> Memory:
    """The batch path."""
    base = Memory()
    for each in evidence:
        base.put(each.key, each)
    Linkage(base, how).build(base.keys())
    return base


def one_by_one(versions: Sequence[Version], how: Strictness, seed: int) -> Upserts:
    """The incremental path, in an order of its own. What is older than what is known is no news, as in the store."""
    ordered = list(versions)
    random.Random(seed).shuffle(ordered)
    base = Memory()
    linkage = Linkage(base, how)
    known: dict[str, tuple[float, int]] = {}
    seconds = []
    for turn, each in enumerate(ordered):
        if turn % FREEZE == 0:
            gc.freeze()
        if each.key in known and known[each.key] > each.when:
            continue
        known[each.key] = each.when
        begun = time.perf_counter()
        linkage.update({each.key: each.told})
        seconds.append(time.perf_counter() - begun)
    gc.unfreeze()
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


def resolved(folder: Path, how: Strictness) -> tuple[list[Version], Memory, float, int]:
    """Read and resolve all at once: every version, the base, seconds and bytes."""

    def work() -> tuple[list[Version], Memory]:
        versions = list(said(folder))
        return versions, at_once(latest(versions), how)

    (versions, base), seconds, grown = measured(work)
    return versions, base, seconds, grown


def scored(versions: Iterable[Version], base: Memory, folder: Path) -> Score:
    """How good the clusters of the base are."""
    standings = Standings(base)
    evidence = {each.key: each for each in latest(versions)}
    return score(base.clusters(), truth(folder), evidence, lambda value: leads(standings(value)))


def report(result: Score, strictness: str) -> None:
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
    facts("", rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="has records.jsonl and truth.csv")
    parser.add_argument("--strictness", choices=sorted(PROFILES), default="standard")
    parser.add_argument("--clusters", type=Path, metavar="OUT.csv", help="write record_id,cluster_id")
    parser.add_argument("--batch-only", action="store_true", help="do not resolve one by one in two random orders")
    asked = parser.parse_args()
    introduce(f"Who is who in {asked.folder}")
    how = PROFILES[asked.strictness]
    versions, base, seconds, grown = resolved(asked.folder, how)
    clusters = base.clusters()
    report(scored(versions, base, asked.folder), how.name)
    count = max(1, len(versions))
    console.print(f"at once: {count / seconds:,.0f} records/s, {grown / count / 1000:.1f} kB of memory per record")
    if asked.clusters:
        write(clusters, asked.clusters)
    if asked.batch_only:
        return
    del base
    agree = True
    for seed in (1, 2):
        run = one_by_one(versions, how, seed)
        agree = agree and run.clusters == clusters
        console.print(f"order {seed}: the last {spread(run.seconds[-SINGLY:])}; all {spread(run.seconds)}")
    console.print(f"two random orders and the batch {'agree' if agree else '[bold red]DO NOT AGREE[/]'}")


if __name__ == "__main__":
    main()
