"""Suppression: when hints are silent. Each rule is a function whose docstring people are shown.

A rule about the customer withholds every hint, one about a product that product's alone.
Its answer says why, as the agent may hear it, and until when where time alone ends it.
What a rule compares with is the company's to set: `connector.recommendations.limits`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connector.clock import moment
from connector.profile.involve import title
from connector.profile.things import FIRST_TIME, Thing, cut
from connector.recommendations import consent, sentiment
from connector.recommendations.catalogue import UNKNOWN, Products
from connector.recommendations.limits import DAY, Limits
from connector.recommendations.noted import Rated, number_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody answered to a hint. `at`: microseconds."""

    product: str
    outcome: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the rules look at, as of `now` (microseconds). Mappings go by product key."""

    now: int
    limits: Limits
    contacts: Sequence[Mapping[str, Any]] = ()
    complaint: Thing | None = None
    severe: Thing | None = None
    rated: Rated | None = None
    # The mentions that nobody answered.
    unanswered: Sequence[Thing] = ()
    # When it was last bought; when it last came back, and with which refund.
    bought: Mapping[str, int] = field(default_factory=dict)
    returned: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    told: Sequence[Told] = ()
    # The days (since 1970) on which a card showed it.
    shown: Mapping[str, frozenset[int]] = field(default_factory=dict)
    products: Products = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Why nothing is said. `until`: microseconds; None: time alone does not end it."""

    rule: str
    why: str
    until: int | None = None


# About the customer.


def no_consent(known: Known) -> Silence | None:
    """The customer objected to marketing, in any source; or, where the company asks for consent, has not given it.

    This is absolute: no other rule is looked at, and the customer is not even scored.
    """
    why = consent.why_not(known.contacts, known.limits.consent)
    return Silence(rule="no_consent", why=why) if why else None


def open_complaint(known: Known) -> Silence | None:
    """A complaint is open. Whoever waits for help is offered nothing."""
    if known.complaint is None:
        return None
    return Silence(rule="open_complaint", why=f"open complaint {number_of(known.complaint)}")


def severe_ticket(known: Known) -> Silence | None:
    """A ticket with a high priority is open."""
    if known.severe is None:
        return None
    priority = cut(str(known.severe.body.get("priority")).casefold(), 30)
    return Silence(rule="severe_ticket", why=f"open ticket {number_of(known.severe)} with priority {priority}")


def low_satisfaction(known: Known) -> Silence | None:
    """The customer's latest rating of a ticket is low, and not long ago. A better one after it lifts the silence."""
    rated, limits = known.rated, known.limits
    if rated is None or rated.satisfaction > limits.low_satisfaction:
        return None
    why = f"low satisfaction with ticket {rated.ticket} on {day(rated.at)}"
    return passing("low_satisfaction", why, rated.at + limits.satisfaction_span, known)


def negative_mention(known: Known) -> Silence | None:
    """The customer wrote something angry in public, not long ago, and nobody answered."""
    angry = [mention for mention in known.unanswered if sentiment.is_negative(mention.body)]
    if not angry:
        return None
    last = max(angry, key=lambda mention: mention.order)
    why = f"unanswered negative post of {day(last.order[0])}: “{cut(title(last), 60)}”"
    return passing("negative_mention", why, last.order[0] + known.limits.mention_span, known)


def declined_often(known: Known) -> Silence | None:
    """The customer declined several hints within a short time. More would be pestering."""
    most, span = known.limits.most_declined, known.limits.shown_span
    times = sorted((one.at for one in known.told if one.outcome == "declined"), reverse=True)[:most]
    if len(times) < most:
        return None
    # Quiet ends when the oldest of these is no longer recent.
    why = f"declined {counted(most, 'hint')} since {day(times[-1])}"
    return passing("declined_often", why, times[-1] + span, known)


# About a product.


def returned(known: Known, product: str) -> Silence | None:
    """The customer brought this product back, or was refunded for it, not long ago."""
    if product not in known.returned:
        return None
    at, number = known.returned[product]
    return passing("returned", f"refunded on {day(at)} ({number})", at + known.limits.refund_span, known)


def owned(known: Known, product: str) -> Silence | None:
    """The customer has this product already, and it lasts: who owns a kettle needs no second one.

    Durable is what a source says is, and every product of the categories that the company names.
    """
    about = known.products.get(product, UNKNOWN)
    lasts = about.is_durable or (about.category or "").casefold() in known.limits.durable_categories
    if not lasts or product not in known.bought:
        return None
    came_back = known.returned.get(product)
    if came_back and came_back[0] >= known.bought[product]:
        return None
    when = f" on {day(known.bought[product])}" if known.bought[product] >= FIRST_TIME else ""
    return Silence(rule="owned", why=f"bought{when}, and it lasts")


def withdrawn(known: Known, product: str) -> Silence | None:
    """The product is no longer sold."""
    gone = known.products.get(product, UNKNOWN).is_withdrawn
    return Silence(rule="withdrawn", why="no longer sold") if gone else None


def out_of_stock(known: Known, product: str) -> Silence | None:
    """The product cannot be had at present. Where no source says, it is taken to be there."""
    missing = known.products.get(product, UNKNOWN).is_available is False
    return Silence(rule="out_of_stock", why="out of stock") if missing else None


def low_margin(known: Known, product: str) -> Silence | None:
    """Too little of the product's price is left after its cost. Where no source says both, nobody can tell."""
    margin, least = known.products.get(product, UNKNOWN).margin, known.limits.least_margin
    if margin is None or margin >= least:
        return None
    return Silence(rule="low_margin", why=f"margin below {least:.0%}")


def not_allowed(known: Known, product: str) -> Silence | None:
    """The company named the categories or products that may be suggested, and this is none of them."""
    categories, listed = known.limits.allowed_categories, known.limits.allowed_products
    category = (known.products.get(product, UNKNOWN).category or "").casefold()
    if (categories and category not in categories) or (listed is not None and product not in listed):
        return Silence(rule="not_allowed", why="not among what the company suggests")
    return None


def declined(known: Known, product: str) -> Silence | None:
    """The customer declined this product not long ago."""
    last = max((one.at for one in known.told if (one.product, one.outcome) == (product, "declined")), default=None)
    if last is None:
        return None
    return passing("declined", f"declined on {day(last)}", last + known.limits.declined_span, known)


def accepted(known: Known, product: str) -> Silence | None:
    """The customer accepted this product a short time ago: it is on its way, or was ordered."""
    last = max((one.at for one in known.told if (one.product, one.outcome) == (product, "accepted")), default=None)
    if last is None:
        return None
    return passing("accepted", f"accepted on {day(last)}", last + known.limits.shown_span, known)


def shown_often(known: Known, product: str) -> Silence | None:
    """The product stood on this customer's card on several days, and nothing came of it."""
    most, span = known.limits.most_shown, known.limits.shown_span
    days = sorted(known.shown.get(product, ()), reverse=True)[:most]
    if len(days) < most:
        return None
    return passing("shown_often", f"shown on {counted(most, 'day')} without an answer", days[-1] * DAY + span, known)


OF_CUSTOMER: Sequence[Callable[[Known], Silence | None]] = (
    no_consent,
    open_complaint,
    severe_ticket,
    low_satisfaction,
    negative_mention,
    declined_often,
)
OF_PRODUCT: Sequence[Callable[[Known, str], Silence | None]] = (
    withdrawn,
    not_allowed,
    out_of_stock,
    low_margin,
    returned,
    owned,
    declined,
    accepted,
    shown_often,
)


def of_customer(known: Known) -> list[Silence]:
    """Every reason to suggest nothing at all; an objection alone is enough."""
    first, *others = OF_CUSTOMER
    objection = first(known)
    return [objection] if objection else _said(rule(known) for rule in others)


def of_product(known: Known, product: str) -> Silence | None:
    """The first reason not to suggest this product."""
    return next(iter(_said(rule(known, product) for rule in OF_PRODUCT)), None)


def passing(rule: str, why: str, until: int, known: Known) -> Silence | None:
    """A silence that ends by itself; None when it has."""
    return Silence(rule=rule, why=why, until=until) if known.now < until else None


def day(at: int) -> str:
    return moment(at).date().isoformat()


def counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _said(found: Iterable[Silence | None]) -> list[Silence]:
    return [silence for silence in found if silence]
