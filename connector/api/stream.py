"""The event streams: a small asynchronous process beside the web workers, in which an open stream costs no thread.

It speaks raw ASGI. Who may follow is said by a ticket that the web workers wrote
(`connector.api.tickets`), or by an API key, so that a reverse proxy can also send
/v1/events here directly. See docs/events.md.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import aclosing
from random import uniform
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qsl

import orjson
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from connector.api.auth import Keys
from connector.api.hub import Follower, Hub
from connector.api.schemas import EventsQuery
from connector.api.tickets import Ticket, Tickets
from connector.errors import ConnectorError, InvalidRequestError, NotAllowedError, NotFoundError, StoreUnavailableError
from connector.store import Store, api_keys

if TYPE_CHECKING:
    from connector.bootstrap import Parts

log = structlog.get_logger()

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

# Seconds between two signs of life; so often it is also asked whether the keys in use still live.
HEARTBEAT = 15.0
KEYS_CHECKED = 3.0

# Seconds after which a stream ends, so that its follower is asked anew who it is. It resumes without loss.
LONGEST = 900.0

# Safe for everyone: nothing here is told to whoever shows no ticket and no key, and cookies mean nothing here.
CORS = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-headers", b"authorization, last-event-id"),
    (b"access-control-max-age", b"86400"),
)
CAREFUL = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
STREAM = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    # nginx would hold the events back until it has a full buffer of them.
    (b"x-accel-buffering", b"no"),
    *CAREFUL,
    *CORS,
)

# Seconds that an answer of Redis may take: longer than it is asked to wait for the next event.
PATIENCE = 10.0

QUERY = EventsQuery()


class Streams:
    """The ASGI application."""

    def __init__(
        self,
        store: Store,
        redis: Callable[[], Redis],
        tickets: Tickets,
        *,
        heartbeat: float = HEARTBEAT,
        keys_checked: float = KEYS_CHECKED,
        longest: float = LONGEST,
    ) -> None:
        self.store, self.redis, self.tickets, self.keys = store, redis, tickets, Keys(store)
        self.heartbeat, self.keys_checked, self.longest = heartbeat, keys_checked, longest
        self.hub: Hub | None = None
        self.by_key: dict[str, set[Follower]] = {}
        self.chores: list[asyncio.Task[None]] = []

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            try:
                await self._answer(scope, receive, send)
            except ConnectorError as error:
                await _refuse(error, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})

    def start(self) -> None:
        self.hub = Hub(self.redis())
        self.chores = [
            asyncio.create_task(self._often(self.heartbeat, self._beat)),
            asyncio.create_task(self._often(self.keys_checked, self._end_revoked)),
        ]

    async def stop(self) -> None:
        for chore in self.chores:
            chore.cancel()
        await self.hub.close()
        await self.hub.redis.aclose()

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["path"] == "/healthz":
            return await _whole(send, 200, b'{"status":"ok"}')
        if scope["path"].rstrip("/") != "/v1/events":
            raise NotFoundError("only /v1/events is served here")
        if scope["method"] == "OPTIONS":
            return await _whole(send, 204, b"")
        if scope["method"] != "GET":
            return await _whole(send, 405, _problem("method_not_allowed", "GET /v1/events"))
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        ticket, behind = await self._who(headers, scope["query_string"])
        await self._stream(ticket, behind, receive, send)

    async def _who(self, headers: dict[bytes, str], query_string: bytes) -> tuple[Ticket, str | None]:
        query = dict(parse_qsl(query_string.decode("latin-1")))
        written = query.pop("ticket", None)
        behind = headers.get(b"last-event-id") or query.get("last_event_id")
        wrong = QUERY.validate(query | ({"last_event_id": behind} if behind else {}))
        if wrong:
            raise InvalidRequestError(f"wrong: {', '.join(wrong)}"[:200], wrong)
        if written and b"authorization" not in headers:
            return self.tickets.read(written), behind
        key = await asyncio.to_thread(self.keys.of, headers.get(b"authorization"))
        if not key.may("events:read"):
            raise NotAllowedError("this key lacks the scope events:read")
        return Ticket(key.workspace, key.id), behind

    async def _stream(self, ticket: Ticket, behind: str | None, receive: Receive, send: Send) -> None:
        follower = Follower()
        followers = self.by_key.setdefault(ticket.key_id, set()) if ticket.key_id else set()
        followers.add(follower)
        loop = asyncio.get_running_loop()
        # Not all at once: a thousand panels that were opened together would come back together.
        timer = loop.call_later(self.longest * uniform(0.8, 1.2), follower.end)  # noqa: S311
        gone = asyncio.create_task(_gone(receive, follower))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": list(STREAM)})
            async with aclosing(self.hub.follow(ticket.workspace, follower, behind)) as chunks:
                async for chunk in chunks:
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        except (RedisError, TimeoutError) as error:
            # Whoever follows comes back by itself, and resumes.
            log.warning("a stream ends: redis is away", error=type(error).__name__)
        finally:
            timer.cancel()
            gone.cancel()
            followers.discard(follower)
            if ticket.key_id and not followers:
                self.by_key.pop(ticket.key_id, None)

    async def _beat(self) -> None:
        self.hub.beat()

    async def _end_revoked(self) -> None:
        if not self.by_key:
            return
        in_use = list(self.by_key)
        try:
            living = await asyncio.to_thread(self._living, in_use)
        except StoreUnavailableError:
            return
        for key_id in set(in_use) - living:
            for follower in self.by_key.get(key_id, ()):
                follower.end()

    def _living(self, ids: list[str]) -> frozenset[str]:
        with self.store.reading() as connection:
            return api_keys.living(connection, ids)

    @staticmethod
    async def _often(seconds: float, chore: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await chore()
            except Exception as error:  # noqa: BLE001 - the outermost loop of a chore, which must not end
                log.error("chore failed", chore=chore.__qualname__, error=type(error).__name__)


async def _gone(receive: Receive, follower: Follower) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    follower.end()


async def _refuse(error: ConnectorError, send: Send) -> None:
    fields = error.fields if isinstance(error, InvalidRequestError) else None
    await _whole(send, error.status, _problem(error.code, str(error), fields))


def _problem(code: str, message: str, fields: Any = None) -> bytes:
    return orjson.dumps({"error": {"code": code, "message": message} | ({"fields": fields} if fields else {})})


async def _whole(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), *CAREFUL, *CORS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def create_streams(parts: "Parts") -> Streams:
    """The event streams over these parts."""

    # Made in the event loop that will use it. Its patience is longer than the time that Redis waits for an event.
    def connect() -> Redis:
        return Redis.from_url(parts.redis_url, socket_timeout=PATIENCE)

    return Streams(parts.store, connect, Tickets(parts.settings.secret_key()))
