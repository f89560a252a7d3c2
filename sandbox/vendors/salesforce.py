"""Salesforce's REST API as its clients meet it: OAuth logins, queries with locators, describe, limits.

What is played: sessions that end, single-use refresh tokens, query locators that die with their
session, deleted rows in queryAll alone, the day's allowance, and errors in Salesforce's words.
developer.salesforce.com/docs (REST API and object reference), read 2026-11.
"""

import re
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from sandbox.faults import Faults
from sandbox.refusals import REFUSALS
from sandbox.vendors.salesforce_login import Logins, RefusedLoginError
from sandbox.vendors.salesforce_objects import FEATURES, OBJECTS
from sandbox.vendors.salesforce_query import MOST_BELOW, Asked, Queries, RefusedError

BATCHES = (200, 2000)
VERSION = re.compile(r"v\d{2}\.0")


def app(
    world: Any,
    faults: Faults,
    *,
    logins: Logins | None = None,
    features: frozenset[str] = FEATURES,
    daily_requests: int = 5_000_000,
    most_below: int = MOST_BELOW,
) -> Callable[..., Any]:
    """Salesforce's WSGI app: one org with these features and this allowance of requests a day."""
    server = Flask("salesforce")
    server.json.sort_keys = False
    server.url_map.strict_slashes = False
    doors = logins or Logins()
    usage = Usage(daily_requests)
    queries = Queries(world, features, most_below)

    server.register_error_handler(RefusedError, _refused)
    server.register_error_handler(HTTPException, lambda error: _refused(RefusedError(404, "NOT_FOUND", _NOT_FOUND)))

    @server.post("/services/oauth2/token")
    def token() -> Any:
        basic = request.authorization
        client = (basic.username or "", basic.password or "") if basic and basic.type == "basic" else None
        try:
            told = doors.token(request.form, client)
        except RefusedLoginError as error:
            return jsonify(error=error.args[0], error_description=error.args[1]), 400
        return jsonify(told | {"instance_url": request.root_url.rstrip("/")})

    @server.get("/services/data")
    def versions() -> Any:
        return jsonify([{"label": "Winter '24", "url": "/services/data/v59.0", "version": "59.0"}])

    @server.before_request
    def admit() -> Response | None:
        if not request.path.startswith("/services/data/"):
            return None
        g.session = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not doors.is_good(g.session):
            refusal = REFUSALS["salesforce"]["expired"]
            return _told(refusal.body, refusal.status)
        if not usage.takes_one():
            refusal = REFUSALS["salesforce"]["quota"]
            return _told(refusal.body, refusal.status)
        return None

    @server.after_request
    def tell_usage(response: Response) -> Response:
        if request.path.startswith("/services/data/") and response.status_code != 401:
            response.headers["Sforce-Limit-Info"] = f"api-usage={usage.used}/{usage.most}"
        return response

    @server.get("/services/data/<version>/query")
    def query(version: str) -> Any:
        return jsonify(queries.ask(_soql(), _asked(version, all_rows=False)))

    @server.get("/services/data/<version>/queryAll")
    def query_all(version: str) -> Any:
        return jsonify(queries.ask(_soql(), _asked(version, all_rows=True)))

    @server.get("/services/data/<version>/query/<locator>")
    def more(version: str, locator: str) -> Any:
        return jsonify(queries.more(locator, _asked(version, all_rows=True)))

    @server.get("/services/data/<version>/sobjects/<name>/describe")
    def describe(version: str, name: str) -> Any:
        _asked(version, all_rows=False)
        if name not in OBJECTS:
            raise RefusedError(404, "NOT_FOUND", _NOT_FOUND)
        return jsonify(OBJECTS[name].described(features))

    @server.get("/services/data/<version>/limits")
    def limits(version: str) -> Any:
        _asked(version, all_rows=False)
        return jsonify(DailyApiRequests={"Max": usage.most, "Remaining": usage.most - usage.used})

    return server


_NOT_FOUND = "The requested resource does not exist"


class Usage:
    """The org's requests of the day, all programs' together."""

    def __init__(self, most: int) -> None:
        self.most, self.used = most, 0

    def takes_one(self) -> bool:
        if self.used >= self.most:
            return False
        self.used += 1
        return True


def _asked(version: str, *, all_rows: bool) -> Asked:
    if not VERSION.fullmatch(version):
        raise RefusedError(404, "NOT_FOUND", _NOT_FOUND)
    wish = re.search(r"batchSize=(\d+)", request.headers.get("Sforce-Query-Options", ""))
    batch = max(BATCHES[0], min(BATCHES[1], int(wish[1]))) if wish else BATCHES[1]
    return Asked(g.session, version, batch, all_rows)


def _soql() -> str:
    soql = request.args.get("q")
    if not soql:
        raise RefusedError(400, "MALFORMED_QUERY", "A query string has to be specified")
    return soql


def _refused(error: RefusedError) -> Response:
    return _told([{"message": error.message, "errorCode": error.code}], error.status)


def _told(body: Any, status: int) -> Response:
    response = jsonify(body)
    response.status_code = status
    return response
