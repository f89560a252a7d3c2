"""What customers buy next, foretold: ours beside the published methods, on any data in the standard form.

    python -m benchmarks.next_basket FOLDER [--method ours|tifu|tifu-published|upcf|popular|personal|all]

Everybody learns from history.json alone and names ten items for each test customer;
future.json is read only to score. Milliseconds are those of the processor, for both lists
with their reasons; seconds are those of the clock.
"""

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.baskets import Folder, folder, means, score
from benchmarks.machine import console, introduce, quantile, table
from benchmarks.peers import TIFU_GRID, UPCF_GRID, Tifu, personal, popular, ranked, tuned
from connector import threads
from connector.recommendations.fit import fit
from connector.recommendations.history import History
from connector.recommendations.recommender import Recommender

METHODS = ("ours", "tifu", "tifu-published", "upcf", "personal", "popular")
# Which list is scored, and against which of the items bought.
LISTS = ("mixed", "repeat", "new")


@dataclass
class Run:
    """What one method named for each customer, list by list, and what that cost."""

    shown: dict[str, dict[str, Sequence[str]]]
    fit_seconds: float
    fit_work: float  # seconds of the processor
    milliseconds: list[float]
    ingest: list[float]
    told: str = ""


def ours(data: Folder, history: History) -> Run:
    began, work = time.perf_counter(), time.process_time()
    model = fit(history)
    spent = time.perf_counter() - began, time.process_time() - work
    run = Run({}, *spent, [], [], f"model {model.version}, {settings(model.report)}")
    recommender = Recommender(model)
    for who in data.tested:
        baskets = data.baskets[who]
        most = recommender.orders(baskets[:-1])
        began = time.thread_time()
        orders = recommender.ingest(most, baskets[-1])
        ingested = time.thread_time()
        hints = recommender.hints(orders, who)
        run.ingest.append((ingested - began) * 1000)
        run.milliseconds.append((time.thread_time() - ingested) * 1000)
        run.shown[who] = {
            "mixed": recommender.top(orders, who),
            "repeat": [hint.product for hint in hints.due],
            "new": [hint.product for hint in hints.may_like],
        }
    return run


def settings(report: dict) -> str:
    return ", ".join(f"{name} {value:.4g}" for name, value in report.items())


def peer(make: Callable[[History, Sequence[int]], Callable], data: Folder, history: History) -> Run:
    """Settings, where there are any, by the last known basket of the first fold's validation customers."""
    run, rows = Run({}, 0.0, 0.0, [], []), {who: row for row, who in enumerate(history.customers)}
    began, work = time.perf_counter(), time.process_time()
    settings = make(history, [rows[who] for fold in data.folds[:1] for who in fold["val"] if who in rows])
    scores = settings(history)
    run.fit_seconds, run.fit_work = time.perf_counter() - began, time.process_time() - work
    run.told = str(getattr(settings, "__name__", settings))
    for who in data.tested:
        began = time.thread_time()
        told = scores(rows[who])
        mixed = ranked(told)
        run.milliseconds.append((time.thread_time() - began) * 1000)
        bought = np.zeros(len(history.items), bool)
        bought[history.lines(rows[who])[0]] = True
        found = {"mixed": mixed, "repeat": ranked(told, bought), "new": ranked(told, ~bought)}
        run.shown[who] = {name: [history.items[item] for item in items] for name, items in found.items()}
    return run


PEERS: dict[str, Callable[[History, Sequence[int]], Callable]] = {
    "tifu": lambda history, customers: tuned(TIFU_GRID, history, customers),
    "tifu-published": lambda _history, _customers: Tifu(),
    "upcf": lambda history, customers: tuned(UPCF_GRID, history, customers),
    "personal": lambda _history, _customers: personal,
    "popular": lambda _history, _customers: popular,
}


def scored(data: Folder, run: Run) -> dict[str, tuple[float, ...]]:
    truth, result = data.truth(), {}
    for name in LISTS:
        per_customer = {}
        for who, lists in run.shown.items():
            bought = {item for basket in data.baskets[who] for item in basket.items}
            wanted = truth.get(who, frozenset())
            wanted = {"mixed": wanted, "repeat": wanted & bought, "new": wanted - bought}[name]
            if wanted:
                per_customer[who] = score(lists[name], wanted)
        result[name] = means(per_customer, data.folds)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="history.json, future.json, keyset_N.json, and maybe times.json")
    parser.add_argument("--method", choices=(*METHODS, "all"), default="ours")
    asked = parser.parse_args()
    introduce(f"Next basket: {asked.folder.name}")
    data = folder(asked.folder)
    history = data.history()
    console.print(
        f"{len(history.customers):,} customers, {history.day.size:,} baskets, {history.item.size:,} lines, "
        f"{len(history.items):,} items, {len(data.folds)} folds"
    )
    made = table(
        "method:",
        *(f"{name} recall/NDCG/PHR@10" for name in LISTS),
        "fit s",
        "fit CPU s",
        "p50 ms",
        "p95 ms",
        "ingest p95 ms",
        "peak MB",
    )
    told = []
    for method in METHODS if asked.method == "all" else (asked.method,):
        run = ours(data, history) if method == "ours" else peer(PEERS[method], data, history)
        made.add_row(method, *cells(run, scored(data, run)))
        told.append(f"{method}: {run.told}")
    console.print(made)
    for line in told:
        console.print(line, style="dim")


def cells(run: Run, result: dict[str, tuple[float, ...]]) -> list[str]:
    figures = ["/".join(f"{value:.4f}".lstrip("0") for value in result[name]) for name in LISTS]
    ingest = f"{quantile(run.ingest, 0.95):.2f}" if run.ingest else ""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    times = [f"{quantile(run.milliseconds, share):.1f}" for share in (0.5, 0.95)]
    return [*figures, f"{run.fit_seconds:.1f}", f"{run.fit_work:.1f}", *times, ingest, f"{peak:.0f}"]


if __name__ == "__main__":
    if "OMP_NUM_THREADS" not in os.environ:
        # The figures are those of one core, as in our processes; a library that is loaded has read this already.
        threads.one_each()
        os.execv(sys.executable, [sys.executable, "-m", "benchmarks.next_basket", *sys.argv[1:]])
    main()
