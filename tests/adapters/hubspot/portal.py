"""A portal with something of everything, and what tests ask of the adapter that reads it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.base import Page
from adapters.base.testing import Upstream
from adapters.hubspot import HubSpot
from sandbox.faults import Faults
from sandbox.tables import Row
from schemas.records import Record
from tests.sandbox.vendors.small_portal import OWNER, SmallPortal

URL = "https://visavis.example.com/v1/webhooks/hubspot"


@dataclass(kw_only=True)
class Setup:
    adapter: HubSpot
    build: Callable[..., HubSpot]
    at: Upstream
    faults: Faults
    kept: dict[str, str]

    def run(self, stream: str = "contacts", cursor: str | None = None) -> tuple[list[Record], str | None, list[Page]]:
        """All pages from a cursor on: the records, the cursor of the next run, the pages."""
        records, pages = [], []
        while True:
            page = self.adapter.streams[stream].pull(cursor)
            pages.append(page)
            records += [self.adapter.streams[stream].record(raw) for raw in page.items]
            cursor = page.cursor
            if not page.more:
                return records, cursor, pages

    def asked(self, path: str) -> list[Any]:
        return [seen for seen in self.at.seen if path in seen.path]

    def read(self, stream: str, *ids: str) -> list[Record]:
        found = self.adapter.streams[stream].reread(list(ids))
        return [self.adapter.streams[stream].record(raw) for raw in found]


def ids(records: Sequence[Record], deleted: bool = False) -> list[str]:
    return [record.external_id for record in records if record.deleted == deleted]


def full_portal(people: int = 5) -> SmallPortal:
    """So many people, each with a company, a deal, an order and a ticket; one is archived and two are one."""
    portal = SmallPortal()
    company = portal.add("company", name="Tea Ltd", domain="tea.example.com", address={"country": "DE"}, owner=OWNER)
    contacts = [portal.contact(f"Ada{n}", company_id=company.id, owner=OWNER) for n in range(people)]
    for number, contact in enumerate(contacts):
        portal.add("company", name=f"Tea {number}")
        portal.order(contact)
        portal.deal(contact, company_id=company.id, owner=OWNER)
        portal.ticket(contact)
    for kind in ("contact", "company", "deal", "ticket", "order"):
        portal.archived(portal.table("hubspot", kind).newest(1)[0])
    portal.merged(contacts[0], contacts[1])
    return portal


def stamp_alike(portal: SmallPortal, kind: str) -> list[Row]:
    """A bulk edit: every record says that it changed at one moment."""
    moment = portal.wait()
    rows = list(portal.table("hubspot", kind).rows.values())
    return [portal.put("hubspot", replace(row, modified=moment)) for row in rows]
