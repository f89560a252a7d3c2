"""The express lane: a lookup that finds one known person is answered before Flask is entered.

It is what a screen-pop waits for, and Flask's routing, wrappers and hooks would cost more
than the lookup itself (docs/decisions/0002-an-express-lane-for-lookups.md). Everything
that is not plain (an unknown key, an odd parameter, nobody, several, an error) goes on to
the view of the same route, which asks again and says what there is to say. A test holds
both to the same answers.
"""

from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from connector.api import answers, identify
from connector.api.border import HEADERS, request_name
from connector.api.desk import Desk

Environ: TypeAlias = dict[str, Any]
Answer: TypeAlias = tuple[str, list[tuple[str, str]], bytes]

PATH = "/v1/profiles/lookup"
SCOPE = "profiles:read"

# Those of the border's headers that are the same on every such answer; it may be kept, if it is asked for anew.
SAME = [*((name, value) for name, value in HEADERS if name != "Cache-Control"), ("Cache-Control", answers.ASK_ANEW)]


class Express:
    """The application, with the express lane in front of it."""

    def __init__(self, inner: Callable[..., Iterable[bytes]], desk: Desk) -> None:
        self.inner, self.desk = inner, desk

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "GET":
            return self.inner(environ, start_response)
        began = perf_counter()
        try:
            answer = self._answer(environ)
        except Exception:  # noqa: BLE001 - the view meets the same error, and knows how to tell it
            answer = None
        if answer is None:
            return self.inner(environ, start_response)
        status, headers, body = answer
        self.desk.background.ensure()
        self.desk.counts.took("GET", PATH, int(status[:3]), perf_counter() - began)
        start_response(status, headers)
        return [body]

    def _answer(self, environ: Environ) -> Answer | None:
        desk, pairs = self.desk, parse_qsl(environ["QUERY_STRING"], keep_blank_values=True)
        if len(pairs) != 1 or pairs[0][0] not in identify.TYPED:
            return None
        key = desk.keys.of(environ.get("HTTP_AUTHORIZATION"))
        if not key.may(SCOPE):
            return None
        workspace = key.workspace
        found = desk.parts.lookup.find(workspace, identify.one(dict(pairs), desk.region(workspace)))
        if found.outcome != "one":
            return None
        desk.saw(workspace, found, key.id, "lookup")
        desk.counts.add("visavis_lookups", "lookup", "one")
        fresh = desk.freshness.of(workspace)
        tag = answers.etag(found.etag, fresh)
        headers = [("ETag", tag), ("X-Request-ID", request_name(environ)), *SAME]
        if answers.has(tag, environ.get("HTTP_IF_NONE_MATCH")):
            return "304 NOT MODIFIED", headers, b""
        body = answers.join(found.document, freshness=fresh.body)
        return "200 OK", [*headers, ("Content-Type", answers.JSON), ("Content-Length", str(len(body)))], body
