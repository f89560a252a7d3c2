"""HubSpot's CRM API as its clients meet it.

What is played: private-app and OAuth tokens, lists (living or archived) with an opaque `after`,
searches with their limit of hits, batch reads, associations v4, owners, pipelines, merges whose
old ids bring the new record, dated versions of the paths. developers.hubspot.com, read 2026-11.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from sandbox.faults import Faults
from sandbox.tables import Row
from sandbox.vendors.hubspot_access import (
    CLIENT_ID,
    CLIENT_SECRET,
    PRIVATE_APP_TOKEN,
    REFRESH_TOKEN,
    Access,
    Limits,
    refusal,
)
from sandbox.vendors.hubspot_archive import Archive, Place
from sandbox.vendors.hubspot_links import Links
from sandbox.vendors.hubspot_records import MODIFIED, STAGES, TYPES, Properties, iso, line_items, properties
from sandbox.vendors.hubspot_search import InvalidError, Search

__all__ = ["CLIENT_ID", "CLIENT_SECRET", "PORTAL", "PRIVATE_APP_TOKEN", "REFRESH_TOKEN", "app"]

PORTAL = {
    "portalId": 62515,
    "accountType": "STANDARD",
    "timeZone": "Europe/Berlin",
    "companyCurrency": "EUR",
    "additionalCurrencies": [],
    "utcOffset": "+02:00",
    "utcOffsetMilliseconds": 7_200_000,
    "uiDomain": "app.hubspot.com",
    "dataHostingLocation": "eu1",
}
LARGEST_PAGE = 100
LARGEST_BATCH = 100
DATED = re.compile(r"^/crm/(objects|owners|pipelines|associations)/\d{4}-\d{2}(-beta)?(?=/|$)")


def app(
    world: Any,
    faults: Faults,
    *,
    most_hits: int = 10_000,
    lag_seconds: float = 0,
    links_page: int = 500,
    per_ten_seconds: int | None = None,
    searches_per_second: int | None = None,
    expires_in: int = 1800,
    rotate: bool = False,
) -> Callable[..., Iterable[bytes]]:
    """HubSpot's WSGI app. The limits are parameters, for tests that could not make ten thousand of each."""
    server = Flask("hubspot")
    server.json.sort_keys = False
    access, limits = Access(world, expires_in, rotate), Limits(per_ten_seconds, searches_per_second)
    search, links = Search(world, most_hits, lag_seconds), Links(world, links_page)
    objects = Objects(world, search)

    server.before_request(limits.admit)
    server.before_request(access.admit)
    server.after_request(limits.tell)
    server.register_error_handler(InvalidError, lambda error: refusal(400, "VALIDATION_ERROR", str(error)))
    server.register_error_handler(HTTPException, _no_such_path)

    for rule, method, view in (
        ("/oauth/v1/token", "POST", access.token),
        ("/account-info/v3/details", "GET", lambda: jsonify(PORTAL)),
        ("/crm/v3/objects/<type_>", "GET", objects.page),
        ("/crm/v3/objects/<type_>/search", "POST", objects.found),
        ("/crm/v3/objects/<type_>/batch/read", "POST", objects.batch),
        ("/crm/v3/objects/<type_>/<one>", "GET", objects.one),
        ("/crm/v4/associations/<from_>/<to>/batch/read", "POST", links.batch),
        ("/crm/v3/owners", "GET", lambda: jsonify(results=owners(world))),
        ("/crm/v3/pipelines/<type_>", "GET", lambda type_: jsonify(results=[_pipeline(_kind(type_))])),
    ):
        server.add_url_rule(rule, rule, view, methods=[method], strict_slashes=False)
    return _undated(server)


class Objects:
    """The records of every type, line items among them."""

    def __init__(self, world: Any, search: Search) -> None:
        self._world, self._search, self._archive = world, search, Archive(world)

    def page(self, type_: str) -> Response:
        kind, archived = _kind(type_), request.args.get("archived", "false").lower() == "true"
        limit = min(request.args.get("limit", 10, type=int), LARGEST_PAGE)
        place = _place(request.args.get("after"))
        found = self._archive.rows(kind, place) if archived else self._living(kind, place, limit + 1)
        rows = list(islice(found, limit + 1))
        asked = _named()
        told: dict[str, Any] = {"results": [record(row, asked) for row in rows[:limit]]}
        if len(rows) > limit:
            after = _token(rows[limit - 1])
            told["paging"] = {"next": {"after": after, "link": f"{request.base_url}?after={after}"}}
        return jsonify(told)

    def found(self, type_: str) -> Response:
        asked = request.get_json()
        total, rows, after = self._search.answer(_kind(type_), asked)
        told = {"total": total, "results": [record(row, asked.get("properties")) for row in rows]}
        return jsonify(told | ({"paging": {"next": {"after": after}}} if after else {}))

    def one(self, type_: str, one: str) -> Response:
        found = self._find(_kind(type_), one, request.args.get("archived", "false").lower() == "true", None)
        if found is None:
            return refusal(404, "OBJECT_NOT_FOUND", "Object not found. objectId is usually positive.")
        return jsonify(_shown(found, _named()))

    def batch(self, type_: str) -> tuple[Response, int] | Response:
        kind, asked = _kind(type_), request.get_json()
        archived = request.args.get("archived", "false").lower() == "true"
        ids = [str(one["id"]) for one in asked["inputs"]]
        if len(ids) > LARGEST_BATCH:
            raise InvalidError(f"a batch has at most {LARGEST_BATCH} inputs")
        found = {one: self._find(kind, one, archived, asked.get("idProperty")) for one in ids}
        # Two ids of one merged record bring it once.
        results = {item["id"]: item for one in found.values() if one for item in [_shown(one, asked.get("properties"))]}
        told: dict[str, Any] = {"status": "COMPLETE", "results": list(results.values())}
        missing = [one for one in ids if not found[one]]
        if not missing:
            return jsonify(told)
        message = f"Could not get some {kind.upper()} objects, they may be deleted or not exist."
        error = {"status": "error", "category": "OBJECT_NOT_FOUND", "message": message, "context": {"ids": missing}}
        return jsonify(told | {"numErrors": 1, "errors": [error]}), 207

    def _find(self, kind: str, one: str, archived: bool, by: str | None) -> Row | tuple[Row, str] | None:
        if kind == "line_item":
            order = self._world.table("hubspot", "order").get(one[:-3])
            return (order, one) if order and not order.deleted and one in line_items(order) else None
        if by and by != "hs_object_id":
            return None if archived else next(self._search.matches(kind, by, one), None)
        row = self._world.table("hubspot", kind).get(one)
        while row and row.merged_into:
            row = self._world.table("hubspot", kind).get(row.merged_into)
        return row if row and row.deleted == archived else None

    def _living(self, kind: str, place: Place, size: int) -> Iterator[Row]:
        while rows := self._world.table("hubspot", kind).after(*place, size):
            self._archive.passed(kind, place, rows)
            yield from (row for row in rows if not row.deleted)
            place = rows[-1].modified, rows[-1].id


def record(row: Row, asked: list[str] | None) -> dict[str, Any]:
    """A record with the properties that were asked for; those that there are not are left out without a word."""
    held = properties(row)
    created = "hs_createdate" if row.kind == "order" else "createdate"
    always = [created, MODIFIED.get(row.kind, "hs_lastmodifieddate"), "hs_object_id"]
    told: dict[str, Any] = {
        "id": row.id,
        "properties": {name: held[name] for name in dict.fromkeys([*always, *(asked or ())]) if name in held},
        "createdAt": iso(row.created),
        "updatedAt": iso(row.modified),
        "archived": row.deleted,
    }
    return told | ({"archivedAt": iso(row.modified)} if row.deleted else {})


def owners(world: Any) -> list[dict[str, Any]]:
    """The colleagues who look after someone, as far as the newest records name them."""
    found: dict[str, dict[str, Any]] = {}
    for kind in ("contact", "company", "deal", "ticket"):
        for row in world.table("hubspot", kind).newest(500):
            owner = row.values.get("owner")
            if owner:
                first, _, last = (owner.get("name") or "").partition(" ")
                told = {"id": owner["external_id"], "email": owner.get("email"), "firstName": first, "lastName": last}
                found[owner["external_id"]] = told | {"archived": False}
    return [found[one] for one in sorted(found)]


def _shown(found: Row | tuple[Row, str], asked: list[str] | None) -> dict[str, Any]:
    if isinstance(found, Row):
        return record(found, asked)
    order, one = found
    held: Properties = line_items(order)[one]
    told = {name: held[name] for name in asked or ("name", "quantity", "price") if name in held}
    dates = {"createdAt": iso(order.created), "updatedAt": iso(order.modified)}
    return {"id": one, "properties": told | {"hs_object_id": one}, **dates, "archived": False}


def _pipeline(kind: str) -> dict[str, Any]:
    stages = [
        {"id": one, "label": label, "displayOrder": place, "metadata": metadata, "archived": False}
        for place, (one, label, metadata) in enumerate(STAGES.get(kind, {}).values())
    ]
    return {"id": "0", "label": f"{kind.capitalize()} pipeline", "displayOrder": 0, "stages": stages, "archived": False}


def _named() -> list[str] | None:
    """The properties that are asked for: separated by commas, in one parameter or in several."""
    told = request.args.getlist("properties")
    return ",".join(told).split(",") if told else None


def _kind(type_: str) -> str:
    if type_ not in TYPES:
        raise InvalidError(f"Unable to infer object type from: {type_}")
    return TYPES[type_]


def _token(row: Row) -> str:
    return urlsafe_b64encode(f"{row.modified.isoformat()} {row.id}".encode()).decode()


def _place(after: str | None) -> Place:
    if not after:
        return None, ""
    try:
        modified, _, one = urlsafe_b64decode(after.encode()).decode().partition(" ")
        return datetime.fromisoformat(modified), one
    except ValueError:
        raise InvalidError("after is not one of ours") from None


def _undated(server: Flask) -> Callable[..., Iterable[bytes]]:
    """The dated versions of the paths answer as v3 (associations: v4) does."""

    def versioned(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = re.sub(r"^/account-info/\d{4}-\d{2}", "/account-info/v3", environ.get("PATH_INFO", ""))
        version = {"associations": "v4"}
        path = DATED.sub(lambda match: f"/crm/{version.get(match[1], 'v3')}/{match[1]}", path)
        return server.wsgi_app({**environ, "PATH_INFO": path}, start_response)

    return versioned


def _no_such_path(error: HTTPException) -> Response:
    return refusal(error.code or 500, "NOT_FOUND", error.name)
