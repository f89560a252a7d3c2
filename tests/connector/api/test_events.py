"""The way to the event stream: from the web workers by a ticket."""

from urllib.parse import parse_qs, urlsplit

import pytest

from connector.api.tickets import Ticket, Tickets
from connector.errors import NotAuthenticatedError


def test_the_web_workers_send_on_with_a_ticket(client, parts, key):
    answer = client.get("/v1/events", headers={"Last-Event-ID": "17-0"})
    assert answer.status_code == 307
    assert answer.headers["Cache-Control"] == "no-store"
    to = urlsplit(answer.headers["Location"])
    assert (to.scheme, to.netloc, to.path) == ("https", "events.example.com", "/v1/events")
    query = parse_qs(to.query)
    assert query["last_event_id"] == ["17-0"]
    ticket = Tickets(parts.settings.secret_key()).read(query["ticket"][0])
    assert (ticket.workspace, ticket.key_id[:2]) == ("acme", "k_")


def test_the_key_itself_is_not_in_the_address(app, key):
    text = key("events:read")
    answer = app.test_client().get("/v1/events", headers={"Authorization": f"Bearer {text}"})
    assert text not in answer.headers["Location"]


def test_a_place_that_is_none_is_400(client):
    assert client.get("/v1/events?last_event_id=yesterday").status_code == 400


@pytest.mark.parametrize("text", ["", "a.b.c", Tickets("another secret").write(Ticket("acme"))])
def test_a_ticket_that_is_not_ours_is_refused(text):
    with pytest.raises(NotAuthenticatedError):
        Tickets("s3cret").read(text)
