"""Private-app tokens and OAuth: renewed in time, rotated tokens remembered, refusals told apart."""

import json

import pytest

from adapters.base import AuthError, ConfigError, UnavailableError
from adapters.base.testing import Fault
from adapters.hubspot import HubSpot
from sandbox.vendors.hubspot import CLIENT_ID, REFRESH_TOKEN

OAUTH = {"client_id": CLIENT_ID, "refresh_token": REFRESH_TOKEN}


def logins(at):
    return len(at.asked("/oauth/v1/token"))


def test_a_token_is_used_until_shortly_before_it_runs_out(portal, setup):
    at = setup(**OAUTH)
    for seconds, expected in ((0, 1), (1400, 1), (120, 2), (60, 2)):
        portal.wait(seconds)
        at.adapter.checked()
        assert logins(at) == expected
    assert not at.kept


def test_a_rotated_refresh_token_is_remembered_and_used_by_the_next_process(portal, setup):
    at = setup(**OAUTH, vendor_options={"rotate": True})
    at.adapter.checked()
    first = at.kept["refresh_token"]
    assert first != REFRESH_TOKEN
    at.build().checked()
    assert at.kept["refresh_token"] not in (first, REFRESH_TOKEN)


def test_a_token_that_is_called_expired_too_early_is_renewed_once(portal, setup):
    at = setup(**OAUTH)
    at.adapter.checked()
    at.faults.plan("hubspot", "expired")
    at.adapter.checked()
    assert logins(at) == 2
    at.faults.plan("hubspot", "expired", times=2)
    with pytest.raises(AuthError):
        at.adapter.checked()
    assert logins(at) == 3


def test_a_private_apps_refused_token_is_told_at_once(portal, setup):
    at = setup(access_token="pat-na1-revoked")
    with pytest.raises(AuthError, match="refused our credentials"):
        at.adapter.checked()
    assert len(at.at.seen) == 1


def test_a_refused_refresh_token_is_an_auth_error_and_says_nothing_of_it(portal, setup):
    at = setup(**OAUTH | {"refresh_token": "sandbox-stolen-token"})
    with pytest.raises(AuthError) as error:
        at.adapter.streams["contacts"].pull(None)
    assert str(error.value) == "hubspot.login: refused our refresh token (400)"


def test_a_login_that_is_down_is_not_a_refusal(portal, setup):
    at = setup(**OAUTH)
    at.at.misbehave(Fault(name="down", status=503), path="/oauth", times=1)
    with pytest.raises(UnavailableError):
        at.adapter.checked()
    at.adapter.checked()


def test_a_missing_scope_is_named_as_one(portal, setup):
    at = setup()
    body = json.dumps({"status": "error", "category": "MISSING_SCOPES", "message": "crm.objects.orders.read"}).encode()
    at.at.misbehave(Fault(name="scope", status=403, body=body), path="/crm/v3/objects/orders")
    with pytest.raises(AuthError, match="lacks a scope"):
        at.adapter.streams["orders"].pull(None)
    assert at.adapter.streams["contacts"].pull(None).items == []


def test_the_login_may_be_elsewhere(portal, setup):
    at = setup(**OAUTH, base_url="http://127.0.0.1:1", connect_timeout=0.5)
    adapter = at.build(login_url=at.at.url)
    with pytest.raises(UnavailableError):
        adapter.checked()
    assert logins(at) == 1


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({}, "access_token is missing, or for OAuth client_id, client_secret, refresh_token"),
        ({"client_id": "a", "refresh_token": "b"}, "access_token is missing, or for OAuth client_secret"),
        ({"access_token": "a", "refresh_token": "b"}, "two ways to log in"),
        ({"access_token": "a", "streams": ["contacts", "quotes"]}, "streams names quotes; known: contacts,"),
        ({"access_token": "a", "properties": {"quotes": ["x"]}}, "properties names quotes"),
        ({"access_token": "a", "external_ids": {}, "page_sizes": 5}, "did you mean page_size"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings, problem):
    with pytest.raises(ConfigError, match=problem):
        HubSpot(settings)


def test_only_the_streams_that_are_named_are_read():
    adapter = HubSpot({"access_token": "a", "streams": ["tickets", "contacts"]})
    assert list(adapter.streams) == ["contacts", "tickets"]
