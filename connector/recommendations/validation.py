"""Validation: how well a model foretells customers it has never seen, beside the one that serves.

Some customers are held back from every fit, by a lot that is theirs for ever. So neither
model learned from them, and both are asked the same: given all their orders but the last,
what did the last one hold? A new model that answers worse, by more than chance would, is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connector.recommendations.history import Basket, History
from connector.recommendations.likelihood import Ordering, Worth
from connector.recommendations.recommender import Recommender, best

# Held back: this share, but no more customers than this, and nobody of a base smaller than that.
SHARE, MOST, SMALLEST = 0.1, 500, 200
# With fewer customers to ask, chance decides, and nothing is compared.
FEWEST_ASKED = 20
# How many standard errors below the serving model are more than chance.
BEYOND_CHANCE = 2.0
SIZE = 10

Floats = NDArray[np.float64]
Told = dict[str, Any]


@dataclass(frozen=True)
class Verdict:
    """`refusal`: why the new model must not serve, in words; `told`: the figures, JSON-ready."""

    told: Told
    refusal: str | None = None


def held_below(customers: int) -> float:
    """Customers with a smaller lot are held back. It falls as the base grows, so nobody is held back who was not."""
    return 0.0 if customers < SMALLEST else min(SHARE, MOST / customers)


def foretold(recommender: Recommender, history: History, rows: Sequence[int]) -> dict[str, Floats]:
    """Per customer: recall of ten in the last order, and of ten new products among its new ones (nan without any)."""
    found = np.array([hits(recommender, baskets_of(history, row)) for row in rows], float).reshape(-1, 2)
    return {"recall at ten": found[:, 0], "recall at ten of new products": found[:, 1]}


def hits(recommender: Recommender, baskets: Sequence[Basket]) -> tuple[float, float]:
    model, orders = recommender.model, recommender.orders(baskets[:-1])
    both, new = model.rank(model.find(orders.customer, None))
    wanted, items = set(baskets[-1].items), both.found.items
    shown = {model.items[items[row]] for row in best(both, np.ones(items.size, bool), SIZE)}
    new_shown = {model.items[items[row]] for row in best(new, ~both.found.owned, SIZE)}
    new_wanted = wanted - set(orders.holding)
    return len(shown & wanted) / len(wanted), len(new_shown & new_wanted) / len(new_wanted) if new_wanted else np.nan


def baskets_of(history: History, row: int) -> list[Basket]:
    """A customer's baskets by name, as serving sees them."""
    return [
        Basket(str(place), day if history.timed else None, tuple(history.items[item] for item in items))
        for place, (day, items) in enumerate(history.baskets(row))
    ]


def ordering_fits(ordering: Ordering, rhythms: tuple[Floats, Floats, Floats]) -> dict[str, Floats]:
    return {"log-likelihood of orders": ordering.log_likelihoods(*rhythms)}


def worth_fits(worth: Worth, currency: str, repeats: Floats, mean: Floats) -> dict[str, Floats]:
    return {f"log-likelihood of values in {currency}": worth.log_likelihoods(repeats, mean)}


def verdict(new: Mapping[str, Floats], serving: Mapping[str, Floats]) -> Verdict:
    """Compare customer by customer. `serving` holds the same figures of the serving model, as far as there are any."""
    told, worse = {}, []
    for name, values in new.items():
        asked = np.isfinite(values)
        told[name] = {"customers": int(asked.sum()), "new": mean_of(values[asked])}
        if name not in serving:
            continue
        asked &= np.isfinite(serving[name])
        apart = values[asked] - serving[name][asked]
        told[name] |= {"customers": int(asked.sum()), "new": mean_of(values[asked])}
        told[name]["serving"] = mean_of(serving[name][asked])
        if apart.size >= FEWEST_ASKED and -apart.mean() > BEYOND_CHANCE * apart.std() / np.sqrt(apart.size) + 1e-9:
            worse.append(f"{name} {told[name]['new']:.4g}, serving {told[name]['serving']:.4g}")
    if not worse:
        return Verdict(told)
    return Verdict(told, f"worse than the serving model on customers held back from both: {'; '.join(worse)}")


def mean_of(values: Floats) -> float | None:
    return round(float(values.mean()), 6) if values.size else None
