"""What every request gets: an id, a time, a limit on its size, and headers that keep browsers careful."""

import re
import secrets
import time
from collections.abc import Mapping
from typing import Any

import structlog
from flask import Flask, Response, g, request

from connector.api.background import Background
from connector.api.counts import Counts

log = structlog.get_logger()

# Larger bodies get 413. Vendors' deliveries are far smaller.
LARGEST_BODY = 1024 * 1024

# What a request may call itself, so that it can be found again in the caller's own log.
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

# A view that needs more says so itself: these are only set where it did not.
HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "private, no-store"),
)


def guard(app: Flask, counts: Counts, background: Background) -> None:
    """Put the border around all of the application's routes."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.url_map.strict_slashes = False

    @app.before_request
    def enter() -> None:
        g.began = time.perf_counter()
        background.ensure()

    @app.after_request
    def leave(response: Response) -> Response:
        headers = response.headers
        for name, value in HEADERS:
            if name not in headers:
                headers[name] = value
        headers["X-Request-ID"] = request_id()
        seconds = time.perf_counter() - g.get("began", time.perf_counter())
        rule = request.url_rule
        # The route and not the path: the path can hold a profile's id.
        route = rule.rule if rule else "(none)"
        counts.took(_method(), route, response.status_code, seconds)
        if response.status_code >= 500:
            log.warning(
                "answered",
                request=headers["X-Request-ID"],
                route=route,
                status=response.status_code,
                ms=round(seconds * 1000, 1),
            )
        return response


def request_id() -> str:
    """As the caller named the request, else a new one; the same for the whole request."""
    known = g.get("request_id")
    if known is None:
        known = g.request_id = request_name(request.environ)
    return known


def request_name(environ: Mapping[str, Any]) -> str:
    """What the request calls itself, if that is a plain word, else a new name."""
    told = environ.get("HTTP_X_REQUEST_ID")
    return told if told and REQUEST_ID.fullmatch(told) else secrets.token_hex(8)


def _method() -> str:
    # Anybody can send any word as a method: only those we know become a label.
    return request.method if request.method in ("GET", "HEAD", "POST", "OPTIONS") else "other"
