"""Field types of the language: aware UTC times, exact money, string ids, normalised identifiers."""

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from marshmallow import ValidationError, fields, validate

from schemas.identifiers import Identifier, handle_of, normalise

# ISO 4217 alphabetic codes are three capitals. Which of them exist changes every year; a source knows its own.
CURRENCY = validate.Regexp(r"^[A-Z]{3}\Z", error="Not an ISO 4217 currency code.")
COUNTRY = validate.Regexp(r"^[A-Z]{2}\Z", error="Not an ISO 3166 alpha-2 country code.")
LANGUAGE = validate.Regexp(r"^[a-z]{2}\Z", error="Not an ISO 639-1 language code.")
SHARE = validate.Range(0, 1, error="Not from 0 to 1.")


class Time(fields.Field):
    """A moment. Text needs a zone, or it could mean 24 different hours; loads as aware UTC."""

    default_error_messages = {"invalid": "Not a date and time with a zone.", "naive": "The time has no zone."}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                raise self.make_error("invalid") from None
        if not isinstance(value, datetime):
            raise self.make_error("invalid")
        if value.tzinfo is None:
            raise self.make_error("naive")
        try:
            return value.astimezone(UTC)
        except OverflowError:  # a few hours before the year 1, or behind the year 9999
            raise self.make_error("invalid") from None

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


class Day(fields.Field):
    """A calendar day, such as a birth date: no hour, no zone."""

    default_error_messages = {"invalid": "Not a date."}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if isinstance(value, str):
            try:
                return date.fromisoformat(value[:10])
            except ValueError:
                raise self.make_error("invalid") from None
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        raise self.make_error("invalid")


class Amount(fields.Field):
    """An exact decimal number: money or a quantity. A float is read by its shortest spelling."""

    default_error_messages = {"invalid": "Not a decimal number."}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        text = str(value)
        if isinstance(value, bool) or "_" in text:
            raise self.make_error("invalid")
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise self.make_error("invalid") from None
        if not number.is_finite() or abs(number.adjusted()) > 30:
            raise self.make_error("invalid")
        return number


class Id(fields.Field):
    """An id as the source writes it: text, never a number that a float could round."""

    default_error_messages = {"invalid": "Not an id.", "empty": "The id is empty."}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if not value.strip():
            raise self.make_error("empty")
        if "\x00" in value or len(value) > 255:
            raise self.make_error("invalid")
        return value.strip()


class Text(fields.String):
    """Text of any length that a database can hold; an empty one is as good as none."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str | None:
        text = value if type(value) is str else super()._deserialize(value, attr, data, **kwargs)
        # PostgreSQL holds no NUL, UTF-8 no lone surrogate: some exports have both.
        if not text.isascii():
            text = text.encode("utf-8", "replace").decode()
        return text.replace("\x00", "").strip() or None


class Identifiers(fields.Field):
    """A list of told handles (the shapes of `identifiers.normalise`), as Identifiers without repetition.

    A social id that comes with its handle can be searched by that handle too.
    A local phone number is read in the country of the record's address, else in the source's region.
    """

    default_error_messages = {"invalid": "Not a list of identifiers."}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[Identifier, ...]:
        if not isinstance(value, list | tuple):
            raise self.make_error("invalid")
        address = data.get("address") if isinstance(data, dict) else None
        country = address.get("country") if isinstance(address, dict) else None
        region = country if isinstance(country, str) and len(country) == 2 else getattr(self.root, "region", None)
        known: dict[tuple[str, str], Identifier] = {}
        for place, told in enumerate(value):
            try:
                identifier = normalise(told, region)
            except (KeyError, TypeError, AttributeError):
                raise ValidationError({place: ["Not an identifier."]}) from None
            for each in (identifier, handle_of(identifier)):
                if each:
                    known.setdefault((each.kind, each.value), each)
        return tuple(known.values())
