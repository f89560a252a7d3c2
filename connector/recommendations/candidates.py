"""Candidates: new models made from a ledger, each with what it says of itself, or with why it must not serve.

Pure: the same ledger and the same serving model give the same candidate.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connector.recommendations import validation
from connector.recommendations.fit import digest_of, fit
from connector.recommendations.history import History
from connector.recommendations.ledger import Ledger, lots_of
from connector.recommendations.likelihood import TooLittleHistoryError, Worth, fit_ordering, fit_worth, refuse
from connector.recommendations.outlook import Likelihood, date_of
from connector.recommendations.recommender import Recommender
from connector.recommendations.serving import HINTS, LIKELIHOOD, Fitted, hints_content, likelihood_content

# More customers than this move the few numbers of the likelihood by nothing.
MOST_FITTED = 20_000

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Step = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A model that could serve under this name. `refusal`: why not, in words; then it has no content."""

    name: str
    version: str
    report: Mapping[str, Any] = field(default_factory=dict)
    content: bytes = field(default=b"", repr=False)
    refusal: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """What serves, and whom the fit of each name held back (see `validation.held_below`)."""

    fitted: Fitted | None = None
    held_below: Mapping[str, float] = field(default_factory=dict)

    def asked(self, name: str, lots: Floats, below: float) -> Bools:
        """The customers from whom neither the new model nor the serving one learned."""
        return lots < min(below, self.held_below.get(name, below))


def hints(ledger: Ledger, rival: Rival, known: frozenset[str], step: Step) -> Candidate | None:
    """A model for hints; None when the same baskets were fitted before (`known`: digests), for the same would come."""
    history = ledger.history()
    lots, below = lots_of(history.customers), validation.held_below(len(history.customers))
    learned = history.only(lots >= below)
    report: dict[str, Any] = {"data": digest_of(learned), "held_below": below, "products": len(history.items)}
    if report["data"] in known:
        return None
    version = report["data"][:16]
    try:
        refuse(len(learned.customers), int((np.diff(learned.first_basket) > 1).sum()))
    except TooLittleHistoryError as error:
        return Candidate(name=HINTS, version=version, report=report, refusal=f"too little to learn from: {error}")
    model = fit(learned, progress=step)
    step("asking customers held back")
    recommender, serving = Recommender(model), rival.fitted.recommender if rival.fitted else None
    rows = asked_of(history, rival.asked(HINTS, lots, below))
    before = validation.foretold(serving, history, rows) if serving else {}
    verdict = validation.verdict(validation.foretold(recommender, history, rows), before)
    report |= {"settings": dict(model.report), "validation": verdict.told}
    names = {item: ledger.names[item] for item in model.items if item in ledger.names}
    content = b"" if verdict.refusal else hints_content(model, names)
    return Candidate(name=HINTS, version=model.version, report=report, content=content, refusal=verdict.refusal)


def asked_of(history: History, held: Bools) -> list[int]:
    """Rows of customers held back who have a last basket to foretell and one before it."""
    return np.flatnonzero(held & (np.diff(history.first_basket) > 1))[: validation.MOST].tolist()


def likelihood(ledger: Ledger, rival: Rival, known: frozenset[str]) -> Candidate | None:
    """A likelihood to order, and what orders are worth; None when the same was fitted before."""
    if ledger.as_of is None:
        return Candidate(name=LIKELIHOOD, version="none", refusal="too little to learn from: no order has a date")
    rhythms = ledger.rhythms.observed(ledger.as_of)
    lots, below = np.array(ledger.rhythms.lots), validation.held_below(len(ledger.rhythms.lots))
    version, fitted = digest_of_arrays(ledger), lots >= below
    report: dict[str, Any] = {"data": version, "held_below": below, "as_of": date_of(ledger.as_of)}
    if version in known:
        return None
    try:
        ordering = fit_ordering(*(numbers[some(fitted, lots)] for numbers in rhythms))
    except TooLittleHistoryError as error:
        return Candidate(name=LIKELIHOOD, version=version, report=report, refusal=f"too little to learn from: {error}")
    worth, lacking = worths(ledger, below)
    made = Likelihood(version=version, as_of=ledger.as_of, ordering=ordering, worth=worth)
    serving = rival.fitted.likelihood if rival.fitted else None
    held = partial(rival.asked, LIKELIHOOD, below=below)
    figures = [foretold(one, ledger, rhythms, held) if one else {} for one in (made, serving)]
    verdict = validation.verdict(*figures)
    report |= {"currencies": sorted(worth), "too_little_in": lacking, "validation": verdict.told}
    content = b"" if verdict.refusal else likelihood_content(made)
    return Candidate(name=LIKELIHOOD, version=version, report=report, content=content, refusal=verdict.refusal)


def foretold(
    one: Likelihood, ledger: Ledger, rhythms: tuple[Floats, ...], held: Callable[[Floats], Bools]
) -> dict[str, Floats]:
    """How well each customer held back was foretold: when they ordered, and per currency for how much."""
    asked = held(np.array(ledger.rhythms.lots))
    told = validation.ordering_fits(one.ordering, tuple(numbers[asked] for numbers in rhythms))
    for currency, values in sorted(ledger.values.items()):
        if currency in one.worth:
            rows = held(np.array(values.lots))
            means = np.array(values.repeats)[rows], np.array(values.mean)[rows]
            told |= validation.worth_fits(one.worth[currency], currency, *means)
    return told


def worths(ledger: Ledger, below: float) -> tuple[dict[str, Worth], list[str]]:
    """A Gamma-Gamma per currency, and the currencies in which too few ordered again."""
    found, lacking = {}, []
    for currency, held in sorted(ledger.values.items()):
        lots = np.array(held.lots)
        chosen = some(lots >= below, lots)
        try:
            found[currency] = fit_worth(np.array(held.repeats)[chosen], np.array(held.mean)[chosen])
        except TooLittleHistoryError:
            lacking.append(currency)
    return found, lacking


def some(rows: Bools, lots: Floats) -> NDArray[np.integer]:
    """Those rows, or as many of them as a fit needs, by lot."""
    places = np.flatnonzero(rows)
    return places[np.argsort(lots[places], kind="stable")[:MOST_FITTED]]


def digest_of_arrays(ledger: Ledger) -> str:
    digest = sha256(str(ledger.as_of).encode())
    rhythms = ledger.rhythms
    for numbers in (rhythms.repeats, rhythms.first, rhythms.last, rhythms.lots):
        digest.update(numbers.tobytes())
    for currency, held in sorted(ledger.values.items()):
        digest.update(currency.encode() + held.repeats.tobytes() + held.mean.tobytes())
    return digest.hexdigest()[:16]
