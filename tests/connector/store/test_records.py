from dataclasses import replace

import pytest
from sqlalchemy import select

from connector.store import bulk, json, records, tables
from connector.store.rows import rounds, row
from schemas.identifiers import Identifier
from tests.connector.records import at, contact, email, gone, order


def put(store, *told, listed_by=None, workspace="w"):
    done = []
    with store.transaction() as connection:
        bulk.lock(connection, workspace)
        for group in rounds([row(record) for record in told]):
            done.append(records.put(connection, workspace, group, seen_at=1, listed_by=listed_by))
    return done[-1]


def kept(store, *columns, table=tables.records):
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(select(*(table.c[name] for name in columns)))]


def test_an_older_version_never_overwrites_a_newer_one(store):
    put(store, contact("1", name="New", hours=2))
    done = put(store, contact("1", name="Old", hours=1))
    assert (done.changed, done.old) == ([], 1)
    assert kept(store, "body") == [('{"name":"New"}',)]


def test_the_same_again_is_no_news(store):
    put(store, contact("1", email("a@example.com"), name="A"))
    done = put(store, contact("1", email("a@example.com"), name="A"))
    assert (done.changed, done.unchanged) == ([], 1)


def test_of_two_equal_versions_the_later_arrival_wins(store):
    put(store, contact("1", name="First"))
    assert put(store, contact("1", name="Second")).changed
    assert kept(store, "body") == [('{"name":"Second"}',)]


def test_the_order_of_keys_and_the_raw_item_are_no_news(store):
    put(store, contact("1", name="A", job_title="B"))
    same = replace(contact("1", job_title="B", name="A"), raw={"other": "spelling"})
    assert put(store, same).unchanged == 1


@pytest.mark.parametrize(
    "change",
    [
        {"body": {"name": "B"}},
        {"identifiers": (email("b@example.com"),)},
        {"identifiers": (email("a@example.com", verified=True),)},
        {"contact_ids": ("7",)},
        {"deleted": True, "reason": "deleted"},
        {"happened_at": at(5)},
    ],
)
def test_whatever_a_record_says_is_news(store, change):
    first = contact("1", email("a@example.com"), name="A")
    put(store, first)
    assert put(store, replace(first, **change)).changed


def test_a_batch_that_repeats_itself_ends_with_the_newest(store):
    put(store, contact("1", name="B", hours=2), contact("1", name="A", hours=1), contact("1", name="C", hours=3))
    assert kept(store, "body", "version") == [('{"name":"C"}', row(contact("1", hours=3)).version)]


def test_a_tombstone_keeps_its_key_and_version_and_nothing_else(store):
    put(store, contact("1", email("a@example.com"), name="A", company_id="9"), order("2", contacts=("1",)))
    put(store, gone("1", hours=3), gone("2", hours=3, kind="order", stream="orders"))
    assert kept(store, "deleted", "body", "raw", "reason") == [(True, "{}", "{}", "deleted")] * 2
    for table in (tables.identifiers, tables.record_contacts, tables.record_refs):
        assert kept(store, "record_id", table=table) == []


def test_a_deletion_that_tells_no_time_is_not_undone_by_a_look_back(store):
    put(store, contact("1", name="A", hours=2))
    put(store, gone("1", hours=None))
    assert put(store, contact("1", name="A", hours=2)).old == 1
    assert kept(store, "deleted") == [(True,)]


def test_a_contact_that_comes_back_later_is_alive(store):
    put(store, contact("1", name="A", hours=2))
    put(store, gone("1", hours=None))
    put(store, contact("1", name="A", hours=3))
    assert kept(store, "deleted", "reason", "body") == [(False, None, '{"name":"A"}')]


def test_where_a_source_tells_no_times_the_last_word_counts(store):
    timeless = replace(contact("1", name="A"), updated_at=None)
    for told in (timeless, replace(timeless, deleted=True), replace(timeless, body={"name": "B"})):
        assert put(store, told).changed
    assert kept(store, "deleted", "body") == [(False, '{"name":"B"}')]


def test_about_whom_it_was_before_is_told_to_the_resolver(store):
    put(store, order("2", contacts=("8",)))
    done = put(store, order("2", contacts=("9",), hours=1))
    assert done.contacts == {("crm", "8"), ("crm", "9")}


def test_nothing_that_a_database_refuses_gets_to_it(store):
    nasty = replace(
        contact("1", Identifier(kind="email", value="a\x00\ud800@b", shown="\x00" + "x" * 2000, label="l\x00" * 300)),
        raw={"text": "nul \x00 and \ud800", "number": 2**80, "bytes": b"\xff"},
        body={"name": "ok"},
    )
    put(store, nasty)
    ((raw,),) = kept(store, "raw")
    assert json.load(raw) == {"text": "nul  and \ufffd", "number": str(2**80), "bytes": "\ufffd"}
    assert kept(store, "value", "valid", table=tables.identifiers) == [("a\ufffd@b", False)]


def test_a_full_read_leaves_its_name_on_what_it_lists(store):
    put(store, contact("1"), contact("2"))
    put(store, contact("1"), contact("2", hours=-1), contact("3"), listed_by="run")
    assert sorted(kept(store, "external_id", "listed_by")) == [("1", "run"), ("2", "run"), ("3", "run")]


def test_workspaces_know_nothing_of_each_other(store):
    put(store, contact("1", name="A"))
    put(store, contact("1", name="B", hours=-1), workspace="other")
    assert sorted(kept(store, "workspace", "body")) == [("other", '{"name":"B"}'), ("w", '{"name":"A"}')]


def test_more_than_a_database_takes_in_one_statement_fits(store):
    many = [contact(str(each), email(f"{each}@example.com")) for each in range(1201)]
    assert len(put(store, *many).changed) == 1201
    assert put(store, *many).unchanged == 1201


def test_the_brands_own_post_gives_nobody_its_handles(store):
    put(store, order("1", handle := Identifier(kind="social", value="x:1", shown="1"), kind="mention", is_ours=True))
    put(store, order("2", handle, kind="mention", is_ours=False))
    assert kept(store, "value", table=tables.identifiers) == [("x:1",)]
