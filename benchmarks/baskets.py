"""Next-basket data in the standard form, and how a list of ten is scored.

`history.json` {customer: [[item, ...] oldest basket first]}, `times.json` {customer: [day
of each basket]}, `future.json` {customer: [items of the next basket]}, `keyset_N.json`
{"train", "val", "test": [customers]}. Only `truth` reads the future.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson

from connector.recommendations.history import Basket, History, HistoryBuilder

SIZE = 10
DISCOUNT = 1 / np.log2(np.arange(2, SIZE + 2))


@dataclass(frozen=True)
class Folder:
    """One data set: each customer's baskets, oldest first, and the folds."""

    path: Path
    baskets: Mapping[str, Sequence[Basket]]
    folds: Sequence[Mapping[str, Sequence[str]]]

    def history(self) -> History:
        builder = HistoryBuilder()
        for customer, baskets in self.baskets.items():
            for basket in baskets:
                builder.add(customer, basket.day, basket.items)
        return builder.build()

    def truth(self) -> Mapping[str, frozenset[str]]:
        """The next basket of each customer: for scoring alone."""
        return {who: frozenset(map(str, flat(items))) for who, items in read(self.path / "future.json").items()}

    @property
    def tested(self) -> list[str]:
        return list(dict.fromkeys(who for fold in self.folds for who in fold["test"]))


def read(path: Path) -> dict:
    return orjson.loads(path.read_bytes())


def flat(items: Sequence) -> Sequence:
    """Some data sets wrap the one next basket into a list."""
    return [item for basket in items for item in basket] if items and isinstance(items[0], list) else items


def folder(path: Path) -> Folder:
    told = read(path / "history.json")
    times = read(path / "times.json") if (path / "times.json").exists() else {}
    baskets = {
        who: [
            Basket(str(place), int(times[who][place]) if who in times else None, tuple(map(str, items)))
            for place, items in enumerate(held)
        ]
        for who, held in told.items()
    }
    folds = [read(found) for found in sorted(path.glob("keyset_*.json"))]
    named = [{part: [str(who) for who in fold.get(part, ())] for part in ("train", "val", "test")} for fold in folds]
    return Folder(path, baskets, named or [{"train": [], "val": [], "test": list(told)}])


def score(shown: Sequence[str], wanted: frozenset[str]) -> tuple[float, float, float]:
    """Recall, NDCG and hit of one list. The ideal spans the whole basket, as in the literature that we compare with."""
    hits = np.array([item in wanted for item in shown[:SIZE]], float)
    ideal = (1 / np.log2(np.arange(2, len(wanted) + 2))).sum()
    return hits.sum() / len(wanted), float((hits * DISCOUNT[: hits.size]).sum() / ideal), float(hits.any())


def means(per_customer: Mapping[str, tuple[float, float, float]], folds: Sequence[Mapping]) -> tuple[float, ...]:
    """Over the test customers of each fold, then over the folds; who has nothing to hit does not count."""
    of_folds = []
    for fold in folds:
        rows = [per_customer[who] for who in fold["test"] if who in per_customer]
        if rows:
            of_folds.append(np.mean(rows, axis=0))
    return tuple(np.mean(of_folds, axis=0)) if of_folds else (0.0, 0.0, 0.0)
