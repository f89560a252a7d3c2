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
from connector.recommendations import holdout
from connector.recommendations.catalogue import Catalogue
from connector.recommendations.choosing import NO_MODEL, ON_CARD, Customer, offer
from connector.recommendations.limits import DAY, Limits
from connector.recommendations.noted import Noted, oldest
from connector.recommendations.recommender import Hints as Ranked
from connector.recommendations.recommender import Recommender
from connector.recommendations.serving import Fitted, Models
from connector.recommendations.suppression import Known, Told
from connector.recommendations.words import shown_nothing
from connector.store import exposures, outcomes
from connector.store.exposures import Exposure

# Hints of each list, the most that the interface gives.
MOST = 50


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


def _really_shown(seen: Exposure) -> Iterable[Mapping[str, Any]]:
    return seen.hints if seen.arm != holdout.HELD_OUT else ()
