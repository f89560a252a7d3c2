"""X's API v2 as its clients meet it: timelines, recent search and look-ups of one brand's world.

What is played: bearer tokens, newest-first paging with tokens, since_id and until_id, how far back
X shows (800 mentions, 3,200 own posts, 7 days of search), fields and expansions, edits that get a
new id, answers that are partly errors, 15-minute limits with their headers. docs.x.com, read 2026-11.
"""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from sandbox.faults import Faults
from sandbox.vendors.x_posts import Posts, problem
from sandbox.vendors.x_query import InvalidError, Query, token

BEARER_TOKEN = "sandbox-x-bearer"  # noqa: S105 - a stand-in's, good for nothing else
CONSUMER_SECRET = "sandbox-x-consumer"  # noqa: S105

WINDOW = 15 * 60
SEARCH_DAYS = timedelta(days=7)
DEEPEST = {"mention": 800, "reply": 3200}


def app(world: Any, faults: Faults, *, per_window: int = 450) -> Callable[..., Any]:
    """X's WSGI app. Each path takes `per_window` requests in 15 minutes."""
    server = Flask("x")
    server.json.sort_keys = False
    posts = Posts(world)
    limits = Limits(per_window)

    server.before_request(_authorised)
    server.before_request(limits.admit)
    server.after_request(limits.tell)
    server.register_error_handler(InvalidError, lambda error: (jsonify(error.body), 400))
    server.register_error_handler(HTTPException, _not_found)

    _people(server, posts)
    _timelines(server, posts, world)
    _lookup(server, posts)
    return server


def _people(server: Flask, posts: Posts) -> None:
    @server.get("/2/users/by/username/<name>")
    def by_username(name: str) -> Any:
        row = posts.user_named(name)
        return jsonify(data=posts.user(row)) if row else jsonify(errors=[problem("user", name, "username")])

    @server.get("/2/users/<user_id>")
    def one_user(user_id: str) -> Any:
        row = posts.users.get(user_id)
        return jsonify(data=posts.user(row)) if row else jsonify(errors=[problem("user", user_id, "id")])

    @server.get("/2/users")
    def some_users() -> Any:
        ids = Query(request.args).ids()
        found = {one: posts.users.get(one) for one in ids}
        return _looked_up([posts.user(row) for row in found.values() if row], found, "user", {})


def _timelines(server: Flask, posts: Posts, world: Any) -> None:
    @server.get("/2/users/<user_id>/mentions")
    def mentions(user_id: str) -> Any:
        return timeline(user_id, "mention")

    @server.get("/2/users/<user_id>/tweets")
    def tweets(user_id: str) -> Any:
        return timeline(user_id, "reply")

    def timeline(user_id: str, kind: str) -> Any:
        if not posts.users.get(user_id):
            return jsonify(errors=[problem("user", user_id, "id")])
        query = Query(request.args, fewest=5)
        rows = posts.newest(kind) if user_id == world.brand.id else iter(())
        return _page(posts, query, islice(rows, DEEPEST[kind]))

    @server.get("/2/tweets/search/recent")
    def recent() -> Any:
        query = Query(request.args, fewest=10)
        oldest = world.clock() - SEARCH_DAYS
        if query.since and posts.written(query.since) < oldest:
            raise InvalidError("since_id", query.since, "must be a tweet id created after [7 days ago]")
        rows = posts.found(query.text("query"))
        return _page(posts, query, (row for row in rows if row.created >= oldest))


def _lookup(server: Flask, posts: Posts) -> None:
    @server.get("/2/tweets")
    def some_posts() -> Any:
        query = Query(request.args)
        found = {one: posts.version(one) for one in query.ids()}
        told = [posts.post(row, query, one) for one, row in found.items() if row]
        return _looked_up(told, found, "tweet", posts.includes([row for row in found.values() if row], query))


def _page(posts: Posts, query: Query, rows: Iterator[Any]) -> Any:
    """A page of a timeline in X's words."""
    fitting = (row for row in rows if query.fits(posts.last_id(row)))
    shown = list(islice(fitting, query.size + 1))
    more, shown = len(shown) > query.size, shown[: query.size]
    meta: dict[str, Any] = {"result_count": len(shown)}
    if shown:
        meta |= {"newest_id": posts.last_id(shown[0]), "oldest_id": posts.last_id(shown[-1])}
    if more:
        meta["next_token"] = token(posts.last_id(shown[-1]))
    body = {"data": [posts.post(row, query) for row in shown]} if shown else {}
    includes = posts.includes(shown, query)
    return jsonify(body | ({"includes": includes} if includes else {}) | {"meta": meta})


def _looked_up(told: list[Any], found: dict[str, Any], kind: str, includes: dict[str, Any]) -> Any:
    missing = [problem(kind, one, "ids") for one, row in found.items() if not row]
    body = {"data": told} if told else {}
    body |= {"includes": includes} if includes else {}
    return jsonify(body | ({"errors": missing} if missing else {}))


class Limits:
    """So many requests per path in a quarter of an hour; each answer says how many are left."""

    def __init__(self, per_window: int) -> None:
        self.per_window = per_window
        self.used: dict[str, tuple[int, int]] = {}

    def admit(self) -> Any:
        window = int(time.time()) // WINDOW
        path = str(request.url_rule)
        began, count = self.used.get(path, (window, 0))
        self.used[path] = (window, count + 1 if began == window else 1)
        if self.used[path][1] > self.per_window:
            body = {"title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank", "status": 429}
            return jsonify(body), 429
        return None

    def tell(self, response: Response) -> Response:
        window, count = self.used.get(str(request.url_rule), (int(time.time()) // WINDOW, 0))
        response.headers["x-rate-limit-limit"] = str(self.per_window)
        response.headers["x-rate-limit-remaining"] = str(max(0, self.per_window - count))
        response.headers["x-rate-limit-reset"] = str((window + 1) * WINDOW)
        return response


def _authorised() -> Any:
    if request.headers.get("Authorization") == f"Bearer {BEARER_TOKEN}":
        return None
    body = {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"}
    return jsonify(body), 401


def _not_found(error: HTTPException) -> Any:
    body = {"title": error.name, "type": "about:blank", "status": error.code, "detail": error.name}
    return jsonify(body), error.code
