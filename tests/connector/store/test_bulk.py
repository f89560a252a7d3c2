import pytest
from psycopg.adapt import PyFormat
from psycopg.pq import Format
from sqlalchemy import select

from connector.store import bulk
from connector.store.bulk import among
from connector.store.tables import api_keys, profiles, records, stale


def rows_of(store, *columns):
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(columns[0]))]


def key(number: int, **more) -> dict:
    # Not in the table's order, and with every type of column that we have.
    told = {"hash": bytes([number, 0, 255]), "name": f"Key {number}", "workspace": "w", "id": str(number)}
    return told | {"scopes": "[]", "revoked_at": None, "created_at": 2**40 + number} | more


def test_rows_arrive_whole_whatever_the_order_of_their_columns(store):
    with store.transaction() as connection:
        assert bulk.write(connection, api_keys, [key(1), key(2, revoked_at=5)]) == []
    found = rows_of(
        store, api_keys.c.id, api_keys.c.name, api_keys.c.hash, api_keys.c.created_at, api_keys.c.revoked_at
    )
    assert found == [
        ("1", "Key 1", b"\x01\x00\xff", 2**40 + 1, None),
        ("2", "Key 2", b"\x02\x00\xff", 2**40 + 2, 5),
    ]


def test_nothing_is_written_of_nothing(store):
    with store.transaction() as connection:
        assert bulk.write(connection, api_keys, []) == []


def test_what_is_there_already_is_left_or_replaced_as_asked(store):
    keys = ["workspace", "profile_id"]
    with store.transaction() as connection:
        first = [{"workspace": "w", "profile_id": each, "mark": 1, "since": 1} for each in ("a", "b")]
        bulk.write(connection, stale, first)
        bulk.write(connection, stale, [first[0] | {"mark": 2}], unless=True)
        bulk.write(connection, stale, [first[1] | {"mark": 3, "since": 9}], keys=keys, replace=["mark"])
    assert rows_of(store, stale.c.profile_id, stale.c.mark, stale.c.since) == [("a", 1, 1), ("b", 3, 1)]


def test_what_the_database_chose_comes_back(store):
    with store.transaction() as connection:
        row = {"workspace": "w", "id": "a", "created_at": 1}
        assert [tuple(each) for each in bulk.write(connection, profiles, [row], returning=[profiles.c.version])] == [
            (0,)
        ]


@pytest.mark.parametrize("values", [[], ["a"], ["a", "z'\"\u00e4", "b"]])
def test_among_finds_what_has_one_of_the_values(store, values):
    with store.transaction() as connection:
        rows = [{"workspace": "w", "id": each, "created_at": 1} for each in ("a", "b", "c", "z'\"\u00e4")]
        bulk.write(connection, profiles, rows)
        found = set(connection.scalars(select(profiles.c.id).where(among(profiles.c.id, values))))
        named = select(profiles.c.id).where(among(profiles.c.id, named="ids"))
        again = set(connection.scalars(named, {"ids": values}))
    assert found == again == set(values)


OF_KIND = (records.c.workspace == "w") & (records.c.source == "s") & (records.c.kind == "contact")


@pytest.mark.parametrize(
    ("condition", "by"),
    [
        (among(records.c.id, [1, 2]), "(rowid=?)"),
        (OF_KIND & among(records.c.external_id, ["1"]), " AND external_id=?)"),
    ],
    ids=["key", "index"],
)
def test_among_goes_by_an_index_down_to_its_values(sqlite_store, condition, by):
    query = select(records.c.body).where(condition, records.c.deleted.is_(False))
    with sqlite_store.reading() as connection:
        compiled = query.compile(connection.engine)
        values = tuple("[]" if isinstance(value, list) else value for value in compiled.construct_params().values())
        plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values)]
    assert plan[0].startswith("SEARCH records") and plan[0].endswith(by)


def test_texts_full_of_quotes_arrive_as_they_were_written(store):
    told = ['{"a": "\\"x\\\\"}', "NULL", "", "{,}", "\u00e4\n"]
    with store.transaction() as connection:
        bulk.write(connection, api_keys, [key(number, name=text) for number, text in enumerate(told)])
    assert [name for _, name in rows_of(store, api_keys.c.id, api_keys.c.name)] == told


@pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_postgresql_plans_anew_and_gets_arrays_as_bytes(store):
    with store.reading() as connection:
        driver = connection.connection.driver_connection
        dumper = driver.adapters.get_dumper(list, PyFormat.AUTO)
    assert dumper.format == Format.BINARY and driver.prepare_threshold is None
