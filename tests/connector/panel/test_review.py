"""The review page: side by side, decided by a button, and the next one comes. Works without script."""

import re

import pytest

from tests.connector.api.test_review import app, caller, parts, waiting  # noqa: F401 - fixtures
from tests.connector.identity.test_imports import bridges, crm, shop
from tests.connector.identity.test_review import twins

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


def customer(parts, key: str) -> str:  # noqa: F811
    return parts.identity.profiles_of("default", [key])[key]


@pytest.mark.usefixtures("waiting")
def test_a_card_says_whom_its_customer_may_also_be_and_leads_to_both_side_by_side(desk, parts):  # noqa: F811
    mine, other = customer(parts, "crm:contact:2"), customer(parts, "shop:contact:2")
    card = desk.get(f"/panel/profiles/{mine}").text
    assert "May also be" in card
    assert "Name and place agree." in card
    assert "b2@two.example" not in card
    beside = re.search(r'href="(/panel/profiles/[^"]+/may-also-be/[^"]+)"', card)[1]
    assert beside.endswith(other)
    shown = desk.get(beside)
    assert fields(shown)["left"] == "crm:contact:2"
    answered = desk.post("/panel/review", data=back(shown) | {"answer": "different"})
    assert "They are never one person." in desk.get(answered.location).text
    assert "May also be" not in desk.get(f"/panel/profiles/{mine}").text
    assert "wait for nobody" in desk.get(beside).text


def back(shown) -> dict:
    return dict(re.findall(r'name="(csrf|left|right|back)" value="([^"]*)"', shown.text))


@pytest.mark.usefixtures("waiting")
def test_one_person_is_one_customer_from_then_on(desk, parts):  # noqa: F811
    mine, other = customer(parts, "crm:contact:2"), customer(parts, "shop:contact:2")
    shown = desk.get(f"/panel/profiles/{other}/may-also-be/{mine}")
    answered = desk.post("/panel/review", data=back(shown) | {"answer": "same"})
    assert "They are one person now." in desk.get(answered.location).text


@pytest.mark.usefixtures("waiting")
def test_an_agent_who_may_not_decide_is_told_and_not_led_there(browser, parts):  # noqa: F811
    agent, mine = browser("profiles:read"), customer(parts, "crm:contact:2")
    card = agent.get(f"/panel/profiles/{mine}").text
    assert "May also be" in card
    assert "may-also-be" not in card
    other = customer(parts, "shop:contact:2")
    assert agent.get(f"/panel/profiles/{mine}/may-also-be/{other}").status_code == 403


def test_two_who_are_no_possible_match_are_not_shown_beside_each_other(desk, parts):  # noqa: F811
    parts.intake.take("default", [*crm(range(2))])
    ends = [customer(parts, f"crm:contact:{each}") for each in range(2)]
    assert desk.get(f"/panel/profiles/{ends[0]}/may-also-be/{ends[1]}").status_code == 404
    assert desk.get(f"/panel/profiles/{ends[0]}/may-also-be/p_nobody").status_code == 404


def test_who_came_this_moment_is_shown_beside_the_other_before_a_worker_listed_them(desk, parts):  # noqa: F811
    parts.intake.take("default", twins(0))
    parts.rebuild.run()
    mine, other = customer(parts, "crm:contact:0"), customer(parts, "shop:contact:0")
    assert fields(desk.get(f"/panel/profiles/{mine}/may-also-be/{other}"))["right"] == "shop:contact:0"
