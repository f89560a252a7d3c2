"""The page of decisions: who decided what, when and why, and whether it still stands."""

import re

import pytest

from tests.connector.api.test_review import app, parts, waiting  # noqa: F401 - fixtures
from tests.connector.panel.test_review import browser, desk  # noqa: F401 - fixtures

LEFT, RIGHT = "crm:contact:2", "shop:contact:2"


def decide(parts, what="never", why="<b>sisters</b>"):  # noqa: F811
    parts.identity.pin("default", LEFT, RIGHT, what, "kim", why)


@pytest.mark.usefixtures("waiting")
def test_a_decision_is_told_with_who_when_and_why(desk, parts):  # noqa: F811
    decide(parts)
    shown = desk.get("/panel/decisions").text
    for expected in ("never one person", "kim", "&lt;b&gt;sisters", "crm 2", "shop 2", ">stands<", "data-minute"):
        assert expected in shown


@pytest.mark.usefixtures("waiting")
def test_what_was_taken_back_says_by_which(desk, parts):  # noqa: F811
    decide(parts)
    parts.identity.unpin("default", LEFT, RIGHT, "bob")
    shown = desk.get("/panel/decisions").text
    assert re.search(r'taken back by <a href="#decision-2">no.&nbsp;2</a>', shown)
    assert 'id="decision-2"' in shown


@pytest.mark.usefixtures("waiting")
def test_only_one_records_decisions_are_shown_on_demand(desk, parts):  # noqa: F811
    decide(parts)
    assert "never one person" in desk.get(f"/panel/decisions?record={LEFT}").text
    assert "on that record" in desk.get("/panel/decisions?record=crm:contact:0").text
    assert desk.get("/panel/decisions?record=nothing").status_code == 400


@pytest.mark.usefixtures("waiting")
def test_a_customers_page_leads_to_the_decisions_about_them(desk, parts):  # noqa: F811
    decide(parts)
    parts.identity.pin("default", "crm:contact:0", "shop:contact:0", "never", "kim")
    whose = parts.identity.profiles_of("default", [LEFT])[LEFT]
    link = re.search(
        r'href="(/panel/decisions[^"]*)">Decisions about', desk.get(f"/panel/profiles/{whose}/identity").text
    )
    shown = desk.get(link[1]).text
    assert shown.count("<tr id=") == 1 and "crm 2" in shown
    assert f"/panel/profiles/{whose}/identity" in shown and 'href="/panel/decisions"' in shown
    assert desk.get(f"/panel/decisions?profile=p_{'0' * 20}").status_code == 404
    assert desk.get("/panel/decisions?profile=p_1").status_code == 400
    other = parts.identity.profiles_of("default", ["crm:contact:1"])["crm:contact:1"]
    assert "on these records" in desk.get(f"/panel/decisions?profile={other}").text


@pytest.mark.usefixtures("waiting")
def test_a_long_log_goes_on_behind_its_pages(desk, parts, clock):  # noqa: F811
    for turn in range(51):
        decide(parts, ("never", "link")[turn % 2])
        clock.advance(1)
    first = desk.get("/panel/decisions").text
    assert first.count("<tr id=") == 50
    following = re.search(r'rel="next" href="([^"]+)"', first)[1]
    rest = desk.get(following).text
    assert rest.count("<tr id=") == 1
    only = desk.get(f"/panel/decisions?record={LEFT}").text
    assert desk.get(re.search(r'rel="next" href="([^"]+)"', only)[1].replace("&amp;", "&")).text.count("<tr id=") == 1
    assert "later one took its place" in rest


def test_who_may_read_pins_may_read_it_and_the_review_page_leads_there(browser, desk):  # noqa: F811
    shown = browser("profiles:read").get("/panel/decisions")
    assert shown.status_code == 200
    assert "Nobody decided anything yet" in shown.text
    assert "/panel/decisions" in desk.get("/panel/review").text
