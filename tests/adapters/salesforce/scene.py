"""A small org that tests read: a company with people, a person account, orders, deals and tickets."""

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.base.testing.upstream import Upstream
from adapters.salesforce import Salesforce
from sandbox.faults import Faults
from sandbox.vendors import salesforce as vendor
from sandbox.vendors.salesforce_login import CLIENT_ID, CLIENT_SECRET, Logins
from tests.sandbox.memory import MemoryWorld, moment, sf_id

SETTINGS = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "page_size": 2}
OWNER = {"external_id": "005000000000005AAA", "name": "Olga Owner", "email": "olga@example.com"}
ADDRESS = {"street": "1 High St", "city": "Leeds", "region": None, "postcode": "LS1", "country": "GB"}
TEA = {"product_id": "01t000000000001AAA", "sku": "T-1", "name": "Tea", "quantity": 2, "unit_price": 3.5}


def scene() -> MemoryWorld:
    """Two rows or more of every object, one of them deleted."""
    world = MemoryWorld()
    company = world.put("account", 1, at=1, name="Teashop Ltd", domain="teashop.example.com", owner=OWNER)
    person = {"given_name": "Perla", "family_name": "Sola", "emails": ["perla@example.com"], "address": ADDRESS}
    person |= {"is_person_account": True, "phones": [{"label": "mobile", "value": "+447700900123"}]}
    world.put("account", 2, at=2, person_contact_id=sf_id("contact", 2), **person)
    world.put("contact", 2, at=2, company_id=sf_id("account", 2), **person)
    ada = world.put("contact", 1, at=1, given_name="Ada", family_name="Byron", emails=["ada@example.com"])
    world.change(ada, at=1, company_id=company.id, owner=OWNER, job_title="Countess")
    world.put("contact", 3, at=3, given_name="Max", family_name="Muster", emails=[])
    world.delete(world.put("contact", 4, given_name="Ada", family_name="B."), at=4, merged_into=ada.id)
    world.delete(world.put("account", 3, name="Gone Ltd"), at=5)
    for number in (1, 2, 3):
        _sales(world, number)
    return world


def _sales(world: MemoryWorld, number: int) -> None:
    # The first is the company's with a contact, the second the person account's, the third nobody's.
    account = {1: sf_id("account", 1), 2: sf_id("account", 2), 3: None}[number]
    contacts = {1: [sf_id("contact", 1)], 2: [sf_id("contact", 2)], 3: []}[number]
    whose = {"company_id": account, "contact_ids": contacts, "owner": OWNER}
    lines = [{"id": f"80200000000000{number}AAA", **TEA, "total": 7}]
    email = None if contacts else "guest@example.com"
    bought = {"status": "placed", "placed_at": moment(0), "currency": "GBP", "total": 7, "lines": lines}
    world.put("order", number, at=number, number=f"0000{number}", email=email, **bought, **whose)
    sold = {"name": f"Deal {number}", "stage": "proposal", "amount": 1250.5, "currency": "EUR"}
    world.put("opportunity", number, at=number, **sold, **whose)
    asked = {"number": f"0100{number}", "subject": "Cold tea", "status": "open", "is_open": True, "email": email}
    world.put("case", number, at=number, text="It was cold.", priority="high", channel="web", **asked, **whose)


class Org:
    """A running org, and adapters for it."""

    def __init__(self, world: MemoryWorld, **how: Any) -> None:
        self.world = world
        self.logins = how.pop("logins", None) or Logins()
        self.upstream = Upstream(vendor.app(world, Faults(), logins=self.logins, **how))
        self.kept: dict[str, str] = {}
        self.now = moment(3600)

    def adapter(self, **settings: Any) -> Salesforce:
        """As a new process would build it."""
        given = {**SETTINGS, "base_url": self.upstream.url, **settings}
        return Salesforce(
            {name: value for name, value in given.items() if value is not None},
            clock=lambda: self.now,
            remember=self.kept.__setitem__,
            recall=self.kept.get,
        )

    def soql(self) -> list[str]:
        """The queries that were asked for so far."""
        return [seen.query["q"] for seen in self.upstream.seen if "q" in seen.query]


def pages(adapter: Salesforce, stream: str, cursor: str | None = None) -> Iterator[Any]:
    """The pages of a run, with a guard against one that never ends."""
    for _ in range(1000):
        page = adapter.streams[stream].pull(cursor)
        yield page
        if not page.more:
            return
        cursor = page.cursor
    raise AssertionError("the run does not end")


def run(adapter: Salesforce, stream: str, cursor: str | None = None) -> tuple[list[Any], str | None]:
    """A whole run: its records, and the cursor for the next."""
    records: list[Any] = []
    for page in pages(adapter, stream, cursor):
        records += [adapter.streams[stream].record(raw) for raw in page.items]
        cursor = page.cursor
    return records, cursor


def versions(records: list[Any]) -> Mapping[str, Any]:
    """The latest word on each thing."""
    return {record.external_id: record for record in sorted(records, key=lambda record: record.updated_at)}
