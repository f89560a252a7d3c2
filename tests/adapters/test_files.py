"""Files: what exports look like, and what becomes of them."""

import gzip
import json
import re
import tempfile
import time
import tomllib
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from adapters.base import ConfigError, RecordError, SourceChangedError, UnavailableError
from adapters.base.testing import AdapterContract
from adapters.files import Files
from adapters.files.checks import FIELDS
from connector.identity.resolver import Resolver
from connector.store.tables import records
from connector.sync.intake import Intake
from connector.sync.pull import Pull

LINES = {"sku": "StockCode", "name": "Description", "quantity": "Quantity", "unit_price": "UnitPrice"}
ORDERS = {
    "path": "lines.csv",
    "columns": {"external_id": "InvoiceNo", "placed_at": "InvoiceDate", "customer_id": "CustomerID"},
    "lines": LINES,
    "refund": {"prefix": "C"},
}
HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
ROWS = """536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850,United Kingdom
C536379,D,Discount,-1,2010-12-01 09:41:00,27.50,14527,United Kingdom
536365,71053,LANTERN,2,2010-12-01 08:26:00,3.39,17850,United Kingdom
536414,22139,,56,2010-12-01 11:52:00,0.0,,United Kingdom
"""


@pytest.fixture
def files(tmp_path):
    """Builds the adapter on a folder; `write` puts a file there."""

    def build(**settings):
        return Files({"folder": str(tmp_path), "currency": "GBP"} | settings)

    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    build.write, build.folder = write, tmp_path
    return build


def run(adapter, stream, cursor=None):
    """All pages from a cursor on: records, errors, the last cursor."""
    records, errors = [], []
    while True:
        page = adapter.streams[stream].pull(cursor)
        for raw in page.items:
            try:
                records.append(adapter.streams[stream].record(json.loads(json.dumps(raw))))
            except RecordError as error:
                errors.append(error)
        cursor = page.cursor
        if not page.more:
            return records, errors, cursor


def contacts(files, content, name="people.csv", **table):
    files.write(name, content)
    table = {"path": name, "columns": {"external_id": "id", "name": "name"}} | table
    return run(files(contacts=table), "contacts")[:2]


# Orders.


def test_lines_of_an_order_are_gathered_wherever_they_lie(files):
    files.write("lines.csv", HEADER + ROWS)
    records, errors, _ = run(files(orders=ORDERS, timezone="Europe/London"), "orders")
    assert errors == []
    assert [record.external_id for record in records] == ["536365", "C536379", "536414"]
    order = records[0]
    assert order.body["total"] == Decimal("22.08")
    assert [(line["sku"], line["quantity"], line["total"]) for line in order.body["lines"]] == [
        ("85123A", 6, Decimal("15.30")),
        ("71053", 2, Decimal("6.78")),
    ]
    assert order.contact_ids == ("17850",)
    assert order.body["currency"] == "GBP"
    assert order.happened_at == datetime(2010, 12, 1, 8, 26, tzinfo=UTC)


def test_a_marked_refund_is_the_customers_and_negative(files):
    files.write("lines.csv", HEADER + ROWS)
    refund = run(files(orders=ORDERS), "orders")[0][1]
    assert refund.body["is_refund"] is True
    assert refund.body["total"] == Decimal("-27.50")
    assert refund.contact_ids == ("14527",)


def test_an_order_of_nobody_is_kept(files):
    files.write("lines.csv", HEADER + ROWS)
    order = run(files(orders=ORDERS), "orders")[0][2]
    assert order.contact_ids == ()
    assert len(order.body["lines"]) == 1


def test_customers_come_from_the_orders_when_no_file_holds_them(files):
    files.write("lines.csv", HEADER + ROWS)
    adapter = files(orders=ORDERS | {"customer": {"country": "Country"}})
    assert set(adapter.streams) == {"orders", "contacts"}
    records, errors, _ = run(adapter, "contacts")
    assert errors == []
    assert [record.external_id for record in records] == ["17850", "14527"]
    assert records[0].body["address"]["country"] == "GB"


def test_the_zone_of_the_settings_places_times_that_name_none(files):
    files.write("lines.csv", HEADER + "1,a,b,1,2011-07-01 12:00:00,1.00,7,\n")
    (order,), _, _ = run(files(orders=ORDERS, timezone="Europe/London"), "orders")
    assert order.happened_at == datetime(2011, 7, 1, 11, tzinfo=UTC)


def test_many_orders_come_in_pages_and_every_cursor_goes_on(files):
    rows = [f"{number % 7},sku,name,1,2011-01-01 00:00:00,1.00,9,\n" for number in range(70)]
    files.write("lines.csv", HEADER + "".join(rows))
    whole, _, last = run(files(orders=ORDERS, page_size=3), "orders")
    assert [len(record.body["lines"]) for record in whole] == [10] * 7
    adapter, cursor, seen = files(orders=ORDERS, page_size=3), None, []
    for _ in range(10):
        page = adapter.streams["orders"].pull(cursor)
        seen += [raw["rows"][0][0] for raw in page.items]
        assert page.total == 7
        cursor, adapter = page.cursor, files(orders=ORDERS, page_size=3)
        if not page.more:
            break
    assert seen == [record.external_id for record in whole]
    assert cursor == last


def test_refunds_can_be_told_by_a_word_or_by_the_sign(files):
    files.write("orders.csv", "no,sum,kind\n1,10.00,sale\n2,4.00,Return\n3,-5.00,sale\n")
    table = {"path": "orders.csv", "columns": {"external_id": "no", "total": "sum"}}
    by_word = {"column": "kind", "equals": "return", "amounts": "positive", "negative": True}
    records, _, _ = run(files(orders=table | {"refund": by_word}), "orders")
    assert [(record.body["is_refund"], record.body["total"]) for record in records] == [
        (False, 10),
        (True, -4),
        (True, -5),
    ]


def test_a_refund_with_a_positive_total_is_not_guessed_at(files):
    files.write("orders.csv", "no,sum\nC1,10.00\n")
    table = {"path": "orders.csv", "columns": {"external_id": "no", "total": "sum"}, "refund": {"prefix": "C"}}
    records, (error,), _ = run(files(orders=table), "orders")
    assert records == []
    assert "marked as a refund" in str(error)


def test_states_are_translated_and_unknown_ones_kept_as_words(files):
    files.write("orders.csv", "no,sum,status\n1,1,Shipped\n2,1,Weird\n3,1,Cancelled\n")
    columns = {"external_id": "no", "total": "sum", "status": "status"}
    table = {"path": "orders.csv", "columns": columns, "states": {"shipped": "fulfilled"}}
    records, _, _ = run(files(orders=table), "orders")
    assert [(record.body["state"], record.body["status"]) for record in records] == [
        ("fulfilled", "Shipped"),
        ("placed", "Weird"),
        ("cancelled", "Cancelled"),
    ]


def test_an_order_without_a_customer_id_can_have_an_address(files):
    files.write("orders.csv", "no,sum,mail\n1,1,Ann@Example.com\n")
    table = {"path": "orders.csv", "columns": {"external_id": "no", "total": "sum", "emails": "mail"}}
    (order,), _, _ = run(files(orders=table), "orders")
    assert [identifier.value for identifier in order.identifiers] == ["ann@example.com"]


def test_rows_of_one_order_that_name_two_customers_are_broken(files):
    files.write("lines.csv", HEADER + "1,a,b,1,2011-01-01,1.00,7,\n1,a,b,1,2011-01-01,1.00,8,\n")
    records, (error,), _ = run(files(orders=ORDERS), "orders")
    assert records == []
    assert str(error) == "files.orders lines.csv row 2 to 3: CustomerID: the rows of one order name several customers"


def test_json_lines_may_hold_an_orders_lines_inside(files):
    told = {"id": 7, "total": "9.90", "buyer": {"id": "c1"}, "items": [{"sku": "a", "n": 2}, {"sku": "b", "n": 1}]}
    files.write("orders.jsonl", json.dumps(told) + "\n")
    table = {
        "path": "orders.jsonl",
        "columns": {"external_id": "id", "total": "total", "customer_id": "buyer.id"},
        "lines_in": "items",
        "lines": {"sku": "sku", "quantity": "n"},
    }
    (order,), errors, _ = run(files(orders=table), "orders")
    assert errors == []
    assert order.contact_ids == ("c1",)
    assert [(line["sku"], line["quantity"]) for line in order.body["lines"]] == [("a", 2), ("b", 1)]


# Parquet.


def test_parquet_keeps_numbers_times_and_empty_cells(files):
    moment = datetime(2011, 7, 1, 12)
    table = pa.table(
        {
            "InvoiceNo": ["1", "1"],
            "StockCode": ["a", "b"],
            "Description": ["A", None],
            "Quantity": pa.array([2, 3], pa.int64()),
            "InvoiceDate": pa.array([moment, moment], pa.timestamp("us")),
            "UnitPrice": pa.array([2.55, float("nan")], pa.float64()),
            "CustomerID": pa.array([17850.0, None], pa.float64()),
            "Price": pa.array([Decimal("1.10"), Decimal("2.20")], pa.decimal128(10, 2)),
        }
    )
    pq.write_table(table, files.folder / "lines.parquet")
    lines = LINES | {"unit_price": "Price"}
    (order,), errors, _ = run(files(orders=ORDERS | {"path": "lines.parquet", "lines": lines}), "orders")
    assert errors == []
    assert order.body["total"] == Decimal("8.80")
    assert order.contact_ids == ("17850",)
    assert order.happened_at == datetime(2011, 7, 1, 12, tzinfo=UTC)
    _, (error,), _ = run(files(orders=ORDERS | {"path": "lines.parquet"}), "orders")
    assert "UnitPrice: missing" in str(error)


def test_a_file_that_is_no_parquet_stops_the_stream(files):
    files.write("lines.parquet", "InvoiceNo\n1\n")
    with pytest.raises(SourceChangedError, match="no Parquet"):
        run(files(orders=ORDERS | {"path": "lines.parquet"}), "orders")


# Contacts, and how their cells are written.


def test_a_contact_has_all_that_is_mapped(files):
    content = (
        "Nr;Vorname;Nachname;Mail;Mail 2;Telefon;Ort;Land;Geboren;Werbung;SF\n"
        "12;Änne;Müller;aenne@example.com;a2@example.com;030 901820;Berlin;Deutschland;24.12.1980;ja;003A000001abcde\n"
    )
    columns = {
        "external_id": "Nr",
        "given_name": "Vorname",
        "family_name": "Nachname",
        "emails": ["Mail", "Mail 2"],
        "phones": "Telefon",
        "city": "Ort",
        "country": "Land",
        "birth_date": {"column": "Geboren", "format": "%d.%m.%Y"},
        "marketing_consent": "Werbung",
        "external_ids": {"salesforce": "SF"},
        "language": {"value": "de"},
    }
    files.write("kunden.csv", content.encode("cp1252"))
    (contact,), errors, _ = run(files(contacts={"path": "kunden.csv", "columns": columns}, region="DE"), "contacts")
    assert errors == []
    assert contact.body["name"] == "Änne Müller"
    assert contact.body["birth_date"] == date(1980, 12, 24)
    assert contact.body["marketing_consent"] is True
    assert contact.body["language"] == "de"
    assert contact.body["address"] == {
        "city": "Berlin",
        "country": "DE",
        "street": None,
        "region": None,
        "postcode": None,
    }
    told = [(identifier.kind, identifier.value, identifier.label) for identifier in contact.identifiers]
    assert told == [
        ("email", "aenne@example.com", "primary"),
        ("email", "a2@example.com", "other"),
        ("phone", "+4930901820", "primary"),
        ("external", "salesforce:003A000001abcde", None),
    ]


@pytest.mark.parametrize(
    ("written", "split", "expected"),
    [
        ("Ann Mary Miller", "given family", ("Ann Mary", "Miller", "Ann Mary Miller")),
        ("Miller; Ann", None, (None, None, "Miller; Ann")),
        ('"Miller, Ann"', "family, given", ("Ann", "Miller", "Ann Miller")),
        ("Cher", "family, given", (None, "Cher", "Cher")),
    ],
)
def test_a_whole_name_is_split_as_the_settings_say(files, written, split, expected):
    name = {"column": "name"} | ({"split": split} if split else {})
    (contact,), _ = contacts(
        files, f"id,name\n1,{written}\n", columns={"external_id": "id", "name": name}, delimiter=","
    )
    assert tuple(contact.body.get(part) for part in ("given_name", "family_name", "name")) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("a@example.com; b@example.com", [("a@example.com", "primary"), ("b@example.com", "other")]),
        ("a@example.com,b@example.com,", [("a@example.com", "primary"), ("b@example.com", "other")]),
        ("", []),
    ],
)
def test_several_addresses_may_share_a_cell(files, cell, expected):
    columns = {"external_id": "id", "emails": "mail"}
    (contact,), _ = contacts(files, f'id|mail\n1|"{cell}"\n', columns=columns)
    assert [(identifier.value, identifier.label) for identifier in contact.identifiers] == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found_out(files, encoding, delimiter):
    content = f'id{delimiter}name\r\n1{delimiter}"Zoë {delimiter} Co"\r\n'.encode(encoding)
    (contact,), errors = contacts(files, content)
    assert errors == []
    assert contact.external_id == "1"
    assert contact.body["name"] == f"Zoë {delimiter} Co".strip()


def test_a_delimiter_is_the_one_that_gives_the_columns(files):
    (contact,), _ = contacts(files, "id;name, first, and more, of it;name\n1;x;Ann\n")
    assert contact.body["name"] == "Ann"


def test_an_encoding_that_does_not_fit_stops_the_stream(files):
    files.write("people.csv", "id,name\n1,Zoë\n".encode("cp1252"))
    table = {"path": "people.csv", "columns": {"external_id": "id", "name": "name"}, "encoding": "utf-8"}
    with pytest.raises(SourceChangedError, match="set encoding"):
        run(files(contacts=table), "contacts")


def test_packed_files_are_unpacked(files):
    (contact,), _ = contacts(files, gzip.compress(b"id,name\n1,Ann\n"), name="people.csv.gz")
    assert contact.body["name"] == "Ann"


@pytest.mark.parametrize(("written", "read"), [("12345.0", "12345"), ("00123", "00123"), (" 7 ", "7"), ("1.5", "1.5")])
def test_ids_lose_what_a_spread_sheet_added(files, written, read):
    (contact,), _ = contacts(files, f"id,name\n{written},Ann\n")
    assert contact.external_id == read


def test_an_id_that_lost_its_digits_is_broken(files):
    records, (error,) = contacts(files, "id,name\n1.23457E+11,Ann\n")
    assert records == []
    assert str(error) == "files.contacts people.csv row 2: id: an id that was rounded"


@pytest.mark.parametrize(
    ("written", "decimal", "read"),
    [
        ("1.234,56", ",", "1234.56"),
        ("1 234,56 €", ",", "1234.56"),
        ("1,234.56", ".", "1234.56"),
        ("$12.50", ".", "12.50"),
        ("(3.00)", ".", "-3.00"),
        ("3.00-", ".", "-3.00"),
        ("−3.00", ".", "-3.00"),
        ("1'234.50", ".", "1234.50"),
        ("12", ",", "12"),
    ],
)
def test_amounts_are_read_as_the_settings_say(files, written, decimal, read):
    files.write("orders.csv", f'no|sum\n1|"{written}"\n')
    table = {"path": "orders.csv", "columns": {"external_id": "no", "total": "sum"}, "decimal": decimal}
    (order,), _, _ = run(files(orders=table), "orders")
    assert order.body["total"] == Decimal(read)


@pytest.mark.parametrize(
    ("written", "decimal"), [("12,50", "."), ("1.23", ",."[0]), ("1,2,3", "."), ("abc", "."), ("12 EUR", ".")]
)
def test_an_amount_that_could_mean_two_things_is_broken(files, written, decimal):
    files.write("orders.csv", f'no|sum\n1|"{written}"\n')
    table = {"path": "orders.csv", "columns": {"external_id": "no", "total": "sum"}, "decimal": decimal}
    records, (error,), _ = run(files(orders=table), "orders")
    assert records == []
    assert str(error) == "files.orders orders.csv row 2: sum: not a number"
    assert written not in str(error.fields)


def test_dates_in_several_formats(files):
    content = "id,name,since\n1,Ann,31.12.2020 23:30\n2,Bob,2021-01-01T00:00:00+02:00\n3,Cid,1609459200\n"
    columns = {
        "external_id": "id",
        "created_at": {"column": "since", "format": ["%d.%m.%Y %H:%M", "epoch", "%Y-%m-%dT%H:%M:%S%z"]},
    }
    records, errors = contacts(files, content, columns=columns, timezone="Europe/Berlin")
    assert errors == []
    assert [record.body["created_at"] for record in records] == [
        datetime(2020, 12, 31, 22, 30, tzinfo=UTC),
        datetime(2020, 12, 31, 22, 0, tzinfo=UTC),
        datetime(2021, 1, 1, tzinfo=UTC),
    ]


# Products.


def test_products_come_with_their_price(files):
    files.write("products.csv", "sku,title,price,stock\nT1,Green tea,4.50,yes\nT2,Black tea,,no\n")
    columns = {"external_id": "sku", "sku": "sku", "name": "title", "price": "price", "is_available": "stock"}
    records, errors, _ = run(files(products={"path": "products.csv", "columns": columns}), "products")
    assert errors == []
    assert records[0].body["price"] == Decimal("4.50")
    assert records[0].body["currency"] == "GBP"
    assert records[1].body.get("currency") is None
    assert [record.body["is_available"] for record in records] == [True, False]


def test_products_come_with_what_an_offer_needs_to_know(files):
    files.write("products.csv", "sku,cost,group,gone,lasting\nK1,70.00,Kettles,yes,yes\nT1,,Tea,no,\n")
    columns = {"external_id": "sku", "cost": "cost", "category": "group"}
    columns |= {"is_withdrawn": "gone", "is_durable": "lasting"}
    records, errors, _ = run(files(products={"path": "products.csv", "columns": columns}), "products")
    kettle, tea = (record.body for record in records)
    assert errors == []
    assert kettle["cost"] == Decimal("70.00") and kettle["currency"] == "GBP"
    assert kettle["is_withdrawn"] is True and kettle["is_durable"] is True
    assert tea["is_withdrawn"] is False and "is_durable" not in tea and "currency" not in tea


# What is broken.


def test_broken_rows_are_told_apart_and_the_rest_goes_on(files):
    content = "id,name,since\n1,Ann,2020-01-01\n2,Bob\n,Cid,2020-01-01\n4,Dan,yesterday\n5,Eve,2020-01-01\n\n,,\n"
    columns = {"external_id": "id", "name": "name", "created_at": "since"}
    records, errors = contacts(files, content, columns=columns)
    assert [record.external_id for record in records] == ["1", "5"]
    assert sorted(map(str, errors)) == [
        "files.contacts people.csv row 3: it has 2 cells and the file 3 columns",
        "files.contacts people.csv row 4: cannot be read: id",
        "files.contacts people.csv row 5: since: cannot be read",
    ]
    assert {error.external_id for error in errors} == {None, "4"}


def test_a_row_over_several_lines_is_counted_by_its_first(files):
    records, (error,) = contacts(files, 'id,name\n1,"Ann\nMary"\n1.5E+20,Bob\n')
    assert records[0].body["name"] == "Ann\nMary"
    assert "row 4" in str(error)


def test_no_value_is_in_an_error(files):
    content = "id,name,since,mail\n77,Ann Secret,notadate,ann@example.com\n"
    columns = {"external_id": "id", "name": "name", "created_at": "since", "emails": "mail"}
    _, (error,) = contacts(files, content, columns=columns)
    assert not any(word in f"{error} {error.fields}" for word in ("Secret", "notadate", "ann@"))
    assert error.__context__ is None or error.__suppress_context__


def test_a_line_that_is_no_json_is_one_broken_row(files):
    records, (error,) = contacts(files, '{"id": 1, "name": "Ann"}\n{"id": 2,\n{"id": 3, "name": "Cid"}\n', "p.jsonl")
    assert [record.external_id for record in records] == ["1", "3"]
    assert str(error) == "files.contacts p.jsonl row 2: it is no JSON"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("id,title\n1,x\n", "lacks the columns name"),
        ("", "lacks the columns id, name"),
        ("id,name,id\n1,x,2\n", "more than one column called id"),
    ],
)
def test_a_file_of_another_shape_stops_its_stream(files, content, told):
    files.write("people.csv", content)
    adapter = files(contacts={"path": "people.csv", "columns": {"external_id": "id", "name": "name"}})
    with pytest.raises(SourceChangedError, match=told):
        run(adapter, "contacts")
    with pytest.raises(SourceChangedError, match=told):
        adapter.checked()


def test_empty_columns_without_a_name_are_no_duplicates(files):
    (contact,), errors = contacts(files, "id,name,,\n1,Ann,,\n")
    assert errors == []
    assert contact.body["name"] == "Ann"


def test_a_missing_file_may_come_later(files):
    adapter = files(contacts={"path": "*.csv", "columns": {"external_id": "id"}})
    with pytest.raises(UnavailableError, match="no file at"):
        run(adapter, "contacts")
    with pytest.raises(UnavailableError):
        adapter.checked()


def test_a_file_that_is_being_written_is_read_later(files, monkeypatch):
    path = files.write("people.csv", "id,name\n1,Ann\n")
    adapter = files(contacts={"path": "people.csv", "columns": {"external_id": "id", "name": "name"}})
    stream = adapter.streams["contacts"]
    key = stream._key

    def writing(row, places):
        path.write_text("id,name\n1,Ann\n2,Bob\n")
        return key(row, places)

    monkeypatch.setattr(stream, "_key", writing)
    with pytest.raises(UnavailableError, match="being written"):
        stream.pull(None)


def test_a_file_that_was_written_meanwhile_is_looked_at_again(two, files):
    adapter = two()
    page = adapter.streams["contacts"].pull(None)
    files.write("b.csv", "id,name\n4,Dan\n")
    with pytest.raises(UnavailableError, match="being written"):
        adapter.streams["contacts"].pull(page.cursor)
    assert [raw["rows"][0][1] for raw in adapter.streams["contacts"].pull(page.cursor).items] == ["Dan"]


def test_a_file_that_vanishes_or_is_cut_short_is_unavailable(two, files):
    adapter = two()
    page = adapter.streams["contacts"].pull(None)
    (files.folder / "b.csv").unlink()
    with pytest.raises(UnavailableError, match="cannot be read"):
        adapter.streams["contacts"].pull(page.cursor)
    files.write("c.csv.gz", gzip.compress(b"id,name\n1,Ann\n" * 50)[:-12])
    cut = files(contacts={"path": "c.csv.gz", "columns": {"external_id": "id", "name": "name"}})
    with pytest.raises(UnavailableError, match="cannot be read"):
        cut.streams["contacts"].pull(None)


def test_a_check_reads_no_more_than_the_beginning(files):
    files.write("people.csv", "id,name\n" + "1,Zoë\n" * 400_000)
    adapter = files(contacts={"path": "people.csv", "columns": {"external_id": "id", "name": "name"}})
    before = time.perf_counter()
    adapter.checked()
    glance = time.perf_counter() - before
    adapter.streams["contacts"].pull(None)
    assert glance < (time.perf_counter() - before) / 5


# Read again.


@pytest.fixture
def two(files):
    files.write("a.csv", "id,name\n1,Ann\n2,Bob\n")
    files.write("b.csv", "id,name\n3,Cid\n")
    return lambda **more: files(contacts={"path": "*.csv", "columns": {"external_id": "id", "name": "name"}} | more)


def names(records):
    return [record.body["name"] for record in records]


def test_files_that_did_not_change_are_not_read_again(two):
    records, _, cursor = run(two(), "contacts")
    assert names(records) == ["Ann", "Bob", "Cid"]
    again, _, after = run(two(), "contacts", cursor)
    assert (again, after) == ([], cursor)


def test_a_file_of_another_name_is_the_same_file(two, files):
    _, _, cursor = run(two(), "contacts")
    (files.folder / "a.csv").rename(files.folder / "c.csv")
    files.write("copy.csv", (files.folder / "b.csv").read_bytes())
    records, _, after = run(two(), "contacts", cursor)
    assert records == []
    assert sorted(json.loads(after)["done"]) == sorted(json.loads(cursor)["done"])


def test_a_file_that_changed_is_read_again_alone(two, files):
    _, _, cursor = run(two(), "contacts")
    files.write("b.csv", "id,name\n3,Cid\n4,Dan\n")
    records, _, after = run(two(), "contacts", cursor)
    assert names(records) == ["Cid", "Dan"]
    assert len(json.loads(after)["done"]) == 2


def test_another_mapping_reads_everything_anew(two, files):
    _, _, cursor = run(two(), "contacts")
    other = {"external_id": "id", "given_name": "name"}
    records, _, _ = run(two(columns=other), "contacts", cursor)
    assert len(records) == 3


def test_a_file_that_changed_in_the_middle_of_a_run_is_begun_anew(two, files):
    adapter = files(contacts={"path": "*.csv", "columns": {"external_id": "id", "name": "name"}}, page_size=1)
    first = adapter.streams["contacts"].pull(None)
    files.write("a.csv", "id,name\n9,Zed\n1,Ann\n2,Bob\n")
    records, _, _ = run(two(), "contacts", first.cursor)
    assert names(records) == ["Zed", "Ann", "Bob", "Cid"]


def test_a_stream_is_complete_only_when_the_settings_say_so(two):
    assert two().streams["contacts"].complete is False
    assert two(complete=True).streams["contacts"].complete is True


def test_the_last_row_of_an_id_is_the_one_that_holds(files):
    records, _ = contacts(files, "id,name\n1,Ann\n2,Bob\n1,Anna\n")
    assert names(records) == ["Anna", "Bob"]


def test_the_spool_leaves_nothing_behind(two, tmp_path, monkeypatch):
    spools = tmp_path / "spools"
    spools.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(spools))
    run(two(), "contacts")
    assert list(spools.iterdir()) == []


def test_a_full_read_drops_what_a_complete_file_no_longer_lists(two, files, sqlite_store, clock):
    def pull(full=False, **more):
        clock.advance(60)
        intake = Intake(sqlite_store, Resolver(clock), clock)
        table = {"path": "*.csv", "columns": {"external_id": "id", "name": "name"}} | more
        (report,) = Pull(sqlite_store, intake, clock, clock.advance).run("w", files(contacts=table), full=full)
        assert report.state == "ok"
        with sqlite_store.reading() as connection:
            asked = select(records.c.external_id).where(records.c.deleted.is_(False)).order_by(records.c.external_id)
            return list(connection.scalars(asked))

    assert pull() == ["1", "2", "3"]
    files.write("a.csv", "id,name\n1,Ann\n")
    assert pull(full=True) == ["1", "2", "3"]
    assert pull(full=True, complete=True) == ["1", "3"]


# Settings.


def problems(**settings):
    with pytest.raises(ConfigError) as error:
        Files(settings)
    return error.value.problems


def test_every_problem_is_told_at_once():
    told = problems(
        timezone="Mars/Base",
        orders={
            "colums": {},
            "columns": {"external_id": "no", "plcaed_at": "when"},
            "refund": {"prefix": "C", "sign": "minus"},
            "format": "xlsx",
        },
    )
    for part in (
        "unknown orders.colums; did you mean columns?",
        "orders.path is missing",
        "unknown orders.columns.plcaed_at; did you mean placed_at?",
        "unknown orders.refund.sign",
        "orders.format is none of: csv; jsonl; parquet",
        "orders.columns.total is missing",
        "orders.columns.currency is missing",
        "timezone is no time zone",
    ):
        assert any(part in problem for problem in told), part


def test_no_stream_at_all_is_a_problem():
    assert problems() == ["files: none of contacts, orders and products is set up (and orders need a currency)"]


def test_a_table_of_another_type_is_a_problem_and_no_crash():
    assert problems(orders="lines.csv") == ["files: orders is not a dict"]
    assert any("neither" in problem for problem in problems(contacts={"path": "a", "columns": {"external_id": 7}}))


def test_only_what_is_set_up_is_a_stream(two):
    assert list(two().streams) == ["contacts"]


def documented() -> dict[str, dict]:
    """The sources that the docs page sets up."""
    text = (Path(__file__).parents[2] / "docs/sources/files.md").read_text()
    blocks = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    return {name: told for block in blocks for name, told in tomllib.loads(block)["sources"].items()}


@pytest.mark.parametrize("name", ["retail", "kunden", "web"])
def test_the_mappings_in_the_docs_are_good(name):
    told = documented()[name]
    settings = {key: value for key, value in told.items() if key not in ("adapter", "every", "workspace")}
    assert Files(settings, source=name).streams


def test_the_customer_list_in_the_docs_is_read_as_it_says(tmp_path):
    settings = {key: value for key, value in documented()["kunden"].items() if key != "adapter"}
    (tmp_path / "kunden").mkdir()
    columns = "Kundennr;Name;E-Mail;E-Mail privat;Telefon;Mobil;Straße;PLZ;Ort;Geburtstag;Newsletter;SF-Id"
    row = "7;Müller, Änne;a@example.com;b@example.com;030 901820;;Weg 1;10115;Berlin;24.12.1980;ja;003"
    (tmp_path / "kunden/neu.csv").write_text(f"{columns}\n{row}\n", "cp1252")
    (contact,), errors, _ = run(Files({**settings, "folder": str(tmp_path)}, source="kunden"), "contacts")
    assert errors == []
    assert (contact.body["name"], contact.body["given_name"]) == ("Änne Müller", "Änne")
    assert contact.body["birth_date"] == date(1980, 12, 24)


def test_every_field_is_in_the_docs():
    text = (Path(__file__).parents[2] / "docs/sources/files.md").read_text()
    missing = {field for fields in FIELDS.values() for field in fields if f"`{field}`" not in text}
    assert not missing, f"Tell of {', '.join(missing)} in docs/sources/files.md."


# The contract.

NO_HTTP = "files lie on a disk: there is no server to ask, to refuse us or to break down"
NO_PUSH = "nobody delivers files by webhook"

PEOPLE = "id,name,mail\n" + "".join(f"{number},Person {number},p{number}@example.com\n" for number in range(9))
SOLD = HEADER + "".join(f"{9 - row % 5},sku{row},Tea,1,2026-04-01 10:00:00,2.50,{row % 5},\n" for row in range(25))
TEAS = "sku,title,price\n" + "".join(f"T{number},Tea {number},4.50\n" for number in range(7))


class TestFiles(AdapterContract):
    adapter = Files
    exempt = (
        dict.fromkeys((3, 4, 9, 10, 11, 12, 13, 14, 15), NO_HTTP)
        | dict.fromkeys((21, 22, 23, 24, 25), NO_PUSH)
        | {26: "there is no secret to keep, and no source that could repeat it"}
    )

    def open(self):
        super().open()
        self.exports = tempfile.TemporaryDirectory()
        folder = Path(self.exports.name)
        for name, content in (("people.csv", PEOPLE), ("lines.csv", SOLD), ("products.csv", TEAS)):
            (folder / name).write_text(content)
        people = {"external_id": "id", "name": "name", "emails": "mail"}
        products = {"external_id": "sku", "name": "title", "price": "price"}
        self.settings = {
            "folder": str(folder),
            "currency": "GBP",
            "page_size": 2,
            "contacts": {"path": "people.csv", "columns": people, "complete": True},
            "orders": ORDERS | {"complete": True},
            "products": {"path": "products.csv", "columns": products, "complete": True},
        }

    def close(self):
        self.exports.cleanup()
        super().close()

    def upstream(self):
        return lambda environ, start: start("404 Not Found", []) and []

    def change(self, app):
        number, folder = int(self.clock().timestamp()), Path(self.exports.name)
        for name, line in (
            ("people.csv", f"{number},New,new@example.com\n"),
            ("lines.csv", f"{number},sku,Tea,1,2026-05-01 10:00:00,2.50,3,\n"),
            ("products.csv", f"{number},New tea,1.00\n"),
        ):
            with (folder / name).open("a") as file:
                file.write(line)
        return {stream: [str(number)] for stream in ("contacts", "orders", "products")}
