"""What HubSpot's refusals mean, and that a run goes on behind them."""

import json
import logging

import pytest

from adapters.base import QuotaSpentError, RateLimitError, SourceChangedError, UnavailableError
from adapters.base.testing import Fault
from sandbox.vendors.hubspot import CLIENT_SECRET, PRIVATE_APP_TOKEN
from tests.adapters.hubspot.portal import ids


def test_a_spent_day_ends_the_run(portal, setup):
    at = setup()
    at.faults.plan("hubspot", "quota")
    with pytest.raises(QuotaSpentError, match="the day's requests are used up"):
        at.adapter.streams["contacts"].pull(None)


@pytest.mark.parametrize(("policy", "seconds"), [("TEN_SECONDLY_ROLLING", 10), ("SECONDLY", 1), ("OTHER", None)])
def test_a_short_limit_says_how_long_it_lasts(portal, setup, policy, seconds):
    at = setup()
    body = json.dumps({"status": "error", "errorType": "RATE_LIMIT", "policyName": policy}).encode()
    at.at.misbehave(Fault(name="429", status=429, body=body))
    with pytest.raises(RateLimitError) as error:
        at.adapter.streams["contacts"].pull(None)
    assert error.value.retry_after == seconds


def test_what_the_header_says_counts_more(portal, setup):
    at = setup()
    at.faults.plan("hubspot", "throttle", retry_after=3)
    with pytest.raises(RateLimitError) as error:
        at.adapter.streams["contacts"].pull(None)
    assert error.value.retry_after == 3


@pytest.mark.parametrize("status", [423, 477])
def test_a_portal_that_is_busy_says_how_long(portal, setup, status):
    at = setup()
    at.at.misbehave(Fault(name="busy", status=status, headers={"Retry-After": "86400"}))
    with pytest.raises(RateLimitError) as error:
        at.adapter.streams["contacts"].pull(None)
    assert error.value.retry_after == 86_400


def test_too_many_searches_in_a_second(portal, setup):
    at = setup(vendor_options={"searches_per_second": 1})
    _, cursor, _ = at.run()
    with pytest.raises(RateLimitError) as error:
        for _ in range(20):
            at.adapter.streams["contacts"].pull(cursor)
    assert error.value.retry_after == 1


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("error", UnavailableError),
        ("html", SourceChangedError),
        ("cut", SourceChangedError),
        ("throttle", RateLimitError),
    ],
)
def test_a_run_goes_on_behind_a_failure_as_if_nothing_had_been(portal, setup, kind, error):
    people = [portal.contact(f"P{n}") for n in range(6)]
    at = setup(page_size=2)
    _, begin, _ = at.run()
    portal.wait(3600)
    for row in people:
        portal.edited(row)
    first = at.adapter.streams["contacts"].pull(begin)
    at.faults.plan("hubspot", kind)
    with pytest.raises(error):
        at.adapter.streams["contacts"].pull(first.cursor)
    rest, _, _ = at.run(cursor=first.cursor)
    assert ids(rest) == [row.id for row in people[2:]]


def test_a_source_that_hangs_is_given_up(portal, setup):
    at = setup(read_timeout=0.2)
    at.faults.plan("hubspot", "hang", seconds=5)
    with pytest.raises(UnavailableError):
        at.adapter.streams["contacts"].pull(None)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (502, b"<html>\xff\xfe bad gateway", UnavailableError),
        (404, b"\xff", SourceChangedError),
        (200, b'{"results": 7}', SourceChangedError),
        (200, b'{"results": [7]}', SourceChangedError),
        (200, b'{"results": [{"archived": false}], "total": "many"}', None),
        (200, b"\xff\xfe", SourceChangedError),
    ],
)
def test_answers_that_make_no_sense(portal, setup, status, body, error):
    at = setup()
    at.at.misbehave(Fault(name="nonsense", status=status, body=body), path="/crm/v3/objects/companies", after=1)
    if error is None:
        (raw,) = at.adapter.streams["companies"].pull(None).items
        assert raw["archived"] is False, "one broken item is the page's matter no more than any other"
        return
    with pytest.raises(error):
        at.adapter.streams["companies"].pull(None)


def test_no_secret_and_no_answer_is_in_a_message(portal, setup, caplog):
    caplog.set_level(logging.DEBUG)
    portal.contact("Zebedee")
    at = setup()
    at.adapter.streams["contacts"].pull(None)
    body = json.dumps({"message": f"no {PRIVATE_APP_TOKEN} for zebedee@example.com"}).encode()
    at.at.misbehave(Fault(name="400", status=400, body=body))
    with pytest.raises(SourceChangedError) as error:
        at.adapter.streams["contacts"].pull(None)
    shown = f"{error.value!r} {error.value} {at.adapter!r} {vars(at.adapter)} {at.adapter.settings} {caplog.text}"
    for hidden in (PRIVATE_APP_TOKEN, CLIENT_SECRET, "zebedee"):
        assert hidden not in shown
    assert error.value.__cause__ is None
