"""Events: what just happened, for whoever looks at it now.

A capped Redis stream per workspace. Whoever was away resumes behind the last id it saw;
what was cut off by then is in the store. Types: `contact.arrived`, `profile.changed`,
`source.changed`. No event is needed for anything to be right: they only make it quick.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson
import redis

from connector.cache import keys

# About how many events of a workspace are kept.
KEPT = 10_000

# Events sent to Redis at once.
BATCH = 500

# The two numbers of a stream's id: milliseconds, and a count within them.
Id = tuple[int, int]


class Events:
    """Publishes events. Raises redis.RedisError when Redis cannot be reached."""

    def __init__(self, client: redis.Redis, clock: Callable[[], datetime]) -> None:
        self.redis, self.clock = client, clock

    def publish(self, workspace: str, type_: str, payload: Mapping[str, Any]) -> str:
        """Announce it; the event's id. The payload is JSON, and gets the time as `at` unless it has one."""
        written = self.redis.xadd(key(workspace), self._fields(type_, payload), maxlen=KEPT, approximate=True)
        return written.decode() if isinstance(written, bytes) else written

    def publish_many(self, workspace: str, type_: str, payloads: Iterable[Mapping[str, Any]]) -> None:
        """Announce all of these, in a few round trips."""
        waiting = list(payloads)
        for start in range(0, len(waiting), BATCH):
            pipeline = self.redis.pipeline(transaction=False)
            for payload in waiting[start : start + BATCH]:
                pipeline.xadd(key(workspace), self._fields(type_, payload), maxlen=KEPT, approximate=True)
            pipeline.execute()

    def _fields(self, type_: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        told = {"at": self.clock(), **payload}
        return {"type": type_, "data": orjson.dumps(told, option=orjson.OPT_UTC_Z)}


def key(workspace: str) -> str:
    """The stream of a workspace."""
    return keys.events(workspace)


def number(event_id: bytes | str) -> Id:
    """An event's id as numbers, which order events as they came. Text that is no id raises ValueError."""
    text = event_id.decode() if isinstance(event_id, bytes) else event_id
    milliseconds, _, count = text.partition("-")
    return int(milliseconds), int(count or 0)


def chunk(event_id: bytes, fields: Mapping[bytes, bytes]) -> bytes:
    """An event of the stream as a server-sent one."""
    # JSON holds no line breaks, so that one data line holds all of it.
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (event_id, fields.get(b"type", b"message"), fields.get(b"data", b"{}"))
