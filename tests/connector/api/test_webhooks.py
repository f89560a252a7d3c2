"""Deliveries: the source's signature is the key, and what is verified is kept before it is confirmed."""

import pytest
import redis as redis_client
from rq import Queue

from adapters.base import SourceChangedError, WebhookRejectedError
from connector.errors import StoreUnavailableError
from connector.settings import build
from connector.sync.doorbell import SOON


@pytest.fixture
def nobody(app):
    """A caller without a key."""
    return app.test_client()


def test_a_delivery_is_kept_and_a_worker_is_called(nobody, parts, redis):
    answer = nobody.post("/v1/webhooks/crm?n=a%2Bb", data=b'{"a": 1}', headers={"X-Signature": "s"})
    assert (answer.status_code, answer.json) == (200, {"accepted": 2})
    ((workspace, source, delivery),) = parts.push.kept
    assert (workspace, source, delivery.method, delivery.body) == ("acme", "crm", "POST", b'{"a": 1}')
    assert delivery.headers["x-signature"] == "s"
    assert delivery.url.startswith("http://localhost/v1/webhooks/crm?n=a")
    assert [job.args for job in Queue(SOON, connection=redis).jobs] == [("acme", "crm")]


def test_behind_a_proxy_the_public_address_is_what_was_signed(nobody, parts):
    parts.settings = build({"web": {"public_url": "https://visavis.example.com/"}})
    nobody.post("/v1/webhooks/crm?n=1", data=b"{}")
    assert parts.push.kept[0][2].url == "https://visavis.example.com/v1/webhooks/crm?n=1"


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (WebhookRejectedError("crm: the signature does not match the body"), 401, "not_authenticated"),
        (SourceChangedError("crm.webhook: KeyError 'items'"), 400, "invalid_request"),
        (StoreUnavailableError("the store cannot be reached"), 503, "store_unavailable"),
    ],
)
def test_what_cannot_be_kept_is_not_confirmed(nobody, parts, redis, error, status, code):
    parts.push.error = error
    answer = nobody.post("/v1/webhooks/crm", data=b"{}")
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)
    assert Queue(SOON, connection=redis).jobs == []


def test_a_lost_doorbell_does_not_lose_the_delivery(nobody, parts, monkeypatch):
    def refuse(*_):
        raise redis_client.ConnectionError

    monkeypatch.setattr(type(parts.queue), "delivered", refuse)
    assert nobody.post("/v1/webhooks/crm", data=b"{}").status_code == 200
    assert len(parts.push.kept) == 1


def test_unknown_sources_and_those_without_webhooks_are_404(nobody):
    for method in ("GET", "POST"):
        for source in ("erp", "silent"):
            assert nobody.open(f"/v1/webhooks/{source}", method=method).status_code == 404


def test_a_challenge_is_answered(nobody):
    assert nobody.get("/v1/webhooks/crm?word=abc").json == {"answer": "abc"}


def test_a_challenge_that_makes_no_sense_is_400(nobody):
    assert nobody.get("/v1/webhooks/crm").status_code == 400


def test_a_delivery_that_is_too_large_is_413(nobody, parts):
    answer = nobody.post("/v1/webhooks/crm", data=b"x" * (1024 * 1024 + 1))
    assert (answer.status_code, answer.json["error"]["code"]) == (413, "too_large")
    assert parts.push.kept == []
