"""The event streams: who may follow, what they get, and that nothing is lost on the way."""

import asyncio
from contextlib import asynccontextmanager, suppress

import pytest
from redis.asyncio import Redis

from connector.api import hub, tickets
from connector.api.stream import Streams
from connector.api.tickets import Ticket, Tickets
from connector.cache import events
from connector.store import api_keys

SECRET = "s3cret-0001"


class Browser:
    """One request to the ASGI application, read piece by piece."""

    def __init__(self, streams, query="", headers=None, path="/v1/events", method="GET"):
        told = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
        self.scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": told}
        self.left, self.sent = asyncio.Event(), asyncio.Queue()
        self.task = asyncio.create_task(streams(self.scope, self.receive, self.sent.put))

    async def receive(self):
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def start(self):
        return await asyncio.wait_for(self.sent.get(), 5)

    async def chunk(self):
        return (await asyncio.wait_for(self.sent.get(), 5))["body"].decode()

    async def chunks(self, count):
        return [await self.chunk() for _ in range(count)]


@pytest.fixture
def published(redis, clock):
    """Publishes contacts numbered as told; their ids."""
    made = events.Events(redis, clock)

    def publish(*numbers, workspace="acme"):
        return [made.publish(workspace, "contact.arrived", {"n": number}) for number in numbers]

    return publish


@pytest.fixture
def running(sqlite_store, redis_url, published):
    """Runs a scenario against the application, in an event loop of its own."""

    def run(scenario, **options):
        @asynccontextmanager
        async def started():
            streams = Streams(
                sqlite_store, lambda: Redis.from_url(redis_url, socket_timeout=10), Tickets(SECRET), **options
            )
            streams.start()
            yield streams
            await streams.stop()

        async def whole():
            async with started() as streams:
                await asyncio.wait_for(scenario(streams), 20)

        asyncio.run(whole())

    return run


def ticket(workspace="acme", key_id=None):
    return "ticket=" + Tickets(SECRET).write(Ticket(workspace, key_id))


def test_who_follows_gets_what_happens_next(running, published):
    async def scenario(streams):
        published(1)
        browser = Browser(streams, ticket())
        start = await browser.start()
        assert (start["status"], dict(start["headers"])[b"content-type"][:17]) == (200, b"text/event-stream")
        assert (await browser.chunk()).startswith("retry: 2000\nid: ")
        (event_id,) = published(2)
        told = await browser.chunk()
        assert told.startswith(f'id: {event_id}\nevent: contact.arrived\ndata: {{"at":')
        assert told.endswith('"n":2}\n\n')

    running(scenario)


def test_who_comes_back_gets_everything_since_in_order_and_once(running, published):
    async def scenario(streams):
        first, *_ = published(*range(5))
        browser = Browser(streams, ticket(), {"Last-Event-ID": first})
        await browser.start()
        await browser.chunk()
        published(5)
        told = await browser.chunks(5)
        assert [int(one.rpartition(":")[2].strip("}\n")) for one in told] == [1, 2, 3, 4, 5]
        await asyncio.sleep(0)
        assert browser.sent.empty()

    running(scenario)


def test_a_stream_resumes_even_from_before_the_first_event(running, published):
    async def scenario(streams):
        browser = Browser(streams, ticket())
        await browser.start()
        assert "id: 0-0" in await browser.chunk()
        published(1)
        again = Browser(streams, ticket() + "&last_event_id=0-0")
        await again.start()
        assert '"n":1' in (await again.chunks(2))[1]

    running(scenario)


def test_more_than_a_page_is_resumed_whole(running, published, monkeypatch):
    monkeypatch.setattr(hub, "PAGE", 3)

    async def scenario(streams):
        first, *_ = published(*range(11))
        browser = Browser(streams, ticket() + f"&last_event_id={first}")
        await browser.start()
        assert len((await browser.chunks(11))[1:]) == 10

    running(scenario)


def test_who_was_away_too_long_is_told_so(running, published, redis):
    async def scenario(streams):
        first, *_ = published(1, 2, 3)
        redis.xtrim(events.key("acme"), maxlen=1, approximate=False)
        browser = Browser(streams, ticket() + f"&last_event_id={first}")
        await browser.start()
        told = await browser.chunks(3)
        assert told[1] == "event: events.lost\ndata: {}\n\n"
        assert '"n":3' in told[2]

    running(scenario)


def test_workspaces_hear_nothing_of_each_other(running, published):
    async def scenario(streams):
        acme, other = Browser(streams, ticket()), Browser(streams, ticket("other"))
        for browser in (acme, other):
            await browser.start()
            await browser.chunk()
        published(1, workspace="other")
        assert '"n":1' in await other.chunk()
        published(2)
        assert '"n":2' in await acme.chunk()
        assert acme.sent.empty()

    running(scenario)


def test_many_followers_cost_redis_one_reader(running, published, redis):
    async def scenario(streams):
        browsers = [Browser(streams, ticket()) for _ in range(50)]
        for browser in browsers:
            await browser.start()
            await browser.chunk()
        readers = [client for client in redis.client_list() if client["cmd"] == "xread"]
        assert len(readers) == 1
        published(1)
        for browser in browsers:
            assert '"n":1' in await browser.chunk()

    running(scenario)


def test_an_idle_stream_says_that_it_is_alive(running):
    async def scenario(streams):
        browser = Browser(streams, ticket())
        await browser.start()
        await browser.chunk()
        assert await browser.chunk() == ": still here\n\n"

    running(scenario, heartbeat=0.02)


def test_who_leaves_is_forgotten(running):
    async def scenario(streams):
        browser = Browser(streams, ticket(key_id="k_1"))
        await browser.start()
        await browser.chunk()
        assert streams.hub.channels
        browser.left.set()
        await asyncio.wait_for(browser.task, 5)
        assert (streams.hub.channels, streams.by_key) == ({}, {})

    running(scenario)


def test_a_slow_follower_is_cut_off_and_no_other(running, published, monkeypatch):
    monkeypatch.setattr(hub, "MOST_WAITING", 5)

    async def scenario(streams):
        quick = Browser(streams, ticket())
        await quick.start()
        await quick.chunk()
        slow = hub.Follower()
        next(iter(streams.hub.channels.values())).followers.add(slow)
        for number in range(7):
            published(number)
            await quick.chunk()
        assert slow.waiting.qsize() == 1
        assert slow.waiting.get_nowait() == hub.OVER

    running(scenario)


def test_a_stream_ends_after_a_while_so_that_its_follower_is_asked_again(running):
    async def scenario(streams):
        browser = Browser(streams, ticket())
        await browser.start()
        await asyncio.wait_for(browser.task, 5)

    running(scenario, longest=0.05)


def test_a_key_opens_the_stream_too(running, sqlite_store, clock):
    with sqlite_store.transaction() as connection:
        key = api_keys.create(connection, "acme", "panel", ["events:read"], clock())

    async def scenario(streams):
        assert (await Browser(streams, headers={"Authorization": f"Bearer {key.text}"}).start())["status"] == 200

    running(scenario)


def test_a_revoked_key_ends_its_streams_within_seconds(running, sqlite_store, clock):
    with sqlite_store.transaction() as connection:
        key, kept = (api_keys.create(connection, "acme", "panel", ["events:read"], clock()) for _ in range(2))

    async def scenario(streams):
        ends, stays = (Browser(streams, ticket(key_id=one.id)) for one in (key, kept))
        for browser in (ends, stays):
            await browser.start()
        with sqlite_store.transaction() as connection:
            api_keys.revoke(connection, key.id, clock())
        await asyncio.wait_for(ends.task, 5)
        assert not stays.task.done()

    running(scenario, keys_checked=0.02)


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("", {}, 401),
        ("ticket=nonsense", {}, 401),
        ("", {"Authorization": "Bearer vk_wrong"}, 401),
        ("ticket=t&last_event_id=yesterday", {}, 400),
        ("colour=red", {}, 400),
    ],
)
def test_everybody_else_is_refused(running, query, headers, status):
    async def scenario(streams):
        browser = Browser(streams, query, headers)
        assert (await browser.start())["status"] == status
        assert (await browser.chunk()).startswith('{"error":{"code":')

    running(scenario)


def test_a_key_without_the_scope_is_refused(running, sqlite_store, clock):
    with sqlite_store.transaction() as connection:
        key = api_keys.create(connection, "acme", "helpdesk", ["profiles:read"], clock())

    async def scenario(streams):
        assert (await Browser(streams, headers={"Authorization": f"Bearer {key.text}"}).start())["status"] == 403

    running(scenario)


def test_an_old_ticket_is_refused(running, monkeypatch):
    monkeypatch.setattr(tickets, "GOOD_FOR", -1)

    async def scenario(streams):
        assert (await Browser(streams, ticket()).start())["status"] == 401

    running(scenario)


def test_other_pages_may_ask_because_only_a_ticket_or_a_key_opens(running):
    async def scenario(streams):
        asked = await Browser(streams, method="OPTIONS").start()
        assert asked["status"] == 204
        headers = dict(asked["headers"])
        assert headers[b"access-control-allow-origin"] == b"*"
        assert b"access-control-allow-credentials" not in headers
        assert (await Browser(streams, ticket()).start())["status"] == 200

    running(scenario)


def test_it_serves_nothing_else_but_its_health(running):
    async def scenario(streams):
        assert (await Browser(streams, path="/healthz").start())["status"] == 200
        assert (await Browser(streams, path="/v1/sources").start())["status"] == 404
        assert (await Browser(streams, method="POST").start())["status"] == 405

    running(scenario)


def test_stopping_ends_every_stream(running):
    async def scenario(streams):
        browser = Browser(streams, ticket())
        await browser.start()
        await browser.chunk()
        await streams.hub.close()
        with suppress(asyncio.CancelledError):
            await asyncio.wait_for(browser.task, 5)
        assert browser.task.done()

    running(scenario)
