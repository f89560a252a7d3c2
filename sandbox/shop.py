"""The shop's export: customers, orders with a row per line, and products, as CSV files.

As exports are: UTF-8 with a comma, times with a zone, empty where nothing is known, the
order's own columns repeated in each of its lines, and refunds as orders of their own with
negative quantities, named after the order that they take back.
"""

import csv
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox.tables import Row, TableView
from sandbox.world import World

PAGE = 1000


def export(world: World, folder: Path, progress: Callable[[str, int], None] | None = None) -> dict[str, int]:
    """Write the three files into the folder and tell how many rows each has. A file is replaced whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for name, kind, rows in (
        ("customers.csv", "customer", _customer),
        ("orders.csv", "order", _order_lines),
        ("products.csv", "product", _product),
    ):
        lines = (line for row in every(world.table("shop", kind)) if not row.deleted for line in rows(row))
        written[name] = _write(folder / name, lines, COLUMNS[kind])
        if progress:
            progress(name, written[name])
    return written


def every(table: TableView) -> Iterator[Row]:
    """All rows of a table, a page at a time."""
    page = table.after(None, "", PAGE)
    while page:
        yield from page
        page = table.after(page[-1].modified, page[-1].id, PAGE)


COLUMNS = {
    "customer": (
        *("customer_id", "first_name", "last_name", "email", "mobile", "phone", "street", "postcode", "city"),
        *("region", "country", "birth_date", "language", "newsletter", "registered_at", "updated_at"),
    ),
    "order": (
        *("order_id", "order_number", "refund_of", "placed_at", "updated_at", "status", "customer_id", "name"),
        *("email", "phone", "currency", "order_total", "line_id", "product_id", "sku", "product", "quantity"),
        *("unit_price", "line_total"),
    ),
    "product": (
        *("product_id", "sku", "name", "category", "price", "cost", "currency", "available", "withdrawn", "durable"),
        "updated_at",
    ),
}


def _write(file: Path, lines: Iterable[dict[str, Any]], columns: tuple[str, ...]) -> int:
    # Beside the file, then into its place: whoever reads it meanwhile sees the old one or the new one.
    beside = file.with_suffix(".part")
    count = 0
    with beside.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, columns)
        writer.writeheader()
        for line in lines:
            writer.writerow(line)
            count += 1
    os.replace(beside, file)
    return count


def _customer(row: Row) -> Iterator[dict[str, Any]]:
    values = row.values
    address = values["address"] or {}
    phones = {phone["label"]: phone["value"] for phone in values["phones"]}
    yield {
        "customer_id": row.id,
        "first_name": values["given_name"],
        "last_name": values["family_name"],
        "email": ";".join(values["emails"]),
        "mobile": phones.get("mobile"),
        "phone": phones.get("home") or phones.get("phone"),
        **{name: address.get(name) for name in ("street", "postcode", "city", "region", "country")},
        "birth_date": values["birth_date"],
        "language": values["language"],
        "newsletter": _yes(values["marketing_consent"]),
        "registered_at": _time(row.created),
        "updated_at": _time(row.modified),
    }


def _order_lines(row: Row) -> Iterator[dict[str, Any]]:
    values = row.values
    order = {
        "order_id": row.id,
        "order_number": values["number"],
        "refund_of": values["refund_of"],
        "placed_at": _time(values["placed_at"]),
        "updated_at": _time(row.modified),
        "status": values["status"],
        "customer_id": next(iter(values["contact_ids"]), None),
        "order_total": values["total"],
        **{name: values[name] for name in ("name", "email", "phone", "currency")},
    }
    for line in values["lines"]:
        yield order | {
            "line_id": line["id"],
            "product": line["name"],
            "line_total": line["total"],
            **{name: line[name] for name in ("product_id", "sku", "quantity", "unit_price")},
        }


def _product(row: Row) -> Iterator[dict[str, Any]]:
    values = row.values
    told = {name: values[name] for name in ("sku", "name", "category", "price", "cost", "currency")}
    marks = {name: _yes(values[f"is_{name}"]) for name in ("available", "withdrawn", "durable")}
    yield {"product_id": row.id, **told, **marks, "updated_at": _time(row.modified)}


def _yes(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def _time(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
