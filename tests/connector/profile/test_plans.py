"""What a batch costs must not grow with the base: no query of a sync reads all of a workspace."""

import re

import pytest
from sqlalchemy import event

from tests.connector.profile.conftest import World, mail, number, told

# `SEARCH verdicts USING INDEX … (workspace=?)` reads as much as `SCAN verdicts` does.
WHOLE = re.compile(
    r"SCAN (\w+)$|SCAN (\w+) USING (?:COVERING )?INDEX"
    r"|SEARCH (\w+) USING .*\(workspace=\?(?: AND (?:kind|source|rule|made_by)=\?)*\)"
)

# Tables that have a row for every record or person.
LARGE = {"records", "identifiers", "record_contacts", "record_refs", "members", "profiles"}
LARGE |= {"verdicts", "evidence", "evidence_values"}


@pytest.fixture
def asked(sqlite_store):
    """Every statement that the store was asked, with its parameters."""
    found: dict[str, object] = {}

    def note(_connection, _cursor, statement, parameters, _context, executemany):
        if statement.startswith(("SELECT", "UPDATE", "DELETE", "INSERT")):
            many = executemany and isinstance(parameters[0], tuple | dict)
            found.setdefault(statement, parameters[0] if many else parameters)

    event.listen(sqlite_store.engine, "before_cursor_execute", note)
    yield found
    event.remove(sqlite_store.engine, "before_cursor_execute", note)


def plans(store, asked) -> dict[str, list[str]]:
    with store.reading() as connection:
        return {
            statement: [
                row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            ]
            for statement, parameters in asked.items()
        }


def read_whole(lines: list[str]) -> set[str]:
    return {name for line in lines if (found := WHOLE.search(line)) for name in found.groups() if name} & LARGE


def test_no_query_of_a_sync_and_a_rebuild_reads_a_whole_table(sqlite_store, redis, clock, asked):
    world = World(sqlite_store, redis, clock)
    anna = {"identifiers": [mail("anna@acme-works.com"), number("020 7946 0018")], "company_id": "c"}
    for source in ("crm", "shop"):
        world.take(told("contact", source, "1", name="Anna Berg", **anna), told("company", source, "c", name="Acme"))
        world.take(told("ticket", source, "t", contact_ids=["1"], is_open=True))
        world.take(told("mention", source, "m", contact_ids=["1"], platform="x"))
        world.take(told("mention", source, "r", in_reply_to="m", platform="x", is_ours=True))
        world.take(told("order", source, "o", contact_ids=["1"], currency="EUR", total="3"))
        world.take(
            told("order", source, "guest", identifiers=[mail("guest@acme-works.com")], currency="EUR", total="3")
        )
    world.rebuild.run("acme")
    asked_for_links = [statement for statement in asked if " verdicts" in statement]
    assert asked_for_links, "The two contacts were never linked: nothing was tried."
    whole = {
        statement: read_whole(lines)
        for statement, lines in plans(sqlite_store, asked).items()
        # Whether there is any: one row is read.
        if not statement.startswith("SELECT EXISTS")
    }
    assert {statement: tables for statement, tables in whole.items() if tables} == {}


def test_the_test_sees_a_query_that_reads_all_of_a_workspace(sqlite_store, redis, clock, asked):
    with sqlite_store.reading() as connection:
        connection.exec_driver_sql("SELECT value FROM verdicts WHERE workspace = 'acme'")
        connection.exec_driver_sql("SELECT body FROM records")
    assert [read_whole(lines) for lines in plans(sqlite_store, asked).values()] == [{"verdicts"}, {"records"}]
