"""Tables are read page by page in the order of (modified, id), at the cost of the page."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.shop import every
from sandbox.world import TABLES, World
from schemas.identifiers import salesforce_id

LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)


def read(table, limit: int) -> list:
    rows, page = [], table.after(None, "", limit)
    while page:
        assert len(page) <= limit
        rows += page
        page = table.after(page[-1].modified, page[-1].id, limit)
    return rows


@pytest.mark.parametrize(("system", "kind"), TABLES)
def test_pages_of_any_size_bring_every_row_once_in_order(world: World, system: str, kind: str) -> None:
    table = world.table(system, kind)
    keys = [(row.modified, row.id) for row in read(table, 97)]
    assert keys == sorted(set(keys))
    assert len(keys) == len(table)
    assert keys == [(row.modified, row.id) for row in read(table, 1000)]


@pytest.mark.parametrize(("system", "kind"), TABLES)
def test_a_row_is_found_by_its_id(world: World, system: str, kind: str) -> None:
    table = world.table(system, kind)
    for row in table.after(None, "", 300):
        assert table.get(row.id) == row


@pytest.mark.parametrize("id", ["", "0", "-1", "abc", "0035Y00000ZZZZZZZZ", "999999999999999999999999", "１０", "é"])
@pytest.mark.parametrize(("system", "kind"), TABLES)
def test_an_id_that_nobody_has_brings_none(world: World, system: str, kind: str, id: str) -> None:
    assert world.table(system, kind).get(id) is None


def test_salesforce_ids_have_the_right_checksum_and_exact_case(world: World) -> None:
    table = world.table("salesforce", "contact")
    ids = [row.id for row in every(table)]
    assert all(len(id) == 18 and salesforce_id(id[:15]) == id for id in ids)
    assert any(table.get(id.swapcase()) is None for id in ids)


def test_ids_of_one_kind_have_one_length(world: World) -> None:
    for key in TABLES:
        if key != ("x", "user"):
            assert len({len(row.id) for row in every(world.table(*key))}) == 1, key


def test_snowflakes_tell_the_time_of_their_row(world: World) -> None:
    for kind in ("user", "mention", "reply"):
        for row in world.table("x", kind).after(None, "", 50):
            posted = (int(row.id) >> 22) + 1_288_834_974_657
            assert datetime.fromtimestamp(posted / 1000, UTC) == row.modified


def test_ids_do_not_follow_the_time_of_change_but_within_equal_times_they_do(world: World) -> None:
    ids = [row.id for row in every(world.table("hubspot", "contact"))]
    assert ids != sorted(ids)


def test_many_rows_share_a_time_and_one_bulk_edit_stamped_a_twentieth(world: World) -> None:
    table = world.table("shop", "order")
    times = Counter(row.modified for row in every(table))
    assert sum(count for count in times.values() if count > 1) > 0.5 * len(table)
    assert 0.04 < max(times.values()) / len(table) < 0.06


def test_a_read_may_stop_and_go_on_inside_a_group_of_equal_times(world: World) -> None:
    table = world.table("hubspot", "contact")
    rows = list(every(table))
    (bulk, size), *_ = Counter(row.modified for row in rows).most_common(1)
    group = [row for row in rows if row.modified == bulk]
    assert size > 50
    assert table.after(bulk, group[10].id, 5) == group[11:16]
    assert table.after(bulk, "", 3) == group[:3]


def test_a_key_need_not_be_a_rows(world: World) -> None:
    table = world.table("hubspot", "deal")
    rows = list(every(table))
    between = rows[40].modified + timedelta(microseconds=1)
    assert table.after(between, "", 1)[0].modified > rows[40].modified
    assert table.after(LONG_AGO, "zzz", 1) == rows[:1]
    assert table.after(rows[-1].modified, rows[-1].id, 10) == []


def test_what_was_changed_since_is_counted(world: World) -> None:
    table = world.table("salesforce", "order")
    rows = list(every(table))
    for row in rows[:: len(rows) // 9]:
        assert table.count_since(row.modified) == sum(1 for other in rows if other.modified >= row.modified)
    assert table.count_since(None) == len(table)
    assert table.count_since(rows[-1].modified + timedelta(seconds=1)) == 0


def test_the_newest_come_first_and_page_backwards(world: World) -> None:
    table = world.table("x", "mention")
    rows = list(every(table))[::-1]
    assert table.newest(7) == rows[:7]
    assert table.newest(7, before_id=rows[6].id) == rows[7:14]
    assert table.newest(7, before_id=rows[-1].id) == []


def test_an_id_of_x_that_is_no_rows_still_tells_a_time(world: World) -> None:
    table = world.table("x", "mention")
    rows = list(every(table))
    between = str(int(rows[30].id) + 1)
    assert table.newest(1, before_id=between) == [rows[30]]
    assert world.table("hubspot", "deal").newest(1, before_id="12") == []


@pytest.mark.parametrize("people", [1, 2, 3, 17, 64, 999, 1000, 1001, 1999])
def test_worlds_of_any_size_are_whole(people: int) -> None:
    world = World(5, people)
    for system, kind in TABLES:
        table = world.table(system, kind)
        rows = read(table, 50)
        assert len({row.id for row in rows}) == len(rows) == len(table)
        assert all(table.get(row.id) == row for row in rows[:40])


def test_a_page_of_a_large_world_costs_no_more_than_one_of_a_small_one() -> None:
    def cost(world: World) -> float:
        table = world.table("hubspot", "contact")
        middle = table.after(world.until - timedelta(days=400), "", 1)[0]
        started = time.process_time()
        for _ in range(5):
            assert len(table.after(middle.modified, middle.id, 200)) == 200
        return time.process_time() - started

    # Caches help the small one; a cost that grew with the world would be two hundred times as high.
    assert cost(World(1, 1_000_000)) < 15 * cost(World(1, 5_000))
