import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, insert, select

from connector.errors import StoreUnavailableError
from connector.store import Store
from connector.store.tables import leases, metadata


def lease(name: str) -> dict:
    return {"workspace": "w", "name": name, "holder": "h", "until": 0}


def count(store: Store) -> int:
    with store.reading() as connection:
        return connection.scalar(select(func.count()).select_from(leases))


def test_migrations_end_in_the_tables_that_the_code_uses(store):
    with store.transaction() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    assert differences == [], "Add a migration under connector/store/migrations/versions, or mend the newest one."


def test_migrating_again_changes_nothing(store):
    with store.transaction() as connection:
        connection.execute(insert(leases), lease("a"))
    store.migrate()
    assert count(store) == 1


def test_processes_that_start_together_migrate_once(database_url):
    stores = [Store(database_url) for _ in range(4)]
    threads = [threading.Thread(target=each.migrate) for each in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [count(each) for each in stores] == [0] * 4
    for each in stores:
        each.close()


def test_an_error_undoes_the_whole_transaction(store):
    def fail() -> None:
        with store.transaction() as connection:
            connection.execute(insert(leases), lease("a"))
            raise KeyError("later")

    with pytest.raises(KeyError):
        fail()
    assert count(store) == 0


def test_a_reader_waits_for_no_writer(store):
    with store.transaction() as connection:
        connection.execute(insert(leases), lease("a"))
        assert count(store) == 0
    assert count(store) == 1


def test_a_reader_sees_one_moment(store):
    with store.reading() as connection:
        before = connection.scalar(select(func.count()).select_from(leases))
        with store.transaction() as writer:
            writer.execute(insert(leases), lease("a"))
        assert connection.scalar(select(func.count()).select_from(leases)) == before


@pytest.mark.parametrize("url", ["sqlite:////nonexistent/folder/x.db", "postgresql://nobody@127.0.0.1:1/none"])
def test_a_database_out_of_reach_is_unavailable_and_tells_no_address(url):
    with pytest.raises(StoreUnavailableError) as caught, Store(url).reading() as connection:
        connection.execute(select(leases))
    assert "nonexistent" not in str(caught.value) and "127.0.0.1" not in str(caught.value)


def test_a_plain_postgresql_url_gets_our_driver():
    assert Store("postgresql://u@h/d").url.drivername == "postgresql+psycopg"
    assert Store("postgres://u@h/d").url.drivername == "postgresql+psycopg"
