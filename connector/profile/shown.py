"""How the parts of a profile are shown: the fields that a person needs, cut to a length that fits."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from connector.profile.metrics import money
from connector.profile.things import Extreme, Shown, Thing, cut, iso, told_time, where

# Letters of a text that a card shows.
TEXT = 280

# What is asked for first comes first.
KINDS = ("email", "phone", "social", "handle", "external")


def identifiers_shown(handles: Iterable[Any]) -> list[Shown]:
    """Handles with the sources that gave them; the verified first. A handle that only labels a social id is left out.

    Each has kind, value, source, shown, label, valid and verified.
    """
    found: dict[tuple[str, str], Shown] = {}
    for one in sorted(handles, key=lambda one: (one.kind, one.value, one.source)):
        shown = found.setdefault(
            (one.kind, one.value),
            {
                "kind": one.kind,
                "value": one.value,
                "shown": cut(one.shown, 120),
                "label": None,
                "verified": False,
                "valid": bool(one.valid),
                "sources": [],
            },
        )
        shown["label"] = shown["label"] or cut(one.label, 60)
        shown["verified"] = shown["verified"] or bool(one.verified)
        shown["sources"].append(one.source)
    labels = {
        f"{value.partition(':')[0]}:{(shown['label'] or '').casefold()}"
        for (kind, value), shown in found.items()
        if kind == "social"
    }
    kept = [shown for (kind, value), shown in found.items() if not (kind == "handle" and value in labels)]
    return sorted(kept, key=lambda shown: (KINDS.index(shown["kind"]), not shown["verified"], shown["value"]))


def contact_shown(contact: Thing, name: str | None) -> Shown:
    return where(contact) | {
        "kind": contact.kind,
        "name": cut(name, 120),
        "updated_at": told_time(contact.version),
        "seen_at": iso(contact.seen_at),
    }


def ticket_shown(ticket: Thing) -> Shown:
    body = ticket.body
    return where(ticket) | {
        "number": cut(body.get("number"), 60),
        "subject": cut(body.get("subject"), 120),
        "status": cut(body.get("status"), 60),
        "is_open": bool(body.get("is_open")),
        "priority": cut(body.get("priority"), 60),
        "opened_at": iso(ticket.happened_at),
        "closed_at": body.get("closed_at"),
    }


def mention_shown(mention: Thing, *, answered: bool) -> Shown:
    body = mention.body
    return where(mention) | {
        "platform": cut(body.get("platform"), 60),
        "text": cut(body.get("text"), TEXT),
        "posted_at": iso(mention.happened_at),
        "author_handle": cut(body.get("author_handle"), 60),
        "answered": answered,
    }


def deal_shown(deal: Thing) -> Shown:
    body = deal.body
    return where(deal) | {
        "name": cut(body.get("name"), 120),
        "stage": cut(body.get("stage"), 60),
        "amount": body.get("amount"),
        "currency": body.get("currency"),
        "is_closed": bool(body.get("is_closed")),
        "is_won": bool(body.get("is_won")),
        "closes_at": body.get("closes_at"),
    }


def expected_shown(expected: Mapping[str, Decimal]) -> list[Shown]:
    """What open deals may bring, per currency."""
    return [{"currency": currency, "amount": money(expected[currency])} for currency in sorted(expected)]


def companies_shown(companies: Iterable[Thing]) -> list[Shown]:
    ordered = sorted(companies, key=lambda company: company.order[1:])
    return [
        where(company)
        | {
            "name": cut(company.body.get("name"), 120),
            "domain": cut(company.body.get("domain"), 120),
            "industry": cut(company.body.get("industry"), 60),
        }
        for company in ordered
    ]


def recent(things: Extreme, shown: Any) -> list[Shown]:
    """The newest, each as `shown` shows it."""
    return [shown(thing) for thing in things]
