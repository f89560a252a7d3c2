"""The model: what a fit leaves behind, unchanging, and named by what went into it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from connector.recommendations.customer import Customer
from connector.recommendations.neighbours import Neighbours
from connector.recommendations.ranker import Scale
from connector.recommendations.signals import CONTEXT, Candidates, Tables, candidates_of

ORDER_SIZE = CONTEXT.index("order_size")

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ranking:
    """Candidates with the terms of their scores, and how likely each is in the next order."""

    found: Candidates
    terms: NDArray[np.float32]
    weights: Floats
    score: Floats
    likelihood: Floats


@dataclass(frozen=True)
class Model:
    """Immutable. `weights` rank repeats and new items together, `new_weights` new items among themselves."""

    version: str
    items: tuple[str, ...]
    timed: bool
    tables: Tables
    scale: Scale
    weights: Floats
    new_weights: Floats
    calibration: Floats  # lists x (slope, order size, intercept): the log-odds of being bought next
    report: Mapping[str, float]  # settings chosen, and how well they did on customers held back

    @cached_property
    def item_rows(self) -> dict[str, int]:
        return {item: row for row, item in enumerate(self.items)}

    @cached_property
    def customer_rows(self) -> dict[str, int]:
        return {customer: row for row, customer in enumerate(self.tables.slow.who)}

    @cached_property
    def top(self) -> NDArray[np.integer]:
        return self.tables.top

    def find(self, customer: Customer, who: str | None) -> Candidates:
        """What could come next; a customer is no neighbour of theirs, if `who` names them."""
        return candidates_of(self.tables, self.top, customer, self.customer_rows.get(who) if who else None)

    def rank(self, found: Candidates) -> tuple[Ranking, Ranking]:
        """All candidates together, and (to be read for new items alone) by what tells new items apart."""
        terms = self.scale.spread(found)
        return self.scored(found, terms, 0), self.scored(found, terms, 1)

    def scored(self, found: Candidates, terms: NDArray[np.float32], which: int) -> Ranking:
        weights = (self.weights, self.new_weights)[which]
        score = terms @ weights
        logarithm = among(score, ~found.owned if which else np.ones(score.size, bool))
        return Ranking(
            found, terms, weights, score, chance(self.calibration[which], logarithm, found.context[ORDER_SIZE])
        )

    def without(self, customer: str) -> "Model":
        """The model after that customer's orders were erased from it, as far as they were still one person's."""
        row = self.customer_rows.get(customer)
        if row is None:
            return self
        slow, recent = (forgotten(near, row) for near in (self.tables.slow, self.tables.recent))
        return replace(self, tables=replace(self.tables, slow=slow, recent=recent))


def among(score: Floats, counted: NDArray[np.bool_]) -> Floats:
    """The logarithm of each candidate's part of all that are counted: scores have no zero of their own."""
    if not counted.any():
        return score
    most = score[counted].max()
    return score - most - np.log(np.exp(score[counted] - most).sum())


def chance(calibration: Floats, logarithm: Floats, order_size: Floats | float) -> Floats:
    odds = calibration[0] * logarithm + calibration[1] * order_size + calibration[2]
    return 1 / (1 + np.exp(-np.clip(odds, -30, 30)))


def forgotten(near: Neighbours, row: int) -> Neighbours:
    who = (*near.who[:row], "", *near.who[row + 1 :])
    shares, index = near.shares.copy(), near.index.copy()
    shares.data[shares.indptr[row] : shares.indptr[row + 1]] = 0
    index.data[index.indices == row] = 0
    for matrix in (shares, index):
        matrix.eliminate_zeros()
    return Neighbours(who, near.idf, sparse.csr_array(shares), sparse.csr_array(index), near.fade)
