"""A source by hand: its pages are written down, and so is its misbehaviour."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from adapters.base import Adapter, Change, Delivery, Page, Stream, WebhookRejectedError
from connector.identity.resolver import Resolver
from connector.sync.intake import Intake
from connector.sync.pull import Pull
from schemas.records import ContactSchema, OrderSchema


class ShopStream(Stream):
    """Items by number; the cursor is the number of the next one. `trouble` is raised, once each, before a page."""

    def __init__(self, adapter: Adapter) -> None:
        super().__init__(adapter)
        self.items: list[Mapping[str, Any]] = []
        self.trouble: list[Exception] = []
        self.fetched: list[str | None] = []
        self.asked: list[list[str]] = []
        self.size = 2
        self.gap: str | None = None

    def fetch(self, cursor: str | None) -> Page:
        self.fetched.append(cursor)
        if self.trouble and (error := self.trouble.pop(0)):
            raise error
        start = int(cursor or 0)
        items = self.items[start : start + self.size]
        end = start + len(items)
        return Page(items=items, cursor=str(end), more=end < len(self.items), total=len(self.items), gap=self.gap)

    def read(self, external_ids: Sequence[str]) -> list[Mapping[str, Any]]:
        self.asked.append(list(external_ids))
        if self.trouble and (error := self.trouble.pop(0)):
            raise error
        found = {item["id"]: item for item in self.items}
        return [found.get(each, {"id": each, "deleted": True}) for each in external_ids]

    def translate(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        told = {"external_id": raw["id"], "updated_at": raw.get("at", "2026-05-01T00:00:00Z")}
        if raw.get("deleted"):
            return told | {"deleted": True}
        return told | self.fields(raw)

    def fields(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        raise NotImplementedError


class Contacts(ShopStream):
    name = "contacts"
    schema = ContactSchema
    complete = True

    def fields(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        return {"name": raw["name"], "identifiers": [{"kind": "email", "value": raw.get("email", "")}]}


class Orders(ShopStream):
    name = "orders"
    schema = OrderSchema

    def fields(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        return {"currency": "EUR", "total": raw["total"], "contact_ids": raw.get("contacts", [])}


class Shop(Adapter):
    name = "shop"
    stream_types = (Contacts, Orders)

    def verify(self, delivery: Delivery) -> None:
        if delivery.headers.get("X-Signature") != "right":
            raise WebhookRejectedError("shop: the signature does not match the body")

    def unwrap(self, delivery: Delivery) -> list[Change]:
        return [Change(**change) for change in json.loads(delivery.body)]


def person(number: int, **more: Any) -> dict[str, Any]:
    return {"id": str(number), "name": f"Person {number}", "email": f"p{number}@example.com"} | more


@pytest.fixture
def shop(clock) -> Shop:
    return Shop({}, clock=clock)


@pytest.fixture
def contacts(shop) -> ShopStream:
    return shop.streams["contacts"]


@pytest.fixture
def orders(shop) -> ShopStream:
    return shop.streams["orders"]


@pytest.fixture
def intake(store, clock) -> Intake:
    return Intake(store, Resolver(clock), clock)


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def pull(store, intake, clock, slept) -> Pull:
    return Pull(store, intake, clock, slept.append)


@pytest.fixture
def alive(store):
    """The external ids of the live records of a kind."""
    from sqlalchemy import select

    from connector.store.tables import records

    def alive(kind: str = "contact", workspace: str = "w") -> list[str]:
        query = select(records.c.external_id).where(
            records.c.workspace == workspace, records.c.kind == kind, records.c.deleted.is_(False)
        )
        with store.reading() as connection:
            return sorted(connection.scalars(query), key=int)

    return alive
