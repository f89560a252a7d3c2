"""Logging in: three grants, single-use refresh tokens, sessions that end."""

import pytest

from adapters.base import AuthError, ConfigError, RateLimitError, UnavailableError
from adapters.base.testing.upstream import Fault
from adapters.salesforce import Salesforce
from sandbox.vendors.salesforce_login import CLIENT_ID, REFRESH_TOKEN, USERNAME, Logins
from tests.adapters.salesforce.keys import PRIVATE, PUBLIC
from tests.adapters.salesforce.scene import Org, pages, run
from tests.sandbox.memory import MemoryWorld, sf_id

LOGIN = "/services/oauth2"
WITH_REFRESH = {"client_secret": None, "refresh_token": REFRESH_TOKEN}
WITH_KEY = {"client_secret": None, "username": USERNAME, "private_key": PRIVATE}


def logins(org: Org) -> list[str]:
    return [seen.body.decode() for seen in org.upstream.seen if seen.path.startswith(LOGIN)]


def people(org: Org, count: int) -> None:
    for number in range(count):
        org.world.put("contact", number, at=number, given_name="Ada", family_name="Byron", emails=[])


class TestSessions:
    def test_one_login_serves_all_streams(self, org: Org) -> None:
        adapter = org.adapter()
        for stream in adapter.streams:
            run(adapter, stream)
        assert len(logins(org)) == 1

    def test_a_session_that_ends_in_the_middle_costs_one_login_and_no_row(self, start) -> None:
        org = start(MemoryWorld())
        people(org, 30)
        found = []
        for place, page in enumerate(pages(org.adapter(page_size=10), "contacts")):
            found += [raw["Id"] for raw in page.items]
            if place == 0:
                org.logins.end_sessions()
        assert found == [sf_id("contact", number) for number in range(30)]
        assert len(logins(org)) == 2

    @pytest.mark.parametrize("body", [b'[{"errorCode": "INVALID_SESSION_ID", "message": "x"}]', b"<html>no</html>"])
    def test_a_session_that_is_always_rejected_is_an_auth_error_after_one_new_login(
        self, org: Org, body: bytes
    ) -> None:
        org.upstream.misbehave(Fault(name="401", status=401, body=body), path="/services/data")
        with pytest.raises(AuthError):
            org.adapter().streams["contacts"].pull(None)
        assert len(logins(org)) == 2
        assert len(org.upstream.seen) == 4

    def test_half_of_an_answer_makes_nothing_seem_gone(self, start) -> None:
        org = start(MemoryWorld())
        people(org, 5)
        capped = Capped(org, 2)
        try:
            with pytest.raises(UnavailableError):
                capped.adapter().streams["contacts"].reread([sf_id("contact", number) for number in range(5)])
        finally:
            capped.close()

    def test_an_answer_in_parts_whose_session_ended_goes_on_with_a_new_query(self, start) -> None:
        org = start(MemoryWorld())
        people(org, 5)
        capped = Capped(org, 2)
        try:
            found, cursor = [], None
            for page in pages(capped.adapter(page_size=4), "contacts"):
                found += [raw["Id"] for raw in page.items]
        finally:
            capped.close()
        assert cursor is None
        assert found == [sf_id("contact", number) for number in range(5)]
        assert capped.lost > 0


class Capped(Org):
    """The org behind a server that answers in smaller parts than asked for, and ends the session before the rest."""

    def __init__(self, org: Org, most: int) -> None:
        super().__init__(org.world)
        self.lost = 0
        inner = self.upstream._client.application

        def app(environ, start_response):
            if "/query/01g" in environ["PATH_INFO"]:
                self.lost += 1
                self.logins.end_sessions()
            return inner(environ, start_response)

        self.upstream._client.application = app
        queries = inner.view_functions["query_all"]
        inner.view_functions["query_all"] = lambda version: capped_answer(queries(version), most)

    def close(self) -> None:
        self.upstream.close()


def test_a_server_that_caps_its_pages_without_a_word_loses_no_row(start) -> None:
    org = start(MemoryWorld())
    people(org, 11)
    inner = org.upstream._client.application
    query_all = inner.view_functions["query_all"]
    inner.view_functions["query_all"] = lambda version: capped_answer(query_all(version), 3, done=True)
    records, _ = run(org.adapter(page_size=2000), "contacts")
    assert [record.external_id for record in records] == [sf_id("contact", number) for number in range(11)]


def capped_answer(answer, most: int, *, done: bool = False):
    told = answer.get_json()
    if len(told["records"]) > most:
        told |= {
            "records": told["records"][:most],
            "done": done,
            "nextRecordsUrl": "/services/data/v59.0/query/01gX-2",
        }
    answer.set_data(answer.json_module.dumps(told))
    return answer


class TestRefreshTokens:
    def test_the_token_that_replaces_it_is_remembered_before_the_session_is_used(self, org: Org) -> None:
        seen_at = []
        adapter = Salesforce(
            {"client_id": CLIENT_ID, "refresh_token": REFRESH_TOKEN, "base_url": org.upstream.url},
            remember=lambda name, value: seen_at.append((name, value, len(org.upstream.seen))),
        )
        adapter.checked()
        ((name, value, requests),) = seen_at
        assert requests == 1
        assert value != REFRESH_TOKEN
        assert REFRESH_TOKEN not in name
        assert len(name) <= 64

    def test_the_remembered_one_is_used_after_a_restart(self, org: Org) -> None:
        for _ in range(3):
            run(org.adapter(**WITH_REFRESH), "contacts")
        assert len(org.kept) == 1
        assert org.logins.count == 3

    def test_without_it_the_used_up_token_is_an_auth_error_that_says_what_to_do(self, org: Org) -> None:
        org.adapter(**WITH_REFRESH).checked()
        org.kept.clear()
        with pytest.raises(AuthError, match="authorise again"):
            org.adapter(**WITH_REFRESH).checked()

    def test_a_new_token_in_the_settings_is_not_hidden_by_an_old_remembered_one(self, org: Org) -> None:
        org.adapter(**WITH_REFRESH).checked()
        org.logins._refresh = "a-new-one-after-authorising-again"
        org.adapter(client_secret=None, refresh_token="a-new-one-after-authorising-again").checked()
        assert len(org.kept) == 2

    def test_a_session_that_ends_is_replaced_with_the_rotated_token(self, org: Org) -> None:
        adapter = org.adapter(**WITH_REFRESH)
        adapter.checked()
        org.logins.end_sessions()
        adapter.checked()
        assert org.logins.count == 2

    def test_a_token_that_is_not_replaced_stays_good(self, start) -> None:
        org = start(logins=Logins(rotates=False))
        for _ in range(2):
            org.adapter(**WITH_REFRESH).checked()
        assert org.kept == {}


class TestSignedLogins:
    @pytest.mark.parametrize("key", [PRIVATE, PRIVATE.replace("\n", "\\n")])
    def test_a_key_logs_in_as_its_user(self, start, key: str) -> None:
        org = start(logins=Logins(public_key=PUBLIC))
        adapter = Salesforce(
            {"client_id": CLIENT_ID, "username": USERNAME, "private_key": key, "base_url": org.upstream.url}
        )
        adapter.checked()

    def test_a_user_who_is_not_let_in_is_an_auth_error_with_a_remedy(self, start) -> None:
        org = start(logins=Logins(public_key=None))
        with pytest.raises(AuthError, match="pre-authorise"):
            org.adapter(**WITH_KEY).checked()

    @pytest.mark.parametrize(
        ("url", "audience"),
        [
            ("https://login.salesforce.com", "https://login.salesforce.com"),
            ("https://test.salesforce.com/", "https://test.salesforce.com"),
            ("https://acme--uat.sandbox.my.salesforce.com", "https://test.salesforce.com"),
            ("https://acme.my.salesforce.com", "https://login.salesforce.com"),
        ],
    )
    def test_it_is_addressed_to_where_the_user_logs_in(self, org: Org, url: str, audience: str) -> None:
        assert org.adapter(**WITH_KEY, login_url=url).org.login._audience() == audience


class TestRefusals:
    @pytest.mark.parametrize(
        ("status", "body", "expected"),
        [
            (400, b'{"error": "invalid_grant", "error_description": "login rate exceeded"}', RateLimitError),
            (400, b'{"error": "unknown_error", "error_description": "retry your request"}', UnavailableError),
            (400, b'{"error": "invalid_client", "error_description": "s3cret-value"}', AuthError),
            (401, b"<html>who are you</html>", AuthError),
            (503, b"<html>down</html>", UnavailableError),
        ],
    )
    def test_a_login_is_refused_for_now_or_for_good(self, org: Org, status: int, body: bytes, expected: type) -> None:
        org.upstream.misbehave(Fault(name="refusal", status=status, body=body), path=LOGIN)
        with pytest.raises(expected) as caught:
            org.adapter().checked()
        assert type(caught.value) is expected
        assert "s3cret-value" not in str(caught.value)


class TestSettings:
    @pytest.mark.parametrize(
        ("given", "told"),
        [
            ({}, ["client_id is missing", "no way to log in"]),
            ({"client_id": "x"}, ["no way to log in"]),
            ({"client_id": "x", "client_secret": "y"}, ["login_url is missing"]),
            ({"client_id": "x", "private_key": PRIVATE}, ["username is missing"]),
            ({"client_id": "x", "private_key": PRIVATE, "refresh_token": "z"}, ["two ways to log in"]),
            ({"client_id": "x", "refresh_token": "z", "streams": ["leads"]}, ["streams names unknown streams: leads"]),
            ({"client_id": "x", "username": "u", "private_key": "no key"}, ["private_key is no PEM key"]),
        ],
    )
    def test_what_is_missing_or_contradicts_itself_is_told_at_once(self, given: dict, told: list[str]) -> None:
        with pytest.raises(ConfigError) as caught:
            Salesforce(given)
        assert [problem for problem in told if problem not in str(caught.value)] == []
        assert len(caught.value.problems) == len(told)

    def test_only_the_named_streams_are_read(self, org: Org) -> None:
        assert set(org.adapter(streams=["contacts", "cases"]).streams) == {"contacts", "cases"}
