"""Tickets: how a browser gets from here, where it is known, to the process that serves the event streams.

An EventSource can send no key, and the page's cookie is not for that other port. So
who may follow the events is sent on with a signed word in the address. It is good for
half a minute: a stream that breaks asks here again.
"""

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from flask import Response, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from connector.errors import NotAuthenticatedError
from connector.settings import Settings

# Seconds from the redirect to the stream's first byte: one round trip, on a slow line.
GOOD_FOR = 30

SALT = "visavis.events"


@dataclass(frozen=True, slots=True)
class Ticket:
    """Whose events may be followed, and by which key (None: by a person at the panel)."""

    workspace: str
    key_id: str | None = None


def stream_url(settings: Settings) -> str:
    """Where whoever sent this request reaches the event streams: by the name that led them here, unless set."""
    return settings.events_url(urlsplit(request.host_url).hostname)


class Tickets:
    """Writes tickets in one process and reads them in another; both know the secret."""

    def __init__(self, secret: str) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt=SALT)

    def write(self, ticket: Ticket) -> str:
        return self._signer.dumps([ticket.workspace, ticket.key_id])

    def read(self, text: str) -> Ticket:
        """Raises NotAuthenticatedError for a ticket that is not ours, or too old."""
        try:
            return Ticket(*self._signer.loads(text, max_age=GOOD_FOR))
        except BadSignature:
            raise NotAuthenticatedError("the ticket is wrong or too old; ask /v1/events for a new one") from None

    def redirect(self, events_url: str, ticket: Ticket, last_event_id: str | None) -> Response:
        """Send whoever asked on to the stream, which resumes behind `last_event_id`."""
        query = {"ticket": self.write(ticket)}
        if last_event_id:
            query["last_event_id"] = last_event_id
        response = Response(status=307)
        # A ticket is for one; and a proxy that kept the answer would give it to others.
        response.headers["Cache-Control"] = "no-store"
        response.headers["Location"] = f"{events_url}/v1/events?{urlencode(query)}"
        return response
