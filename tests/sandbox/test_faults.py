"""Planned misbehaviour happens as planned: to whom, how often, under which paths."""

import json
import threading

import pytest
from werkzeug.test import Client

from sandbox.faults import KINDS, Faults, UnknownFaultError
from sandbox.refusals import REFUSALS

ANSWER = {"results": [{"id": "1"}, {"id": "2"}]}


def right(environ, start_response):
    body = json.dumps(ANSWER).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


@pytest.fixture
def faults() -> Faults:
    return Faults()


def ask(faults: Faults, path: str = "/crm/v3/objects/contacts", vendor: str = "hubspot"):
    return Client(faults.wrap(vendor, right)).get(path)


def test_without_a_plan_everything_goes_right(faults: Faults) -> None:
    assert ask(faults).json == ANSWER


def test_a_fault_happens_to_the_next_requests_and_then_no_more(faults: Faults) -> None:
    faults.plan("hubspot", "error", times=2)
    assert [ask(faults).status_code for _ in range(4)] == [500, 500, 200, 200]
    assert faults.happened("hubspot") == {"error": 2}


def test_faults_happen_in_the_order_of_the_plan(faults: Faults) -> None:
    faults.plan("hubspot", "throttle")
    faults.plan("hubspot", "error", status=503)
    assert [ask(faults).status_code for _ in range(3)] == [429, 503, 200]


def test_a_fault_waits_for_its_path(faults: Faults) -> None:
    faults.plan("hubspot", "error", path="/crm/v3/objects/deals")
    assert ask(faults).status_code == 200
    assert ask(faults, "/crm/v3/objects/deals/7").status_code == 500
    assert ask(faults, "/crm/v3/objects/deals").status_code == 200


def test_one_vendors_faults_leave_the_others_alone(faults: Faults) -> None:
    faults.plan("x", "error")
    assert ask(faults).status_code == 200
    assert faults.planned("x") and not faults.planned("hubspot")


def test_retry_after_is_said_only_when_planned(faults: Faults) -> None:
    faults.plan("hubspot", "throttle", retry_after=2)
    faults.plan("hubspot", "throttle")
    assert ask(faults).headers["Retry-After"] == "2"
    assert "Retry-After" not in ask(faults).headers


@pytest.mark.parametrize(
    ("vendor", "kind", "status", "words"),
    [
        ("salesforce", "quota", 403, "REQUEST_LIMIT_EXCEEDED"),
        ("salesforce", "expired", 401, "INVALID_SESSION_ID"),
        ("hubspot", "throttle", 429, "TEN_SECONDLY_ROLLING"),
        ("hubspot", "quota", 429, "DAILY"),
        ("hubspot", "expired", 401, "EXPIRED_AUTHENTICATION"),
        ("x", "quota", 429, "usage-capped"),
        ("x", "expired", 401, "Unauthorized"),
    ],
)
def test_each_vendor_refuses_in_its_own_words(faults: Faults, vendor: str, kind: str, status: int, words: str) -> None:
    faults.plan(vendor, kind)
    answer = ask(faults, "/2/tweets", vendor)
    assert answer.status_code == status
    assert words in answer.text
    assert answer.json


def test_an_expired_token_can_always_be_renewed(faults: Faults) -> None:
    faults.plan("salesforce", "expired")
    assert ask(faults, "/services/oauth2/token", "salesforce").status_code == 200
    assert ask(faults, "/services/data/v66.0/query", "salesforce").status_code == 401


def test_a_cut_answer_is_json_that_ends_too_early(faults: Faults) -> None:
    faults.plan("hubspot", "cut")
    answer = ask(faults)
    assert answer.status_code == 200
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert json.dumps(ANSWER).startswith(answer.text)
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.text)


def test_a_dropped_connection_promises_more_than_it_brings(faults: Faults) -> None:
    faults.plan("hubspot", "drop")
    answer = ask(faults)
    assert len(answer.data) < int(answer.headers["Content-Length"]) == len(json.dumps(ANSWER))


def test_a_web_page_comes_instead_of_json(faults: Faults) -> None:
    faults.plan("hubspot", "html")
    answer = ask(faults)
    assert answer.status_code == 200 and answer.mimetype == "text/html"


def test_a_request_that_hangs_ends_without_an_answer(faults: Faults) -> None:
    faults.plan("hubspot", "hang", seconds=0.01)
    with pytest.raises(ConnectionError):
        ask(faults)


def test_clearing_the_plan_lets_go_of_what_hangs(faults: Faults) -> None:
    faults.plan("hubspot", "hang", seconds=100)
    ended = []

    def hang() -> None:
        try:
            ask(faults)
        except ConnectionError as error:
            ended.append(error)

    waiting = threading.Thread(target=hang)
    waiting.start()
    while not faults.happened("hubspot"):
        pass
    faults.plan("hubspot", "error")
    faults.clear()
    waiting.join(10)
    assert len(ended) == 1
    assert ask(faults).status_code == 200


def test_two_threads_share_the_count(faults: Faults) -> None:
    faults.plan("hubspot", "error", times=40)
    seen: list[int] = []
    threads = [
        threading.Thread(target=lambda: seen.extend(ask(faults).status_code for _ in range(25))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == [200] * 60 + [500] * 40


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"vendor": "myspace", "kind": "error"}, "known: salesforce, hubspot, x"),
        ({"vendor": "x", "kind": "sulk"}, "known: throttle"),
        ({"vendor": "x", "kind": "error", "times": 0}, "at least 1"),
        ({"vendor": "x", "kind": "error", "mood": "bad"}, "retry_after"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_with_what_would(faults: Faults, asked: dict, message: str) -> None:
    with pytest.raises(UnknownFaultError, match=message):
        faults.plan(**asked)


def test_every_vendor_has_words_for_every_refusal() -> None:
    for words in REFUSALS.values():
        assert words.keys() == {"throttle", "quota", "expired", "error"} and words.keys() <= KINDS.keys()
