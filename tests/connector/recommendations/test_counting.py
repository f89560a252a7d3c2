"""The counts in SQL are those in memory, whichever engine runs them."""

from collections.abc import Callable, Iterator

import duckdb
import pytest
import sqlalchemy

from connector.recommendations import tallies
from connector.recommendations.counting import COUNTS, rows_of, statement
from connector.recommendations.history import History
from tests.conftest import postgresql_database
from tests.connector.recommendations.shop import baskets_of, history_of

TABLES = (
    "CREATE TABLE baskets (basket INTEGER, customer INTEGER, place INTEGER)",
    "CREATE TABLE lines (basket INTEGER, item INTEGER)",
)
Ask = Callable[[str], set[tuple[int, ...]]]


@pytest.fixture(scope="module")
def history() -> History:
    return history_of(baskets_of())


@pytest.fixture(params=["duckdb", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def ask(request: pytest.FixtureRequest, history: History) -> Iterator[Ask]:
    yield from {"duckdb": on_duckdb, "postgresql": on_postgresql}[request.param](request, history)


def on_duckdb(_request: pytest.FixtureRequest, history: History) -> Iterator[Ask]:
    baskets, lines = rows_of(history)
    with duckdb.connect() as connection:
        for table in TABLES:
            connection.execute(table)
        connection.executemany("INSERT INTO baskets VALUES (?, ?, ?)", baskets)
        connection.executemany("INSERT INTO lines VALUES (?, ?)", lines)
        yield lambda name: set(connection.execute(statement(name)).fetchall())


def on_postgresql(request: pytest.FixtureRequest, history: History) -> Iterator[Ask]:
    baskets, lines = rows_of(history)
    for url in postgresql_database(request.getfixturevalue("postgresql")):
        engine = sqlalchemy.create_engine(url)
        with engine.connect() as connection:
            for table in TABLES:
                connection.exec_driver_sql(table)
            connection.exec_driver_sql("INSERT INTO baskets VALUES (%s, %s, %s)", baskets)
            connection.exec_driver_sql("INSERT INTO lines VALUES (%s, %s)", lines)
            yield lambda name: {tuple(row) for row in connection.exec_driver_sql(statement(name))}
        engine.dispose()


def pairs(chunks: Iterator) -> set[tuple[int, ...]]:
    found = set()
    for start, counts in chunks:
        whole = counts.tocoo()
        found |= set(
            zip((whole.row + start).tolist(), whole.col.tolist(), whole.data.astype(int).tolist(), strict=True)
        )
    return found


def in_memory(history: History) -> dict[str, set[tuple[int, ...]]]:
    popular = tallies.popularity(history).astype(int)
    buyers, again = (counts.astype(int) for counts in tallies.repeat_buyers(history))
    return {
        "popularity": set(enumerate(popular.tolist())),
        "repeat_buyers": set(zip(range(buyers.size), buyers.tolist(), again.tolist(), strict=True)),
        "co_purchases": pairs(tallies.co_purchases(history)),
        "transitions": pairs(tallies.transitions(history)),
    }


def test_an_engine_counts_what_memory_counts(ask: Ask, history: History) -> None:
    expected = in_memory(history)
    assert expected.keys() == COUNTS.keys()
    for name, rows in expected.items():
        assert ask(name) == rows, f"{name}: the SQL in counting.py and the numpy in tallies.py count differently"


def test_counts_do_not_depend_on_the_chunks(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = pairs(tallies.co_purchases(history))
    monkeypatch.setattr(tallies, "CHUNK", 7)
    assert pairs(tallies.co_purchases(history)) == whole
