"""The panel as a support agent meets it: a real Chromium, really served pages, contacts that really arrive."""

import http.server
import re
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.connector import records as made
from tests.connector.panel.accessible import problems
from tests.connector.panel.stage import LONG, MARY

pytestmark = pytest.mark.browser

ADA, NOBODY, TWO = "ada@example.com", "nobody@example.com", "+4930901820"


def heading(page) -> str:
    return page.inner_text("h1")


def wait_for_heading(page, text: str) -> None:
    page.wait_for_function("(text) => document.querySelector('#card h1')?.textContent.trim() === text", arg=text)


def test_a_link_signs_in(chromium, served):
    page = chromium.new_page()
    page.goto(served.link())
    assert heading(page) == "Who is it?"
    page.context.close()


def test_a_key_signs_in_and_leads_to_where_one_wanted(chromium, served):
    page = chromium.new_page()
    page.goto(f"{served.panel}?q={ADA}")
    # The cursor waits in the only field.
    page.keyboard.type(served.key)
    page.keyboard.press("Enter")
    wait_for_heading(page, "Ada Example")
    page.context.close()


def test_a_wrong_key_is_refused_in_words(chromium, served):
    page = chromium.new_page()
    page.goto(served.panel)
    page.fill("#key", "vk_wrong")
    page.click("text=Sign in >> visible=true >> nth=-1")
    assert "unknown or revoked" in page.inner_text("[role=alert]")
    page.context.close()


def test_a_contact_is_on_the_open_page_within_a_second(page, served):
    took = []
    for _ in range(3):
        page.goto(served.panel)
        page.wait_for_selector(".live.on")
        started = time.monotonic()
        served.contact(identifier=ADA, reference="T-7")
        wait_for_heading(page, "Ada Example")
        took.append(time.monotonic() - started)
    assert statistics.median(took) < 1, took
    assert "Contact by email, T-7" in page.inner_text("#pop")


def test_several_are_shown_to_choose_from(page, served):
    served.contact(channel="phone", identifier=TWO)
    wait_for_heading(page, "Several people may be meant")
    assert {"Bea One", "Cleo Two"} == set(page.locator(".candidates a").all_inner_texts())
    page.click("text=Cleo Two")
    wait_for_heading(page, "Cleo Two")


def test_nobody_is_shown_as_nobody_with_what_is_known_of_the_contact(page, served):
    served.contact(identifier=NOBODY)
    wait_for_heading(page, "Nobody we know")
    assert NOBODY in page.inner_text("#pop")


def test_a_page_for_one_agent_shows_that_agents_contacts_only(new_page, served):
    page = new_page("?agent=mia")
    served.contact(identifier=ADA, agent="noah")
    served.contact(identifier=NOBODY, agent="mia")
    wait_for_heading(page, "Nobody we know")
    # Had Ada been shown before, she would be one step back.
    page.go_back()
    wait_for_heading(page, "Who is it?")


def test_a_search_does_not_forget_whose_page_it_is(new_page, served):
    page = new_page("?agent=mia")
    page.fill("#q", ADA)
    page.keyboard.press("Enter")
    wait_for_heading(page, "Ada Example")
    page.wait_for_selector(".live.on")
    served.contact(identifier=NOBODY, agent="noah")
    served.contact(channel="phone", identifier=TWO, agent="mia")
    wait_for_heading(page, "Several people may be meant")
    page.click("text=Bea One")
    wait_for_heading(page, "Bea One")
    assert "agent=mia" in page.url


def test_somebody_who_is_typing_is_not_interrupted(page, served):
    page.fill("#q", "grace@exa")
    served.contact(identifier=ADA)
    page.wait_for_selector("#pop a")
    assert heading(page) == "Who is it?"
    assert page.input_value("#q") == "grace@exa"
    page.click("#pop a")
    wait_for_heading(page, "Ada Example")


def test_a_profile_that_changes_is_read_again_where_it_is_open(new_page, served):
    page = new_page(f"?q={ADA}")
    page.click("text=Where each value comes from")
    page.focus("#links summary")
    served.take(made.contact("1", made.email(ADA, verified=True), name="Ada Example", job_title="Countess"))
    page.wait_for_selector(".head >> text=Countess")
    # What was opened is still open, and the reader is where the reader was.
    assert page.is_visible("table.claims")
    assert page.evaluate("document.activeElement.parentElement.id") == "links"


def test_a_change_of_somebody_else_leaves_the_page_alone(new_page, served):
    page = new_page(f"?q={ADA}")
    page.evaluate("document.querySelector('h1').dataset.mine = 'yes'")
    served.take(made.contact("2", made.email("maryam@example.com", verified=True), name=MARY, job_title="Judge"))
    # Events come in order: once this one is here, that change has been seen.
    served.source("crm", "idle", hours_ago=2)
    page.wait_for_selector("#fresh >> text=2 hours ago")
    assert page.get_attribute("h1", "data-mine") == "yes"


def test_who_is_known_under_another_id_now_is_shown_under_that_one(new_page, served):
    alone = made.email("grace@example.com", verified=True)
    served.take(made.contact("g1", alone, name="Grace Example"))
    old = served.contact(identifier="grace@example.com")["profile"]["id"]
    served.take(
        made.contact("g2", made.email("gh@example.com", verified=True), name="Grace Example"),
        made.contact("g3", made.email("gh@example.com", verified=True), source="shop", name="Grace Example"),
    )
    both = made.email("gh@example.com", verified=True)
    served.take(made.contact("g1", alone, both, name="Grace Example"))
    new = served.contact(identifier="grace@example.com")["profile"]["id"]
    assert old != new
    page = new_page(f"/profiles/{old}")
    wait_for_heading(page, "Grace Example")
    assert page.url.endswith(f"/profiles/{new}")


def test_one_can_search_by_keyboard_alone(page):
    page.locator("body").click()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type(ADA)
    page.keyboard.press("Enter")
    wait_for_heading(page, "Ada Example")


def test_tab_goes_from_the_skip_link_through_the_page_in_reading_order(new_page):
    page = new_page("?q=ada@example.com")
    order = []
    for _ in range(7):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.textContent.trim() || document.activeElement.id"))
        outline = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle + s.outlineWidth; })()"
        )
        assert outline == "solid3px", f"{order[-1]} has no visible focus: {outline}"
    assert order[:4] == ["Skip to the customer", "Visavis", "q", "Find"]
    assert "Sign out" in order[4:], "Behind the links to other pages, and before the card."


def test_the_skip_link_leads_to_the_customer(new_page):
    page = new_page(f"?q={ADA}")
    page.keyboard.press("Tab")
    assert page.is_visible("text=Skip to the customer")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "card"
    assert heading(page) == "Ada Example"


def test_back_leads_to_the_customer_before(page, served):
    served.contact(identifier=ADA)
    wait_for_heading(page, "Ada Example")
    served.contact(identifier="maryam@example.com")
    wait_for_heading(page, MARY)
    page.go_back()
    wait_for_heading(page, "Ada Example")
    assert page.is_hidden("#pop")
    assert page.title() == "Ada Example · Visavis"
    page.reload()
    assert heading(page) == "Ada Example"
    assert page.is_visible("header")


@pytest.mark.parametrize(("zone", "day"), [("Pacific/Kiritimati", "May 2, 2026"), ("America/Adak", "May 1, 2026")])
def test_times_are_told_in_the_readers_zone(new_page, served, zone, day):
    served.take(
        made.order("late", contacts=("1",), hours=20, currency="EUR", total="5.00", number="late", placed_at=None)
    )
    page = new_page(f"?q={ADA}", timezone_id=zone, locale="en-US")
    shown = page.inner_text("li:has-text('late') time")
    assert shown == day


@pytest.mark.parametrize("query", ["", f"?q={ADA}", "?q=much@example.com", f"?q={NOBODY}", "?q=%2B4930901820"])
def test_everybody_can_use_every_page_in_every_width_and_light(new_page, query):
    page = new_page(query)
    for each in page.locator("details:not([open]) summary").all():
        each.click()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (360, 1200):
            page.set_viewport_size({"width": width, "height": 700})
            assert problems(page) == [], (scheme, width)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"at {width} pixels it must be scrolled sideways by {wide}"


def test_the_timeline_can_be_used_by_everybody(new_page):
    page = new_page("?q=much@example.com", viewport={"width": 360, "height": 700})
    page.click("text=Timeline")
    wait_for_heading(page, "Timeline")
    assert problems(page) == []
    assert page.locator(".timeline li").count() == 50
    page.click("text=Earlier")
    page.wait_for_function("() => document.querySelectorAll('.timeline li').length === 10")


def test_the_dark_scheme_is_dark(new_page):
    page = new_page(color_scheme="dark")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(int(part) for part in re.findall(r"\d+", ground)[:3]) < 60


def test_a_customer_with_very_much_says_how_much_and_shows_the_oldest(new_page):
    page = new_page("?q=much@example.com")
    assert page.inner_text("#open .count") == "60"
    assert "50 more" in page.inner_text("section.open")
    assert heading(page) == LONG


def test_a_name_from_right_to_left_does_not_turn_what_stands_beside_it(new_page, served):
    page = new_page("?q=maryam@example.com")
    assert heading(page) == MARY
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).direction") == "ltr"
    assert page.evaluate("getComputedStyle(document.querySelector('h1 bdi')).unicodeBidi") == "isolate"


def test_a_source_that_is_down_is_named_above_the_card_and_no_longer_when_it_is_back(new_page, served):
    page = new_page(f"?q={ADA}")
    assert page.locator("#late li").count() == 0
    served.source("shop", "failed", hours_ago=3, error="shop: 503")
    page.wait_for_selector("#late >> text=shop cannot be read")
    assert "3 hours ago" in page.inner_text("#late")
    assert page.locator("#late").bounding_box()["y"] < page.locator("h1").bounding_box()["y"]
    assert problems(page) == []
    served.source("shop", "idle")
    page.wait_for_function("() => !document.querySelector('#late li')")


def test_signing_out_ends_it(page, served):
    page.click("text=Sign out")
    assert heading(page) == "Sign in"
    page.goto(f"{served.panel}?q={ADA}")
    assert heading(page) == "Sign in"


@contextmanager
def embedder(port: int, frame: str) -> Iterator[str]:
    """A helpdesk's page with the panel in its side bar."""

    class Desk(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f'<title>Desk</title><iframe src="{frame}" width="360" height="640"></iframe>'.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Desk)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_it_lives_in_the_side_bar_of_the_helpdesk_that_the_settings_name(page, served):
    with embedder(served.embedder, f"{served.panel}?q={ADA}") as desk:
        page.goto(desk)
        assert page.frame_locator("iframe").locator("h1").inner_text() == "Ada Example"


def test_no_other_page_can_embed_it(chromium, served):
    said = []
    page = chromium.new_page()
    page.on("console", lambda message: said.append(message.text))
    with embedder(0, served.panel) as desk:
        page.goto(desk)
        page.wait_for_timeout(300)
    page.context.close()
    assert any("frame-ancestors" in text for text in said), said
