"""The streams of files: how the rows of one thing become a contact, an order or a product."""

from typing import Any

from adapters.files.orders import order
from adapters.files.rows import Mapped
from adapters.files.stream import FileStream
from schemas import ContactSchema, OrderSchema, ProductSchema


class Contacts(FileStream):
    name = "contacts"
    schema = ContactSchema

    def told(self, rows: list[Mapped]) -> dict[str, Any]:
        row = rows[-1]
        texts = ("company_name", "job_title", "national_id", "language", "description", "url")
        return {
            "external_id": row.id("external_id"),
            "updated_at": row.time("updated_at"),
            "created_at": row.time("created_at"),
            **row.names(),
            **{name: row.text(name) for name in texts},
            "birth_date": row.day("birth_date"),
            "address": row.address(),
            "marketing_consent": row.truth("marketing_consent"),
            "identifiers": row.identifiers(),
        }


class Orders(FileStream):
    name = "orders"
    schema = OrderSchema
    whole = True

    def told(self, rows: list[Mapped]) -> dict[str, Any]:
        return order(rows, self.table)


class Products(FileStream):
    name = "products"
    schema = ProductSchema

    def told(self, rows: list[Mapped]) -> dict[str, Any]:
        row = rows[-1]
        price, cost = row.number("price"), row.number("cost")
        has_amount = price is not None or cost is not None
        return {
            "external_id": row.id("external_id"),
            "updated_at": row.time("updated_at"),
            "created_at": row.time("created_at"),
            **{name: row.text(name) for name in ("name", "category", "url")},
            "sku": row.id("sku"),
            "price": price,
            "cost": cost,
            "currency": row.text("currency") or (self.table.currency if has_amount else None),
            **{name: row.truth(name) for name in ("is_available", "is_withdrawn", "is_durable")},
        }
