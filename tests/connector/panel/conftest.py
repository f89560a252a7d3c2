"""The application of the API's tests, with somebody whose card has everything, and a browser's session."""

from typing import Any

import pytest

from tests.connector.api.conftest import app, client, desk, key, parts, people

__all__ = ["app", "browser", "card", "client", "desk", "key", "parts", "people"]


@pytest.fixture
def card() -> dict[str, Any]:
    return CARD


@pytest.fixture
def browser(app, key, people, card) -> Any:
    """A client that is signed in."""
    people.know(card, ("email", "grace@example.com"))
    browser = app.test_client()
    browser.post("/panel/sign-in", data={"key": key("profiles:read", "events:read")})
    return browser


def claim(value: Any, source: str = "salesforce", beat: tuple = ()) -> dict[str, Any]:
    told = {"value": value, "source": source, "external_id": "003", "seen_at": "2026-05-01T12:00:00Z"}
    return told | {"rule": "newest", "beat": list(beat)}


PLACE = {"source": "salesforce", "external_id": "500", "url": "https://crm.example.com/500"}
CARD = {
    "id": "p_grace",
    "built_at": "2026-05-01T12:00:00Z",
    "fields": {
        "name": claim("Grace <b>Example</b>", beat=(claim("G. Example", "hubspot"),)),
        "company": claim("Example & Sons"),
        "job_title": claim("Admiral"),
        "address": claim({"street": "1 Main St", "city": "Arlington", "postcode": None, "country": "US"}),
    },
    "identifiers": [
        {
            "kind": "email",
            "value": "grace@example.com",
            "shown": "Grace@example.com",
            "label": None,
            "verified": True,
            "sources": ["salesforce", "hubspot"],
        },
        {"kind": "social", "value": "x:7", "shown": "7", "label": "grace", "verified": True, "sources": ["x"]},
    ],
    "records": [
        {
            "source": "salesforce",
            "kind": "contact",
            "external_id": "003",
            "name": "Grace Example",
            "updated_at": "2026-04-01T00:00:00Z",
            "seen_at": "2026-05-01T12:00:00Z",
            "url": None,
        }
    ],
    "links": [
        {
            "left": {"source": "salesforce", "external_id": "003"},
            "right": {"source": "hubspot", "external_id": "501"},
            "rule": "same_email",
            "why": "Both have the same e-mail address",
            "evidence": {"kind": "email", "shown": "Grace@example.com"},
        }
    ],
    "orders": {
        "count": 2,
        "refund_count": 1,
        "totals": [{"currency": "EUR", "net": "90.00", "gross": "100.00", "refunded": "10.00", "count": 2}],
        "first_at": "2026-02-03T10:00:00Z",
        "last_at": "2026-04-03T10:00:00Z",
        "months": [
            {"month": "2026-02", "currency": "EUR", "net": "100.00", "count": 2},
            {"month": "2026-04", "currency": "EUR", "net": "-10.00", "count": 0},
        ],
        "recent": [
            PLACE
            | {
                "number": "A-1",
                "placed_at": "2026-04-03T10:00:00Z",
                "state": "fulfilled",
                "is_refund": False,
                "currency": "EUR",
                "total": "50.00",
                "lines": [{"name": "Teapot", "quantity": "2", "total": "50.00"}],
                "line_count": 3,
            }
        ],
    },
    "deals": {"count": 0, "recent": []},
    "tickets": {
        "count": 1,
        "open_count": 1,
        "recent": [
            PLACE | {"subject": "Broken spout", "status": "New", "is_open": True, "opened_at": "2026-04-30T10:00:00Z"}
        ],
    },
    "mentions": {"count": 0, "unanswered_count": 0, "recent": []},
    "open": [PLACE | {"kind": "ticket", "title": "Broken spout", "since": "2026-04-30T10:00:00Z"}],
    "companies": [],
    "involve": [{"name": "Olga Owner", "email": "olga@example.com", "why": "looks after this customer"}],
    "recommendations": {"hints": [], "withheld": [], "note": "No suggestions yet."},
}
