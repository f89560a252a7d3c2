"""Quick: loads what is plainly right, without marshmallow's walk over every field that is not there.

A record tells a few of its schema's two dozen fields, and an order a hundred lines. Here only
what was told is read, each value by its own field and that field's validators. Whatever is odd
in any way goes to the schema itself: so the results and the errors are marshmallow's.
"""

from collections.abc import Callable
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, missing

# Reads one value of a field; the second argument is all that was told beside it.
Reader = Callable[[Any, Any], Any]


class OddError(Exception):
    """Not plainly right: the schema itself has to look at it."""


class Quick:
    """Loads like the schema it is made for."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        known = schema.load_fields
        # What looks at the whole, before or after, is not known here.
        self.is_plain = schema.unknown == RAISE and not any(schema._hooks.values())
        self.readers = {name: _reader(field, name) for name, field in known.items()}
        self.required = frozenset(name for name, field in known.items() if field.required)
        self.defaults = {name: field.load_default for name, field in known.items() if field.load_default is not missing}

    def load(self, told: Any) -> Any:
        """What was told, loaded. Raises marshmallow's ValidationError, which names every wrong field."""
        try:
            return self.read(told)
        except OddError:
            return self.schema.load(told)

    def read(self, told: Any) -> dict[str, Any]:
        """What was told, loaded; raises OddError when anything about it is odd."""
        if type(told) is not dict or not self.is_plain or not self.required <= told.keys():
            raise OddError
        readers = self.readers
        try:
            loaded = {name: readers[name](value, told) for name, value in told.items()}
        except (KeyError, ValidationError):
            raise OddError from None
        for name, default in self.defaults.items():
            if name not in loaded:
                loaded[name] = default() if callable(default) else default
        return loaded


def _reader(field: fields.Field, name: str | None) -> Reader:
    """What reads this field's values; `name`: None when it is the inside of a list."""
    if field.data_key is not None or field.attribute is not None or field.pre_load or field.post_load:
        return _odd
    read, validators = _of_type(field, name), tuple(field.validators)
    allow_none = field.allow_none

    def reader(value: Any, told: Any) -> Any:
        if value is None:
            if allow_none:
                return None
            raise OddError
        loaded = read(value, told)
        for validate in validators:
            validate(loaded)
        return loaded

    return reader


def _of_type(field: fields.Field, name: str | None) -> Reader:
    if isinstance(field, fields.List):
        return _list(_reader(field.inner, None))
    if isinstance(field, fields.Nested):
        return _odd if field.many or field.unknown is not None else _nested(Quick(field.schema))
    deserialize = field._deserialize
    return lambda value, told: deserialize(value, name, told)


def _list(read: Reader) -> Reader:
    def reader(value: Any, told: Any) -> list[Any]:
        if type(value) is not list:
            raise OddError
        return [read(each, None) for each in value]

    return reader


def _nested(quick: Quick) -> Reader:
    read = quick.read
    return lambda value, told: read(value)


def _odd(value: Any, told: Any) -> Any:
    raise OddError
