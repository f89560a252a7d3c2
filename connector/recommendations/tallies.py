"""Counts over all customers: how popular an item is, what is bought with it, and what follows it.

The same counts in SQL, for a base that no longer fits one machine, are in `counting`.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from connector.recommendations.gathering import largest
from connector.recommendations.history import History, offsets

# Per item, the strongest companions are kept: memory is bounded by items times this.
MOST_COMPANIONS = 100
# Rows of a product that are in memory at once.
CHUNK = 2_000

Floats = NDArray[np.float64]


def popularity(history: History) -> Floats:
    """Of each item: how many baskets hold it."""
    return np.bincount(history.item, minlength=len(history.items)).astype(float)


def recent_popularity(history: History, half_life: float) -> Floats:
    """The same, where a basket counts half as much for every `half_life` days before the latest."""
    if not history.item.size:
        return np.zeros(len(history.items))
    weight = 0.5 ** ((history.day.max() - history.day) / half_life)
    return np.bincount(history.item, np.repeat(weight, np.diff(history.first_line)), len(history.items))


def repeat_buyers(history: History) -> tuple[Floats, Floats]:
    """Of each item: by how many customers it was bought, and by how many of them more than once."""
    baskets = customers_by_items(history, np.ones(history.day.size, np.float32))
    buyers = np.bincount(baskets.indices, minlength=len(history.items)).astype(float)
    again = np.bincount(baskets.indices[baskets.data > 1.5], minlength=len(history.items)).astype(float)
    return buyers, again


def customers_by_items(history: History, weight: NDArray[np.floating]) -> sparse.csr_array:
    """Per customer and item, the sum of the weights of the baskets that hold it."""
    shape = (len(history.customers), history.day.size)
    gather = sparse.csr_array(
        (weight.astype(np.float32), np.arange(history.day.size), history.first_basket), shape=shape
    )
    summed = gather @ history.matrix
    summed.sort_indices()
    return summed


def co_purchases(history: History) -> Iterator[tuple[int, sparse.csr_array]]:
    """In chunks of rows: in how many baskets two different items lie together."""
    yield from counted(history.matrix, history.matrix)


def transitions(history: History) -> Iterator[tuple[int, sparse.csr_array]]:
    """In chunks of rows: how often the next basket of the same customer holds another item (row first, column next)."""
    followed = np.flatnonzero(history.customer_of[:-1] == history.customer_of[1:])
    yield from counted(history.matrix[followed], history.matrix[followed + 1])


def counted(left: sparse.csr_array, right: sparse.csr_array) -> Iterator[tuple[int, sparse.csr_array]]:
    columns = left.T.tocsr()
    for start in range(0, columns.shape[0], CHUNK):
        product = (columns[start : start + CHUNK] @ right).tocsr()
        # In order, so that ties are cut alike every time.
        product.sort_indices()
        rows = np.repeat(np.arange(product.shape[0]), np.diff(product.indptr))
        product.data[product.indices == rows + start] = 0
        product.eliminate_zeros()
        yield start, product


def strongest(
    chunks: Iterator[tuple[int, sparse.csr_array]], row_scale: Floats, column_scale: Floats
) -> sparse.csr_array:
    """Counts times the scales of row and column, of each row only the strongest."""
    columns, values, sizes = [np.empty(0, np.int32)], [np.empty(0, np.float32)], []
    for start, counts in chunks:
        for row in range(counts.shape[0]):
            held = slice(counts.indptr[row], counts.indptr[row + 1])
            scored = counts.data[held] * column_scale[counts.indices[held]] * row_scale[start + row]
            kept = largest(scored, MOST_COMPANIONS)
            columns.append(counts.indices[held][kept])
            values.append(scored[kept].astype(np.float32))
            sizes.append(kept.size)
    shape = (row_scale.size, column_scale.size)
    return sparse.csr_array(
        (np.concatenate(values), np.concatenate(columns), offsets(np.array(sizes, int))), shape=shape
    )
