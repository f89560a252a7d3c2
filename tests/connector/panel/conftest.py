"""The application of the API's tests, with somebody whose card has everything, and a browser's session."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.connector.api.conftest import app, client, desk, hint, key, parts, people
from tests.connector.panel.stage import Stage, stage

__all__ = ["app", "browser", "card", "client", "desk", "hint", "key", "parts", "people"]

# Debian's Chromium asks nobody for updates and needs no screen.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Stage]:
    """The panel as people meet it: real processes on free ports."""
    with stage(tmp_path_factory.mktemp("stage")) as there:
        yield there


@pytest.fixture(scope="module")
def chromium(chromium_path) -> Iterator[Any]:
    """A real browser, ended with its module: its event loop would be in the way of other tests'."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def session(chromium, served) -> Any:
    """The cookies of somebody who signed in."""
    page = chromium.new_page()
    page.goto(served.link())
    cookies = page.context.storage_state()
    page.context.close()
    return cookies


@pytest.fixture
def new_page(chromium, served, session) -> Iterator[Any]:
    """Opens pages that are signed in and live; at the end nothing must have gone wrong on any of them."""
    contexts, wrong = [], []

    def foreign(request: Any) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:")):
            wrong.append(f"asked for {request.url}")

    def make(address: str = "", **options: Any) -> Any:
        context = chromium.new_context(
            **{"viewport": {"width": 1200, "height": 900}, "storage_state": session, **options}
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", foreign)
        page.goto(f"{served.panel}{address}")
        page.wait_for_selector(".live.on")
        return page

    yield make
    for context in contexts:
        context.close()
    # A page for nobody is answered with 404, and the browser calls that an error.
    wrong = [said for said in wrong if "status of 404" not in said]
    assert not wrong, f"the browser complains: {wrong}"


@pytest.fixture
def page(new_page) -> Any:
    return new_page()


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
    "record_count": 1,
    "link_count": 1,
    "may_also_be": [{"profile_id": "p_other", "agrees": ["name", "home"], "why": "Name and home agree."}],
    "may_also_be_count": 1,
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
        "cancelled_count": 0,
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
    "deals": {"count": 0, "open_count": 0, "won_count": 0, "expected": [], "recent": []},
    "tickets": {
        "count": 1,
        "open_count": 1,
        "recent": [
            PLACE | {"subject": "Broken spout", "status": "New", "is_open": True, "opened_at": "2026-04-30T10:00:00Z"}
        ],
    },
    "mentions": {"count": 0, "unanswered_count": 0, "recent": []},
    "open": [PLACE | {"kind": "ticket", "title": "Broken spout", "since": "2026-04-30T10:00:00Z", "basis": "opened"}],
    "companies": [],
    "involve": [{"name": "Olga Owner", "email": "olga@example.com", "why": "looks after this customer"}],
    "recommendations": {
        "due": [],
        "may_like": [],
        "withheld": [],
        "note": "No suggestions yet.",
        "likelihood": [],
        "model": None,
    },
}
