"""The mapping: which column means what, as the settings of a stream say it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from adapters.files.cells import Reading
from adapters.files.checks import TABLES


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
