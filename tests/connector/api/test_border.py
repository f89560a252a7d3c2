"""What every request gets, and one shape for everything that goes wrong."""

import pytest
import redis as redis_client
from structlog.testing import capture_logs


def test_every_answer_has_an_id_and_careful_headers(client):
    for path in ("/healthz", "/v1/sources", "/nowhere"):
        headers = client.get(path).headers
        assert len(headers["X-Request-ID"]) == 16
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "no-store" in headers["Cache-Control"]


def test_a_request_may_name_itself_unless_the_name_is_odd(client):
    assert client.get("/healthz", headers={"X-Request-ID": "abc-1"}).headers["X-Request-ID"] == "abc-1"
    for odd in ("a b", "<script>", "x" * 65, ""):
        assert client.get("/healthz", headers={"X-Request-ID": odd}).headers["X-Request-ID"] != odd


@pytest.mark.parametrize(
    ("method", "path", "told", "status", "code"),
    [
        ("GET", "/nowhere", {}, 404, "not_found"),
        ("DELETE", "/v1/sources", {}, 405, "method_not_allowed"),
        ("POST", "/v1/contacts", {"data": "x"}, 415, "not_json"),
        ("POST", "/v1/contacts", {"data": "{", "content_type": "application/json"}, 400, "invalid_request"),
        ("POST", "/v1/contacts", {"data": "\xff".encode("latin-1"), "content_type": "application/json"}, 400, None),
        ("POST", "/v1/contacts", {"json": [1]}, 400, "invalid_request"),
        ("POST", "/v1/contacts", {"json": {"channel": "x" * 1024 * 1024}}, 413, "too_large"),
        ("GET", "/v1/sources?page=2", {}, 400, "invalid_request"),
    ],
)
def test_everything_that_goes_wrong_has_one_shape(client, method, path, told, status, code):
    answer = client.open(path, method=method, **told)
    assert answer.status_code == status
    assert set(answer.json) == {"error"}
    assert set(answer.json["error"]) <= {"code", "message", "fields"}
    assert answer.json["error"]["code"] == (code or "invalid_request")


def test_the_allowed_methods_are_told(client):
    assert "GET" in client.delete("/v1/sources").headers["Allow"]


def test_a_mistake_of_ours_is_500_and_its_words_stay_out_of_answer_and_log(client, parts):
    def fail(*_):
        raise RuntimeError("ada@example.com")

    parts.lookup.find = fail
    with capture_logs() as logs:
        answer = client.get("/v1/profiles/lookup?email=ada@example.com")
    assert (answer.status_code, answer.json["error"]["code"]) == (500, "internal")
    assert "ada@example.com" not in answer.text + repr(logs)
    assert logs[0]["error"] == "RuntimeError"
    assert "test_border.py" in logs[0]["where"][-1]


def test_the_log_of_a_request_carries_its_id(client, parts):
    def fail(*_):
        raise RuntimeError

    parts.lookup.find = fail
    for name in ("one", "two"):
        with capture_logs() as logs:
            client.get("/v1/profiles/lookup?email=a@example.com", headers={"X-Request-ID": name})
        assert {log["request"] for log in logs} == {name}


def test_redis_being_away_where_it_is_needed_is_503(client, parts):
    def fail(*_):
        raise redis_client.ConnectionError

    parts.lookup.find = fail
    answer = client.get("/v1/profiles/lookup?email=ada@example.com")
    assert (answer.status_code, answer.json["error"]["code"]) == (503, "redis_unavailable")
    assert answer.headers["Retry-After"] == "5"
