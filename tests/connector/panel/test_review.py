"""The review page: side by side, decided by a button, and the next one comes. Works without script."""

import re

import pytest

from tests.connector.api.test_review import app, caller, parts, waiting  # noqa: F401 - fixtures
from tests.connector.identity.test_imports import bridges, crm, shop

MATCH = re.compile(r'name="(csrf|left|right|after)" value="([^"]*)"')


@pytest.fixture
def browser(app, parts, clock):  # noqa: F811
    """Signs in with a key of these scopes."""

    def make(*scopes):
        from connector.store import api_keys

        with parts.store.transaction() as connection:
            key = api_keys.create(connection, "default", "desk", scopes, clock())
        client = app.test_client()
        client.post("/panel/sign-in", data={"key": key.text})
        return client

    return make


@pytest.fixture
def desk(browser):
    return browser("profiles:read", "identity:write")


def fields(shown) -> dict:
    return dict(MATCH.findall(shown.text))


@pytest.mark.usefixtures("waiting")
def test_both_sides_are_shown_with_what_agrees_in_words(desk):
    shown = desk.get("/panel/review").text
    for expected in ("Are these one person?", "<b>agrees</b>", "crm:contact:2", "shop:contact:2", "1 order"):
        assert expected in shown
    assert "a2@one.example" in shown


@pytest.mark.parametrize(("answer", "said"), [("same", "one person now"), ("different", "never joined")])
@pytest.mark.usefixtures("waiting")
def test_an_answer_is_in_force_and_the_next_one_comes(desk, parts, answer, said):  # noqa: F811
    asked = fields(desk.get("/panel/review"))
    answered = desk.post("/panel/review", data=asked | {"answer": answer})
    assert answered.status_code == 303
    following = desk.get(answered.location)
    assert said in following.text
    assert fields(following)["left"] != asked["left"]
    whose = parts.identity.inquiry.two("default", asked["left"], asked["right"]).profiles
    assert (whose[asked["left"]] == whose[asked["right"]]) == (answer == "same")


@pytest.mark.usefixtures("waiting")
def test_what_is_skipped_stays_behind(desk):
    first = desk.get("/panel/review")
    skip = re.search(r'href="(/panel/review\?after=[^"]+)"', first.text)[1]
    second = desk.get(skip)
    assert fields(second)["left"] != fields(first)["left"]
    answered = desk.post("/panel/review", data=fields(second) | {"answer": "different"})
    assert fields(desk.get(answered.location))["left"] not in (fields(first)["left"], fields(second)["left"])


@pytest.mark.usefixtures("waiting")
def test_a_form_that_is_not_ours_decides_nothing(desk):
    asked = fields(desk.get("/panel/review")) | {"answer": "same", "csrf": "forged"}
    assert desk.post("/panel/review", data=asked).status_code == 403
    assert fields(desk.get("/panel/review"))["left"] == asked["left"]


def test_only_who_may_decide_sees_it(browser):
    agent = browser("profiles:read")
    assert agent.get("/panel/review").status_code == 403
    assert agent.post("/panel/review", data={}).status_code == 403
    assert agent.post("/panel/review/release", data={"source": "bad"}).status_code == 403


def test_when_nothing_waits_it_says_so(desk):
    assert "Nothing waits" in desk.get("/panel/review").text


@pytest.mark.parametrize("answer", ["", "link"])
@pytest.mark.usefixtures("waiting")
def test_an_answer_that_is_none_is_refused_in_words(desk, answer):
    refused = desk.post("/panel/review", data=fields(desk.get("/panel/review")) | {"answer": answer})
    assert refused.status_code == 400


def test_a_source_that_was_stopped_is_released_from_here(desk, parts):  # noqa: F811
    for batch in (crm(range(8)), shop(range(8)), bridges(range(8))):
        parts.intake.take("default", batch)
    shown = desk.get("/panel/review")
    assert "Let the links of bad go on" in shown.text
    word = re.search(r'name="csrf" value="([^"]+)"', shown.text)[1]
    assert desk.post("/panel/review/release", data={"csrf": word, "source": "bad"}).status_code == 303
    assert "Let the links" not in desk.get("/panel/review").text


def test_the_page_says_by_which_rules_people_are_linked(desk):
    assert "by the rules <b>standard</b>" in desk.get("/panel/review").text
