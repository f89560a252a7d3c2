import json

import pytest

from adapters.base import AuthError, Delivery, SourceChangedError, UnavailableError, WebhookRejectedError
from connector.store import deliveries
from connector.sync.push import Push
from connector.sync.quarantine import Quarantine
from tests.connector.sync.conftest import person


@pytest.fixture
def push(store, intake, clock) -> Push:
    return Push(store, intake, clock)


def delivery(*changes: dict, signature: str = "right") -> Delivery:
    body = json.dumps(changes).encode()
    return Delivery(method="POST", url="http://x.test/", headers={"X-Signature": signature}, body=body)


def whole(number: int, **more) -> dict:
    return {"stream": "contacts", "raw": person(number, **more)}


def named(number: int) -> dict:
    return {"stream": "contacts", "external_id": str(number)}


def waiting(store) -> int:
    with store.reading() as connection:
        return deliveries.count(connection, "w", "shop")


def test_a_delivery_is_kept_without_calling_the_source(push, shop, contacts, store, alive):
    assert push.accept("w", shop, delivery(whole(1), named(2))) == 2
    assert (waiting(store), contacts.asked, alive()) == (1, [], [])


def test_an_unsigned_delivery_is_refused_and_not_kept(push, shop, store):
    with pytest.raises(WebhookRejectedError):
        push.accept("w", shop, delivery(whole(1), signature="wrong"))
    assert waiting(store) == 0


def test_items_that_came_along_and_items_that_are_read_again_are_taken_in(push, shop, contacts, store, alive):
    contacts.items = [person(2)]
    push.accept("w", shop, delivery(whole(1), named(2)))
    assert push.work("w", shop) == 2
    assert (alive(), waiting(store)) == (["1", "2"], 0)


def test_an_item_that_is_gone_when_read_again_is_gone(push, shop, alive):
    push.accept("w", shop, delivery(whole(1)))
    push.work("w", shop)
    push.accept("w", shop, delivery(named(1)))
    push.work("w", shop)
    assert alive() == []


def test_many_deliveries_about_one_item_ask_once(push, shop, contacts):
    contacts.items = [person(2)]
    for _ in range(5):
        push.accept("w", shop, delivery(named(2)))
    push.work("w", shop)
    assert contacts.asked == [["2"]]


def test_the_same_delivery_twice_changes_nothing(push, shop, alive, intake):
    for _ in range(2):
        push.accept("w", shop, delivery(whole(1)))
        push.work("w", shop)
    assert alive() == ["1"]


@pytest.mark.parametrize("error", [UnavailableError("shop: away"), AuthError("shop: no")])
def test_what_cannot_be_read_again_now_waits_and_holds_up_nothing_else(push, shop, contacts, store, alive, error):
    contacts.items = [person(2)]
    contacts.trouble = [error]
    push.accept("w", shop, delivery(named(2)))
    push.accept("w", shop, delivery(whole(1)))
    with pytest.raises(type(error)):
        push.work("w", shop)
    assert (alive(), waiting(store)) == (["1"], 1)
    with store.reading() as connection:
        assert deliveries.waiting(connection, "w", "shop")[0].attempts == 1
    push.work("w", shop)
    assert (alive(), waiting(store)) == (["1", "2"], 0)


def test_an_item_that_the_source_refuses_is_set_aside_alone(push, shop, contacts, store, alive, intake, clock):
    contacts.items = [person(2), person(3)]
    odd = SourceChangedError("shop.contacts items: answered 400")
    contacts.trouble = [odd, odd]
    push.accept("w", shop, delivery(named(2), named(3)))
    push.work("w", shop)
    assert (alive(), waiting(store)) == (["3"], 0)
    quarantine = Quarantine(store, intake, clock)
    assert [entry.external_id for entry in quarantine.list_("w")] == ["2"]
    assert quarantine.replay("w", shop).taken == 1
    assert alive() == ["2", "3"]


def test_a_broken_item_and_an_unknown_stream_are_set_aside(push, shop, store, alive, intake, clock):
    push.accept("w", shop, delivery(whole(1), whole(2, name=5), {"stream": "carts", "raw": {"id": "3"}}))
    push.work("w", shop)
    assert (alive(), waiting(store)) == (["1"], 0)
    entries = Quarantine(store, intake, clock).list_("w")
    assert {entry.stream for entry in entries} == {"contacts", "carts"}


def test_more_deliveries_than_one_batch_are_all_taken(push, shop, alive):
    for number in range(230):
        push.accept("w", shop, delivery(whole(number)))
    assert push.work("w", shop) == 230
    assert len(alive()) == 230


def test_a_delivery_leaves_only_with_its_records(push, shop, store, intake, monkeypatch):
    push.accept("w", shop, delivery(whole(1)))

    def fail(*args, **kwargs) -> None:
        raise KeyError("killed")

    monkeypatch.setattr(intake.resolver, "resolve", fail)
    with pytest.raises(KeyError):
        push.work("w", shop)
    assert waiting(store) == 1
