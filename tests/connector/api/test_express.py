"""The express lane says what the view of the same route says, and leaves to it what is not plain."""

import pytest

LOOKUP = "/v1/profiles/lookup"

# Of a connection or a moment, and not of the answer.
OWN = {"X-Request-ID"}


@pytest.fixture
def entered(app):
    """How often Flask was entered."""
    times = []
    app.before_request(lambda: times.append(1))
    return times


@pytest.fixture
def plain(app, client):
    """The same caller, without the express lane."""
    express = app.wsgi_app

    def get(*args, **kwargs):
        app.wsgi_app = express.inner
        try:
            return client.get(*args, **kwargs)
        finally:
            app.wsgi_app = express

    return get


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("email=ADA%40example.com", {}),
        ("phone=+49%2030%20901820", {}),
        ("phone=030901820", {}),
        ("handle=%40Ada", {}),
        ("email=ada@example.com", {"If-None-Match": "*"}),
        ("email=ada@example.com", {"If-None-Match": '"old"'}),
    ],
)
def test_both_give_the_same_answer_and_the_lane_is_used(client, plain, entered, query, headers):
    view = plain(f"{LOOKUP}?{query}", headers=headers)
    assert len(entered) == 1
    lane = client.get(f"{LOOKUP}?{query}", headers=headers)
    assert len(entered) == 1
    assert (lane.status, lane.data) == (view.status, view.data)
    shown = [{name: value for name, value in answer.headers.items() if name not in OWN} for answer in (lane, view)]
    assert shown[0] == shown[1]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "email=nobody@example.com",
        "email=nonsense",
        "mail=ada@example.com",
        "email=ada@example.com&region=DE",
        "email=ada@example.com&email=ada@example.com",
    ],
)
def test_what_is_not_plain_is_left_to_the_view(client, plain, entered, query):
    lane = client.get(f"{LOOKUP}?{query}")
    assert len(entered) == 1
    assert lane.data == plain(f"{LOOKUP}?{query}").data


def test_several_are_left_to_the_view(client, people, entered):
    people.know({"id": "p_bob"}, ("phone", "+4930901820"))
    assert client.get(f"{LOOKUP}?phone=%2B4930901820").status_code == 409
    assert len(entered) == 1


def test_a_key_without_the_scope_gets_nothing_in_the_lane(app, key, entered):
    headers = {"Authorization": f"Bearer {key('sources:read')}"}
    assert app.test_client().get(f"{LOOKUP}?email=ada@example.com", headers=headers).status_code == 403
    assert len(entered) == 1


def test_a_lookup_that_fails_is_told_by_the_view(client, parts):
    def fail(*_):
        raise RuntimeError("ada@example.com")

    parts.lookup.find = fail
    answer = client.get(f"{LOOKUP}?email=ada@example.com")
    assert (answer.status_code, "ada@example.com" in answer.text) == (500, False)
