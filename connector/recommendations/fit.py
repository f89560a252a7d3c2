"""Fitting: count, learn from each customer's last known basket, choose settings on customers held back.

Nothing but the history is used: the last basket plays the next one, and everything that
was counted for the signals was counted without it.
"""

import hashlib
import itertools
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from connector.recommendations.customer import MOST_BASKETS, customer_of
from connector.recommendations.history import History
from connector.recommendations.model import Model
from connector.recommendations.ranker import (
    Examples,
    Scale,
    examples_of,
    learn,
    prior_weights,
    scale_of,
)
from connector.recommendations.signals import Candidates, Tables, candidates_of, tables_of

# Changes when the method does, and with it every version.
METHOD = "1"
# More customers than this teach nothing new, and cost memory.
MOST_LEARNED_FROM = 2_500
HELD_BACK = 0.25
PENALTIES = (3.0, 12.0, 50.0)
QUICK_STEPS = 60

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def fit(history: History, seed: int = 0) -> Model:
    """The same history gives the same model."""
    examples, scale, sizes = last_baskets(history, seed)
    prior = prior_weights()
    weights, new_weights = prior, prior
    calibration = np.array([[1.0, 1.0, 0.0]] * 2)
    report: dict[str, float] = {"customers": float(examples.wanted.size)}
    if examples.bought.any():
        held = np.random.default_rng(seed).random(examples.wanted.size) < HELD_BACK
        every, new = np.ones(examples.bought.size, bool), ~examples.owned
        weights, calibration[0], told = chosen(examples, held, every, sizes, prior)
        new_weights, calibration[1], told_new = chosen(examples, held, new, sizes, prior)
        report |= told | {f"new_{name}": value for name, value in told_new.items()}
    del examples
    return Model(
        version_of(history, report, seed),
        history.items,
        history.timed,
        tables_of(history),
        scale,
        weights,
        new_weights,
        calibration,
        report,
    )


def last_baskets(history: History, seed: int) -> tuple[Examples, Scale, Floats]:
    """Candidates before each customer's last basket, and what it held; and the customers' usual order sizes."""
    before = history.without_last(1)
    tables = tables_of(before)
    top, rows = tables.top, {who: row for row, who in enumerate(tables.slow.who)}
    who = np.array([row for row, name in enumerate(history.customers) if name in rows], np.int64)
    if who.size > MOST_LEARNED_FROM:
        who = np.sort(np.random.default_rng(seed).choice(who, MOST_LEARNED_FROM, replace=False))
    found = [found_for(tables, top, before, customer, rows[history.customers[customer]]) for customer in who]
    if not found:
        found = [found_for(tables, top, before, None, None)]
        return examples_of(scale_of(found), found, [np.empty(0, np.int32)]), scale_of(found), np.zeros(1)
    lasts = history.first_basket[who + 1] - 1
    bought = [history.item[history.first_line[last] : history.first_line[last + 1]] for last in lasts]
    scale = scale_of(found)
    return examples_of(scale, found, bought), scale, np.array([one.context[1] for one in found])


def found_for(
    tables: Tables, top: NDArray[np.integer], history: History, customer: int | None, row: int | None
) -> Candidates:
    lines = history.lines(customer, MOST_BASKETS) if customer is not None else (np.empty(0, np.int32),) * 3
    return candidates_of(tables, top, customer_of(*lines), row)


def chosen(
    examples: Examples, held: Bools, counted: Bools, sizes: Floats, prior: Floats
) -> tuple[Floats, Floats, Mapping[str, float]]:
    """Weights by the penalty that did best on customers held back, how scores become likelihoods, and how well."""
    known, unseen = examples.of(~held), examples.of(held)
    known_rows, unseen_rows = (counted[np.repeat(mask, np.diff(examples.first))] for mask in (~held, held))
    tried = {}
    for penalty in PENALTIES:
        weights = learn(known, penalty, known_rows, prior, QUICK_STEPS)
        tried[penalty] = (worth(unseen, unseen.terms @ weights, unseen_rows), weights)
    penalty, (best, weights) = max(tried.items(), key=lambda item: (sum(item[1][0]), item[0]))
    calibration = calibrated(unseen, unseen.terms @ weights, unseen_rows, sizes[held])
    report = {"penalty": penalty, "recall": best[0], "ndcg": best[1]}
    return learn(examples, penalty, counted, prior), calibration, report


def worth(examples: Examples, score: Floats, counted: Bools) -> tuple[float, float]:
    """Mean recall and NDCG at ten."""
    recalls, gains = [0.0], [0.0]
    discount = 1 / np.log2(np.arange(2, 12))
    for (first, last), wanted in zip(itertools.pairwise(examples.first), examples.wanted, strict=True):
        rows = np.flatnonzero(counted[first:last]) + first
        hits = examples.bought[rows[np.argsort(-score[rows], kind="stable")[:10]]]
        recalls.append(hits.sum() / max(wanted, 1))
        ideal = (1 / np.log2(np.arange(2, wanted + 2))).sum()
        gains.append((hits * discount[: hits.size]).sum() / max(ideal, 1.0))
    return float(np.mean(recalls[1:] or [0.0])), float(np.mean(gains[1:] or [0.0]))


def calibrated(examples: Examples, score: Floats, counted: Bools, sizes: Floats) -> Floats:
    """Slope, weight of the order size and intercept that turn scores into likelihoods, learned where they were not."""
    rows = np.flatnonzero(counted)
    group = np.repeat(np.arange(examples.wanted.size), np.diff(examples.first))[rows]
    hits = examples.bought[rows]
    if not hits.any():
        return np.array([1.0, 1.0, 0.0])
    most = np.full(examples.wanted.size, -np.inf)
    np.maximum.at(most, group, score[rows])
    sums = np.bincount(group, np.exp(score[rows] - most[group]), examples.wanted.size)
    inputs = np.column_stack([score[rows] - most[group] - np.log(sums[group]), sizes[group], np.ones(rows.size)])

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = inputs @ weights
        value = np.logaddexp(0, odds).sum() - odds[hits].sum()
        apart = weights - (1.0, 1.0, 0.0)
        return value + apart @ apart, inputs.T @ (1 / (1 + np.exp(-odds)) - hits) + 2 * apart

    return minimize(
        loss, np.array([1.0, 1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=[(0.05, 5), (-3, 3), (-20, 20)]
    ).x


def version_of(history: History, report: Mapping[str, float], seed: int) -> str:
    """Named by method, settings and every basket that was learned from."""
    digest = hashlib.sha256(f"{METHOD} {seed} {sorted(report.items())}".encode())
    for names in (history.customers, history.items):
        digest.update("\0".join(names).encode() + b"\1")
    for numbers in (history.first_basket, history.day, history.first_line, history.item):
        digest.update(np.ascontiguousarray(numbers).tobytes())
    return digest.hexdigest()[:16]
