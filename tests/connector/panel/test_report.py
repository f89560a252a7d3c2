"""The page on what hints do: from what a worker found, and honest about how old that is."""

import re

import pytest
from rq import Queue

from connector.cache import reports
from connector.panel.report_chart import MARGIN, WIDTH, difference, shares
from connector.recommendations.products import DAY
from connector.recommendations.report import Customer, report
from connector.recommendations.report_hints import Period
from connector.store.exposures import Exposure
from connector.store.outcomes import Outcome
from connector.store.sales import Order
from connector.sync.doorbell import LATER
from tests.connector.panel.accessible import problems

NOW = "2026-05-01T12:00:00Z"


def customer(number, arm, ordered, answer=None):
    hint = {"id": f"p_{number}.1", "product": "tea", "list": "due", "model": "<m1>", "kind": "bought"}
    seen = Exposure(profile_id=f"p_{number}", arm=arm, at=10 * DAY, hints=[hint] if arm == "offered" else [])
    told = {"hint_id": hint["id"], "profile_id": f"p_{number}", "product": "tea", "list": "due", "model": "<m1>"}
    outcomes = [Outcome(**told, outcome=answer, reason="<b>dear</b>", told_by="k", at=11 * DAY)] if answer else []
    body = {"currency": "EUR", "total": "12.50", "lines": [{"sku": "tea", "total": "12.50"}]}
    orders = [Order("shop", str(number), 12 * DAY, body)] if ordered else []
    return Customer(exposures=[seen], outcomes=outcomes, orders=orders)


@pytest.fixture
def made():
    """A report in which hints do something."""
    offered = [customer(n, "offered", n % 2, ("accepted", "declined", None)[n % 3]) for n in range(600)]
    held_out = [customer(n, "held_out", n % 4 == 0) for n in range(600, 900)]
    told = report([*offered, *held_out], period=Period(), days=30, as_of=100 * DAY)
    return {"workspace": "acme", "at": NOW, "since": None, "until": None, "holdout": 0.05, **told}


def asked(parts):
    return [job.func_name for job in Queue(LATER, connection=parts.redis).jobs]


def test_nobody_sees_it_without_a_session(app):
    assert app.test_client().get("/panel/report").status_code == 302


def test_before_there_is_one_a_worker_is_asked(browser, parts):
    told = browser.get("/panel/report")
    assert told.status_code == 200
    assert "It is being worked out" in told.text
    assert asked(parts) == ["connector.worker.report"]


def test_it_says_what_may_be_said_and_the_figures(browser, parts, made):
    reports.put(parts.redis, "acme", made)
    told = browser.get("/panel/report").text
    assert "Who was offered hints ordered more often. 50% of those who were offered hints" in told
    assert re.search(r"offered hints</th><td>600</td><td>300</td>\s*<td>50.0%</td>", told)
    assert "EUR: Who was offered hints spent more." in told
    assert '<time datetime="2026-05-01T12:00:00Z" data-ago>' in told
    assert asked(parts) == []


def test_what_people_wrote_stays_text(browser, parts, made):
    reports.put(parts.redis, "acme", made)
    told = browser.get("/panel/report").text
    assert "&lt;b&gt;dear&lt;/b&gt;" in told
    assert "<m1>" not in told


def test_nothing_on_it_breaks_the_content_policy(browser, parts, made):
    reports.put(parts.redis, "acme", made)
    told = browser.get("/panel/report")
    assert "style-src 'self'" in told.headers["Content-Security-Policy"]
    assert not re.search(r"\sstyle=|<style|<script(?! src)", told.text)


def test_an_old_one_is_shown_and_made_anew(browser, parts, made):
    reports.put(parts.redis, "acme", made | {"at": "2026-05-01T11:49:00Z"})
    assert "it is being worked out anew" in browser.get("/panel/report").text
    assert asked(parts) == ["connector.worker.report"]


def test_it_says_when_nobody_is_held_out(browser, parts, made):
    reports.put(parts.redis, "acme", made | {"holdout": 0})
    assert "Nobody is held out" in browser.get("/panel/report").text


def test_an_empty_one_says_so(browser, parts):
    told = report([], period=Period(), days=30, as_of=0)
    reports.put(parts.redis, "acme", {"at": NOW, "holdout": 0.05, **told})
    shown = browser.get("/panel/report").text
    assert "Too little to tell what hints do" in shown
    assert "No card with a hint was looked at yet." in shown


def test_another_workspaces_report_is_not_shown(browser, parts, made):
    reports.put(parts.redis, "other", made)
    assert "Who was offered" not in browser.get("/panel/report").text


def test_it_is_one_click_away(browser):
    assert 'href="/panel/report"' in browser.get("/panel").text


def test_a_table_has_one_scale_and_its_drawings_fit():
    rows = [{"rate": 0.1, "low": 0.05, "high": 0.2}, {"rate": None}, {"rate": 0.4, "low": 0.3, "high": 0.5}]
    small, none, large = shares(rows)
    assert none is None
    assert (small.zero, large.high) == (MARGIN, WIDTH - MARGIN)
    assert small.low < small.at < small.high < large.low


def test_a_difference_has_zero_in_the_middle():
    mark = difference({"estimate": 0.1, "low": -0.1, "high": 0.3})
    assert mark.zero == WIDTH / 2
    assert mark.low < mark.zero < mark.at < mark.high == WIDTH - MARGIN
    assert difference({"estimate": 0.0, "low": 0.0, "high": 0.0}).at == WIDTH / 2
    assert difference(None) is None


@pytest.mark.browser
def test_everybody_can_read_it_on_any_screen(served, new_page, made):
    reports.put(served.parts.redis, "default", made | {"at": served.parts.clock().isoformat()})
    page = new_page("/report", viewport={"width": 360, "height": 740}, timezone_id="Asia/Tokyo", locale="en-GB")
    assert problems(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    # Drawn by attributes alone, so that the strict policy lets it be.
    assert page.locator("svg.interval circle").count() >= 5
    assert "GMT+9" in page.locator(".head time").get_attribute("title")
