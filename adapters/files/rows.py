"""A row as the mapping reads it: a field's name in, its text, number, moment or yes and no out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from adapters.files import cells
from adapters.files.cells import Reading, UnreadableError
from adapters.files.mapping import Field
from adapters.files.readers import cell
from schemas.countries import country

Fields = Mapping[str, tuple[Field, ...]]
ADDRESS = ("street", "city", "region", "postcode", "country")


class Mapped:
    """One row under its fields. Reading a field that the mapping leaves out gives None."""

    def __init__(self, row: Mapping[str, Any], fields: Fields, reading: Reading) -> None:
        self.row, self.fields, self.reading = row, fields, reading

    def text(self, name: str) -> str | None:
        return next(self.texts(name), None)

    def texts(self, name: str) -> Iterator[str]:
        """The filled ones of the columns of a field that may have several."""
        for field in self.fields.get(name, ()):
            told = written(self.row, field)
            if told is not None:
                yield told

    def id(self, name: str) -> str | None:
        field = next(iter(self.fields.get(name, ())), None)
        return identity(self.row, field) if field else None

    def number(self, name: str) -> Decimal | None:
        return self._read(name, lambda told, field: cells.number(told, self.reading.decimal))

    def time(self, name: str) -> datetime | None:
        return self._read(name, lambda told, field: cells.time(told, self.reading, field.formats))

    def day(self, name: str) -> date | None:
        return self._read(name, lambda told, field: cells.day(told, self.reading, field.formats))

    def truth(self, name: str) -> bool | None:
        return self._read(name, lambda told, field: cells.truth(told))

    def names(self) -> dict[str, str | None]:
        """The name, whole and in parts, from whichever of them the file has."""
        whole, given, family = self.text("name"), self.text("given_name"), self.text("family_name")
        split = next((field.split for field in self.fields.get("name", ())), None)
        if whole and split:
            head, _, tail = whole.partition(",") if split == "family, given" else whole.rpartition(" ")
            first, last = (tail, head) if split == "family, given" else (head, tail)
            given, family = given or first.strip() or None, family or last.strip() or None
            whole = " ".join(part for part in (given, family) if part)
        return {
            "name": whole or " ".join(part for part in (given, family) if part) or None,
            "given_name": given,
            "family_name": family,
            "suffix": self.text("suffix"),
        }

    def address(self) -> dict[str, str | None] | None:
        told = {name: self.text(name) for name in ADDRESS}
        # A country that nobody knows stays in the raw row.
        told["country"] = country(told["country"])
        return told if any(told.values()) else None

    def identifiers(self) -> list[dict[str, Any]]:
        """The handles; of several e-mails the first is the primary one."""
        told: list[dict[str, Any]] = []
        for kind, name in (("email", "emails"), ("phone", "phones")):
            for place, field in enumerate(self.fields.get(name, ())):
                for part, value in enumerate(_several(kind, written(self.row, field))):
                    label = "primary" if place + part == 0 else "other"
                    told.append({"kind": kind, "value": value, "label": label})
        for field in self.fields.get("external_ids", ()):
            told.append({"kind": "external", "source": field.value, "value": identity(self.row, field)})
        for field in self.fields.get("social", ()):
            told.append({"kind": "social", "platform": field.value, "user_id": identity(self.row, field)})
        return [each for each in told if each.get("value") or each.get("user_id")]

    def _read(self, name: str, read: Any) -> Any:
        field = next(iter(self.fields.get(name, ())), None)
        if field is None:
            return None
        told = cell(self.row, field.columns[0]) if len(field.columns) == 1 else written(self.row, field)
        try:
            return read(told, field)
        except (ValueError, ArithmeticError) as error:
            raise UnreadableError(field.columns, _why(error)) from None


def written(row: Mapping[str, Any], field: Field) -> str | None:
    """A field's text: of its column, of several joined, or the constant."""
    parts = [cells.text(cell(row, column)) for column in field.columns]
    return field.join.join(part for part in parts if part) or cells.text(field.value if not field.columns else None)


def identity(row: Mapping[str, Any], field: Field) -> str | None:
    """A field's id. Of several columns all must be filled, or two things would share it."""
    try:
        parts = [cells.identity(cell(row, column)) for column in field.columns]
    except ValueError as error:
        raise UnreadableError(field.columns, _why(error)) from None
    return field.join.join(parts) if parts and all(parts) else None


def _several(kind: str, cell: str | None) -> list[str]:
    """The handles in one cell: exports join them with a semicolon, e-mails also with a comma."""
    parts = [part for part in re.split("[;,]" if kind == "email" else ";", cell or "") if part.strip()]
    # A comma may also be in a name before the address.
    return parts if kind == "phone" or all("@" in part for part in parts) else [cell or ""]


def rows_of(raw: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The rows of an item, each by its columns."""
    columns = raw.get("columns")
    return [dict(zip(columns, row, strict=True)) for row in raw["rows"]] if columns else raw["rows"]


def _why(error: Exception) -> str:
    # Our own errors say what is wrong; Python's repeat the value, which nobody should read in a log.
    known = ("not a number", "an id that was rounded", "neither yes nor no", "not a date in the format of the settings")
    return str(error) if str(error) in known else "cannot be read"
