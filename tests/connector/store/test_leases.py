import multiprocessing
import os
import socket

from connector.store import leases

SECOND = 1_000_000


def take(store, holder: str, now: int, seconds: float = 60) -> bool:
    with store.transaction() as connection:
        return leases.take(connection, "w", "crm.contacts", holder, now=now * SECOND, seconds=seconds)


def test_one_holder_at_a_time_until_it_runs_out(store):
    assert take(store, "elsewhere/1/a", 0)
    assert not take(store, "elsewhere/1/b", 59)
    assert take(store, "elsewhere/1/b", 60)
    assert not take(store, "elsewhere/1/a", 61)


def test_its_holder_renews_it(store):
    assert take(store, "elsewhere/1/a", 0)
    assert take(store, "elsewhere/1/a", 50)
    assert not take(store, "elsewhere/1/b", 70)


def test_a_released_one_is_free_and_only_its_holder_releases_it(store):
    assert take(store, "elsewhere/1/a", 0)
    with store.transaction() as connection:
        leases.release(connection, "w", "crm.contacts", "elsewhere/1/b")
    assert not take(store, "elsewhere/1/b", 1)
    with store.transaction() as connection:
        leases.release(connection, "w", "crm.contacts", "elsewhere/1/a")
    assert take(store, "elsewhere/1/b", 1)


def test_the_lease_of_a_dead_process_of_this_machine_is_free_at_once(store):
    child = multiprocessing.get_context("spawn").Process(target=os.getpid)
    child.start()
    child.join()
    assert take(store, f"{socket.gethostname()[:30]}/{child.pid}/x", 0)
    assert take(store, leases.me(), 1)


def test_the_lease_of_a_living_process_is_not(store):
    assert take(store, leases.me(), 0)
    assert not take(store, leases.me(), 1)


def test_who_holds_what_is_told(store):
    take(store, leases.me(), 0)
    with store.reading() as connection:
        names = ["crm.contacts", "crm.orders"]
        assert leases.held(connection, "w", names, now=SECOND) == {"crm.contacts"}
        assert leases.held(connection, "w", names, now=99 * SECOND) == set()
