"""Checks of a mapping: everything that is wrong with it is told at once, with what was meant if that is near."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SHARED = ("external_id", "updated_at", "created_at", "url", "emails", "phones", "external_ids", "social")
PERSON = (
    *("name", "given_name", "family_name", "suffix", "company_name", "job_title", "birth_date", "national_id"),
    *("street", "city", "region", "postcode", "country", "language", "description", "marketing_consent"),
)
FIELDS: Mapping[str, tuple[str, ...]] = {
    "contacts": (*SHARED, *PERSON),
    "orders": (*SHARED, "number", "placed_at", "status", "currency", "total", "customer_id"),
    "products": (
        *("external_id", "updated_at", "created_at", "url"),
        *("name", "sku", "category", "price", "cost", "currency", "is_available", "is_withdrawn", "is_durable"),
    ),
    "lines": ("external_id", "product_id", "sku", "name", "quantity", "unit_price", "total"),
}
# Tables of a stream's settings beside its columns.
TABLES = ("path", "columns", "format", "encoding", "delimiter", "decimal", "date_format", "timezone", "complete")
OF_ORDERS = ("lines", "lines_in", "refund", "states", "currency", "customer")
REFUND = ("column", "prefix", "equals", "negative", "amounts")
FIELD = ("column", "columns", "value", "join", "format", "split")
STATES = ("draft", "placed", "fulfilled", "cancelled", "refunded")
FORMATS = ("csv", "jsonl", "parquet")
SPLITS = ("given family", "family, given")


def problems(name: str, told: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a stream's settings, a sentence each."""
    known = TABLES + (OF_ORDERS if name == "orders" else ("currency",) if name == "products" else ())
    yield from _unknown(name, told, known)
    if not told.get("path"):
        yield f"{name}.path is missing (a file, a pattern such as exports/*.csv, or a list of them)"
    columns = told.get("columns")
    if not isinstance(columns, Mapping) or "external_id" not in columns:
        yield f"{name}.columns.external_id is missing (the column that tells one from another)"
    for part in ("columns", "lines", "customer"):
        fields = {"lines": "lines", "customer": "contacts"}.get(part, name)
        yield from _field_problems(f"{name}.{part}", told.get(part, {}), FIELDS[fields])
    yield from _choice(f"{name}.format", told.get("format"), FORMATS)
    yield from _choice(f"{name}.decimal", told.get("decimal"), (".", ","))
    if told.get("timezone") is not None:
        yield from zone_problems(f"{name}.timezone", told["timezone"])
    if name == "orders":
        yield from _order_problems(told)


def zone_problems(name: str, told: Any) -> Iterator[str]:
    try:
        ZoneInfo(str(told))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield f"{name} is no time zone; write one such as Europe/London"


def _order_problems(told: Mapping[str, Any]) -> Iterator[str]:
    lines, columns = told.get("lines") or {}, told.get("columns") or {}
    if not isinstance(lines, Mapping) or not isinstance(columns, Mapping):
        return
    if lines and "quantity" not in lines:
        yield "orders.lines.quantity is missing"
    if "total" not in columns and "total" not in lines and "unit_price" not in lines:
        yield "orders.columns.total is missing, and there is no lines.total or lines.unit_price to add up instead"
    refund = told.get("refund", {})
    if not isinstance(refund, Mapping):
        yield "orders.refund is not a table"
        return
    yield from _unknown("orders.refund", refund, REFUND)
    if refund and not any(refund.get(name) for name in ("prefix", "equals", "negative")):
        yield "orders.refund says nothing: give prefix, equals or negative"
    yield from _choice("orders.refund.amounts", refund.get("amounts"), ("positive", "negative"))
    states = told.get("states", {})
    for state in states.values() if isinstance(states, Mapping) else ("",):
        yield from _choice("orders.states", state, STATES)


def _field_problems(where: str, told: Any, known: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(told, Mapping):
        yield f"{where} is not a table"
        return
    yield from _unknown(where, told, known)
    for name, one in told.items():
        if name in ("external_ids", "social"):
            if not isinstance(one, Mapping) or not all(isinstance(column, str) for column in one.values()):
                yield f"{where}.{name} is not a table of columns by system"
        elif isinstance(one, Mapping):
            yield from _unknown(f"{where}.{name}", one, FIELD)
            yield from _choice(f"{where}.{name}.split", one.get("split"), SPLITS)
            if not any(key in one for key in ("column", "columns", "value")):
                yield f"{where}.{name} names no column"
        elif not (isinstance(one, str) or (isinstance(one, list) and all(isinstance(each, str) for each in one))):
            yield f"{where}.{name} is neither a column, nor a list of columns, nor a table"


def _unknown(where: str, told: Mapping[str, Any], known: tuple[str, ...]) -> Iterator[str]:
    for name in told:
        if name not in known:
            near = get_close_matches(str(name), known, n=1)
            yield f"unknown {where}.{name}; " + (f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}")


def _choice(where: str, told: Any, known: tuple[str, ...]) -> Iterator[str]:
    if told is not None and told not in known:
        yield f"{where} is none of: {'; '.join(known)}"
