"""Why we think so, in a browser: everybody can read it and decide, by keyboard too, and without script."""

import os

import pytest

from tests.connector.identity.test_review import twins
from tests.connector.panel.accessible import problems

pytestmark = pytest.mark.browser


def profile_id(served, key="crm:contact:1"):
    return served.parts.identity.profiles_of("default", [key])[key]


@pytest.mark.parametrize("key", ["crm:contact:1", "crm:contact:4"])
def test_everybody_can_use_the_page(new_page, served, key):
    served.parts.identity.pin("default", "crm:contact:4", "crm:contact:5", "never", "kim", "brothers")
    page = new_page(f"/profiles/{profile_id(served, key)}/identity")
    for each in page.locator("details:not([open]) summary").all():
        each.click()
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/{key.replace(':', '-')}.png", full_page=True)
    usable(page)


def usable(page):
    """At any width, in either scheme."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (360, 1200):
            page.set_viewport_size({"width": width, "height": 700})
            assert problems(page) == [], (scheme, width)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"at {width} pixels it must be scrolled sideways by {wide}"


def test_a_record_leaves_and_comes_back_by_keyboard_alone(new_page, served):
    page = new_page(f"/profiles/{profile_id(served)}/identity")
    page.get_by_role("checkbox", name="shop s1").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("two people")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]:has-text('They left')")
    assert profile_id(served) != profile_id(served, "shop:contact:s1")
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/left.png", full_page=True)
    page.get_by_role("button", name="unmerge").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]:has-text('It is as it was')")
    assert profile_id(served) == profile_id(served, "shop:contact:s1")


def test_everybody_can_read_the_log_of_decisions_in_their_own_zone(new_page, served):
    served.parts.identity.pin("default", "crm:contact:4", "crm:contact:5", "never", "kim", "brothers " * 30)
    served.parts.identity.unpin("default", "crm:contact:4", "crm:contact:5", "mia", "they are not")
    page = new_page("/decisions", timezone_id="Asia/Tokyo", locale="en-GB")
    usable(page)
    when = page.locator(".log time").first
    utc = when.get_attribute("datetime")
    assert when.inner_text().endswith(f"{(int(utc[11:13]) + 9) % 24:02}{utc[13:16]}")
    page.get_by_role("link", name="no. ").first.click()
    assert page.evaluate("document.querySelector(':target').querySelector('b').textContent") == "never one person"


def test_everybody_can_compare_a_customer_with_whom_they_may_also_be(new_page, served):
    served.take(*twins(0))
    page = new_page(f"/profiles/{profile_id(served, 'crm:contact:0')}")
    usable(page)
    page.get_by_role("link", name="Compare and decide").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Are these one person?')")
    usable(page)
    page.get_by_role("button", name="Two people").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]:has-text('never one person')")
