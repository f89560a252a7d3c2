"""Customers with similar orders: the nearest by cosine, and what they hold.

A customer is a vector of faded shares, in which an item that few buy weighs more.
"""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from connector.recommendations.customer import FADES, Customer
from connector.recommendations.gathering import entries, largest, weighted_rows
from connector.recommendations.history import History, offsets
from connector.recommendations.tallies import customers_by_items

# The most recent customers stand for all: bounds memory, and the time of an answer.
MOST_CUSTOMERS = 20_000
SIZES = (40, 250)
# Of each customer, the items that weigh most: what they bought once long ago makes nobody alike, and costs time.
MOST_ITEMS = 120

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Neighbours:
    """Who is like whom. `who` are the customers' ids, row by row."""

    who: tuple[str, ...]
    idf: Floats
    shares: sparse.csr_array  # customers x items
    index: sparse.csr_array  # items x customers: the normed vectors, item by item
    fade: int

    def nearest(self, customer: Customer, own: int | None) -> tuple[NDArray[np.integer], Floats]:
        """The rows of the most similar customers, best first, and how similar; `own` is the customer's own row."""
        weights = customer.share[:, self.fade] * self.idf[customer.items]
        heaviest = largest(weights, MOST_ITEMS)
        norm = max(float(np.linalg.norm(weights[heaviest])), 1e-12)
        likeness = weighted_rows(self.index, customer.items[heaviest], weights[heaviest] / norm)
        if own is not None:
            likeness[own] = 0.0
        nearest = largest(likeness, SIZES[-1])
        nearest = nearest[np.argsort(-likeness[nearest], kind="stable")]
        return nearest, likeness[nearest]

    def shares_of(self, nearest: NDArray[np.integer], likeness: Floats) -> tuple[Floats, ...]:
        """Per size, the mean share of each item among so many of the nearest."""
        sums = (max(likeness[:size].sum(), 1e-12) for size in SIZES)
        return tuple(
            weighted_rows(self.shares, nearest[:size], likeness[:size] / total)
            for size, total in zip(SIZES, sums, strict=True)
        )

    def buyers(self, nearest: NDArray[np.integer]) -> NDArray[np.integer]:
        """Of each item, how many of those customers ever bought it."""
        at, _lengths = entries(self.shares, nearest)
        return np.bincount(self.shares.indices[at], minlength=self.shares.shape[1])


def neighbours_of(history: History, fade: int) -> Neighbours:
    """Everybody's vector; the fade is a place in `FADES`."""
    sizes = np.diff(history.first_basket)
    age = np.repeat(sizes - 1, sizes) - history.place
    weight = FADES[fade] ** age
    shares = customers_by_items(
        history, weight / np.bincount(history.customer_of, weight, sizes.size)[history.customer_of]
    )
    chosen = most_recent(history)
    shares = heaviest_of(sparse.csr_array(shares[chosen]))
    held = np.bincount(shares.indices, minlength=len(history.items))
    idf = np.log1p(chosen.size / np.maximum(held, 1.0))
    vectors = shares.copy()
    vectors.data = vectors.data * idf[vectors.indices].astype(np.float32)
    norms = np.sqrt(np.asarray(vectors.multiply(vectors).sum(axis=1)).ravel())
    vectors.data = vectors.data / np.repeat(np.maximum(norms, 1e-12), np.diff(vectors.indptr)).astype(np.float32)
    who = tuple(history.customers[row] for row in chosen)
    return Neighbours(who, idf, shares, sparse.csr_array(vectors.T.tocsr()), fade)


def heaviest_of(shares: sparse.csr_array) -> sparse.csr_array:
    """Of each row the MOST_ITEMS largest."""
    kept = [np.empty(0, np.int64)]
    for first, last in itertools.pairwise(shares.indptr):
        kept.append(first + np.sort(largest(shares.data[first:last], MOST_ITEMS)))
    sizes = np.minimum(np.diff(shares.indptr), MOST_ITEMS)
    at = np.concatenate(kept)
    return sparse.csr_array((shares.data[at], shares.indices[at], offsets(sizes)), shape=shares.shape)


def most_recent(history: History) -> NDArray[np.integer]:
    """The rows of customers with orders, at most MOST_CUSTOMERS, those who ordered last."""
    rows = np.flatnonzero(np.diff(history.first_basket) > 0)
    if rows.size > MOST_CUSTOMERS:
        latest = history.day[history.first_basket[rows + 1] - 1]
        rows = np.sort(rows[np.argsort(-latest, kind="stable")[:MOST_CUSTOMERS]])
    return rows
