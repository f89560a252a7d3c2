"""Parts of a workspace: held until the end, waited for in one order, and never out of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from connector.store import locks
from connector.store.locks import MOST, ContendedError, Parts
from tests.conftest import migrated, postgresql_database

pytestmark = pytest.mark.postgresql

# Seconds in which the other would have gone on, did it not wait.
A_WHILE = 0.5

FIRST, SECOND, THIRD = (locks.record(number) for number in (1, 2, 3))


@pytest.fixture
def store(postgresql):
    for url in postgresql_database(postgresql):
        yield from migrated(url)


@pytest.fixture
def held(store):
    """Who holds two parts, with what asks whether another one waits for it."""
    threads = ThreadPoolExecutor()

    def is_waited_for(take: Callable, *more) -> bool:
        def other() -> None:
            with store.transaction() as connection:
                take(connection, *more)

        return not wait([threads.submit(other)], A_WHILE).done

    with store.transaction() as connection:
        yield Parts(connection, "w", [FIRST, THIRD]), is_waited_for
    threads.shutdown()


def test_who_needs_the_same_part_waits_and_who_needs_another_does_not(held):
    _, is_waited_for = held
    assert is_waited_for(Parts, "w", [THIRD])
    assert not is_waited_for(Parts, "w", [SECOND])


def test_the_whole_workspace_waits_for_its_parts_and_another_workspace_does_not(held):
    _, is_waited_for = held
    assert is_waited_for(locks.take, "w")
    assert not is_waited_for(locks.take, "other")


def test_a_part_before_those_held_is_taken_if_it_is_free_and_not_waited_for(store):
    with store.transaction() as connection, store.transaction() as other:
        parts = Parts(connection, "w", [THIRD])
        parts.hold([FIRST])
        Parts(other, "w", [SECOND])
        with pytest.raises(ContendedError) as contended:
            parts.hold([SECOND])
    assert contended.value.wanted == {FIRST, SECOND, THIRD}


def test_who_needs_too_many_parts_needs_the_whole(store):
    with store.transaction() as connection:
        with pytest.raises(ContendedError) as contended:
            Parts(connection, "w", map(locks.record, range(MOST + 1)))
    assert contended.value.wanted is None


def test_if_what_is_asked_last_is_so_the_whole_is_needed_and_all_is_asked(store):
    asked = []
    with store.transaction() as connection:
        parts = Parts(connection, "w")
        for answer in (True, False):
            parts.ask_last(lambda answer=answer: asked.append(answer) or answer)
        with pytest.raises(ContendedError):
            parts.end(["crm"])
    assert asked == [True, False]


def test_parts_are_taken_in_the_order_of_their_kinds():
    named = [locks.key("w", "crm:contact:1"), locks.record(2**40), locks.value("w", -(2**63)), locks.profile("w", "p")]
    ordered = [*named, locks.source("w", "crm")]
    assert ordered == sorted(ordered)
    assert max(ordered) < 2**63
    assert locks.value("w", 7) == locks.value("w", ~7) != locks.value("other", 7)
