"""Sessions of adapters: always with time limits, sent where the settings say, and sorted into errors."""

import socket
import threading
import time
from datetime import UTC, datetime

import pytest
import requests
from werkzeug.wrappers import Request, Response

from adapters.base import Answer, AuthError, RateLimitError, SourceChangedError, UnavailableError
from adapters.base.http import RedirectedError, retry_after, session, sort
from adapters.base.settings import read
from adapters.base.testing import Fault, Upstream


@Request.application
def parrot(request):
    """Answers with what it was asked."""
    return Response(f"{request.method} {request.full_path}", headers={"X-Told": "yes"})


@pytest.fixture
def upstream():
    with Upstream(parrot) as upstream:
        yield upstream


@pytest.fixture
def made():
    """A session with settings: made(read_timeout=1)."""
    return lambda rewrite=None, watch=None, **given: session(read("shop", (), given), rewrite, watch=watch)


def test_a_request_without_a_time_limit_gets_one(upstream, made):
    upstream.misbehave(Fault(name="hang", how="hang"))
    with pytest.raises(requests.ReadTimeout):
        made(read_timeout=0.1).get(upstream.url)


def test_a_client_that_says_no_limit_gets_one(upstream, made):
    upstream.misbehave(Fault(name="hang", how="hang"))
    with pytest.raises(requests.ReadTimeout):
        made(read_timeout=0.1).get(upstream.url, timeout=None)


def test_an_answer_that_drips_in_has_a_limit_on_the_whole(upstream, made):
    upstream.misbehave(Fault(name="drip", how="drip"))
    began = time.monotonic()
    with pytest.raises(requests.ConnectionError):
        made(read_timeout=1, answer_timeout=0.2).get(upstream.url)
    assert time.monotonic() - began < 1


def test_a_cut_body_is_no_answer(upstream, made):
    upstream.misbehave(Fault(name="cut", how="cut"))
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        made().get(upstream.url + "/long-enough-to-cut")


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_compressed_and_chunked_answers_are_read(made, encoding):
    import gzip
    import zlib

    packed = {"gzip": gzip.compress, "deflate": zlib.compress}[encoding](b"tea " * 50_000)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    pieces = [packed[place : place + 100] for place in range(0, len(packed), 100)]
    body = b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces) + b"0\r\n\r\n"
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_serve_once, args=(server, head + body), daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        assert made().get(url).content == b"tea " * 50_000


def _serve_once(server, answer):
    connection, _ = server.accept()
    connection.recv(65_536)
    connection.sendall(answer)
    connection.close()


def test_a_client_that_only_knows_its_vendor_is_sent_elsewhere(upstream, made):
    told = made({"https://api.vendor.example": upstream.url + "/prefix"}).get(
        "https://api.vendor.example/2/users?a=1", headers={"Host": "api.vendor.example"}
    )
    assert told.text == "GET /prefix/2/users?a=1"
    assert upstream.seen[0].headers["host"] == upstream.url.removeprefix("http://")


def test_what_is_not_rewritten_goes_where_it_says(upstream, made):
    assert made({"https://api.vendor.example": None}).get(upstream.url + "/x").status_code == 200


def test_a_redirect_on_the_same_host_is_followed(upstream, made):
    upstream.misbehave(Fault(name="moved", status=302, headers={"Location": "/new"}), path="/old")
    assert made().get(upstream.url + "/old", headers={"X-Key": "k"}).text == "GET /new?"


def test_a_redirect_to_another_host_is_refused(upstream, made):
    upstream.misbehave(Fault(name="moved", status=307, headers={"Location": upstream.other_url}), path="/old")
    with pytest.raises(RedirectedError):
        made().get(upstream.url + "/old", headers={"X-Key": "k"})
    assert len(upstream.seen) == 1


def test_no_password_is_taken_from_netrc(upstream, made, monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login anna password s3cret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    made().get(upstream.url)
    assert "authorization" not in upstream.seen[0].headers


def test_proxies_come_from_the_environment(upstream, made, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", upstream.url)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    made().get("http://shop.example.com/orders")
    assert upstream.seen[0].headers["host"] == "shop.example.com"


def test_this_machine_is_never_behind_a_proxy(upstream, made, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert made().get(upstream.url).status_code == 200
    assert made({"http://api.vendor.example": upstream.url}).get("http://api.vendor.example/").status_code == 200


def test_the_certificates_of_the_company_are_used(made, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/company.pem")
    merged = made().merge_environment_settings("https://shop.example.com", {}, None, True, None)
    assert merged["verify"] == "/etc/company.pem"


def test_each_answer_is_watched(upstream, made):
    heard = []
    made(watch=heard.append).get(upstream.url)
    assert (heard[0].status, heard[0].headers["x-told"]) == (200, "yes")


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, AuthError),
        (403, AuthError),
        (408, UnavailableError),
        (429, RateLimitError),
        (500, UnavailableError),
        (503, UnavailableError),
        (404, SourceChangedError),
        (302, SourceChangedError),
    ],
)
def test_an_answer_is_sorted_by_what_to_do_next(status, error):
    assert type(sort("shop.orders", Answer(status=status))) is error


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("7", 7),
        ("0.5", 0.5),
        ("-3", 0),
        ("Fri, 01 May 2026 12:01:30 GMT", 90),
        ("Fri, 01 May 2026 11:00:00 GMT", 0),
        ("Fri, 01 May 2026 12:01:30 -0000", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("", None),
    ],
)
def test_the_wait_is_read_by_the_given_clock(told, seconds):
    assert retry_after({"retry-after": told}, lambda: datetime(2026, 5, 1, 12, tzinfo=UTC)) == seconds


def test_an_answer_does_not_show_its_body():
    assert "anna" not in repr(Answer(status=200, body=b"anna@example.com"))
