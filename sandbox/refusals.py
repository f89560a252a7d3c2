"""How each vendor words its refusals: the answers that a client has to tell apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    status: int
    body: Any
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def phrase(self) -> str:
        return HTTPStatus(self.status).phrase


def _salesforce(status: int, code: str, message: str) -> Refusal:
    return Refusal(status=status, body=[{"message": message, "errorCode": code}])


def _hubspot(status: int, category: str, message: str, **more: Any) -> Refusal:
    body = {"status": "error", "message": message, "correlationId": "c0ffee00-0000-4000-8000-000000000000"}
    return Refusal(status=status, body=body | {"category": category} | more)


def _x(status: int, title: str, detail: str, type_: str = "about:blank", **more: Any) -> Refusal:
    return Refusal(status=status, body={"title": title, "detail": detail, "type": type_, "status": status} | more)


REFUSALS: Mapping[str, Mapping[str, Refusal]] = {
    "salesforce": {
        "throttle": _salesforce(429, "TOO_MANY_REQUESTS", "Too many requests. Try again later."),
        # The spent day is a 403, as a missing permission is: only the code tells them apart.
        "quota": _salesforce(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
        "expired": _salesforce(401, "INVALID_SESSION_ID", "Session expired or invalid"),
        "error": _salesforce(500, "UNKNOWN_EXCEPTION", "An unexpected error occurred."),
    },
    "hubspot": {
        "throttle": _hubspot(
            429,
            "RATE_LIMITS",
            "You have reached your ten_secondly_rolling limit.",
            errorType="RATE_LIMIT",
            policyName="TEN_SECONDLY_ROLLING",
        ),
        "quota": _hubspot(
            429, "RATE_LIMITS", "You have reached your daily limit.", errorType="RATE_LIMIT", policyName="DAILY"
        ),
        "expired": _hubspot(
            401, "EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired 5 second(s) ago."
        ),
        "error": _hubspot(500, "INTERNAL_ERROR", "There was a problem with the request."),
    },
    "x": {
        "throttle": _x(429, "Too Many Requests", "Too Many Requests"),
        "quota": _x(
            429,
            "UsageCapExceeded",
            "Usage cap exceeded: Monthly product cap",
            "https://api.twitter.com/2/problems/usage-capped",
            period="Monthly",
            scope="Product",
            account_id="1000000000000000001",
        ),
        "expired": _x(401, "Unauthorized", "Unauthorized"),
        "error": _x(500, "Internal Server Error", "Something is broken."),
    },
}
