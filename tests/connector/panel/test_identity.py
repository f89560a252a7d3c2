"""Why we think so, as a page: what holds a profile together, and decisions to make and take back."""

import re
from datetime import timedelta

import pytest

from connector.store import api_keys
from tests.connector.api.test_identity import FOUR, ONE, RECORDS, THREE, TWO, app, parts

__all__ = ["app", "parts"]


@pytest.fixture
def sign_in(app, parts, clock):
    """A client whose key has these scopes."""

    def make(*scopes):
        with parts.store.transaction() as connection:
            key = api_keys.create(connection, "default", "desk", scopes, clock())
        client = app.test_client()
        client.post("/panel/sign-in", data={"key": key.text})
        return client

    return make


@pytest.fixture
def browser(sign_in):
    return sign_in("profiles:read", "identity:write")


def address(parts, key):
    return f"/panel/profiles/{parts.identity.profiles_of('default', [key])[key]}/identity"


def word(page):
    return re.search(r'name="csrf" value="([^"]+)"', page.text)[1]


def decide(browser, where, decision, **fields):
    token = word(browser.get(where))
    return browser.post(where, data={"csrf": token, "decision": decision, **fields}, follow_redirects=True)


def test_the_page_tells_what_holds_the_profile_together(browser, parts):
    page = browser.get(address(parts, ONE)).text
    for expected in ("which is one person", "ada@example.com", "holds it together alone", "Without", "Field by field"):
        assert expected in page
    assert f'value="{TWO}"' in page


def test_records_leave_and_come_back(browser, parts):
    where = address(parts, ONE)
    page = decide(browser, where, "unmerge", records=TWO, why="two people")
    assert "They left" in page.text
    assert address(parts, ONE) != address(parts, TWO)
    assert "two people" in page.text
    number = re.search(r'name="id" value="(\d+)"', page.text)[1]
    assert "It is as it was" in decide(browser, where, "undo", id=number).text
    assert address(parts, ONE) == address(parts, TWO)


def test_two_are_pinned_and_the_pin_is_taken_back(browser, parts):
    where = address(parts, ONE)
    page = decide(browser, where, "pin", left=ONE, right="shop:3", what="link", why="she says so")
    assert "They are one person now" in page.text
    assert "she says so" in page.text
    assert address(parts, ONE) == address(parts, THREE)
    assert "taken back" in decide(browser, where, "unpin", left=ONE, right=THREE).text
    assert address(parts, ONE) != address(parts, THREE)


def test_what_contradicts_is_not_done_and_the_chain_is_shown(browser, parts):
    parts.identity.pin("default", ONE, THREE, "link", "kim")
    parts.identity.pin("default", THREE, FOUR, "link", "kim")
    page = decide(browser, address(parts, ONE), "pin", left=ONE, right=FOUR, what="never")
    assert page.status_code == 409
    assert 'role="alert"' in page.text
    assert f"{ONE}</bdi> – <bdi>{THREE}</bdi> – <bdi>{FOUR}" in page.text


@pytest.mark.parametrize(
    ("decision", "fields", "status"),
    [
        ("nonsense", {}, 400),
        ("pin", {"left": ONE, "right": "nonsense", "what": "link"}, 400),
        ("pin", {"left": ONE, "right": TWO, "what": "maybe"}, 400),
        ("pin", {"left": ONE, "right": "crm:99", "what": "link"}, 404),
        ("unmerge", {}, 400),
        ("undo", {"id": "x"}, 400),
        ("undo", {"id": "99"}, 404),
    ],
)
def test_what_cannot_be_done_is_said(browser, parts, decision, fields, status):
    assert decide(browser, address(parts, ONE), decision, **fields).status_code == status


def test_without_the_pages_word_nothing_is_decided(browser, parts):
    where = address(parts, ONE)
    for forged in ({}, {"csrf": "forged"}):
        told = {"decision": "pin", "left": ONE, "right": TWO, "what": "never", **forged}
        assert browser.post(where, data=told).status_code == 403
    assert address(parts, ONE) == address(parts, TWO)


def test_who_may_not_decide_sees_no_button_and_is_refused(sign_in, parts):
    reader, where = sign_in("profiles:read"), address(parts, ONE)
    page = reader.get(where)
    assert page.status_code == 200
    assert "csrf" not in page.text
    assert reader.post(where, data={"decision": "unmerge", "records": TWO}).status_code == 403


def test_the_page_has_no_script_or_style_of_its_own(browser, parts):
    page = browser.get(address(parts, ONE))
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    inside = page.text.partition("<main")[2]
    assert not re.search(r"<script|<style|style=|onclick", inside)


def test_a_shared_number_says_so_where_several_are_listed(browser):
    page = browser.get("/panel?q=%2B4915112345678").text
    assert "household of 2" in page
    assert len(RECORDS) == 4


def test_a_link_that_waits_says_for_what(browser, parts, clock):
    undone = parts.reviewing.imports.undo("default", "crm", clock() - timedelta(days=1), clock(), "kim")
    page = browser.get(address(parts, ONE)).text
    assert "A link waits to" in page
    assert f"that was undone ({undone.decision})" in page
