"""flask-smorest, told our manners: unknown parameters are refused with the known names, and errors have one shape."""

from collections.abc import Mapping
from typing import Any, NoReturn

import flask_smorest
import marshmallow as ma
from flask import Flask, Request
from webargs.core import is_json
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from connector.api.schemas import ProblemSchema
from connector.errors import InvalidRequestError


class Parser(FlaskParser):
    """Reads parameters with a schema; InvalidRequestError names every one that is wrong."""

    DEFAULT_VALIDATION_STATUS = 400
    DEFAULT_UNKNOWN_BY_LOCATION = {"query": ma.RAISE, "json": ma.RAISE, "path": ma.RAISE, "headers": ma.EXCLUDE}

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        if not is_json(req.mimetype):
            raise UnsupportedMediaType
        return super().load_json(req, schema)

    def _handle_invalid_json_error(self, error: Exception, req: Request, *args: Any, **kwargs: Any) -> NoReturn:
        raise InvalidRequestError("the body is no JSON")

    def handle_error(self, error: ma.ValidationError, req: Request, schema: ma.Schema, **kwargs: Any) -> NoReturn:
        (wrong,) = error.normalized_messages().values()  # By location; a view reads one at a time.
        raise invalid(wrong if isinstance(wrong, Mapping) else {"body": wrong}, schema.fields)


def invalid(wrong: Mapping[str, Any], known: Mapping[str, Any]) -> InvalidRequestError:
    """The error that names every wrong parameter, and for an unknown one those that are known."""
    names = ", ".join(known)
    fields = {
        str(name): [f"Unknown; known: {names}."] if messages == ["Unknown field."] else _flat(messages)
        for name, messages in wrong.items()
    }
    return InvalidRequestError("wrong: " + ", ".join(name for name in fields if name.isprintable())[:200], fields)


def _flat(messages: Any) -> Any:
    """The messages on a list's items are those on the list."""
    if not isinstance(messages, Mapping):
        return messages
    return list(dict.fromkeys(message for each in messages.values() for message in _flat(each)))


class Blueprint(flask_smorest.Blueprint):
    """A group of routes that reads its parameters our way."""

    ARGUMENTS_PARSER = Parser()


class Api(flask_smorest.Api):
    """The description of the API; errors are answered by `connector.api.errors`."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Ours are registered for the whole application."""


def describe(app: Flask, version: str) -> Api:
    """The API whose blueprints are registered on what this returns."""
    app.config.update(
        API_TITLE="Visavis",
        API_VERSION=version,
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = Api(
        app,
        spec_kwargs={
            "info": {"description": "One trustworthy picture of a customer, for whoever is about to talk to them."}
        },
    )
    api.spec.components.security_scheme(
        "key", {"type": "http", "scheme": "bearer", "description": "An API key: `visavis keys create`."}
    )
    return api
