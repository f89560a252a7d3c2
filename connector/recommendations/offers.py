"""Offers: what a profile says of what the customer may need next, and when it is silent.

A round works on the profiles of one workspace that are built together: what they all need
is read once. What is said of one of them is a pure function of what is known, so that
the card, the interface and any rebuild say the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from connector.clock import micros
from connector.profile.build import Draft
from connector.profile.hints import Offered
from connector.profile.involve import unanswered
from connector.profile.things import Shown, iso
from connector.recommendations import holdout, suppression
from connector.recommendations.catalogue import Catalogue
from connector.recommendations.hint_id import List
from connector.recommendations.limits import DAY, Limits
from connector.recommendations.noted import Noted, oldest
from connector.recommendations.recommender import Hint, Recommender
from connector.recommendations.recommender import Hints as Ranked
from connector.recommendations.serving import Fitted, Models
from connector.recommendations.suppression import Known, Silence, Told
from connector.recommendations.words import Names, Wording, shown_nothing
from connector.store import exposures, outcomes
from connector.store.exposures import Exposure

# Hints of each list on a card, and the most that the interface gives.
ON_CARD, MOST = 3, 50

# Of each list so many are asked for, because rules may withhold the first.
ASKED = 20
MOST_WITHHELD = 5

NO_MODEL = "Nothing is suggested: no model has been fitted yet."


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One customer, as their offers are made of it."""

    workspace: str
    profile_id: str
    noted: Noted
    known: Known


class Offers:
    """`share`: of all customers, how many are shown nothing; `weeks`: how far the card looks ahead."""

    def __init__(
        self,
        models: Models,
        limits: Limits,
        clock: Callable[[], datetime],
        *,
        share: float = 0.0,
        weeks: int = 12,
    ) -> None:
        self.models, self.limits, self.clock = models, limits, clock
        self.share, self.weeks = share, weeks
        self.catalogue = Catalogue(clock)

    def begin(self, workspace: str) -> "Round":
        """A round of a workspace. Call it without a connection at hand: it may have to load a model."""
        return Round(offers=self, workspace=workspace, fitted=self.models.of(workspace), now=micros(self.clock()))


@dataclass(slots=True, kw_only=True)
class Round:
    """Profiles of a workspace that are built together, with the same model at the same time."""

    offers: Offers
    workspace: str
    fitted: Fitted | None
    now: int
    products: Mapping[str, Any] = field(default_factory=dict)
    told: dict[str, list[Told]] = field(default_factory=dict)
    shown: dict[str, dict[str, set[int]]] = field(default_factory=dict)
    # What is said to somebody of whom nothing is known, by how much is asked for: the same to each.
    _strangers: dict[int, Ranked] = field(default_factory=dict)

    def notes(self) -> Noted:
        return Noted(self.offers.limits)

    def read(self, connection: Connection, profile_ids: Sequence[str]) -> None:
        """What the offers of these profiles need beside their own records."""
        if self.fitted is None or self.fitted.recommender is None:
            return
        self.products = self.offers.catalogue.of(connection, self.workspace)
        for one in outcomes.of_profiles(connection, self.workspace, profile_ids):
            told = Told(product=one.product, outcome=one.outcome, at=one.at)
            self.told.setdefault(one.profile_id, []).append(told)
            if one.outcome == "shown":
                self._was_shown(one.profile_id, one.product, one.at)
        for seen in exposures.of_profiles(connection, self.workspace, profile_ids):
            for hint in _really_shown(seen):
                self._was_shown(seen.profile_id, hint["product"], seen.at)

    def of(self, draft: Draft, most: int = ON_CARD) -> Offered:
        """What the profile says, with `most` hints in each list."""
        customer = self._customer(draft)
        if self.fitted is None:
            return Offered(shown_nothing(NO_MODEL))
        offered = offer(customer, self.fitted, self.ranked, most=most, weeks=self.offers.weeks)
        if holdout.arm(self.workspace, draft.profile_id, self.offers.share) == holdout.HELD_OUT:
            return Offered(holdout.held_back(offered.shown), offered.revisit_at)
        return offered

    def ranked(self, recommender: Recommender, customer: Customer, count: int) -> Ranked:
        """What the model says, best first. Who never ordered is told what everybody is."""
        baskets = customer.noted.baskets
        if baskets:
            return recommender.hints(recommender.orders(baskets), customer.profile_id, count)
        if count not in self._strangers:
            self._strangers[count] = recommender.hints(recommender.orders(()), None, count)
        return self._strangers[count]

    def _customer(self, draft: Draft) -> Customer:
        noted: Noted = draft.notes
        known = Known(
            now=self.now,
            limits=self.offers.limits,
            contacts=[contact.body for contact in draft.contacts],
            complaint=oldest(noted.complaints),
            severe=oldest(noted.severe),
            rated=noted.rated,
            unanswered=unanswered(draft.mentions, draft.replies) if draft.mentions else (),
            bought=noted.bought,
            returned=noted.returned,
            told=self.told.get(draft.profile_id, ()),
            shown={product: frozenset(days) for product, days in self.shown.get(draft.profile_id, {}).items()},
            products=self.products,
        )
        return Customer(workspace=self.workspace, profile_id=draft.profile_id, noted=noted, known=known)

    def _was_shown(self, profile_id: str, product: str, at: int) -> None:
        self.shown.setdefault(profile_id, {}).setdefault(product, set()).add(at // DAY)


# What a model says of a customer, so many of each list.
Rank = Callable[[Recommender, Customer, int], Ranked]


def offer(customer: Customer, fitted: Fitted, rank: Rank, *, most: int = ON_CARD, weeks: int = 12) -> Offered:
    """Pure: the same customer and model get the same offer. Who objected is scored by nothing."""
    silences = suppression.of_customer(customer.known)
    if any(silence.rule == "no_consent" for silence in silences):
        return Offered(silent(silences, []))
    likelihood = fitted.likelihood.of(customer.noted.sales, weeks) if fitted.likelihood else []
    if fitted.recommender is None:
        return Offered(shown_nothing(NO_MODEL, likelihood=likelihood))
    version = fitted.recommender.model.version
    if silences:
        return Offered(silent(silences, likelihood, model=version), soonest(silences))
    return chosen(customer, fitted, rank(fitted.recommender, customer, most + ASKED), likelihood, most)


def silent(silences: Sequence[Silence], likelihood: Sequence[Shown], model: str | None = None) -> Shown:
    """No hints at all, and why."""
    note = f"Nothing is suggested: {'; '.join(silence.why for silence in silences)}."
    withheld = [told_silence(silence) for silence in silences]
    return shown_nothing(note, withheld=withheld, likelihood=likelihood, model=model)


def chosen(customer: Customer, fitted: Fitted, ranked: Ranked, likelihood: Sequence[Shown], most: int) -> Offered:
    """The first of each list that no rule withholds, and those before them that one does."""
    noted = customer.noted
    wording = Wording(
        workspace=customer.workspace,
        profile_id=customer.profile_id,
        model=ranked.model,
        names=Names(customer.known.products, fitted.names, noted.names),
        evidence=noted.evidence,
    )
    due, silences_due = sifted(customer.known, ranked.due, most)
    may_like, silences_new = sifted(customer.known, ranked.may_like, most)
    withheld = [*silences_due, *silences_new]
    shown = {
        "due": told_hints(wording, "due", due),
        "may_like": told_hints(wording, "may_like", may_like),
        "withheld": [told_silence(silence, hint.product, wording) for hint, silence in withheld],
        "note": ranked.note,
        "likelihood": likelihood,
        "model": ranked.model,
    }
    if not due and not may_like:
        shown["note"] = "Nothing is suggested: every hint is withheld." if withheld else ranked.note or NOTHING_FITS
    return Offered(shown, soonest(silence for _, silence in withheld))


NOTHING_FITS = "Nothing is suggested: the model knows of nothing that fits."


def sifted(known: Known, hints: Iterable[Hint], most: int) -> tuple[list[Hint], list[tuple[Hint, Silence]]]:
    """The first `most` that no rule withholds; and of those that stood before them, the first with their silence."""
    kept: list[Hint] = []
    withheld: list[tuple[Hint, Silence]] = []
    for hint in hints:
        if len(kept) == most:
            break
        silence = suppression.of_product(known, hint.product)
        if silence is None:
            kept.append(hint)
        else:
            withheld.append((hint, silence))
    return kept, withheld


def told_hints(wording: Wording, which: List, hints: Iterable[Hint]) -> list[Shown]:
    return [wording.hint(which, hint) for hint in hints]


def told_silence(silence: Silence, product: str | None = None, wording: Wording | None = None) -> Shown:
    """As `schemas.profile.WithheldSchema` describes it."""
    name = wording.name(product) if wording and product else None
    return {"rule": silence.rule, "why": silence.why, "product": product, "name": name, "until": iso(silence.until)}


def soonest(silences: Iterable[Silence]) -> int | None:
    """When the first of them ends by itself."""
    return min((silence.until for silence in silences if silence.until is not None), default=None)


def _really_shown(seen: Exposure) -> Iterable[Mapping[str, Any]]:
    return seen.hints if seen.arm != holdout.HELD_OUT else ()
