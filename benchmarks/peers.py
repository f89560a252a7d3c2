"""The methods that ours must beat, after their papers, on dense arrays a customer at a time.

TIFU-KNN: Hu, He, Gao, Zhang: "Modeling Personalized Item Frequency Information for
Next-basket Recommendation", SIGIR 2020. UP-CF: Faggioli, Polato, Aiolli: "Recency Aware
Collaborative Filtering for Next Basket Recommendation", UMAP 2020.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from connector.recommendations.history import History

Scores = Callable[[int], np.ndarray]


def popular(history: History) -> Scores:
    counts = np.bincount(history.item, minlength=len(history.items)).astype(float)
    return lambda _customer: counts


def personal(history: History) -> Scores:
    """How often the customer bought it; among equals, how often all did."""
    counts = np.bincount(history.item, minlength=len(history.items)).astype(float)
    counts /= counts.max() + 1

    def scores(customer: int) -> np.ndarray:
        return np.bincount(history.lines(customer)[0], minlength=len(history.items)) + counts

    return scores


@dataclass(frozen=True)
class Tifu:
    """Decay within and between groups of baskets, their size, neighbours, weight of the customer's own vector."""

    within: float = 0.9
    between: float = 0.7
    group: int = 7
    neighbours: int = 300
    own: float = 0.7

    def __call__(self, history: History) -> Scores:
        vectors = self.vectors(history)
        squares = np.asarray(vectors.multiply(vectors).sum(axis=1)).ravel()

        def scores(customer: int) -> np.ndarray:
            own = np.asarray(vectors[[customer]].todense()).ravel()
            apart = squares - 2 * (vectors @ own)
            apart[customer] = np.inf
            nearest = np.argsort(apart, kind="stable")[: self.neighbours]
            return self.own * own + (1 - self.own) * np.asarray(vectors[nearest].mean(axis=0)).ravel()

        return scores

    def vectors(self, history: History) -> sparse.csr_array:
        """Customers by items. Baskets are cut into groups of equal size from the newest; the oldest may be smaller."""
        sizes = np.diff(history.first_basket)
        age = np.repeat(sizes - 1, sizes) - history.place
        group, inside = age // self.group, age % self.group
        groups = np.repeat(-(-sizes // self.group), sizes)
        held = np.minimum(self.group, np.repeat(sizes, sizes) - group * self.group)
        weight = self.within**inside / held * self.between**group / groups
        shape = (len(history.customers), history.day.size)
        gather = sparse.csr_array((weight, np.arange(history.day.size), history.first_basket), shape=shape)
        return sparse.csr_array(gather @ history.matrix)


@dataclass(frozen=True)
class UpCf:
    """Popularity in the customer's latest baskets, spread over customers who are alike (asymmetric cosine)."""

    recency: int = 10
    locality: int = 5
    alpha: float = 0.25

    def __call__(self, history: History) -> Scores:
        sizes = np.diff(history.first_basket)
        age = np.repeat(sizes - 1, sizes) - history.place
        weight = np.where(age < self.recency, 1 / np.minimum(np.repeat(sizes, sizes), self.recency), 0.0)
        shape = (len(history.customers), history.day.size)
        gather = sparse.csr_array((weight, np.arange(history.day.size), history.first_basket), shape=shape)
        recent = sparse.csr_array(gather @ history.matrix)
        recent.eliminate_zeros()
        held = sparse.csr_array((gather @ history.matrix) > 0).astype(float)
        held = sparse.csr_array(
            sparse.csr_array((np.ones(age.size), np.arange(age.size), history.first_basket), shape=shape)
            @ history.matrix
        )
        held.data[:] = 1.0
        counts = held.sum(axis=1)

        def scores(customer: int) -> np.ndarray:
            common = held @ np.asarray(held[[customer]].todense()).ravel()
            alike = common / np.maximum(counts[customer] ** self.alpha * counts ** (1 - self.alpha), 1e-12)
            return (alike**self.locality) @ recent

        return scores


TIFU_GRID = tuple(
    Tifu(within, between, group, neighbours, own)
    for within in (0.9, 1.0)
    for between in (0.7, 0.9)
    for group in (3, 7, 20)
    for neighbours in (100, 300)
    for own in (0.5, 0.7, 0.9)
)
UPCF_GRID = tuple(
    UpCf(recency, locality, alpha) for recency in (5, 25, 100) for locality in (1, 5, 10) for alpha in (0.0, 0.25, 0.5)
)


def ranked(scores: np.ndarray, among: np.ndarray | None = None, count: int = 10) -> np.ndarray:
    scores = np.where(scores > 0, scores, -1.0)
    if among is not None:
        scores = np.where(among, scores, -1.0)
    order = np.argsort(-scores, kind="stable")[:count]
    return order[scores[order] > 0]


def tuned(grid: Iterable, history: History, customers: Iterable[int]) -> object:
    """The settings that find most of the last known basket of the validation customers; the future stays unread."""
    before = history.without_last(1)
    asked: Mapping[int, np.ndarray] = {
        customer: list(history.baskets(customer))[-1][1] for customer in customers if before.lines(customer)[0].size
    }

    def worth(settings: Callable[[History], Scores]) -> float:
        scores = settings(before)
        found = [np.isin(ranked(scores(customer)), wanted) for customer, wanted in asked.items()]
        sizes = [wanted.size for wanted in asked.values()]
        return float(np.mean([hits.sum() / size for hits, size in zip(found, sizes, strict=True)]))

    return max(grid, key=worth)
