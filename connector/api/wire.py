"""Events as they are kept in Redis, and as they go to a browser (server-sent events, WHATWG HTML 9.2)."""

from typing import TypeAlias

# A Redis Stream's id: milliseconds, and a count within them.
Place: TypeAlias = tuple[int, int]

# Of what is no event and has no place in the stream.
NOWHERE: Place = (-1, -1)

BEAT = b": still here\n\n"

# Redis keeps the newest events only: whoever was away too long must read anew what it shows.
LOST = b"event: events.lost\ndata: {}\n\n"


def key(workspace: str) -> str:
    return f"visavis:{workspace}:events"


def place(event_id: bytes) -> Place:
    milliseconds, _, count = event_id.partition(b"-")
    return int(milliseconds), int(count or 0)


def here(event_id: bytes) -> bytes:
    """Says where the stream stands, without being an event: a browser that reconnects resumes from it."""
    return b"retry: 2000\nid: %b\n\n" % event_id


def event(event_id: bytes, fields: dict[bytes, bytes]) -> bytes:
    """One event. Its data is JSON in one line, as it was published."""
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (event_id, fields[b"type"], fields[b"payload"])
