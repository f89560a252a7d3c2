"""The stand-in upstream: a real server that misbehaves when told and remembers what it was asked."""

import http.client
import json

import pytest
import requests
from werkzeug.wrappers import Request, Response

from adapters.base.testing import Fault, Recorded, Upstream


@Request.application
def parrot(request):
    return Response(json.dumps({"path": request.path, "body": request.get_data(as_text=True)}))


@pytest.fixture
def upstream():
    with Upstream(parrot) as upstream:
        yield upstream


def test_what_was_asked_is_remembered(upstream):
    requests.post(upstream.url + "/a?b=c&d=", data=b"body", headers={"X-Key": "k"}, timeout=5)
    seen = upstream.seen[0]
    assert (seen.method, seen.path, seen.query, seen.body) == ("POST", "/a", {"b": "c", "d": ""}, b"body")
    assert seen.headers["x-key"] == "k"


def test_a_chunked_request_arrives_whole(upstream):
    told = requests.post(upstream.url, data=iter([b"tea", b"pot"]), timeout=5).json()
    assert told["body"] == "teapot"


def test_a_connection_is_kept_alive(upstream):
    connection = http.client.HTTPConnection(upstream.url.removeprefix("http://"), timeout=5)
    for path in ("/1", "/2"):
        connection.request("GET", path)
        socket = connection.sock
        assert json.loads(connection.getresponse().read())["path"] == path
        assert connection.sock is socket


def test_a_fault_begins_and_ends_when_told(upstream):
    upstream.misbehave(Fault(name="down", status=503), after=1, times=2)
    assert [requests.get(upstream.url, timeout=5).status_code for _ in range(4)] == [200, 503, 503, 200]


def test_a_fault_may_be_for_some_paths_only(upstream):
    upstream.misbehave(Fault(name="down", status=503), path="/orders")
    assert [requests.get(upstream.url + path, timeout=5).status_code for path in ("/orders/1", "/x")] == [503, 200]


def test_healing_ends_every_fault(upstream):
    upstream.misbehave(Fault(name="down", status=503))
    upstream.heal()
    assert requests.get(upstream.url, timeout=5).ok


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ("hang", requests.ReadTimeout),
        ("reset", requests.ConnectionError),
        ("cut", requests.exceptions.ChunkedEncodingError),
        ("half", requests.exceptions.JSONDecodeError),
    ],
)
def test_each_way_to_misbehave_is_what_a_client_knows(upstream, how, error):
    upstream.misbehave(Fault(name=how, how=how))
    with pytest.raises(error):
        requests.get(upstream.url, timeout=0.2).json()


def test_an_echo_repeats_what_was_sent(upstream):
    upstream.misbehave(Fault(name="echo", how="echo", status=400))
    assert "k-0001" in requests.get(upstream.url, headers={"X-Key": "k-0001"}, timeout=5).text


# Recorded answers.


@pytest.fixture
def recorded(tmp_path):
    """Writes recordings and serves them: recorded(name=exchange)."""

    def serve(**exchanges):
        for name, told in exchanges.items():
            path = tmp_path / f"{name.replace('__', '/')}.json"
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps(told))
        app = Recorded(tmp_path)
        return app, lambda method, path, **more: app_answer(app, method, path, **more)

    return serve


def app_answer(app, method, path, **more):
    with Upstream(app) as upstream:
        return requests.request(method, upstream.url + path, timeout=5, **more)


def test_the_recording_that_names_most_answers(recorded):
    _, ask = recorded(
        all=[
            {"request": {"path": "/c"}, "response": {"json": "first"}},
            {"request": {"path": "/c", "query": {"after": "2"}}, "response": {"json": "second", "status": 201}},
        ]
    )
    assert ask("GET", "/c?limit=2").json() == "first"
    assert (told := ask("GET", "/c?limit=2&after=2")).json() == "second"
    assert told.status_code == 201


def test_null_means_that_it_must_be_absent(recorded):
    app, ask = recorded(one={"request": {"path": "/c", "query": {"after": None}}, "response": {"text": "ok"}})
    assert ask("GET", "/c").text == "ok"
    assert ask("GET", "/c?after=2").status_code == 404
    assert app.unmatched == ["GET /c?after=2"]


def test_a_body_is_matched_by_what_matters_in_it(recorded):
    told = {"request": {"method": "POST", "path": "/s", "json": {"filter": {"id": 1}}}, "response": {"json": "ok"}}
    _, ask = recorded(one=told)
    assert ask("POST", "/s", json={"filter": {"id": 1, "more": 2}, "limit": 3}).json() == "ok"
    assert ask("POST", "/s", json={"filter": {"id": 2}}).status_code == 404


def test_after_a_change_other_recordings_answer(recorded):
    old, new = ({"request": {"path": "/c"}, "response": {"json": word}} for word in ("old", "new"))
    app, ask = recorded(one=old, changed__one=new, changed__ids={"contacts": ["c9"]})
    assert ask("GET", "/c").json() == "old"
    assert app.change() == {"contacts": ["c9"]}
    assert ask("GET", "/c").json() == "new"
    assert app.change() == {}
