"""Customers in one line each, and a model that says what a test wants."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace

from connector.clock import micros
from connector.profile.build import Draft
from connector.profile.things import Thing
from connector.recommendations.catalogue import Product
from connector.recommendations.limits import DAY, Limits
from connector.recommendations.noted import Noted
from connector.recommendations.offers import Offers, Round
from connector.recommendations.reasons import Reason
from connector.recommendations.recommender import Hint, Hints, Orders
from connector.recommendations.serving import Fitted

# The day on which all of this takes place, since 1970, and its noon.
TODAY = 20_500
NOW = TODAY * DAY + DAY // 2


def thing(kind, external_id, *, day=TODAY - 30, source="shop", **body):
    at = None if day is None else day * DAY
    return Thing(source, kind, external_id, at or 1, at, at or 1, body)


def order(external_id, *products, day=TODAY - 30, **more):
    lines = [{"sku": product, "name": f"The {product}", "quantity": "1", "total": "5.00"} for product in products]
    body = {"number": f"N-{external_id}", "currency": "EUR", "total": "5.00", "state": "placed", "lines": lines}
    return thing("order", external_id, day=day, **body | more)


def refund(external_id, *products, day=TODAY - 10):
    return order(external_id, *products, day=day, is_refund=True, total="-5.00")


def ticket(external_id, *, day=TODAY - 3, is_open=True, **body):
    return thing(
        "ticket", external_id, day=day, source="crm", **{"number": f"T-{external_id}", "is_open": is_open} | body
    )


def mention(external_id, text, *, day=TODAY - 2, language="en", **body):
    return thing("mention", external_id, day=day, source="x", **{"text": text, "language": language} | body)


def iso(day):
    return datetime.fromtimestamp(day * 86_400, UTC).isoformat()


def hint(product, *, score=1.0, evidence=(), due_day=None, kind="popular", **facts):
    reasons = (Reason(kind=kind, weight=score, facts=facts or {"share": 0.04}),)
    return Hint(
        product=product, score=score, likelihood=0.5, reasons=reasons, evidence=tuple(evidence), due_day=due_day
    )


@dataclass
class Told:
    """A recommender that says what it was told to say, and counts who asks."""

    due: tuple = ()
    may_like: tuple = ()
    note: str | None = None
    asked: list = field(default_factory=list)
    model: object = field(default_factory=lambda: SimpleNamespace(version="m1"))

    def orders(self, baskets):
        return Orders(customer=None, baskets=tuple(baskets))

    def hints(self, orders, who=None, count=10):
        self.asked.append((who, len(orders.baskets), count))
        return Hints(due=self.due[:count], may_like=self.may_like[:count], model="m1", note=self.note)


def products_of(**known):
    return {name: Product(**facts) for name, facts in known.items()}


def draft(*things, profile_id="p_1", limits=None, contacts=({},)):
    made = Draft(profile_id, Noted(limits or Limits()))
    made.contacts = [
        Thing("crm", "contact", str(place), 1, None, 1, {"name": "Anna"} | body) for place, body in enumerate(contacts)
    ]
    for one in things:
        made.add(one)
    return made


def round_of(recommender, *, limits=None, now=NOW, share=0.0, likelihood=None, products=None, names=None):
    """A round with that recommender, as of `now`; without one when it is None."""
    fitted = Fitted(version="m1", recommender=recommender, likelihood=likelihood, names=names or {})
    clock = lambda: datetime.fromtimestamp(now / 1_000_000, UTC)  # noqa: E731 - a clock of one line
    offers = Offers(SimpleNamespace(of=lambda workspace: fitted), limits or Limits(), clock, share=share)
    made: Round = offers.begin("acme")
    made.products = products or {}
    assert made.now == micros(clock())
    return made


def said(*things, due=(), may_like=(), **more):
    """What is shown of a customer with these things, by a model that suggests these products."""
    contacts = more.pop("contacts", ({},))
    told = {name: more.pop(name) for name in ("told", "shown") if name in more}
    recommender = Told(tuple(map(hint, due)), tuple(map(hint, may_like)))
    made = round_of(recommender, **more)
    made.told, made.shown = {"p_1": told.get("told", [])}, {"p_1": told.get("shown", {})}
    return made.of(draft(*things, contacts=contacts, limits=more.get("limits")))
