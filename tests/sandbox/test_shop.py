"""The shop's export says what its tables say, in files that a shop would write."""

import csv
from collections import Counter, defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from sandbox.shop import COLUMNS, every, export
from sandbox.world import World


@pytest.fixture(scope="module")
def folder(world: World, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "new" / "shop"
    export(world, folder)
    return folder


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def test_each_file_has_its_columns_and_a_row_for_everything(world: World, folder: Path) -> None:
    assert {file.name for file in folder.iterdir()} == {"customers.csv", "orders.csv", "products.csv"}
    for name, kind in (("customers.csv", "customer"), ("orders.csv", "order"), ("products.csv", "product")):
        rows = read(folder / name)
        assert tuple(rows[0]) == COLUMNS[kind]
        assert {row[f"{kind}_id"] for row in rows} == {row.id for row in every(world.table("shop", kind))}


def test_an_order_has_a_row_for_each_of_its_lines_and_they_add_up(world: World, folder: Path) -> None:
    lines = defaultdict(list)
    for row in read(folder / "orders.csv"):
        lines[row["order_id"]].append(row)
    assert len({row["line_id"] for rows in lines.values() for row in rows}) == sum(map(len, lines.values()))
    for order in every(world.table("shop", "order")):
        rows = lines[order.id]
        assert len(rows) == len(order.values["lines"])
        assert (
            sum(Decimal(row["line_total"]) for row in rows) == Decimal(rows[0]["order_total"]) == order.values["total"]
        )
        assert {row["currency"] for row in rows} == {order.values["currency"]}


def test_refunds_name_the_order_that_they_take_back(folder: Path) -> None:
    rows = read(folder / "orders.csv")
    orders = {row["order_id"] for row in rows}
    refunds = [row for row in rows if row["refund_of"]]
    assert refunds
    for row in refunds:
        assert row["refund_of"] in orders
        assert Decimal(row["line_total"]) < 0 and int(row["quantity"]) < 0


def test_guests_have_no_customer_and_all_others_one_that_exists(folder: Path) -> None:
    customers = {row["customer_id"] for row in read(folder / "customers.csv")}
    named = Counter(row["customer_id"] in customers for row in read(folder / "orders.csv") if row["customer_id"])
    assert named[True] and not named[False]
    assert any(not row["customer_id"] and row["email"] for row in read(folder / "orders.csv"))


def test_times_have_a_zone_and_letters_stay_as_they_are(folder: Path) -> None:
    customers = read(folder / "customers.csv")
    assert all(datetime.fromisoformat(row["updated_at"]).tzinfo == UTC for row in customers)
    assert any(not row["last_name"].isascii() for row in customers)
    assert {row["newsletter"] for row in customers} == {"yes", "no", ""}


def test_an_export_after_ticks_has_what_they_brought(tmp_path: Path) -> None:
    world = World(4, 200)
    export(world, tmp_path)
    before = {row["order_id"] for row in read(tmp_path / "orders.csv")}
    created = {c.id for c in world.tick(60) if (c.system, c.kind, c.what) == ("shop", "order", "created")}
    export(world, tmp_path)
    assert created
    assert {row["order_id"] for row in read(tmp_path / "orders.csv")} == before | created


def test_the_same_world_writes_the_same_bytes(world: World, folder: Path, tmp_path: Path) -> None:
    counts = export(World(world.seed, world.people), tmp_path)
    for name, rows in counts.items():
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()
        assert rows == len(read(folder / name))
