"""Reasons: which parts of a score spoke loudest for an item, with the numbers that make a sentence.

A reason is a kind and facts, never a text alone: who shows it knows the products' names
and the language. `sentence` is the English one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connector.recommendations.customer import Customer
from connector.recommendations.gathering import strongest_rows
from connector.recommendations.model import Model, Ranking
from connector.recommendations.neighbours import SIZES
from connector.recommendations.ranker import PARTS
from connector.recommendations.signals import CONTEXT, LATEST, OWN, RECENT, SHARED, sources

Facts = dict[str, Any]

# What a person may be told, and the signals behind it.
KINDS: Mapping[str, tuple[str, ...]] = {
    "bought": (*(name for name in OWN if name.startswith("share_")), "count", "bought_once"),
    "rhythm": tuple(name for name in OWN if "since" in name or "gap" in name or "overdue" in name),
    "similar_customers": tuple(name for name in SHARED if name.startswith("near_")),
    "bought_together": ("bought_together",),
    "follows": ("follows_latest", "follows_recent"),
    "popular": ("popular", "popular_now"),
    "repeat_item": ("repeat_rate",),
}
LAST_ORDERS = 6
MOST_REASONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """`weight` is the part of the score; `facts` are the numbers and product ids that a sentence needs."""

    kind: str
    weight: float
    facts: Facts


def kind_of_terms() -> NDArray[np.int64]:
    """Of each term of a score, the place of its kind; the one behind all for what is no reason."""
    of = {name: place for place, names in enumerate(KINDS.values()) for name in names}
    own, shared = ([of[name] for name in names] * PARTS for names in (OWN, SHARED))
    return np.array([len(KINDS)] * (1 + len(CONTEXT)) + own + shared + shared)


TERM_KINDS = kind_of_terms()


@dataclass(frozen=True)
class Explainer:
    """Explains some of a ranking's items to one customer; what several items need is looked up once."""

    model: Model
    customer: Customer
    ranking: Ranking
    rows: Sequence[int]

    def reasons(self, row: int) -> list[Reason]:
        """The kinds that raised the item most, loudest first; only those of which there is a fact to tell.

        What the customer bought before is there because they bought it: that is said first.
        """
        parts = np.bincount(TERM_KINDS, self.ranking.terms[row] * self.ranking.weights, len(KINDS) + 1)
        item, told = int(self.ranking.found.items[row]), []
        own = bool(self.ranking.found.owned[row])
        for place, kind in sorted(enumerate(KINDS), key=lambda one: (not (own and one[1] == "bought"), -parts[one[0]])):
            facts = FACTS[kind](self, item) if parts[place] > 0 or not told else None
            if facts:
                told.append(Reason(kind=kind, weight=float(parts[place]), facts=facts))
        return told[:MOST_REASONS]

    @cached_property
    def items(self) -> NDArray[np.integer]:
        return self.ranking.found.items[self.rows]

    @cached_property
    def nearest(self) -> NDArray[np.integer]:
        return self.ranking.found.nearest[: SIZES[0]]

    @cached_property
    def buyers(self) -> NDArray[np.integer]:
        return self.model.tables.slow.buyers(self.nearest)

    @cached_property
    def companions(self) -> dict[int, int]:
        found = sources(self.customer, self.customer.share, RECENT)
        return strongest_rows(self.model.tables.together, *found, self.items)

    @cached_property
    def leaders(self) -> dict[int, int]:
        found = sources(self.customer, self.customer.share, LATEST)
        return strongest_rows(self.model.tables.follows, *found, self.items)


def bought(asked: Explainer, item: int) -> Facts | None:
    """In how many of how many orders, and when last."""
    at = asked.customer.row_of(item)
    if at is None:
        return None
    last_day = {"last_day": int(asked.customer.last_day[at])} if asked.model.timed else {}
    return {"count": int(asked.customer.count[at]), "orders": asked.customer.baskets, **last_day}


def rhythm(asked: Explainer, item: int) -> Facts | None:
    """How many days lie between two purchases, once there were some."""
    apart = asked.customer.days_between(item) if asked.model.timed else None
    if apart is None:
        return None
    return {"every_days": round(apart, 1), "last_day": int(asked.customer.last_day[asked.customer.row_of(item)])}


def similar_customers(asked: Explainer, item: int) -> Facts | None:
    """How many of the most similar customers ever bought it."""
    buyers = int(asked.buyers[item])
    return {"buyers": buyers, "of": int(asked.nearest.size)} if buyers else None


def bought_together(asked: Explainer, item: int) -> Facts | None:
    """The product of the customer's with which it is bought together most."""
    return {"with": asked.model.items[asked.companions[item]]} if item in asked.companions else None


def follows(asked: Explainer, item: int) -> Facts | None:
    """The product of the customer's which it follows most, in the next order."""
    return {"after": asked.model.items[asked.leaders[item]]} if item in asked.leaders else None


def popular(asked: Explainer, item: int) -> Facts | None:
    """In what share of all orders it is."""
    share = float(asked.model.tables.popular[item])
    return {"share": round(share, 4)} if share else None


def repeat_item(asked: Explainer, item: int) -> Facts | None:
    """What share of its buyers bought it again."""
    rate = float(asked.model.tables.repeat_rate[item])
    return {"share": round(rate, 3)} if rate and asked.customer.row_of(item) is not None else None


FACTS: Mapping[str, Callable[[Explainer, int], Facts | None]] = {
    "bought": bought,
    "rhythm": rhythm,
    "similar_customers": similar_customers,
    "bought_together": bought_together,
    "follows": follows,
    "popular": popular,
    "repeat_item": repeat_item,
}


SENTENCES: Mapping[str, str] = {
    "bought": "bought in {bought_in}{last_time}",
    "rhythm": "bought about every {every}{last_time}",
    "similar_customers": "customers with similar orders buy it: {buyers} of the {of} most similar",
    "bought_together": "often bought together with {product}",
    "follows": "often follows {product}",
    "popular": "in {percent} of all orders",
    "repeat_item": "{percent} of those who bought it bought it again",
}


def sentence(reason: Reason, today: int | None = None, names: Mapping[str, str] | None = None) -> str:
    """The reason in English; a product without a name is called by its id."""
    facts = reason.facts
    product = facts.get("with", facts.get("after", ""))
    return SENTENCES[reason.kind].format(
        **facts,
        product=(names or {}).get(product, product),
        bought_in=bought_in(facts),
        every=span(facts.get("every_days", 0)),
        last_time=last_time(facts, today),
        percent=percent(facts.get("share", 0)),
    )


def bought_in(facts: Facts) -> str:
    if facts.get("in_last"):
        return f"{facts['in_last']} of the last {facts['of_last']} orders"
    return f"{facts.get('count')} of {facts.get('orders')} orders"


def last_time(facts: Facts, today: int | None) -> str:
    return "" if today is None or "last_day" not in facts else f", last time {span(today - facts['last_day'])} ago"


def span(days: float) -> str:
    """Days, weeks or months, whichever a person would say."""
    for size, word in ((60.9, "month"), (14.0, "week")):
        if days >= size:
            count = round(days / (30.44 if word == "month" else 7))
            return f"{count} {word}s"
    count = max(round(days), 0)
    return f"{count} day{'' if count == 1 else 's'}"


def percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.01 else f"{share:.1%}"
