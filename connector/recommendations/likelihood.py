"""Likelihood to buy and worth: how probably a customer is still one, how often they will order, and for how much.

BG/NBD: Fader, Hardie, Lee: "Counting Your Customers the Easy Way", Marketing Science 2005.
Gamma-Gamma: Fader, Hardie: "The Gamma-Gamma Model of Monetary Value", 2013. A customer is
three numbers: repeat orders x, time of the last one t_x and time observed T, both since
the first order (here in weeks), and the mean value of the repeat orders, in one currency.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import OptimizeResult, minimize
from scipy.special import betaincinv, betaln, gammaln, hyp2f1

# Fewer people, or fewer who came back, and the four numbers would be an invention.
FEWEST_CUSTOMERS, FEWEST_REPEATING = 50, 20
# On the log scale; the first is what was published for CDNOW, the others lie around it.
ORDER_STARTS = ((0.24, 4.4, 0.8, 2.4), (1.0, 10.0, 1.0, 1.0), (0.5, 1.0, 0.2, 2.0))
VALUE_STARTS = ((6.2, 3.7, 15.0), (1.0, 2.0, 1.0), (2.0, 10.0, 5.0))

# The middles of as many equal parts of a distribution.
SLICES = (np.arange(400) + 0.5) / 400

Floats = NDArray[np.float64]


class TooLittleHistoryError(Exception):
    """Not enough customers came back to say anything; the message says how many there were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering:
    """A fitted BG/NBD; times in the unit of the fit."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    customers: int

    def alive(self, repeats: ArrayLike, last: ArrayLike, observed: ArrayLike) -> Floats:
        """The probability of still being a customer. Who ordered once is alive by assumption, so rely on `expected`."""
        return 1 / (1 + self.odds_gone(*arrays(repeats, last, observed)))

    def expected(self, horizon: float, repeats: ArrayLike, last: ArrayLike, observed: ArrayLike) -> Floats:
        """Orders within `horizon` from now on."""
        x, last, observed = arrays(repeats, last, observed)
        # The closed form loses all its digits for some who order like clockwork; a sum never does, but is coarser.
        closed, summed = self._growth(horizon, x, observed), self._summed_growth(horizon, x, observed)
        growth = np.where(np.abs(closed - summed) <= 0.01 * summed, closed, summed)
        return np.maximum(growth / (1 + self.odds_gone(x, last, observed)), 0.0)

    def _growth(self, horizon: float, x: Floats, observed: Floats) -> Floats:
        """Orders within `horizon` of who is still a customer (equation 10 of the paper, by Euler's transformation)."""
        a, b, r = self.a, self.b, self.r
        if abs(a - 1) < 1e-6:
            # The formula has a hole here, its values have none.
            a = 1 + 1e-6
        rest = (self.alpha + observed) / (self.alpha + observed + horizon)
        with np.errstate(all="ignore"):
            series = hyp2f1(a + b - 1 - r, a - 1, a + b + x - 1, 1 - rest)
            return (a + b + x - 1) / (a - 1) * (1 - rest ** (a - 1) * series)

    def _summed_growth(self, horizon: float, x: Floats, observed: Floats) -> Floats:
        """The same as a mean over how readily somebody leaves after an order: a beta distribution, in equal slices."""
        leaving = np.maximum(betaincinv(self.a, self.b + x[:, None], SLICES), 1e-12)
        exponent = (self.r + x[:, None]) * np.log1p(leaving * horizon / (self.alpha + observed[:, None]))
        return (-np.expm1(-exponent) / leaving).mean(axis=1)

    def any_order(self, horizon: float, repeats: ArrayLike, last: ArrayLike, observed: ArrayLike) -> Floats:
        """The probability of at least one order within `horizon`: alive, and not without an order for so long."""
        x, last, observed = arrays(repeats, last, observed)
        quiet = ((self.alpha + observed) / (self.alpha + observed + horizon)) ** (self.r + x)
        return self.alive(x, last, observed) * (1 - quiet)

    def odds_gone(self, x: Floats, last: Floats, observed: Floats) -> Floats:
        """How many times likelier it is that they are gone than that they are not."""
        longer = np.log((self.alpha + observed) / (self.alpha + last))
        with np.errstate(over="ignore"):
            odds = self.a / (self.b + np.maximum(x, 1) - 1) * np.exp((self.r + x) * longer)
        return np.where(x > 0, odds, 0.0)

    def log_likelihoods(self, repeats: ArrayLike, last: ArrayLike, observed: ArrayLike) -> Floats:
        """Of each customer's history: how well it was foretold."""
        return ordering_logs((self.r, self.alpha, self.a, self.b), *arrays(repeats, last, observed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """A fitted Gamma-Gamma, for one currency."""

    p: float
    q: float
    gamma: float
    log_likelihood: float
    customers: int

    def expected(self, repeats: ArrayLike, value: ArrayLike) -> Floats:
        """The mean value of an order: between the customer's own and everybody's, by how much is known.

        Repeat orders without a positive value (refunded, free) say nothing here: everybody's mean is given.
        """
        x, value = arrays(repeats, value)
        x = np.where((value > 0) & (x > 0), x, 0.0)
        # p x + q - 1 weighs both means; with q of one or less nobody's mean exists.
        return self.p * (self.gamma + x * np.maximum(value, 0)) / np.maximum(self.p * x + self.q - 1, 1e-9)

    def log_likelihoods(self, repeats: ArrayLike, value: ArrayLike) -> Floats:
        """Of each customer's mean value: how well it was foretold; nan for who paid for nothing again."""
        x, value = arrays(repeats, value)
        counted = (x > 0) & (value > 0)
        told = worth_logs((self.p, self.q, self.gamma), np.where(counted, x, 1.0), np.where(counted, value, 1.0))
        return np.where(counted, told, np.nan)


def fit_ordering(repeats: ArrayLike, last: ArrayLike, observed: ArrayLike) -> Ordering:
    """By maximum likelihood. Raises TooLittleHistoryError rather than fit what is not there."""
    x, last, observed = arrays(repeats, last, observed)
    if ((x < 0) | (last < 0) | (last > observed)).any():
        raise ValueError("repeat orders and times: 0 <= x, 0 <= last <= observed")
    refuse(x.size, int((x > 0).sum()))
    # In the unit of the data, so that days fit as well as weeks.
    unit = max(float(observed.mean()) / 30, 1e-9)
    last, observed = last / unit, observed / unit

    def loss(logs: Floats) -> float:
        return -float(ordering_logs(np.exp(logs), x, last, observed).sum())

    best = best_of(loss, ORDER_STARTS)
    r, alpha, a, b = (float(value) for value in np.exp(best.x))
    # Times were divided: a density per unit, once for each repeat order.
    likelihood = -float(best.fun) - float(x.sum()) * float(np.log(unit))
    return Ordering(r=r, alpha=alpha * unit, a=a, b=b, log_likelihood=likelihood, customers=x.size)


def fit_worth(repeats: ArrayLike, value: ArrayLike) -> Worth:
    """By maximum likelihood, on customers with repeat orders of a positive mean value."""
    x, value = arrays(repeats, value)
    counted = (x > 0) & (value > 0) & np.isfinite(value)
    refuse(int(counted.sum()), int(counted.sum()))
    x, value = x[counted], value[counted]
    unit = float(value.mean()) / 35
    value = value / unit

    def loss(logs: Floats) -> float:
        return -float(worth_logs(np.exp(logs), x, value).sum())

    best = best_of(loss, VALUE_STARTS)
    p, q, gamma = (float(part) for part in np.exp(best.x))
    likelihood = -float(best.fun) - x.size * float(np.log(unit))
    return Worth(p=p, q=q, gamma=gamma * unit, log_likelihood=likelihood, customers=x.size)


def ordering_logs(parameters: Sequence[float] | Floats, x: Floats, last: Floats, observed: Floats) -> Floats:
    """The log-likelihood of each customer under r, alpha, a and b (equation 6 of the paper)."""
    r, alpha, a, b = parameters
    steady = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b)
    alive = -(r + x) * np.log(alpha + observed)
    with np.errstate(divide="ignore"):
        gone = np.where(x > 0, np.log(a / (b + np.maximum(x, 1) - 1)) - (r + x) * np.log(alpha + last), -np.inf)
    return steady + np.logaddexp(alive, gone)


def worth_logs(parameters: Sequence[float] | Floats, x: Floats, value: Floats) -> Floats:
    """The log-likelihood of each customer's mean value under p, q and gamma."""
    p, q, gamma = parameters
    each = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(gamma) + (p * x - 1) * np.log(value)
    return each + p * x * np.log(x) - (p * x + q) * np.log(gamma + x * value)


def best_of(loss: object, starts: tuple[tuple[float, ...], ...]) -> OptimizeResult:
    """The best end of several starts, each within e^-9 and e^9."""
    ends = [minimize(loss, np.log(start), method="L-BFGS-B", bounds=[(-9, 9)] * len(start)) for start in starts]
    found = min(ends, key=lambda end: end.fun if np.isfinite(end.fun) else np.inf)
    found = minimize(loss, found.x, method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-8, "maxiter": 4000})
    if not np.isfinite(found.fun):
        raise TooLittleHistoryError("likelihood: no start led anywhere")
    return found


def refuse(customers: int, repeating: int) -> None:
    if customers < FEWEST_CUSTOMERS or repeating < FEWEST_REPEATING:
        raise TooLittleHistoryError(
            f"{customers} customers, {repeating} of whom ordered again; "
            f"at least {FEWEST_CUSTOMERS} and {FEWEST_REPEATING} are needed"
        )


def arrays(*values: ArrayLike) -> list[Floats]:
    return [np.atleast_1d(np.asarray(value, float)) for value in values]


def summary(days: ArrayLike, today: int, *, unit: float = 7.0) -> tuple[int, float, float] | None:
    """Repeat orders, last and observed time from the days of one customer's orders; two on one day count as one."""
    distinct = np.unique(np.asarray(days, float))
    distinct = distinct[distinct <= today]
    if not distinct.size:
        return None
    first = float(distinct[0])
    return int(distinct.size) - 1, (float(distinct[-1]) - first) / unit, (today - first) / unit
