"""Nobody waits in a circle for rows that are written without the workspace's lock, in whatever order they lie.

Each test has a third transaction hold what lies in the middle, so that both who meet there have taken what
comes before it: in opposite orders they would wait for each other, and PostgreSQL would end one of them.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.sql.expression import ColumnElement

from connector.identity.in_force import USUAL
from connector.identity.review import Review
from connector.store import Store, alarms, deliveries, exposures, pins, records, review, tables
from connector.store.alarms import Turned
from connector.store.pins import Pinned
from connector.store.review import Listed
from connector.store.rows import row
from connector.store.tables_review import reviews, turned_values
from tests.conftest import migrated, postgresql_database
from tests.connector.records import contact

pytestmark = pytest.mark.postgresql

# Seconds after which somebody waits for good.
LONGEST = 20

Writes = Callable[[Connection], object]

_WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@pytest.fixture
def store(postgresql) -> Iterator[Store]:
    for url in postgresql_database(postgresql):
        yield from migrated(url)


@pytest.fixture
def meet(store) -> Callable[..., None]:
    """Has two work at once who come upon what a third one wrote; raises what was raised, if one of them was ended."""
    threads = ThreadPoolExecutor()

    def waiting() -> int:
        with store.reading() as connection:
            return connection.scalar(_WAITING)

    def begun(work: Callable[[], None], others: int) -> Future:
        """It waits by now, or is done."""
        working, until = threads.submit(work), time.monotonic() + LONGEST
        while not working.done() and waiting() == others and time.monotonic() < until:
            time.sleep(0.01)
        return working

    def meet(middle: Writes, *both: Callable[[], None]) -> None:
        working: list[Future] = []
        with store.transaction() as connection:
            middle(connection)
            for work in both:
                working.append(begun(work, waiting()))
        for each in working:
            each.result(LONGEST)

    yield meet
    threads.shutdown()


@pytest.fixture
def write(store) -> Callable[[Writes], None]:
    def write(wanted: Writes) -> None:
        with store.transaction() as connection:
            wanted(connection)

    return write


def held(which: ColumnElement) -> Writes:
    """Locks what is so."""

    def hold(connection: Connection) -> None:
        assert connection.execute(select(which.left).where(which).with_for_update()).all()

    return hold


def people(count: int) -> Writes:
    told = [row(contact(str(number))) for number in range(count)]
    return lambda connection: records.put(connection, "w", told, seen_at=1)


def turned(*values: int, at: int) -> Writes:
    found = [Turned(value, "e", "generic", 1, "crm", at) for value in values]
    return lambda connection: alarms.turn(connection, "w", found)


def listed(*others: int) -> Writes:
    lines = [Listed(1, other, 1, 1, 1, True, None, None, "p_a", "p_b") for other in others]
    return lambda connection: review.put(connection, "w", lines, 1, suggested=False)


def cards(*digests: str) -> Writes:
    told = {"workspace": "w", "profile_id": "p_a", "arm": "offered", "day": 1, "hints": [], "at": 1}
    return lambda connection: exposures.put(connection, [told | {"digest": each} for each in digests])


def test_values_that_are_no_news_and_turn_again(store, write, meet):
    write(people(1))
    write(turned(3, 2, 1, at=1))
    meet(
        held(turned_values.c.value == 2),
        lambda: write(lambda connection: alarms.forget(connection, "w", 5)),
        lambda: write(turned(1, 2, 3, at=9)),
    )
    with store.reading() as connection:
        assert {each.value for each in alarms.turned(connection, "w", 9, limit=9)} == {1, 2, 3}


def test_deliveries_that_fail_and_are_taken_in(store, write, meet):
    for _ in range(3):
        write(lambda connection: deliveries.put(connection, "w", "crm", [], 1))
    # Now it lies behind the others.
    write(lambda connection: deliveries.failed(connection, "w", [1], "away"))

    def fail(connection: Connection) -> None:
        # As PostgreSQL reads when it thinks that most rows are wanted.
        for way in ("indexscan", "bitmapscan"):
            connection.execute(text(f"SET LOCAL enable_{way} = off"))
        deliveries.failed(connection, "w", [1, 2, 3], "away")

    taken = lambda: write(lambda connection: deliveries.remove(connection, "w", [1, 2, 3]))  # noqa: E731
    meet(held(tables.deliveries.c.id == 3), lambda: write(fail), taken)
    with store.reading() as connection:
        assert deliveries.count(connection, "w", "crm") == 0


def test_lines_of_the_queue_that_two_list(write, meet):
    write(people(4))
    write(listed(2, 3, 4))
    meet(held(reviews.c.right_id == 3), lambda: write(listed(2, 3, 4)), lambda: write(listed(4, 3, 2)))


def test_lines_of_the_queue_that_go_and_are_listed_again(store, write, meet):
    write(people(4))
    write(listed(4))
    write(listed(3))
    write(listed(2))
    meet(
        held(reviews.c.right_id == 3),
        lambda: write(lambda connection: review.sweep(connection, "w")),
        lambda: write(listed(2, 3, 4)),
    )
    with store.reading() as connection:
        assert alarms.count_reviews(connection, "w") == 3


def test_two_who_bring_the_queue_up_to_date(store, clock, write, meet):
    write(people(3))
    write(listed(2, 3))
    told = {"what": "never", "made_by": "anna", "made_at": 1, "why": ""}
    write(lambda connection: pins.put(connection, "w", [Pinned(left="crm:contact:0", right="crm:contact:1", **told)]))
    queue = Review(store, clock, USUAL)
    meet(
        held(reviews.c.right_id == 3),
        lambda: queue.refresh("w", everything=True),
        lambda: queue.refresh("w"),
    )


def test_cards_that_two_processes_saw(store, write, meet):
    meet(cards("2"), lambda: write(cards("1", "2", "3")), lambda: write(cards("3", "2", "1")))
    with store.reading() as connection:
        assert len(exposures.of_profiles(connection, "w", ["p_a"])) == 3
