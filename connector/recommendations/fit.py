"""Fitting: count, learn from each customer's last known basket, choose settings on customers held back.

Nothing but the history is used: the last basket plays the next one, and everything that
was counted for the signals was counted without it.
"""

import hashlib
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from connector.recommendations.customer import MOST_BASKETS, customer_of
from connector.recommendations.history import History
from connector.recommendations.model import ORDER_SIZE, Model
from connector.recommendations.ranker import (
    Examples,
    Scale,
    examples_of,
    learn,
    learn_each,
    prior_weights,
    scale_of,
)
from connector.recommendations.signals import Candidates, Tables, candidates_of, tables_of

# Changes when the method does, and with it every version.
METHOD = "2"
# More customers than this teach nothing new, and cost memory.
MOST_LEARNED_FROM = 2_500
HELD_BACK = 0.25
PENALTIES = (3.0, 12.0, 50.0)
QUICK_STEPS = 60

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Lesson:
    """Examples, and of each customer in them: the row in the history, and the logarithm of the usual order size."""

    examples: Examples
    who: NDArray[np.int64]
    sizes: Floats


def fit(history: History, seed: int = 0) -> Model:
    """The same history gives the same model."""
    dice = np.random.default_rng(seed)
    held = dice.random(len(history.customers)) < HELD_BACK
    prior = prior_weights()
    lesson, scale = last_baskets(history, 1, dice)
    report: dict[str, float] = {"customers": float(lesson.who.size)}
    weights, calibration, told = chosen(lesson, held, learn, prior)
    # New items are bought rarely: two baskets of each customer teach more than one.
    new = lesson_of_new(lesson)
    del lesson
    earlier, _scale = last_baskets(history, 2, dice, scale)
    new = joined(new, lesson_of_new(earlier))
    del earlier
    new_weights, new_calibration, told_new = chosen(new, held, learn_each, prior)
    del new
    report |= told | {f"new_{name}": value for name, value in told_new.items()}
    return Model(
        version_of(history, report, seed),
        history.items,
        history.timed,
        tables_of(history),
        scale,
        weights,
        new_weights,
        np.stack([calibration, new_calibration]),
        report,
    )


def last_baskets(
    history: History, back: int, dice: np.random.Generator, scale: Scale | None = None
) -> tuple[Lesson, Scale]:
    """Candidates before each customer's last basket (or the one `back` from the end), and what it held."""
    before = history.without_last(back)
    tables = tables_of(before)
    top, rows = tables.top, {who: row for row, who in enumerate(tables.slow.who)}
    who = np.array([row for row, name in enumerate(history.customers) if name in rows], np.int64)
    if who.size > MOST_LEARNED_FROM:
        who = np.sort(dice.choice(who, MOST_LEARNED_FROM, replace=False))
    found = [found_for(tables, top, before, customer, rows[history.customers[customer]]) for customer in who]
    scale = scale or scale_of(found or [found_for(tables, top, before, None, None)])
    bought = history.first_basket[who + 1] - back
    baskets = [history.item[history.first_line[basket] : history.first_line[basket + 1]] for basket in bought]
    sizes = np.array([one.context[ORDER_SIZE] for one in found])
    return Lesson(examples_of(scale, found, baskets), who, sizes), scale


def lesson_of_new(lesson: Lesson) -> Lesson:
    """Only the candidates that were new to their customer."""
    return Lesson(lesson.examples.among(~lesson.examples.owned), lesson.who, lesson.sizes)


def joined(left: Lesson, right: Lesson) -> Lesson:
    return Lesson(
        left.examples.followed_by(right.examples),
        np.concatenate([left.who, right.who]),
        np.concatenate([left.sizes, right.sizes]),
    )


def found_for(
    tables: Tables, top: NDArray[np.integer], history: History, customer: int | None, row: int | None
) -> Candidates:
    lines = history.lines(customer, MOST_BASKETS) if customer is not None else (np.empty(0, np.int32),) * 3
    return candidates_of(tables, top, customer_of(*lines), row)


def chosen(
    lesson: Lesson, held_back: Bools, learned: Callable[..., Floats], prior: Floats
) -> tuple[Floats, Floats, Mapping[str, float]]:
    """Weights by the penalty that did best on customers held back, how scores become likelihoods, and how well."""
    held = held_back[lesson.who]
    known, unseen = lesson.examples.of(~held), lesson.examples.of(held)
    tried = {}
    for penalty in PENALTIES:
        weights = learned(known, penalty, prior, QUICK_STEPS)
        tried[penalty] = (worth(unseen, unseen.terms @ weights), weights)
    penalty, (best, weights) = max(tried.items(), key=lambda item: (sum(item[1][0]), item[0]))
    calibration = calibrated(unseen, unseen.terms @ weights, lesson.sizes[held])
    del known, unseen
    return (
        learned(lesson.examples, penalty, prior),
        calibration,
        {"penalty": penalty, "recall": best[0], "ndcg": best[1]},
    )


def worth(examples: Examples, score: Floats) -> tuple[float, float]:
    """Mean recall and NDCG at ten."""
    recalls, gains = [0.0], [0.0]
    discount = 1 / np.log2(np.arange(2, 12))
    for (first, last), wanted in zip(itertools.pairwise(examples.first), examples.wanted, strict=True):
        hits = examples.bought[first + np.argsort(-score[first:last], kind="stable")[:10]]
        recalls.append(hits.sum() / max(wanted, 1))
        ideal = (1 / np.log2(np.arange(2, wanted + 2))).sum()
        gains.append((hits * discount[: hits.size]).sum() / max(ideal, 1.0))
    return float(np.mean(recalls[1:] or [0.0])), float(np.mean(gains[1:] or [0.0]))


def calibrated(examples: Examples, score: Floats, sizes: Floats) -> Floats:
    """Slope, weight of the order size and intercept that turn scores into likelihoods, learned where they were not."""
    group = np.repeat(np.arange(examples.wanted.size), np.diff(examples.first))
    hits = examples.bought
    if not hits.any():
        return np.array([1.0, 1.0, 0.0])
    most = np.full(examples.wanted.size, -np.inf)
    np.maximum.at(most, group, score)
    sums = np.bincount(group, np.exp(score - most[group]), examples.wanted.size)
    inputs = np.column_stack([score - most[group] - np.log(sums[group]), sizes[group], np.ones(score.size)])

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
