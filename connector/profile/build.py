"""Build: from the records of a person to the document that a profile is served as.

Pure: the same records give the same document, in whatever order they come. A draft
takes them one by one and keeps sums and the newest few of each kind, so that a customer
with ten thousand orders costs time but little memory, and every document stays small.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from hashlib import blake2b
from typing import Any

import orjson

from connector.profile.claims import fields, name_of
from connector.profile.hints import Nobody, Notes
from connector.profile.involve import involve, open_item, unanswered
from connector.profile.metrics import Orders
from connector.profile.shown import (
    companies_shown,
    contact_shown,
    deal_shown,
    expected_shown,
    identifiers_shown,
    mention_shown,
    recent,
    ticket_shown,
)
from connector.profile.things import Extreme, Shown, Thing

# Things shown of each list; the rest is counted.
MOST = 10
MOST_RECORDS = 20
MOST_IDENTIFIERS = 30
MOST_OTHERS = 5

# Bytes of a document. A longer one shows less of each list.
LARGEST = 10_000

# For each field, the sources that the company trusts most for it, best first.
Preferences = Mapping[str, Sequence[str]]


class Draft:
    """A profile under way.

    `aliases` are the ids of contacts that were merged away, `handles` those of all its records,
    `companies` those that its contacts name. `others`: whom they may also be, by id, the surest first.
    `notes` is shown every thing, for hints.
    """

    def __init__(self, profile_id: str, notes: Notes | None = None) -> None:
        self.profile_id = profile_id
        self.notes = notes or Nobody()
        self.contacts: list[Thing] = []
        self.aliases: list[tuple[str, str]] = []
        self.handles: list[Any] = []
        self.links: list[Shown] = []
        self.others: dict[str, Shown] = {}
        self.companies: dict[tuple[str, str], Thing] = {}
        self.has_guests = False
        self.orders = Orders(MOST)
        self.deals, self.open_deals = Extreme(MOST), Extreme(MOST, oldest=True)
        self.tickets, self.open_tickets = Extreme(MOST), Extreme(MOST, oldest=True)
        self.mentions: list[Thing] = []
        self.replies: list[Thing] = []
        self.expected: dict[str, Decimal] = {}
        self.won = 0

    @property
    def is_empty(self) -> bool:
        """Whether nobody is left in it."""
        return not self.contacts and not self.has_guests

    def add(self, thing: Thing) -> None:
        """Take in an order, deal, ticket or mention; each once. Other kinds are no part of a profile."""
        self.notes.add(thing)
        if thing.kind == "order":
            self.orders.add(thing)
        elif thing.kind == "ticket":
            self._ticket(thing)
        elif thing.kind == "mention":
            (self.replies if thing.body.get("is_ours") else self.mentions).append(thing)
        elif thing.kind == "deal":
            self._deal(thing)

    def _deal(self, deal: Thing) -> None:
        self.deals.add(deal)
        self.won += bool(deal.body.get("is_won"))
        if not deal.body.get("is_closed"):
            self.open_deals.add(deal)
            amount, currency = deal.body.get("amount"), deal.body.get("currency")
            if amount is not None and currency:
                self.expected[currency] = self.expected.get(currency, Decimal(0)) + Decimal(amount)

    def _ticket(self, ticket: Thing) -> None:
        self.tickets.add(ticket)
        if ticket.body.get("is_open"):
            self.open_tickets.add(ticket)

    def document(self, preferences: Preferences | None = None) -> Shown:
        """All but the time of building and the recommendations."""
        contacts = sorted(self.contacts, key=lambda contact: (-contact.version, *contact.order[1:]))
        waiting = unanswered(self.mentions, self.replies)
        return {
            "id": self.profile_id,
            "fields": fields(contacts, self.companies, self._display_sources(), preferences or {}),
            "identifiers": identifiers_shown(self.handles)[:MOST_IDENTIFIERS],
            "records": [contact_shown(contact, name_of(contact)) for contact in contacts[:MOST_RECORDS]],
            "record_count": len(contacts),
            "links": sorted(self.links, key=_link_order)[:MOST],
            "link_count": len(self.links),
            "may_also_be": list(self.others.values())[:MOST_OTHERS],
            "may_also_be_count": len(self.others),
            "orders": self.orders.shown(),
            "deals": {
                "count": self.deals.count,
                "open_count": self.open_deals.count,
                "won_count": self.won,
                "expected": expected_shown(self.expected),
                "recent": recent(self.deals, deal_shown),
            },
            "tickets": {
                "count": self.tickets.count,
                "open_count": self.open_tickets.count,
                "recent": recent(self.tickets, ticket_shown),
            },
            "mentions": self._mentions_shown(waiting),
            "open": self._open(waiting),
            "companies": companies_shown(self.companies.values())[:MOST],
            "involve": involve(self.open_tickets, contacts, self.open_deals),
        }

    def _display_sources(self) -> frozenset[str]:
        """The sources that know nobody by more than an account on a network: there, people choose their names."""
        kinds: dict[str, set[str]] = {}
        for handle in self.handles:
            kinds.setdefault(handle.source, set()).add(handle.kind)
        return frozenset(source for source, known in kinds.items() if known <= {"social", "handle"})

    def _mentions_shown(self, waiting: Sequence[Thing]) -> Shown:
        unheard = {mention.order for mention in waiting}
        newest = Extreme(MOST)
        for mention in self.mentions:
            newest.add(mention)
        return {
            "count": len(self.mentions),
            "unanswered_count": len(waiting),
            "recent": [mention_shown(mention, answered=mention.order not in unheard) for mention in newest],
        }

    def _open(self, waiting: Iterable[Thing]) -> list[Shown]:
        things = [*self.open_tickets, *self.open_deals, *waiting]
        return [open_item(thing) for thing in sorted(things, key=lambda thing: (thing.order, thing.kind))[:MOST]]


def finished(document: Shown, recommendations: Shown, built_at: str) -> tuple[bytes, str]:
    """The document's bytes and its etag, which does not depend on when it was built."""
    content = bounded(document | {"recommendations": recommendations})
    etag = blake2b(content, digest_size=16).hexdigest()
    return b'{"built_at":"' + built_at.encode() + b'",' + content[1:], etag


def bounded(document: Shown) -> bytes:
    """The document's bytes, with less of each list when it would be too large."""
    content = orjson.dumps(document)
    for most in (6, 3, 1):
        if len(content) <= LARGEST:
            break
        document = _shorter(document, most)
        content = orjson.dumps(document)
    return content


def _shorter(document: Shown, most: int) -> Shown:
    shorter = dict(document)
    for name in ("identifiers", "records", "links", "may_also_be", "open", "companies"):
        shorter[name] = document[name][:most]
    for name in ("orders", "deals", "tickets", "mentions"):
        shorter[name] = document[name] | {"recent": document[name]["recent"][:most]}
    shorter["fields"] = {name: claim | {"beat": claim["beat"][:most]} for name, claim in document["fields"].items()}
    return shorter


def _link_order(link: Shown) -> Any:
    left, right = link["left"], link["right"]
    return left["source"], left["external_id"], right["source"], right["external_id"], link["rule"]
