"""Who may call HubSpot's API, how often, and how it says no."""

import json
import secrets
import time
from collections import deque
from datetime import datetime, timedelta
from typing import Any

from flask import Response, jsonify, request

from sandbox.refusals import REFUSALS

PRIVATE_APP_TOKEN = "pat-na1-sandbox-hubspot"  # noqa: S105 - a stand-in's, good for nothing else
CLIENT_ID = "sandbox-hubspot-app"
CLIENT_SECRET = "sandbox-hubspot-secret"  # noqa: S105
REFRESH_TOKEN = "sandbox-hubspot-refresh"  # noqa: S105

LONGEST_URL = 8_000
INTERVAL = 10.0


def refusal(status: int, category: str, message: str, **more: Any) -> Response:
    body = {"status": "error", "message": message, "correlationId": "c0ffee00-0000-4000-8000-000000000000"}
    answer = jsonify(body | {"category": category} | more)
    answer.status_code = status
    return answer


class Access:
    """Tokens: the private app's, and those that OAuth gives out, which run out."""

    def __init__(self, world: Any, expires_in: int, rotate: bool) -> None:
        self._world, self._expires_in, self._rotate = world, expires_in, rotate
        self._refresh_token = REFRESH_TOKEN
        self._until: dict[str, datetime] = {}

    def admit(self) -> Response | None:
        if request.path == "/oauth/v1/token":
            return None
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token == PRIVATE_APP_TOKEN:
            return None
        if token not in self._until:
            return refusal(401, "INVALID_AUTHENTICATION", "Authentication credentials not found.")
        if self._until[token] <= self._world.clock():
            return refusal(401, "EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired.")
        return None

    def token(self) -> Response:
        told = request.form
        if (told.get("client_id"), told.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return _no_token("BAD_CLIENT_SECRET", "missing or unknown client secret")
        if told.get("grant_type") != "refresh_token" or told.get("refresh_token") != self._refresh_token:
            return _no_token("BAD_REFRESH_TOKEN", "missing or unknown refresh token")
        if self._rotate:
            self._refresh_token = f"{REFRESH_TOKEN}-{secrets.token_hex(8)}"
        token = f"CJ-{secrets.token_hex(16)}"
        self._until[token] = self._world.clock() + timedelta(seconds=self._expires_in)
        return jsonify(
            token_type="bearer",  # noqa: S106
            refresh_token=self._refresh_token,
            access_token=token,
            expires_in=self._expires_in,
        )


def _no_token(status: str, message: str) -> Response:
    answer = jsonify(status=status, message=message, correlationId="c0ffee00-0000-4000-8000-000000000000")
    answer.status_code = 400
    return answer


class Limits:
    """So many requests in ten seconds, so many searches in one. Only lists and batches tell what is left."""

    def __init__(self, per_ten_seconds: int | None, searches_per_second: int | None) -> None:
        self._most, self._searches = per_ten_seconds, searches_per_second
        self._at: deque[float] = deque()
        self._searched_at: deque[float] = deque()

    def admit(self) -> Response | None:
        if len(request.full_path) > LONGEST_URL:
            return Response("<html><body><h1>414 Request-URI Too Large</h1></body></html>", 414)
        if _full(self._at, INTERVAL, self._most):
            return _told(REFUSALS["hubspot"]["throttle"].body)
        if request.path.endswith("/search") and _full(self._searched_at, 1.0, self._searches):
            body = REFUSALS["hubspot"]["throttle"].body
            return _told(body | {"message": "You have reached your secondly limit.", "policyName": "SECONDLY"})
        return None

    def tell(self, response: Response) -> Response:
        one = request.method == "GET" and request.path.rsplit("/", 1)[-1].isdigit()
        if not one and not request.path.endswith("/search"):
            most = self._most or 110
            response.headers["X-HubSpot-RateLimit-Interval-Milliseconds"] = "10000"
            response.headers["X-HubSpot-RateLimit-Max"] = str(most)
            response.headers["X-HubSpot-RateLimit-Remaining"] = str(max(0, most - len(self._at)))
        return response


def _full(moments: deque[float], seconds: float, most: int | None) -> bool:
    now = time.monotonic()
    while moments and moments[0] <= now - seconds:
        moments.popleft()
    if most is not None and len(moments) >= most:
        return True
    moments.append(now)
    return False


def _told(body: Any) -> Response:
    return Response(json.dumps(body), 429, content_type="application/json")
