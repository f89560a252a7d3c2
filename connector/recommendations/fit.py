"""Fitting: count, learn from each customer's last known basket, choose settings on customers held back.

Nothing but the history is used: the last basket plays the next one, and everything that
was counted for the signals was counted without it.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

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
METHOD = "5"
# More customers than this teach nothing new, and cost memory.
MOST_LEARNED_FROM = 2_500
HELD_BACK = 0.25
PENALTIES = (3.0, 12.0, 50.0)
QUICK_STEPS, STEPS = 60, 120
# How many of each customer's last baskets may be learned from.
DEEPEST = 2

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Report = Mapping[str, float]


@dataclass(frozen=True)
class Lesson:
    """Examples, and of each: the customer's row in the history, how far from the end, the log of the order size."""

    examples: Examples
    who: NDArray[np.int64]
    back: NDArray[np.int64]
    sizes: Floats

    def of_new(self) -> "Lesson":
        """Only the candidates that were new to their customer."""
        return replace(self, examples=self.examples.of_new())


def fit(history: History, seed: int = 0, progress: Callable[[str], None] = lambda _step: None) -> Model:
    """The same history gives the same model. `progress` is told what is done next."""
    dice = np.random.default_rng(seed)
    held = dice.random(len(history.customers)) < HELD_BACK
    progress("counting what was bought before the last orders")
    lesson, scale = last_baskets(history, dice)
    report: dict[str, float] = {"customers": float(np.unique(lesson.who).size)}
    progress("learning what is bought again")
    weights, calibration, told = chosen(lesson, held, (learn,), 1, average=False)
    lesson = lesson.of_new()
    progress("learning what is bought for the first time")
    new_weights, new_calibration, told_new = chosen(lesson, held, (learn, learn_each), DEEPEST, average=True)
    del lesson
    progress("counting everything")
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


def last_baskets(history: History, dice: np.random.Generator) -> tuple[Lesson, Scale]:
    """Candidates before each customer's last basket, and what it held; of the baskets before it, new items alone."""
    found: list[Candidates] = []
    baskets: list[NDArray[np.integer]] = []
    whose: list[tuple[int, int]] = []
    for back in range(1, DEEPEST + 1):
        before = history.without_last(back)
        tables = tables_of(before)
        top, rows = tables.top, {who: row for row, who in enumerate(tables.slow.who)}
        for who in learned_from(history, rows, dice):
            one = found_for(tables, top, before, who, rows[history.customers[who]])
            found.append(one if back == 1 else one.only(~one.owned))
            basket = history.first_basket[who + 1] - back
            baskets.append(history.item[history.first_line[basket] : history.first_line[basket + 1]])
            whose.append((who, back))
        if not found:
            found_nothing = found_for(tables, top, before, None, None)
    scale = scale_of(found or [found_nothing])
    who, back = np.array(whose, np.int64).reshape(-1, 2).T
    sizes = np.array([one.context[ORDER_SIZE] for one in found])
    return Lesson(examples_of(scale, found, baskets), who, back, sizes), scale


def learned_from(history: History, rows: Mapping[str, int], dice: np.random.Generator) -> list[int]:
    who = [row for row, name in enumerate(history.customers) if name in rows]
    if len(who) > MOST_LEARNED_FROM:
        return sorted(dice.choice(who, MOST_LEARNED_FROM, replace=False).tolist())
    return who


def found_for(
    tables: Tables, top: NDArray[np.integer], history: History, customer: int | None, row: int | None
) -> Candidates:
    lines = history.lines(customer, MOST_BASKETS) if customer is not None else (np.empty(0, np.int32),) * 3
    return candidates_of(tables, top, customer_of(*lines), row)


@dataclass(frozen=True, eq=False)
class Attempt:
    """Settings, the weights they led to, and how well those did for each customer held back."""

    learned: Callable[..., Floats]
    penalty: float
    depth: int
    weights: Floats
    worth: Floats

    def beats(self, other: "Attempt") -> bool:
        """By more than chance would: the mean difference exceeds its standard error."""
        apart = self.worth.sum(axis=0) - other.worth.sum(axis=0)
        return bool(apart.size > 1 and apart.mean() > apart.std() / np.sqrt(apart.size))


def chosen(
    lesson: Lesson, held_back: Bools, ways: Sequence[Callable[..., Floats]], deepest: int, *, average: bool
) -> tuple[Floats, Floats, Report]:
    """Weights with what did best on customers held back, how scores become likelihoods, and how well.

    Of the penalties that nothing beats by more than chance, the strongest is taken, on last baskets alone. Then another
    way to learn, and the baskets before (maybe too old to teach), have to beat that as well. `average`: where hits are
    so rare that chance would choose among those penalties, the weights to which they lead are averaged.
    """
    prior, held, examples = prior_weights(), held_back[lesson.who], lesson.examples
    asked = held & (lesson.back == 1)

    def judged(learned: Callable[..., Floats], penalty: float, depth: int, weights: Floats) -> Attempt:
        return Attempt(learned, penalty, depth, weights, worth(examples, examples.terms.scores(weights), asked))

    def attempt(learned: Callable[..., Floats], penalty: float, depth: int) -> Attempt:
        weights = learned(examples, penalty, prior, ~held & (lesson.back <= depth), QUICK_STEPS)
        return judged(learned, penalty, depth, weights)

    tried = [attempt(ways[0], penalty, 1) for penalty in PENALTIES]
    leading = max(tried, key=lambda one: one.worth.sum())
    standing = [one for one in tried if not leading.beats(one)]
    best = max(standing, key=lambda one: one.penalty)
    others = [(way, depth) for way in ways for depth in range(1, deepest + 1)][1:]
    for other in [attempt(way, best.penalty, depth) for way, depth in others]:
        best = other if other.beats(best) else best
    if not average:
        standing = [best]
    elif best not in standing:
        standing = [best, *(attempt(best.learned, one.penalty, best.depth) for one in standing[:-1])]
    both = judged(best.learned, best.penalty, best.depth, mean_of(one.weights for one in standing))
    recall, ndcg = both.worth.mean(axis=1) if both.worth.size else (0.0, 0.0)
    report = {"penalty": best.penalty, "averaged": float(len(standing)), "baskets": float(best.depth)}
    report |= {"way": float(ways.index(best.learned)), "recall": float(recall), "ndcg": float(ndcg)}
    counted = lesson.back <= best.depth
    weights = mean_of(best.learned(examples, one.penalty, prior, counted, STEPS) for one in standing)
    return weights, calibrated(examples, examples.terms.scores(both.weights), asked, lesson.sizes), report


def mean_of(weights: Iterable[Floats]) -> Floats:
    return np.mean(list(weights), axis=0)


def worth(examples: Examples, score: Floats, asked: Bools) -> Floats:
    """Recall and NDCG at ten, of each customer asked about."""
    found = np.zeros((2, int(asked.sum())))
    discount = 1 / np.log2(np.arange(2, 12))
    for column, place in enumerate(np.flatnonzero(asked)):
        first, last, wanted = examples.first[place], examples.first[place + 1], examples.wanted[place]
        hits = examples.bought[first + np.argsort(-score[first:last], kind="stable")[:10]]
        ideal = (1 / np.log2(np.arange(2, wanted + 2))).sum()
        found[:, column] = hits.sum() / wanted, (hits * discount[: hits.size]).sum() / ideal
    return found


def calibrated(examples: Examples, score: Floats, asked: Bools, sizes: Floats) -> Floats:
    """Slope, weight of the order size and intercept that turn scores into likelihoods, learned where they were not."""
    group = np.repeat(np.arange(asked.size), np.diff(examples.first))
    rows = np.flatnonzero(asked[group])
    group, score, hits = group[rows], score[rows], examples.bought[rows]
    usual = np.array([1.0, 1.0, 0.0])
    if not hits.any():
        return usual
    most = np.full(asked.size, -np.inf)
    np.maximum.at(most, group, score)
    sums = np.bincount(group, np.exp(score - most[group]), asked.size)
    inputs = np.column_stack([score - most[group] - np.log(sums[group]), sizes[group], np.ones(rows.size)])

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = inputs @ weights
        apart = weights - usual
        value = np.logaddexp(0, odds).sum() - odds[hits].sum() + apart @ apart
        return value, inputs.T @ (1 / (1 + np.exp(-odds)) - hits) + 2 * apart

    return minimize(loss, usual, jac=True, method="L-BFGS-B", bounds=[(0.05, 5), (-3, 3), (-20, 20)]).x


def version_of(history: History, report: Mapping[str, float], seed: int) -> str:
    """Named by method, settings and every basket that was learned from."""
    return hashlib.sha256(f"{digest_of(history)} {seed} {sorted(report.items())}".encode()).hexdigest()[:16]


def digest_of(history: History) -> str:
    """Of the method and every basket: where it is equal, so is the model."""
    digest = hashlib.sha256(METHOD.encode())
    for names in (history.customers, history.items):
        digest.update("\0".join(names).encode() + b"\1")
    for numbers in (history.first_basket, history.day, history.first_line, history.item):
        digest.update(np.ascontiguousarray(numbers).tobytes())
    return digest.hexdigest()[:32]
