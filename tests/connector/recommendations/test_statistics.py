"""Intervals are those of the textbooks, and hold in simulated worlds what they promise."""

from array import array

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy.stats import binomtest, norm, ttest_ind

from connector.recommendations import statistics
from connector.recommendations.statistics import Amounts, mean_difference, newcombe, wilson, z_of

COUNTS = some.integers(1, 5000).flatmap(lambda whole: some.tuples(some.integers(0, whole), some.just(whole)))


@given(COUNTS, some.sampled_from([0.8, 0.95, 0.99]))
def test_a_share_has_the_interval_that_scipy_gives_it(counts, confidence):
    part, whole = counts
    theirs = binomtest(part, whole).proportion_ci(confidence, method="wilson")
    ours = wilson(part, whole, confidence)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_a_share_of_nothing_is_none():
    assert wilson(0, 0) is None


# Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10.
@pytest.mark.parametrize(
    ("counts", "interval"),
    [
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((10, 10, 0, 20), (0.6791, 1.0)),
        ((10, 10, 0, 10), (0.6075, 1.0)),
    ],
)
def test_a_difference_of_shares_is_as_published(counts, interval):
    told = newcombe(*counts)
    assert (told.low, told.high) == pytest.approx(interval, abs=6e-5)


@given(COUNTS, COUNTS)
def test_a_difference_of_shares_turns_with_its_sides(one, other):
    there, back = newcombe(*one, *other), newcombe(*other, *one)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert -1 <= there.low <= there.estimate <= there.high <= 1


def test_a_difference_with_nobody_is_refused():
    with pytest.raises(ValueError, match="somebody"):
        newcombe(0, 0, 1, 2)
    with pytest.raises(ValueError, match="two customers"):
        mean_difference(amounts([1.0], 1), amounts([1.0, 2.0], 5))


def test_the_normal_quantile():
    assert z_of(0.95) == pytest.approx(norm.ppf(0.975))


def amounts(values, count):
    return Amounts(count, array("d", [value for value in values if value]))


def world(rng, count, share, spread=1.0, scale=50.0):
    """Most buy nothing, and a few buy much."""
    bought = rng.random(count) < share
    return amounts(np.where(bought, rng.lognormal(np.log(scale), spread, count), 0.0), count)


def test_with_many_buyers_a_difference_of_means_is_the_t_test(monkeypatch):
    rng = np.random.default_rng(1)
    one, other = rng.normal(100, 10, 3000), rng.normal(99, 10, 2000)
    theirs = ttest_ind(one, other, equal_var=False).confidence_interval(0.95)
    told = mean_difference(amounts(one, 3000), amounts(other, 2000))
    assert told.estimate == pytest.approx(one.mean() - other.mean())
    assert (told.low, told.high) == pytest.approx((theirs.low, theirs.high), abs=0.06)
    monkeypatch.setattr(statistics, "NORMAL_FROM", 1000)
    told = mean_difference(amounts(one, 3000), amounts(other, 2000))
    assert (told.low, told.high) == pytest.approx((theirs.low, theirs.high), abs=0.01)


def test_the_same_rows_get_the_same_interval_whichever_side_they_are_on():
    one, other = world(np.random.default_rng(1), 900, 0.2), world(np.random.default_rng(2), 100, 0.2)
    there, back = mean_difference(one, other), mean_difference(other, one)
    assert there == mean_difference(one, other)
    assert (there.estimate, there.low, there.high) == (-back.estimate, -back.high, -back.low)


def test_where_nobody_buys_nothing_is_clear():
    told = mean_difference(amounts([], 500), amounts([], 50))
    assert (told.estimate, told.low, told.high, told.is_clear) == (0, 0, 0, False)


def held(worlds, true, make):
    """In how many of the worlds the interval holds the truth, and in how many it speaks of an effect."""
    told = [make(np.random.default_rng([7, number])) for number in range(worlds)]
    return sum(one.low <= true <= one.high for one in told), sum(one.is_clear for one in told)


# 400 worlds: a method that holds 95 % holds fewer than 365 or more than 394 in one of a thousand runs.
WORLDS, FEWEST, MOST_CLAIMS = 400, 365, 35


@pytest.mark.parametrize(("share", "effect"), [(0.05, 0.0), (0.3, 0.0), (0.2, 0.1)])
def test_differences_of_shares_hold_what_they_promise(share, effect):
    def make(rng):
        return newcombe(rng.binomial(3800, share + effect), 3800, rng.binomial(200, share), 200)

    holds, claims = held(WORLDS, effect, make)
    assert holds >= FEWEST
    assert effect or claims <= MOST_CLAIMS


@pytest.mark.parametrize(
    ("share", "spread", "effect"), [(0.1, 1.0, 0.0), (0.3, 1.0, 0.0), (0.3, 1.5, 0.0), (0.3, 1.0, 0.15)]
)
def test_differences_of_means_hold_what_they_promise(share, spread, effect, monkeypatch):
    # Fewer shuffles than in earnest: they cost precision of each interval, and not the promise.
    monkeypatch.setattr(statistics, "SHUFFLES", 400)

    def make(rng):
        return mean_difference(world(rng, 1900, share + effect, spread), world(rng, 100, share, spread))

    holds, claims = held(WORLDS, effect * 50 * np.exp(spread**2 / 2), make)
    assert holds >= FEWEST
    assert effect or claims <= MOST_CLAIMS
