"""A real shop's invoices, loaded by nothing but a mapping in the settings, and counted again by other means.

    python -m benchmarks.online_retail PATH_TO/lines.parquet

The file is UCI's "Online Retail" (Chen, 2015; CC BY 4.0) as Parquet or CSV: a row per invoice line,
invoices that begin with C are cancellations, a quarter of the rows have no customer. It goes through
the adapter, then through pull and intake into a temporary SQLite store; the sum of every customer
in that store is compared with the file's own, added up by pyarrow and Decimal.
"""

import argparse
import resource
import tempfile
import time
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from sqlalchemy import select

from adapters.files import Files
from benchmarks.machine import console, introduce, table
from connector.clock import now
from connector.identity.resolver import Resolver
from connector.store import Store
from connector.store.tables import record_contacts, records
from connector.sync.intake import Intake
from connector.sync.pull import Pull

# What somebody with this file writes into visavis.toml, below [sources.retail].
MAPPING = """
currency = "GBP"
timezone = "Europe/London"

[orders.columns]
external_id = "InvoiceNo"
placed_at = "InvoiceDate"
customer_id = "CustomerID"

[orders.lines]
sku = "StockCode"
name = "Description"
quantity = "Quantity"
unit_price = "UnitPrice"

[orders.refund]
prefix = "C"

[orders.customer]
country = "Country"
"""

Sums = Mapping[str | None, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What one way of reading found: its sums by customer (None: nobody's) and how many of each thing."""

    sums: Sums
    customers: int
    orders: int
    refunds: int
    lines: int
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("path", type=Path, help="lines.parquet or lines.csv, or the folder that holds it")
    file = found(parser.parse_args().path)
    introduce("Online Retail, by a mapping alone")
    own = counted_alone(file)
    rows = table("way:", "customers", "orders", "refunds", "lines", "seconds", "lines/s")
    ways = {"adapter alone": through_adapter(file), "to the store (SQLite)": through_store(file)}
    for way, got in {"the file itself": own, **ways}.items():
        counts = (got.customers, got.orders, got.refunds, got.lines)
        figures = [f"{count:,}" for count in counts]
        rows.add_row(way, *figures, f"{got.seconds:.1f}", f"{got.lines / got.seconds:,.0f}")
    console.print(rows)
    wrong = [f"{way}: {told}" for way, got in ways.items() for told in differences(own, got)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    console.print(f"peak memory {peak:.0f} MiB, the check by pyarrow included", style="dim")
    if wrong:
        raise SystemExit("\n".join(wrong))
    console.print(f"every sum per customer equals the file's: {own.customers:,} customers, and what is nobody's")


def found(path: Path) -> Path:
    """The file that is meant."""
    names = [path / name for name in ("lines.parquet", "lines.csv")] if path.is_dir() else [path]
    there = [name for name in names if name.is_file()]
    if not there:
        raise SystemExit(f"there is no file {names[0]}")
    return there[0]


def adapter(file: Path) -> Files:
    told = tomllib.loads(MAPPING)
    told["orders"]["path"] = file.name
    return Files({"folder": str(file.parent), **told}, source="retail")


def counted_alone(file: Path) -> Counted:
    """Without anything of ours: columns by pyarrow, sums by Decimal."""
    started = time.perf_counter()
    rows = pa.parquet.read_table(file) if file.suffix == ".parquet" else pa.csv.read_csv(file)
    columns = [rows[name].to_pylist() for name in ("InvoiceNo", "CustomerID", "Quantity", "UnitPrice")]
    sums: dict[str | None, Decimal] = defaultdict(Decimal)
    invoices = set()
    for invoice, customer, quantity, price in zip(*columns, strict=True):
        sums[None if customer is None else str(int(customer))] += quantity * Decimal(repr(price))
        invoices.add(str(invoice))
    refunds = sum(invoice.startswith("C") for invoice in invoices)
    return counted(sums, len(invoices), refunds, rows.num_rows, started)


def through_adapter(file: Path) -> Counted:
    started = time.perf_counter()
    source, sums, lines = adapter(file), defaultdict(Decimal), 0
    orders = [0, 0]
    for stream in source.streams.values():
        cursor, more = None, True
        while more:
            page = stream.pull(cursor)
            cursor, more = page.cursor, page.more
            for record in map(stream.record, page.items):
                if record.kind == "order":
                    sums[next(iter(record.contact_ids), None)] += record.body["total"]
                    orders[record.body["is_refund"]] += 1
                    lines += len(record.body["lines"])
    return counted(sums, sum(orders), orders[True], lines, started)


def through_store(file: Path) -> Counted:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/retail.db")
        try:
            store.migrate()
            started = time.perf_counter()
            intake = Intake(store, Resolver(now), now)
            for report in Pull(store, intake, now, time.sleep).run("default", adapter(file)):
                if report.state != "ok" or report.quarantined:
                    raise SystemExit(f"{report.stream}: {report.state}, {report.quarantined} broken; {report.reason}")
            return stored(store, started)
        finally:
            store.close()


def stored(store: Store, started: float) -> Counted:
    """What the store holds afterwards; reading it back is not part of the seconds."""
    seconds = time.perf_counter() - started
    sums: dict[str | None, Decimal] = defaultdict(Decimal)
    orders, lines = [0, 0], 0
    asked = (
        select(records.c.body, record_contacts.c.external_id)
        .join(record_contacts, record_contacts.c.record_id == records.c.id, isouter=True)
        .where(records.c.kind == "order")
    )
    with store.reading() as connection:
        for text, customer in connection.execute(asked):
            body = orjson.loads(text)
            sums[customer] += Decimal(body["total"])
            orders[body["is_refund"]] += 1
            lines += len(body["lines"])
    return counted(sums, sum(orders), orders[True], lines, time.perf_counter() - seconds)


def counted(sums: Sums, orders: int, refunds: int, lines: int, started: float) -> Counted:
    seconds = time.perf_counter() - started
    customers = sum(customer is not None for customer in sums)
    return Counted(sums=sums, customers=customers, orders=orders, refunds=refunds, lines=lines, seconds=seconds)


def differences(own: Counted, got: Counted) -> list[str]:
    """In what a way of reading differs from the file."""
    told = [
        f"{name}: {getattr(got, name):,}, and the file has {getattr(own, name):,}"
        for name in ("customers", "orders", "refunds", "lines")
        if getattr(got, name) != getattr(own, name)
    ]
    known = own.sums.keys() | got.sums.keys()
    wrong = [customer for customer in known if own.sums.get(customer) != got.sums.get(customer)]
    return told + ([f"the sums of {len(wrong):,} customers"] if wrong else [])


if __name__ == "__main__":
    main()
