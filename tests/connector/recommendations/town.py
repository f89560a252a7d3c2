"""A workspace in a real store, filled the way a sync fills it, with customers whose orders are made up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from connector.identity.resolver import Resolver
from connector.recommendations.history import Basket
from connector.recommendations.serving import Fitted, Models
from connector.recommendations.training import Training
from connector.store import Store, models
from connector.sync.intake import Intake
from schemas.records import Record
from tests.connector.records import contact, email, gone

WORKSPACE = "acme"


def sold(
    external_id: str,
    *products: str,
    to: str | None = None,
    day: int | None = 20_000,
    source: str = "crm",
    identifiers: Sequence[Any] = (),
    **more: Any,
) -> Record:
    """An order of these SKUs, on a day since 1970."""
    from connector.clock import EPOCH

    when = None if day is None else EPOCH + timedelta(days=day, hours=9)
    lines = [{"sku": sku, "name": f"The {sku}", "quantity": "1"} for sku in products]
    body = {"currency": "EUR", "total": "10.00", "state": "placed", "lines": lines} | more
    return Record(
        source=source,
        stream="orders",
        kind="order",
        external_id=external_id,
        updated_at=EPOCH + timedelta(days=20_500),
        happened_at=when,
        identifiers=tuple(identifiers),
        contact_ids=(to,) if to else (),
        body=body,
        raw={"id": external_id},
    )


def customer(name: str, baskets: Iterable[Basket], **body: Any) -> list[Record]:
    """A contact, and an order for each basket; the total is ten for each product."""
    orders = [
        sold(f"{name}-{place}", *basket.items, to=name, day=basket.day, total=f"{10 * len(basket.items)}.00")
        for place, basket in enumerate(baskets)
    ]
    return [contact(name, email(f"{name}@example.com"), name=f"Person {name}", **body), *orders]


@dataclass
class Town:
    store: Store
    clock: Any
    consent: str = "objection"
    said: list[str] = field(default_factory=list)

    def take(self, *records: Record) -> None:
        Intake(self.store, Resolver(self.clock), self.clock).take(WORKSPACE, records)

    def people(self, people: dict[str, list[Basket]], **body: Any) -> None:
        self.take(*(record for name, baskets in people.items() for record in customer(name, baskets, **body)))

    def erase(self, name: str) -> None:
        self.take(gone(name, hours=24 * 365 * 5))

    def erase_order(self, external_id: str) -> None:
        self.take(gone(external_id, kind="order", stream="orders", hours=24 * 365 * 5))

    def fit(self):
        return Training(self.store, self.clock, consent=self.consent).run(WORKSPACE, self.said.append)

    def fitted(self) -> Fitted | None:
        """As a process that starts now would find it."""
        return Models(self.store, self.clock).of(WORKSPACE)

    def tried(self) -> list[models.Fit]:
        with self.store.reading() as connection:
            return models.tried(connection, WORKSPACE)
