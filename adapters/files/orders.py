"""An order from its rows: one row, a row per line, or an object that holds its lines."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from adapters.files.cells import UnreadableError
from adapters.files.checks import STATES
from adapters.files.mapping import Table
from adapters.files.readers import cell
from adapters.files.rows import Mapped, written

ZERO = Decimal(0)


def order(rows: list[Mapped], table: Table) -> dict[str, Any]:
    """What the rows of one order tell. What stands in each of them is taken from the first that has it."""
    head = Mapped(_head(rows, table), table.fields, table.reading)
    lines = [_line(line) for line in _lines(rows, table)]
    total = head.number("total")
    if total is None:
        total = _sum(lines, table)
    is_refund, sign = _refund(head, total, table)
    customer, status = _customer(rows, table), head.text("status")
    return {
        "external_id": head.id("external_id"),
        "updated_at": head.time("updated_at"),
        "created_at": head.time("created_at"),
        "number": head.id("number") or head.id("external_id"),
        "placed_at": head.time("placed_at"),
        "status": status,
        "state": _state(status, table),
        "is_refund": is_refund,
        "currency": head.text("currency") or table.currency,
        "total": total * sign,
        "lines": [_signed(line, sign) for line in lines],
        "contact_ids": [customer] if customer else [],
        "identifiers": head.identifiers(),
        "url": head.text("url"),
    }


def _state(status: str | None, table: Table) -> str:
    """The state that the settings give a status, or that its word is by itself; a word nobody knows is an order."""
    word = (status or "").casefold()
    return table.states.get(word, word if word in STATES else "placed")


def _head(rows: list[Mapped], table: Table) -> dict[str, Any]:
    """A row of the columns that speak of the whole order; each cell the first that is filled."""
    columns = [column for fields in table.fields.values() for field in fields for column in field.columns]
    columns += table.refund.field.columns if table.refund and table.refund.field else ()
    told = {}
    for column in dict.fromkeys(columns):
        filled = (value for row in rows if (value := cell(row.row, column)) not in (None, ""))
        told[column] = next(filled, None)
    return told


def _lines(rows: list[Mapped], table: Table) -> list[Mapped]:
    if not table.lines:
        return []
    if not table.lines_in:
        return [Mapped(row.row, table.lines, row.reading) for row in rows]
    held = [line for row in rows for line in cell(row.row, table.lines_in) or []]
    if not all(isinstance(line, dict) for line in held):
        raise UnreadableError((table.lines_in,), "not a list of lines")
    return [Mapped(line, table.lines, rows[0].reading) for line in held]


def _line(row: Mapped) -> dict[str, Any]:
    quantity, price, total = row.number("quantity"), row.number("unit_price"), row.number("total")
    if total is None and quantity is not None and price is not None:
        total = quantity * price
    told = {
        "external_id": row.id("external_id"),
        "product_id": row.id("product_id"),
        "sku": row.id("sku"),
        "name": row.text("name"),
        "quantity": quantity,
        "unit_price": price,
        "total": total,
    }
    return {name: value for name, value in told.items() if value is not None}


def _sum(lines: list[dict[str, Any]], table: Table) -> Decimal:
    """The total where the file has none. A line without one leaves the order without, and so unread."""
    missing = [line for line in lines if "total" not in line]
    if missing or not lines:
        name = "total" if "total" in table.lines else "unit_price"
        columns = tuple(column for field in table.lines.get(name, ()) for column in field.columns)
        raise UnreadableError(columns or ("total",), "missing, and so there is no total")
    return sum((line["total"] for line in lines), ZERO)


def _refund(head: Mapped, total: Decimal, table: Table) -> tuple[bool, int]:
    """Whether the rule of the settings marks a refund, and with which sign its amounts count."""
    rule = table.refund
    if rule is None:
        return False, 1
    mark = written(head.row, rule.field) or "" if rule.field else ""
    marked = bool(rule.prefix and mark.startswith(rule.prefix)) or mark.casefold() in rule.equals
    is_refund = marked or (rule.negative and total < 0)
    if not is_refund:
        return False, 1
    sign = -1 if rule.positive and total > 0 else 1
    if total * sign > 0:
        columns = rule.field.columns if rule.field else ("total",)
        raise UnreadableError(columns, "marked as a refund, but its total is positive; see refund.amounts")
    return True, sign


def _signed(line: Mapping[str, Any], sign: int) -> dict[str, Any]:
    amounts = {name: line[name] * sign for name in ("quantity", "total") if name in line}
    return {**line, **amounts}


def _customer(rows: list[Mapped], table: Table) -> str | None:
    """The one customer of all rows. Two would mean that the id is no order's."""
    told = dict.fromkeys(customer for row in rows if (customer := row.id("customer_id")))
    if len(told) > 1:
        columns = table.fields["customer_id"][0].columns
        raise UnreadableError(columns, "the rows of one order name several customers")
    return next(iter(told), None)
