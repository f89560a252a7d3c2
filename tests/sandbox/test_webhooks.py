"""What a tick changed in HubSpot arrives as HubSpot's signed deliveries, which our own adapter takes."""

import json
from datetime import UTC, datetime

import pytest

from adapters.base import Delivery
from adapters.hubspot import HubSpot
from sandbox.changes import Change
from sandbox.server import serve_in_thread
from sandbox.vendors.hubspot import CLIENT_SECRET
from sandbox.webhooks import LARGEST, events, post
from sandbox.world import World

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)


class Receiver:
    """A webhook endpoint: keeps what came, answers what it is told."""

    def __init__(self, *answers: int) -> None:
        self.answers = list(answers)
        self.deliveries: list[Delivery] = []

    def __call__(self, environ, start_response):
        headers = {name[5:].replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
        url = f"http://{environ['HTTP_HOST']}{environ['SCRIPT_NAME']}{environ['PATH_INFO']}"
        body = environ["wsgi.input"].read()
        self.deliveries.append(Delivery(method="POST", url=url, headers=headers, body=body))
        status = self.answers.pop(0) if self.answers else 202
        start_response(f"{status} Told", [])
        return [b""]


@pytest.fixture
def world() -> World:
    return World(9, 400)


def deliver(world: World, changes: list[Change], receiver: Receiver, **more):
    with serve_in_thread(world, apps={"hubspot": receiver}) as running:
        return post(world, changes, f"{running.url}/hubspot/hook", **more)


def test_our_adapter_accepts_a_delivery_and_sees_what_changed(world: World) -> None:
    changes = world.tick(60)
    receiver = Receiver()
    sent = deliver(world, changes, receiver)
    adapter = HubSpot({"access_token": "t0ken", "client_secret": CLIENT_SECRET})
    seen = {(change.stream, change.external_id) for told in receiver.deliveries for change in adapter.changes(told)}
    streams = {"contact": "contacts", "company": "companies", "deal": "deals", "order": "orders", "ticket": "tickets"}
    changed = {(streams[c.kind], c.id) for c in changes if c.system == "hubspot"}
    assert len(changed) > 20
    assert changed <= seen
    assert sent.delivered == sent.events == sum(len(json.loads(told.body)) for told in receiver.deliveries)


def test_a_delivery_holds_at_most_a_hundred_events(world: World) -> None:
    changes = [change for _ in range(6) for change in world.tick(100)]
    receiver = Receiver()
    sent = deliver(world, changes, receiver)
    sizes = [len(json.loads(told.body)) for told in receiver.deliveries]
    assert sent.events > LARGEST and max(sizes) == LARGEST and sum(sizes) == sent.events


def test_a_merge_names_the_old_and_the_new(world: World) -> None:
    merged = [
        Change(system="hubspot", kind="contact", id=id, what="merged", at=AT, merged_into="10000000900")
        for id in ("11", "12")
    ]
    (told,) = events(world, merged)
    assert told["subscriptionType"] == "contact.merge"
    assert (told["primaryObjectId"], told["mergedObjectIds"], told["newObjectId"]) == (11, [12], 10000000900)


def test_what_changed_elsewhere_makes_no_event(world: World) -> None:
    change = Change(system="salesforce", kind="contact", id="003", what="changed", at=AT, fields=("emails",))
    assert list(events(world, [change])) == []


@pytest.mark.parametrize(
    ("answers", "attempts", "delivered"),
    [
        ((500, 429), 3, True),
        ((500, 500, 500, 500), 4, False),
        ((400,), 1, False),
        ((401,), 1, False),
        ((307,) * 4, 4, False),
    ],
)
def test_a_delivery_is_tried_again_when_that_may_help(
    world: World, answers: tuple, attempts: int, delivered: bool
) -> None:
    change = Change(system="hubspot", kind="deal", id="30000000005", what="deleted", at=AT)
    receiver, waited = Receiver(*answers), []
    sent = deliver(world, [change], receiver, sleep=waited.append)
    assert len(receiver.deliveries) == attempts == len(waited) + 1
    assert (sent.delivered == 1) == delivered
    assert [json.loads(told.body)[0]["attemptNumber"] for told in receiver.deliveries] == list(range(attempts))


def test_nobody_at_home_is_no_failure_of_ours(world: World) -> None:
    change = Change(system="hubspot", kind="deal", id="30000000005", what="deleted", at=AT)
    sent = post(world, [change], "http://127.0.0.1:9/hook", sleep=lambda seconds: None)
    assert (sent.events, sent.delivered, sent.status) == (1, 0, None)
