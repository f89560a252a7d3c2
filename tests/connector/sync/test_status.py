import pytest

from adapters.base import AuthError, RateLimitError
from connector.sync.status import Status
from tests.connector.sync.conftest import person


@pytest.fixture
def status(store, clock) -> Status:
    return Status(store, clock, adapters={"shop": "teashop"})


def test_a_source_that_was_never_read_says_so(status):
    told = status.of("w", "shop")
    assert (told.state, told.last_success, told.streams, told.adapter) == ("never", None, (), "teashop")


def test_a_source_that_was_read_is_ok_and_ages(status, pull, shop, contacts, clock):
    contacts.items = [person(1), person(2), person(3, name=5)]
    pull.run("w", shop)
    read_at = clock()
    clock.advance(90)
    told = status.of("w", "shop")
    assert (told.state, told.last_success, told.lag_seconds) == ("ok", read_at, 90)
    assert told.counts == {"records": 2, "quarantined": 1}
    assert [(stream.name, stream.records, stream.quarantined) for stream in told.streams] == [
        ("contacts", 2, 1),
        ("orders", 0, 0),
    ]


def test_the_stream_that_is_furthest_behind_says_how_old_the_source_is(status, pull, shop, clock):
    pull.run("w", shop)
    first = clock()
    clock.advance(60)
    pull.run("w", shop, ["contacts"])
    assert status.of("w", "shop").last_success == first


def test_a_source_that_refuses_us_has_failed_and_keeps_its_last_success(status, pull, shop, contacts, clock):
    pull.run("w", shop)
    read_at = clock()
    contacts.trouble = [AuthError("shop: refused our credentials (401)")]
    pull.run("w", shop)
    told = status.of("w", "shop")
    assert (told.state, told.error_kind, told.last_success) == ("failed", "auth", read_at)
    assert told.error == "shop: refused our credentials (401)"


def test_a_limit_is_partial(status, pull, shop, contacts):
    contacts.trouble = [RateLimitError("shop: too fast", 9999)]
    pull.run("w", shop)
    assert status.of("w", "shop").state == "partial"


def test_a_source_that_was_not_read_for_a_day_is_stale(status, pull, shop, clock):
    pull.run("w", shop)
    clock.advance(86_401)
    assert status.of("w", "shop").state == "stale"


def test_while_it_is_read_it_is_running(status, pull, shop, contacts):
    contacts.items = [person(1)]
    seen = []
    pull.run("w", shop, progress=lambda at: seen.append(status.of("w", "shop").state))
    assert seen[0] == "running"


class Killed(BaseException):
    pass


def test_a_run_whose_worker_died_is_partial_once_its_lease_ran_out(status, pull, shop, contacts, clock, store):
    from connector.store.tables import leases

    contacts.items = [person(1)]

    def kill(at) -> None:
        raise Killed

    with pytest.raises(Killed):
        pull.run("w", shop, progress=kill)
    assert status.of("w", "shop").state == "running"
    with store.transaction() as connection:
        connection.execute(leases.update().values(until=0))
    assert status.of("w", "shop").state == "partial"
