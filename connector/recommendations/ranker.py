"""The ranker: a sum of terms per signal, whose weights are learned so that what was bought ranks first.

Each signal is a broken line (slopes at four bends), so that twice the share need not
mean twice the effect. The score stays a sum, and therefore every hint can be explained.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from connector.recommendations.signals import CONTEXT, OWN, SHARED, Candidates

BENDS = (-1.0, -0.3, 0.3, 1.0)
PARTS = 1 + len(BENDS)
# Where the weights of new items begin.
FIRST_OF_NEW = 1 + len(CONTEXT) + PARTS * (len(OWN) + len(SHARED))
# The weights that new items have: the first for all of them alike.
OF_NEW = np.r_[0, FIRST_OF_NEW : FIRST_OF_NEW + PARTS * len(SHARED)]

Floats = NDArray[np.float64]
Float32s = NDArray[np.float32]


@dataclass(frozen=True)
class Scale:
    """Mean and spread of each signal among the candidates of the fit."""

    own: Floats  # 2 x signals
    shared: Floats
    context: Floats

    @property
    def width(self) -> int:
        return FIRST_OF_NEW + PARTS * len(SHARED)

    def spread(self, found: Candidates) -> Float32s:
        """Candidates x terms. Bought and new items share no weight: what speaks for one may not for the other."""
        made = np.zeros((found.items.size, self.width), np.float32)
        own, new = self.blocks(found)
        made[found.owned, :FIRST_OF_NEW] = own
        made[~found.owned, FIRST_OF_NEW:] = new[:, 1:]
        return made

    def blocks(self, found: Candidates) -> tuple[Float32s, Float32s]:
        """The terms of what was bought (the first columns), and of what is new (a level, and the last columns)."""
        repeat = found.owned
        own = bent((found.own[repeat] - self.own[0]) / self.own[1])
        shared = bent((found.shared - self.shared[0]) / self.shared[1])
        context = (found.context - self.context[0]) / self.context[1]
        level = np.ones((own.shape[0], 1 + context.size))
        level[:, 1:] = context
        none = np.zeros((found.items.size - own.shape[0], 1))
        blocks = np.hstack([level, own, shared[repeat]]), np.hstack([none, shared[~repeat]])
        return blocks[0].astype(np.float32), blocks[1].astype(np.float32)


def prior_weights() -> Floats:
    """What to believe before any example: often and lately bought, then what similar customers buy, then popular."""
    shared = {"near_250": 0.6, "near_recent_250": 0.3, "follows_recent": 0.2, "bought_together": 0.2, "popular": 0.2}
    own = {"share_fading_0.97": 0.6, "share_fading_0.75": 0.4}
    first = 1 + len(CONTEXT)
    middle, last = first + PARTS * len(OWN), FIRST_OF_NEW
    weights = np.zeros(last + PARTS * len(SHARED))
    weights[0] = 2.0
    for name, weight in own.items():
        weights[first + OWN.index(name)] = weight
    for name, weight in shared.items():
        weights[middle + SHARED.index(name)] = weight / 2
        weights[last + SHARED.index(name)] = weight
    return weights


@dataclass(frozen=True)
class Terms:
    """Terms of many candidates without what is always zero: half the memory, and half the time of a fit."""

    own: Float32s  # what was bought x the first terms
    new: Float32s  # what is new x (a level of its own, the last terms)
    owned: NDArray[np.bool_]  # of each candidate, in which of the two it is

    def scores(self, weights: Floats) -> Floats:
        made = np.empty(self.owned.size)
        weights = weights.astype(np.float32)
        made[self.owned] = self.own @ weights[:FIRST_OF_NEW]
        made[~self.owned] = self.new @ weights[OF_NEW]
        return made

    def slope(self, of_scores: Floats) -> Floats:
        """How the sum that has this slope in each score changes with each weight."""
        slope = of_scores.astype(np.float32)
        made = np.zeros(FIRST_OF_NEW + self.new.shape[1] - 1)
        made[:FIRST_OF_NEW] = slope[self.owned] @ self.own
        made[OF_NEW] += slope[~self.owned] @ self.new
        return made

    def of_new(self) -> "Terms":
        """What is new alone, with the level that all of it shares."""
        new = self.new.copy()
        new[:, 0] = 1.0
        return Terms(self.own[:0], new, np.zeros(len(new), bool))


@dataclass(frozen=True)
class Examples:
    """Candidates of many customers one below the other, and which of them were bought next."""

    terms: Terms
    bought: NDArray[np.bool_]
    first: NDArray[np.int64]  # of each customer: the first row; and the end
    wanted: NDArray[np.int64]  # of each customer: how many items the next basket held

    def of_new(self) -> "Examples":
        """Only the candidates that were new to their customer."""
        rows = ~self.terms.owned
        first = np.concatenate([[0], np.cumsum(rows)])[self.first]
        return Examples(self.terms.of_new(), self.bought[rows], first, self.wanted)


def bent(values: Floats) -> Floats:
    """Each signal, and what of it lies above each bend."""
    return np.concatenate([values, *(np.maximum(values - bend, 0) for bend in BENDS)], axis=1)


def scale_of(found: Sequence[Candidates]) -> Scale:
    def both(values: Floats) -> Floats:
        return (
            np.stack([values.mean(axis=0), values.std(axis=0) + 1e-6]) if values.size else np.ones((2, values.shape[1]))
        )

    return Scale(
        both(np.concatenate([one.own[one.owned] for one in found])),
        both(np.concatenate([one.shared for one in found])),
        both(np.stack([one.context for one in found])),
    )


def examples_of(scale: Scale, found: Sequence[Candidates], bought: Iterable[NDArray[np.integer]]) -> Examples:
    """Spread out what was found; `bought` holds the items of each customer's next basket."""
    sizes = np.array([one.items.size for one in found], np.int64)
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    owned = np.concatenate([np.empty(0, bool), *(one.owned for one in found)])
    own = np.empty((int(owned.sum()), FIRST_OF_NEW), np.float32)
    new = np.empty((int((~owned).sum()), 1 + scale.width - FIRST_OF_NEW), np.float32)
    hits, wanted = np.zeros(first[-1], bool), np.zeros(sizes.size, np.int64)
    owns = news = 0
    for place, (one, basket) in enumerate(zip(found, bought, strict=True)):
        block, new_block = scale.blocks(one)
        own[owns : owns + len(block)], new[news : news + len(new_block)] = block, new_block
        owns, news = owns + len(block), news + len(new_block)
        hits[first[place] : first[place + 1]] = np.isin(one.items, basket)
        wanted[place] = basket.size
    return Examples(Terms(own, new, owned), hits, first, wanted)


def learn(examples: Examples, penalty: float, prior: Floats, counted: NDArray[np.bool_], steps: int) -> Floats:
    """Weights under which the items that were bought stand out among each customer's candidates.

    Of each customer, the softmax over the candidates gives a likelihood to each; a basket
    weighs with the root of its hits, so that large ones do not drown small ones. What few
    examples do not say stays as in `prior`. Only the customers `counted` teach anything.
    """
    if not examples.bought.any():
        return prior
    sizes = np.diff(examples.first)
    counted, sizes = counted[sizes > 0], sizes[sizes > 0]
    first = np.concatenate([[0], np.cumsum(sizes)])[:-1]
    group, bought = np.repeat(np.arange(sizes.size), sizes), examples.bought.astype(float)
    bought *= (counted / np.sqrt(np.maximum(np.add.reduceat(bought, first), 1.0)))[group]
    total = np.add.reduceat(bought, first)

    def loss(score: Floats) -> tuple[float, Floats]:
        score = score - np.maximum.reduceat(score, first)[group]
        raised = np.exp(score)
        sums = np.add.reduceat(raised, first)
        return (total * np.log(sums)).sum() - (bought * score).sum(), total[group] * raised / sums[group] - bought

    return least(examples.terms, loss, penalty, prior, steps)


def learn_each(examples: Examples, penalty: float, prior: Floats, counted: NDArray[np.bool_], steps: int) -> Floats:
    """Weights that tell apart what was bought from what was not, whoever's candidate it is.

    For what is rarely bought: most customers have no hit at all, and they, too, teach something.
    """
    hits = examples.bought.sum()
    if not hits:
        return prior
    bought, heeded = examples.bought.astype(float), np.repeat(counted, np.diff(examples.first)).astype(float)
    usual = np.log(hits / max(bought.size - hits, 1)) - prior[0]

    def loss(score: Floats) -> tuple[float, Floats]:
        odds = score + usual
        value = heeded * (np.logaddexp(0, odds) - bought * odds)
        return value.sum(), heeded * (1 / (1 + np.exp(-np.clip(odds, -30, 30))) - bought)

    return least(examples.terms, loss, penalty, prior, steps)


def least(
    terms: Terms, loss: Callable[[Floats], tuple[float, Floats]], penalty: float, prior: Floats, steps: int
) -> Floats:
    """The weights with the least loss; `loss` takes scores, and returns its value and slope."""

    def penalised(weights: Floats) -> tuple[float, Floats]:
        value, slope = loss(terms.scores(weights))
        apart = weights - prior
        return value + 0.5 * penalty * (apart @ apart), terms.slope(slope) + penalty * apart

    return minimize(penalised, prior, jac=True, method="L-BFGS-B", options={"maxiter": steps}).x
