"""The way to the event stream, which a process of its own serves (docs/events.md)."""

from flask import Response, request

from connector.api.auth import caller, requires
from connector.api.blueprint import Blueprint
from connector.api.desk import desk
from connector.api.schemas import EventsQuery
from connector.api.tickets import Ticket, stream_url

events = Blueprint("events", __name__, url_prefix="/v1/events", description="What happens, as it happens.")


@events.route("")
@requires("events:read")
@events.arguments(EventsQuery, location="query")
@events.response(307, description="Follow Location: the stream (text/event-stream). The ticket in it lasts 30 seconds.")
def follow(query: dict[str, str]) -> Response:
    """Follow the events of the workspace (server-sent events).

    Types: contact.arrived, profile.changed, source.changed. Resumes behind Last-Event-ID.
    """
    here, key = desk(), caller()
    last = request.headers.get("Last-Event-ID") or query.get("last_event_id")
    return here.tickets.redirect(stream_url(here.parts.settings), Ticket(key.workspace, key.id), last)
