"""One shape for everything that goes wrong: `{"error": {"code", "message", ...}}`, with what can be acted on.

`fields`: what is wrong in each; `candidates`, `shared`: whom it may mean; `chain`: what stands against it.

Messages name fields and never values. An error of our own making tells the log where
it happened, without its message: that could hold a customer's data.
"""

import re
import traceback
from typing import Any

import orjson
import redis
import structlog
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from connector.api.border import request_id
from connector.errors import (
    AmbiguousError,
    ConnectorError,
    ContradictedError,
    InvalidRequestError,
    NotAuthenticatedError,
    StoreUnavailableError,
)

log = structlog.get_logger()

# What our own code raises beyond ConnectorError's children, by status.
CODES = {
    400: "invalid_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "not_json",
    500: "internal",
}
MESSAGES = {
    404: "there is nothing at this address; the API is described at /docs",
    413: "the request is larger than this address takes",
    415: "send the body as JSON, with Content-Type: application/json",
}


def answer(status: int, code: str, message: str, **more: Any) -> Response:
    """An error as it is sent."""
    told = {"code": code, "message": message} | {name: value for name, value in more.items() if value}
    return Response(orjson.dumps({"error": told}), status, mimetype="application/json")


def told(error: ConnectorError) -> Response:
    """A ConnectorError as it is sent."""
    fields = error.fields if isinstance(error, InvalidRequestError) else None
    ambiguous = isinstance(error, AmbiguousError)
    several = {"candidates": error.candidates, "shared": error.shared} if ambiguous else {}
    chain = error.chain if isinstance(error, ContradictedError) else None
    response = answer(error.status, error.code, str(error), fields=fields, chain=chain, **several)
    if isinstance(error, NotAuthenticatedError):
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, StoreUnavailableError):
        response.headers["Retry-After"] = "5"
    return response


def register(app: Flask) -> None:
    """Have every error of the application answered in the one shape."""
    app.register_error_handler(ConnectorError, told)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(redis.RedisError, _without_redis)
    app.register_error_handler(Exception, _of_our_making)


def _of_http(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None or status < 400:  # A redirect is no error.
        return error.get_response()
    code = CODES.get(status) or re.sub(r"\W+", "_", error.name.lower())
    response = answer(status, code, MESSAGES.get(status, error.name.lower()))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(error.valid_methods)
    return response


def _without_redis(error: redis.RedisError) -> Response:
    log.warning("redis is away", request=request_id(), route=_route(), error=type(error).__name__)
    response = answer(503, "redis_unavailable", "Redis, which this needs, cannot be reached")
    response.headers["Retry-After"] = "5"
    return response


def _of_our_making(error: Exception) -> Response:
    where = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-6:]]
    log.error("request failed", request=request_id(), route=_route(), error=type(error).__name__, where=where)
    return answer(500, CODES[500], "something went wrong on our side; the log knows the request's id")


def _route() -> str | None:
    return request.url_rule.rule if request.url_rule else None
