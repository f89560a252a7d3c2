"""What goes wrong at Salesforce, and what its words for it mean."""

import pytest

from adapters.base import (
    AuthError,
    ConfigError,
    Delivery,
    QuotaSpentError,
    RateLimitError,
    SourceChangedError,
    UnavailableError,
    UnsupportedError,
)
from adapters.base.testing.upstream import Fault
from tests.adapters.salesforce.scene import Org, run, scene, versions
from tests.sandbox.memory import MemoryWorld, sf_id

DATA = "/services/data"


def told(code: str, message: str = "m") -> bytes:
    return f'[{{"errorCode": "{code}", "message": "{message}"}}]'.encode()


class TestAnswers:
    @pytest.mark.parametrize(
        ("status", "body", "expected"),
        [
            (403, told("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."), QuotaSpentError),
            (403, told("REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests Limit exceeded."), RateLimitError),
            (403, told("API_DISABLED_FOR_ORG"), AuthError),
            (400, told("QUERY_TIMEOUT"), UnavailableError),
            (400, told("MALFORMED_QUERY"), SourceChangedError),
            (404, told("NOT_FOUND"), SourceChangedError),
            (429, b"", RateLimitError),
            (500, told("UNKNOWN_EXCEPTION"), UnavailableError),
            (503, b"<html>maintenance</html>", UnavailableError),
            (200, b"<html>maintenance</html>", SourceChangedError),
        ],
    )
    def test_each_is_sorted_by_what_to_do_next(self, org: Org, status: int, body: bytes, expected: type) -> None:
        adapter = org.adapter()
        adapter.checked()
        org.upstream.misbehave(Fault(name="planned", status=status, body=body), path=DATA)
        with pytest.raises(expected) as caught:
            adapter.streams["contacts"].pull(None)
        assert type(caught.value) is expected
        assert str(caught.value).startswith("salesforce.contacts page: ")

    def test_the_time_to_wait_is_taken_from_the_header(self, org: Org) -> None:
        org.upstream.misbehave(Fault(name="429", status=429, headers={"Retry-After": "12"}), path=DATA)
        with pytest.raises(RateLimitError) as caught:
            org.adapter().streams["contacts"].pull(None)
        assert caught.value.retry_after == 12

    def test_a_server_that_hangs_is_unavailable(self, org: Org) -> None:
        org.upstream.misbehave(Fault(name="hang", how="hang"), path=DATA)
        with pytest.raises(UnavailableError):
            org.adapter(read_timeout=0.2).streams["contacts"].pull(None)

    def test_an_org_that_cannot_count_still_brings_its_rows(self, org: Org) -> None:
        adapter = org.adapter()
        adapter.streams["contacts"].pull(None)
        # The page passes, the count behind it doesn't.
        org.upstream.misbehave(Fault(name="400", status=400, body=told("MALFORMED_QUERY")), path=DATA, after=1)
        page = adapter.streams["contacts"].pull(None)
        assert (len(page.items), page.more, page.total) == (2, True, None)

    def test_webhooks_are_not_taken(self, org: Org) -> None:
        with pytest.raises(UnsupportedError):
            org.adapter().changes(Delivery(method="POST", url="https://example.com", headers={}, body=b"{}"))


class TestQuota:
    def test_the_days_requests_end_the_run_and_the_cursor_stays(self, start) -> None:
        # Three to describe the object and its parents, one for the page, one to count.
        org = start(daily_requests=5)
        adapter = org.adapter(quota_percent=1000)
        page = adapter.streams["contacts"].pull(None)
        for _ in range(2):
            with pytest.raises(QuotaSpentError):
                adapter.streams["contacts"].pull(page.cursor)

    def test_a_run_ends_before_it_takes_what_others_need(self, start) -> None:
        org = start(daily_requests=20)
        adapter = org.adapter(quota_percent=50, page_size=1)
        with pytest.raises(QuotaSpentError, match="10 of 20"):
            for _ in range(20):
                run(adapter, "contacts")
        asked = len(org.upstream.seen)
        # The next run finds out how it is now, with one request.
        with pytest.raises(QuotaSpentError):
            run(adapter, "contacts")
        assert len(org.upstream.seen) == asked + 1


class TestOrgsThatLackThings:
    @pytest.mark.parametrize("stream", ["contacts", "accounts", "orders", "opportunities", "cases"])
    def test_features_that_are_off_are_not_asked_for(self, start, stream: str) -> None:
        org = start(features=frozenset())
        records, _ = run(org.adapter(currency="GBP"), stream)
        assert len(records) >= 3

    def test_one_currency_is_the_one_of_the_settings(self, start) -> None:
        org = start(features=frozenset())
        records, _ = run(org.adapter(currency="CHF"), "orders")
        assert {record.body["currency"] for record in records} == {"CHF"}

    @pytest.mark.parametrize("features", [frozenset(), frozenset({"currencies"}), frozenset({"person_accounts"})])
    @pytest.mark.parametrize("stream", ["contacts", "accounts", "orders", "opportunities", "cases"])
    def test_an_org_that_does_not_describe_itself_is_asked_for_less_until_it_answers(
        self, start, features: frozenset[str], stream: str
    ) -> None:
        org = start(features=features)
        inner = org.upstream._client.application
        inner.view_functions["describe"] = lambda version, name: ("[]", 404)
        records, _ = run(org.adapter(currency="GBP", page_size=2000), stream)
        assert len(records) >= 3

    def test_an_object_that_is_hidden_stops_its_stream_alone(self, start) -> None:
        org = start()
        adapter = org.adapter()
        org.upstream.misbehave(
            Fault(name="400", status=400, body=told("INVALID_TYPE", "sObject type 'Order' is not supported.")),
            path="/services/data/v59.0/queryAll",
            times=1,
        )
        with pytest.raises(SourceChangedError, match="INVALID_TYPE"):
            adapter.streams["orders"].pull(None)
        assert run(adapter, "contacts")[0]

    def test_a_field_that_vanishes_between_two_pages_is_left_out(self, start) -> None:
        org = start()
        adapter = org.adapter()
        adapter.streams["contacts"].pull(None)
        complaint = told("INVALID_FIELD", "No such column 'Suffix' on entity 'Contact'.")
        org.upstream.misbehave(
            Fault(name="400", status=400, body=complaint), path="/services/data/v59.0/queryAll", times=1
        )
        assert adapter.streams["contacts"].pull(None).items
        asked = [soql for soql in org.soql() if "COUNT" not in soql]
        assert "Suffix" in asked[-2]
        assert "Suffix" not in asked[-1]


class TestOwnFields:
    FIELDS = {"contacts": {"language": "Language__c"}}

    def world(self) -> MemoryWorld:
        world = scene()
        ada = world.table("salesforce", "contact").get(sf_id("contact", 1))
        known = {"external_ids": {"shop": "10042"}, "social": {"user_id": "1234567890", "handle": "ada"}}
        world.change(ada, at=1, language="fr", **known)
        return world

    def test_the_companys_fields_fill_ours_and_name_the_person_elsewhere(self, start) -> None:
        org = start(self.world())
        handles = {"external_ids": {"shop": "Shop_Customer_Id__c"}, "social_ids": {"x": "X_User_Id__c"}}
        records, _ = run(org.adapter(fields=self.FIELDS, **handles), "contacts")
        ada = versions(records)[sf_id("contact", 1)]
        assert ada.body["language"] == "fr"
        assert {"shop:10042", "x:1234567890"} <= {identifier.value for identifier in ada.identifiers}

    def test_more_fields_are_kept_raw(self, start) -> None:
        org = start(self.world())
        records, _ = run(org.adapter(extra_fields={"contacts": ["Language__c"]}), "contacts")
        assert versions(records)[sf_id("contact", 1)].raw["Language__c"] == "fr"

    def test_a_field_that_the_org_lacks_is_found_by_the_check(self, org: Org) -> None:
        adapter = org.adapter(fields={"contacts": {"language": "Lang__c"}})
        with pytest.raises(ConfigError, match="Lang__c"):
            adapter.checked()
        assert run(adapter, "contacts")[0]


class TestSecrets:
    def test_no_secret_is_in_a_message_or_a_repr(self, org: Org) -> None:
        adapter = org.adapter(client_secret="an-0ther-s3cret")
        with pytest.raises(AuthError) as caught:
            adapter.checked()
        shown = f"{caught.value!r} {adapter!r} {adapter.settings!r} {adapter.org!r} {adapter.org.login!r}"
        assert "an-0ther-s3cret" not in shown
