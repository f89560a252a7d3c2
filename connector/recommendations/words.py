"""Words: a hint as the card and the API show it.

Days are told as dates and not as "five weeks ago": the card is built once and read for weeks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from connector.profile.things import Shown, cut
from connector.recommendations.catalogue import UNKNOWN, Products
from connector.recommendations.hint_id import List, hint_id
from connector.recommendations.noted import Evidence
from connector.recommendations.reasons import Reason, sentence
from connector.recommendations.recommender import Hint

# Reasons and orders that a card has room for.
MOST_REASONS = 2
MOST_EVIDENCE = 3
NAME = 80

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a hint's words need beside the hint. Mappings go by product key, and by a basket's id."""

    workspace: str
    profile_id: str
    model: str
    names: "Names"
    evidence: Mapping[str, Evidence]
    most_evidence: int = MOST_EVIDENCE

    def hint(self, which: List, hint: Hint) -> Shown:
        """As `schemas.profile.HintSchema` describes it."""
        return {
            "id": hint_id(self.workspace, self.profile_id, which, hint.product, self.model),
            "product_id": hint.product,
            "name": self.name(hint.product),
            "score": round(hint.score, 4),
            "likelihood": round(hint.likelihood, 4),
            "reason": "; ".join(self.reason(one) for one in hint.reasons[:MOST_REASONS]),
            "kind": hint.reasons[0].kind if hint.reasons else None,
            "evidence": [self.evidence[one]._asdict() for one in hint.evidence[: self.most_evidence]],
            "due_on": None if hint.due_day is None else date_of(hint.due_day),
            "model": self.model,
        }

    def name(self, product: str) -> str:
        """What people call it, else its key."""
        return cut(self.names.get(product) or product, NAME) or product

    def reason(self, reason: Reason) -> str:
        """The sentence of `reasons`, with the day of the last purchase."""
        told = sentence(reason, names=self.names)
        if reason.kind != "bought" or "last_day" not in reason.facts:
            return told
        return f"{told}, last time on {date_of(reason.facts['last_day'])}"


class Names:
    """What products are called: by the catalogue, else by the model, else by the customer's own orders."""

    def __init__(self, products: Products, *others: Mapping[str, str]) -> None:
        self.products, self.others = products, others

    def get(self, product: str, default: str | None = None) -> str | None:
        told = self.products.get(product, UNKNOWN).name
        return told or next((named[product] for named in self.others if named.get(product)), default)


def date_of(day: int) -> str:
    """ISO 8601, of a day since 1970."""
    return (EPOCH + timedelta(days=day)).date().isoformat()


def shown_nothing(note: str | None, **more: Any) -> Shown:
    """Recommendations without any hint."""
    empty = {"due": [], "may_like": [], "withheld": [], "note": note, "likelihood": [], "model": None}
    return empty | more
