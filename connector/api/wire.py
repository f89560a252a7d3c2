"""What goes to a browser besides the events themselves (server-sent events, WHATWG HTML 9.2)."""

from connector.cache.events import Id

# Of what is no event and has no place in the stream.
NOWHERE: Id = (-1, -1)

BEAT = b": still here\n\n"

# Redis keeps the newest events only: whoever was away too long must read anew what it shows.
LOST = b"event: events.lost\ndata: {}\n\n"


def here(event_id: bytes) -> bytes:
    """Says where the stream stands, without being an event: a browser that reconnects resumes from it."""
    return b"retry: 2000\nid: %b\n\n" % event_id
