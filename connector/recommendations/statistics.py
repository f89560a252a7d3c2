"""Statistics of the report: shares and means with intervals, and what may be said of a difference.

Shares have Wilson's interval, differences of shares Newcombe's (1998, method 10): both hold what they promise with few
customers and with none who bought. A difference of means is judged by shuffling: money is so skewed (most customers
buy nothing, one buys for all the others) and the held-out so few that a bootstrap finds an effect where there is none
in one of ten cases; the distribution of the studentised difference under reshuffled groups (Chung and Romano 2013)
holds its five in a hundred by construction. Everything is drawn with a fixed seed: the same rows, the same report.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from math import fsum, sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CONFIDENCE = 0.95

# How often the customers are dealt into the two groups anew.
SHUFFLES = 2_000
# With so many who bought in the smaller group, the shuffled differences are normal.
NORMAL_FROM = 20_000
SEED = 20260501


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and what it may be instead, at `confidence`."""

    estimate: float
    low: float
    high: float
    confidence: float = CONFIDENCE

    @property
    def is_clear(self) -> bool:
        """Zero lies outside."""
        return self.low > 0 or self.high < 0


@cache
def z_of(confidence: float) -> float:
    """The normal distribution's quantile of a two-sided interval."""
    from scipy.special import ndtri  # noqa: PLC0415 - slow to import, and the command line asks for little of it

    return float(ndtri(0.5 + confidence / 2))


def wilson(part: int, whole: int, confidence: float = CONFIDENCE) -> Interval | None:
    """A share, `part` of `whole`; None of nothing."""
    if not whole:
        return None
    z, share = z_of(confidence), part / whole
    scale = 1 + z * z / whole
    middle = (share + z * z / (2 * whole)) / scale
    half = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole)) / scale
    low = 0.0 if part == 0 else max(0.0, middle - half)
    high = 1.0 if part == whole else min(1.0, middle + half)
    return Interval(share, low, high, confidence)


def newcombe(part: int, whole: int, other_part: int, other_whole: int, confidence: float = CONFIDENCE) -> Interval:
    """The first share less the second. Raises ValueError when there is nobody to have a share of."""
    one, other = wilson(part, whole, confidence), wilson(other_part, other_whole, confidence)
    if one is None or other is None:
        raise ValueError("a difference needs somebody on both sides")
    difference = one.estimate - other.estimate
    below = sqrt((one.estimate - one.low) ** 2 + (other.high - other.estimate) ** 2)
    above = sqrt((one.high - one.estimate) ** 2 + (other.estimate - other.low) ** 2)
    return Interval(difference, difference - below, difference + above, confidence)


@dataclass(slots=True)
class Amounts:
    """What each of `count` customers was worth; only what is not zero is held, 8 bytes each."""

    count: int = 0
    told: array = field(default_factory=lambda: array("d"))

    @property
    def mean(self) -> float:
        return fsum(self.told) / self.count if self.count else 0.0


def mean_difference(one: Amounts, other: Amounts, confidence: float = CONFIDENCE) -> Interval:
    """The first mean less the second, judged by shuffling. Raises ValueError with fewer than two on a side."""
    if min(one.count, other.count) < 2:
        raise ValueError("a difference of means needs two customers on both sides")
    if one.count < other.count:
        turned = mean_difference(other, one, confidence)
        return Interval(-turned.estimate, -turned.high, -turned.low, confidence)
    first, second = _sums(one.told), _sums(other.told)
    difference, error = _studentised(first, one.count, second, other.count)
    low, high = _quantiles(one, other, confidence)
    estimate, error = float(difference), float(error)
    return Interval(estimate, estimate - high * error, estimate - low * error, confidence)


def _quantiles(one: Amounts, other: Amounts, confidence: float) -> tuple[float, float]:
    """Of the studentised difference, when chance alone says who is in which group. `other` is the smaller group."""
    tail = (1 - confidence) / 2
    if len(other.told) > NORMAL_FROM:
        return -z_of(confidence), z_of(confidence)
    # In one order: the report must not depend on that in which customers were read.
    pooled = np.sort(np.concatenate([np.frombuffer(one.told), np.frombuffer(other.told)]))
    sums = _shuffled(pooled, one.count + other.count, other.count)
    whole = np.array([pooled.sum(), np.square(pooled).sum()])
    difference, error = _studentised(whole[:, None] - sums, one.count, sums, other.count)
    drawn = np.divide(difference, error, out=np.zeros_like(error), where=error > 0)
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return float(low), float(high)


def _shuffled(pooled: Floats, count: int, drawn: int) -> Floats:
    """Sums and sums of squares (2 x SHUFFLES) of `drawn` customers of `count`, of whom `pooled` bought."""
    dealt = np.random.default_rng(SEED)
    sums = np.empty((2, SHUFFLES))
    for shuffle, buyers in enumerate(dealt.hypergeometric(pooled.size, count - pooled.size, drawn, SHUFFLES)):
        values = pooled[dealt.choice(pooled.size, buyers, replace=False, shuffle=False)]
        sums[:, shuffle] = values.sum(), np.square(values).sum()
    return sums


def _sums(values: Sequence[float]) -> Floats:
    return np.array([fsum(values), fsum(value * value for value in values)])


def _studentised(one: Floats, count: int, other: Floats, other_count: int) -> tuple[Floats, Floats]:
    """The difference of means and its standard error, from sums and sums of squares."""
    means = one[0] / count, other[0] / other_count
    spread = (one[1] / count - means[0] ** 2) / (count - 1) + (other[1] / other_count - means[1] ** 2) / (
        other_count - 1
    )
    return means[0] - means[1], np.sqrt(np.maximum(spread, 0.0))
