"""Weighted sums of a few rows of a sparse matrix, at the speed of a contact."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]


def weighted_rows(matrix: sparse.csr_array, rows: NDArray[np.integer], weights: Floats) -> Floats:
    """The dense sum of `weights` times those rows: `weights @ matrix[rows]`, without building the slice."""
    at, lengths = entries(matrix, rows)
    if not at.size:
        return np.zeros(matrix.shape[1])
    return np.bincount(matrix.indices[at], np.repeat(weights, lengths) * matrix.data[at], matrix.shape[1])


def strongest_rows(
    matrix: sparse.csr_array, rows: NDArray[np.integer], weights: Floats, columns: NDArray[np.integer]
) -> dict[int, int]:
    """For each of the columns, which of the rows adds most to that sum; none where none does."""
    at, lengths = entries(matrix, rows)
    asked = np.zeros(matrix.shape[1], bool)
    asked[columns] = True
    hits = np.flatnonzero(asked[matrix.indices[at]])
    source = np.repeat(np.arange(rows.size), lengths)[hits]
    column, part = matrix.indices[at[hits]], weights[source] * matrix.data[at[hits]]
    # The largest part of a column is written last, and stays.
    order = np.argsort(part, kind="stable")
    return dict(zip(column[order].tolist(), rows[source[order]].tolist(), strict=True))


def entries(matrix: sparse.csr_array, rows: NDArray[np.integer]) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """Where the entries of those rows lie, and how many each row has."""
    starts, lengths = matrix.indptr[rows], matrix.indptr[rows + 1] - matrix.indptr[rows]
    ends = np.cumsum(lengths)
    return np.repeat(starts - ends + lengths, lengths) + np.arange(ends[-1] if ends.size else 0), lengths


def largest(values: Floats, count: int) -> NDArray[np.integer]:
    """The places of the largest positive values, unordered; equals are cut in favour of the lower place."""
    positive = np.flatnonzero(values > 0)
    if positive.size <= count:
        return positive
    chosen = values[positive]
    limit = np.partition(chosen, positive.size - count)[positive.size - count]
    above, equal = positive[chosen > limit], positive[chosen == limit]
    return np.concatenate([above, equal[: count - above.size]])
