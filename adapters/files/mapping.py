"""The mapping: which column means what, as the settings of a stream say it, checked all at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from adapters.files.cells import Reading

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
        *("name", "sku", "category", "price", "currency", "is_available"),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Where a field comes from: a column, several joined, or a value that is the same for all."""

    columns: tuple[str, ...] = ()
    value: Any = None
    join: str = " "
    formats: tuple[str, ...] = ()
    split: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """What marks a refund. `positive` says that the file writes its amounts without a minus."""

    field: Field | None = None
    prefix: str | None = None
    equals: tuple[str, ...] = ()
    negative: bool = False
    positive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The settings of one stream."""

    paths: tuple[str, ...]
    fields: Mapping[str, tuple[Field, ...]]
    reading: Reading
    currency: str | None = None
    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    complete: bool = False
    lines: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    lines_in: str | None = None
    refund: Refund | None = None
    states: Mapping[str, str] = field(default_factory=dict)
    # True for customers found in a file of orders: a row without one is no broken row.
    derived: bool = False

    def columns(self) -> tuple[str, ...]:
        """Every column that the file must have."""
        told = [*self.fields.values(), *([] if self.lines_in else self.lines.values())]
        named = [column for fields in told for one in fields for column in one.columns]
        named += self.refund.field.columns if self.refund and self.refund.field else ()
        named += [self.lines_in] if self.lines_in else []
        return tuple(dict.fromkeys(named))


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


def table(told: Mapping[str, Any], usual: Mapping[str, Any]) -> Table:
    """A stream's settings, which had no problems; `usual` holds what the source says for all its streams."""
    both = {**{name: value for name, value in usual.items() if value is not None}, **told}
    path = told["path"]
    return Table(
        paths=tuple([path] if isinstance(path, str) else path),
        fields={name: tuple(_fields(name, one)) for name, one in told["columns"].items()},
        reading=Reading(
            decimal=both.get("decimal", "."), formats=_several(both.get("date_format")), zone=ZoneInfo(both["timezone"])
        ),
        currency=both.get("currency"),
        format=told.get("format"),
        encoding=both.get("encoding"),
        delimiter=both.get("delimiter"),
        complete=bool(told.get("complete", False)),
        lines={name: tuple(_fields(name, one)) for name, one in told.get("lines", {}).items()},
        lines_in=told.get("lines_in"),
        refund=_refund(told.get("refund"), told["columns"]),
        states={str(status).casefold(): state for status, state in told.get("states", {}).items()},
    )


def customers(orders: Mapping[str, Any], usual: Mapping[str, Any]) -> Table | None:
    """The contacts that a file of orders holds; None when it names no customers."""
    customer_id = orders["columns"].get("customer_id")
    if customer_id is None:
        return None
    of_file = {name: value for name, value in orders.items() if name in TABLES and name not in ("columns", "complete")}
    made = table({**of_file, "columns": {**orders.get("customer", {}), "external_id": customer_id}}, usual)
    return Table(**{name: getattr(made, name) for name in Table.__slots__} | {"derived": True})


def _fields(name: str, told: Any) -> Iterator[Field]:
    if name in ("external_ids", "social"):
        yield from (Field(columns=(column,), value=system) for system, column in told.items())
    elif isinstance(told, str):
        yield Field(columns=(told,))
    elif isinstance(told, list) and name in ("emails", "phones"):
        yield from (Field(columns=(column,)) for column in told)
    elif isinstance(told, list):
        yield Field(columns=tuple(told))
    else:
        columns = _several(told.get("columns") or told.get("column"))
        split, join = told.get("split"), told.get("join", " ")
        yield Field(
            columns=columns, value=told.get("value"), join=join, formats=_several(told.get("format")), split=split
        )


def _refund(told: Mapping[str, Any] | None, columns: Mapping[str, Any]) -> Refund | None:
    if not told:
        return None
    return Refund(
        field=next(_fields("column", told.get("column") or columns["external_id"])),
        prefix=told.get("prefix"),
        equals=tuple(one.casefold() for one in _several(told.get("equals"))),
        negative=bool(told.get("negative", False)),
        positive=told.get("amounts") == "positive",
    )


def _several(told: Any) -> tuple[str, ...]:
    return () if told is None else (told,) if isinstance(told, str) else tuple(told)
