import itertools
import threading

import pytest
from sqlalchemy import func, select, text

from connector.identity.resolver import Resolver
from connector.store import Store, tables, tables_identity
from connector.sync.intake import Intake
from tests.connector.records import contact, email, gone, order


def count(store, table) -> int:
    with store.reading() as connection:
        return connection.scalar(select(func.count()).select_from(table))


def everything(store) -> list:
    """All rows but those that say when."""
    found = []
    with store.reading() as connection:
        derived = tables_identity.evidence, tables_identity.evidence_values, tables_identity.verdicts
        for table in (tables.records, tables.identifiers, tables.record_contacts, *derived, tables.members):
            columns = [column for column in table.c if column.name not in ("seen_at", "made_at")]
            found.append(sorted(map(repr, connection.execute(select(*columns)))))
    return found


def told() -> list:
    anna = email("anna@example.com")
    return [
        contact("1", anna, name="Anna", hours=1),
        contact("2", anna, source="shop"),
        order("9", contacts=("1",)),
        order("8", anna),
        contact("3", hours=1),
        gone("3", hours=2, merged_into="1"),
    ]


def test_it_tells_what_was_news(intake):
    intake.take("w", [contact("1", hours=1), contact("2")])
    taken = intake.take("w", [contact("1"), contact("2"), contact("3")])
    assert (taken.changed, taken.unchanged, taken.old) == (1, 1, 1)


def test_the_profiles_it_touched_wait_to_be_rebuilt(intake, store):
    taken = intake.take("w", told())
    with store.reading() as connection:
        assert set(connection.scalars(select(tables.stale.c.profile_id))) >= taken.profiles != set()


def test_taking_it_all_again_changes_nothing_and_marks_nobody(intake, store):
    intake.take("w", told())
    with store.transaction() as connection:
        connection.execute(tables.stale.delete())
    before = everything(store)
    assert intake.take("w", told()).changed == 0
    assert everything(store) == before and count(store, tables.stale) == 0


def test_what_goes_along_is_committed_with_the_records_or_nothing_is(intake, store):
    def fail(connection) -> None:
        raise KeyError("the power is out")

    with pytest.raises(KeyError):
        intake.take("w", told(), along=fail)
    for table in (tables.records, tables_identity.verdicts, tables.members, tables.profiles, tables.stale):
        assert count(store, table) == 0


class Killed(Exception):
    pass


@pytest.mark.parametrize("after", [1, 3, 7, 12, 20])
def test_killed_at_any_statement_it_leaves_nothing_half_done(intake, store, after):
    from sqlalchemy import event

    intake.take("w", told()[:2])
    before, left = everything(store), itertools.count(1)

    def kill(*args) -> None:
        if next(left) == after:
            raise Killed

    event.listen(store.engine, "after_cursor_execute", kill)
    with pytest.raises(Killed):
        intake.take("w", told()[2:])
    event.remove(store.engine, "after_cursor_execute", kill)
    assert everything(store) == before
    intake.take("w", told())
    undisturbed = everything(store)
    assert intake.take("w", told()).changed == 0 and everything(store) == undisturbed


def test_several_workers_at_once_end_where_one_would(database_url, store, clock):
    """Each brings other records of the same people; nobody may miss what another links, or wait for ever."""
    people, workers = 40, 4
    shares = [
        [contact(str(person), email(f"p{person}@example.com"), source=f"s{worker}") for person in range(people)]
        for worker in range(workers)
    ]
    stores = [Store(database_url) for _ in shares]
    failures = []

    def work(own: Store, share: list) -> None:
        intake = Intake(own, Resolver(clock), clock)
        try:
            for start in range(0, people, 5):
                intake.take("w", share[start : start + 5])
                # The same again from the end: all orders of locks are tried.
                intake.take("w", share[people - start - 5 : people - start])
        except Exception as error:  # noqa: BLE001 - shown below
            failures.append(error)

    threads = [threading.Thread(target=work, args=pair) for pair in zip(stores, shares, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for own in stores:
        own.close()
    assert failures == []
    with store.reading() as connection:
        sizes = connection.execute(
            select(tables.members.c.profile_id, func.count()).group_by(tables.members.c.profile_id)
        )
        assert [size for _, size in sizes] == [workers] * people


def test_the_cost_of_a_record_does_not_grow_with_the_base(sqlite_store, clock):
    """Counted in steps of SQLite's machine, which no other load on this computer changes."""
    intake = Intake(sqlite_store, Resolver(clock), clock)

    def batch(number: int) -> list:
        return [
            contact(f"{number}-{each}", email(f"{number}.{each % 50}@example.com"), name=f"N{each % 50}")
            for each in range(100)
        ]

    def steps(number: int) -> int:
        counted = [0]

        def count_one() -> None:
            counted[0] += 1

        with sqlite_store.engine.connect() as connection:
            driver = connection.connection.driver_connection
            driver.set_progress_handler(count_one, 100)
        intake.take("w", batch(number))
        driver.set_progress_handler(None, 0)
        return counted[0]

    first = [steps(number) for number in range(5)]
    for number in range(5, 60):
        intake.take("w", batch(number))
    last = [steps(number) for number in range(60, 65)]
    assert min(first) > 0
    assert min(last) < 1.5 * max(first), "Look for a query without an index: EXPLAIN QUERY PLAN."


def test_every_question_on_a_handle_uses_an_index(sqlite_store):
    plan = "EXPLAIN QUERY PLAN SELECT record_id FROM identifiers WHERE workspace='w' AND kind='email' AND value='a'"
    with sqlite_store.reading() as connection:
        assert "ix_identifiers_value" in str(connection.execute(text(plan)).all())
