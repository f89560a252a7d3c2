"""Reads each workspace's events once from Redis, and gives them to everybody who follows them."""

import asyncio
from collections.abc import AsyncIterator
from typing import TypeAlias

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from connector.api import wire
from connector.cache import events

log = structlog.get_logger()

# Milliseconds that Redis waits for the next event before it says that there was none.
BLOCK = 5_000

# Events that may wait for one slow follower. Who falls further behind is cut off, comes back and resumes.
MOST_WAITING = 512

# Events read at once when somebody resumes.
PAGE = 500

# Seconds before Redis is asked again when it was away.
PAUSE = 1.0

# Seconds within which it must be known where the stream stands.
START = 10.0

# What a follower is given: an event's place in the stream, and the bytes to send. No bytes: it is over.
Given: TypeAlias = tuple[events.Id, bytes]
OVER: Given = ((0, 0), b"")


class Follower:
    """One open stream, and what waits to be sent on it."""

    def __init__(self) -> None:
        self.waiting: asyncio.Queue[Given] = asyncio.Queue()
        self.over = False

    def give(self, given: Given) -> None:
        if self.over:
            return
        if self.waiting.qsize() < MOST_WAITING:
            self.waiting.put_nowait(given)
        else:
            self.end()

    def end(self) -> None:
        """Send nothing more, not even what waits."""
        self.over = True
        while not self.waiting.empty():
            self.waiting.get_nowait()
        self.waiting.put_nowait(OVER)


class Channel:
    """The events of one workspace, as long as somebody follows them."""

    def __init__(self, redis: Redis, workspace: str) -> None:
        self.redis, self.key = redis, events.key(workspace)
        self.followers: set[Follower] = set()
        # Where the stream stands; known once `started` is set, and from then on no event is missed.
        self.position = b"0-0"
        self.started = asyncio.Event()
        self.over = False
        self.task = asyncio.create_task(self._read())

    def end(self) -> None:
        """Read no more, and let those who wait for the beginning go on to the end."""
        # Said twice: a cancellation that comes while redis-py connects can get lost.
        self.over = True
        self.task.cancel()
        self.started.set()

    async def ended(self) -> None:
        while not self.task.done():
            self.end()
            await asyncio.wait({self.task}, timeout=0.1)

    async def _read(self) -> None:
        while not self.over:
            try:
                if not self.started.is_set():
                    newest = await self.redis.xrevrange(self.key, count=1)
                    self.position = newest[0][0] if newest else b"0-0"
                    self.started.set()
                for _, found in await self.redis.xread({self.key: self.position}, block=BLOCK, count=PAGE) or ():
                    for event_id, fields in found:
                        self._give(event_id, fields)
            except RedisError as error:
                log.warning("events wait for redis", error=type(error).__name__)
                await asyncio.sleep(PAUSE)

    def _give(self, event_id: bytes, fields: dict[bytes, bytes]) -> None:
        self.position = event_id
        given = events.number(event_id), events.chunk(event_id, fields)
        for follower in self.followers:
            follower.give(given)


class Hub:
    """All channels of this process."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self.channels: dict[str, Channel] = {}
        self.closed = False

    async def follow(self, workspace: str, follower: Follower, behind: str | None) -> AsyncIterator[bytes]:
        """What to send to this follower: first what happened after `behind`, then what happens.

        Ends when the follower is told that it is over. Raises RedisError or TimeoutError while Redis is away.
        """
        if self.closed:
            return
        channel = self.channels.get(workspace) or self.channels.setdefault(workspace, Channel(self.redis, workspace))
        channel.followers.add(follower)
        try:
            await asyncio.wait_for(channel.started.wait(), START)
            # A stream that breaks before its first event resumes here.
            yield wire.here(behind.encode() if behind else channel.position)
            seen = events.number(behind.encode()) if behind else (0, 0)
            if behind:
                async for place, chunk in self._missed(channel.key, behind):
                    seen = place
                    yield chunk
            while not follower.over and (given := await follower.waiting.get())[1]:
                place, chunk = given
                # What was read from the past may come again as news.
                if place > seen or place == wire.NOWHERE:
                    yield chunk
        finally:
            self._leave(workspace, channel, follower)

    async def _missed(self, key: str, behind: str) -> AsyncIterator[Given]:
        if await self._is_lost(key, behind):
            yield events.number(behind.encode()), wire.LOST
        while found := await self.redis.xrange(key, f"({behind}", "+", count=PAGE):
            for event_id, fields in found:
                yield events.number(event_id), events.chunk(event_id, fields)
            behind = found[-1][0].decode()

    async def _is_lost(self, key: str, behind: str) -> bool:
        """Whether events behind this one are gone from Redis, which keeps the newest only and may be emptied."""
        if (last := events.number(behind.encode())) == (0, 0):
            # Followed before anything had ever happened: all is lost only of what was cut off since.
            told = await self.redis.xinfo_stream(key) if await self.redis.exists(key) else {}
            return bool(told) and told["entries-added"] > told["length"]
        first = await self.redis.xrange(key, count=1)
        return not first or events.number(first[0][0]) > last

    def _leave(self, workspace: str, channel: Channel, follower: Follower) -> None:
        channel.followers.discard(follower)
        if not channel.followers and self.channels.get(workspace) is channel:
            del self.channels[workspace]
            channel.end()

    def beat(self) -> None:
        """Let every stream say that it is alive: proxies cut off silent ones, and who left is noticed."""
        for channel in self.channels.values():
            for follower in channel.followers:
                follower.give((wire.NOWHERE, wire.BEAT))

    async def close(self) -> None:
        """End every stream."""
        self.closed = True
        channels = list(self.channels.values())
        for channel in channels:
            for follower in channel.followers:
                follower.end()
        await asyncio.gather(*(channel.ended() for channel in channels))
