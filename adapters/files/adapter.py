"""Files: what a company exports, read by a mapping in the settings.

There is no API and no signature; a file is read again when its content has changed.
"""

import sqlite3
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from adapters.base import Adapter, Setting, UnavailableError
from adapters.files.checks import problems, zone_problems
from adapters.files.mapping import Table, customers, table
from adapters.files.streams import Contacts, Orders, Products

T = TypeVar("T")

# A file that is gone, forbidden or cut short, or no room for the spool: another time it may be otherwise.
UNREADABLE = (OSError, EOFError, zlib.error, sqlite3.Error)

STREAMS = ("contacts", "orders", "products")


class Files(Adapter):
    """Contacts, orders and products from CSV, JSON Lines and Parquet."""

    name = "files"
    stream_types = (Contacts, Orders, Products)
    known_settings = (
        Setting(name="contacts", help="Where contacts are, and which column means what.", type=dict),
        Setting(name="orders", help="Where orders are, and which column means what.", type=dict),
        Setting(name="products", help="Where products are, and which column means what.", type=dict),
        Setting(name="folder", help="What paths are relative to; without it where the program was started."),
        Setting(name="timezone", help="Zone of times that name none, such as Europe/London.", default="UTC"),
        Setting(name="currency", help="Currency (ISO 4217) of amounts whose row names none."),
        Setting(name="decimal", help="What stands before the decimals: a full stop or a comma."),
        Setting(name="date_format", help="How dates are written, such as %d.%m.%Y; without it ISO 8601."),
        Setting(name="encoding", help="Encoding of the files; without it found out."),
        Setting(name="delimiter", help="What stands between the cells of a CSV file; without it found out."),
        Setting(name="page_size", help="Things brought at once.", type=int, default=1000),
        Setting(name="lookback_seconds", help="Without meaning here: files are compared by content.", type=float),
    )

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterable[str]:
        told = {name: given[name] for name in STREAMS if given.get(name)}
        if not told:
            yield "none of contacts, orders and products is set up (and orders need a currency)"
        for name, settings in told.items():
            # One that is no table is told as such by its type.
            yield from problems(name, settings) if isinstance(settings, Mapping) else ()
        yield from zone_problems("timezone", given.get("timezone") or "UTC")
        orders = told.get("orders")
        if isinstance(orders, Mapping) and isinstance(orders.get("columns"), Mapping):
            currencies = (given.get("currency"), orders.get("currency"), orders["columns"].get("currency"))
            if not any(currencies):
                yield "orders.columns.currency is missing, and so is the currency of all orders (currency)"

    def prepare(self) -> None:
        usual = {
            name: self.settings[name]
            for name in ("timezone", "currency", "decimal", "date_format", "encoding", "delimiter")
        }
        told = {name: self.settings[name] for name in STREAMS if self.settings[name]}
        self.tables: dict[str, Table] = {name: table(settings, usual) for name, settings in told.items()}
        if "orders" in told and "contacts" not in told:
            found = customers(told["orders"], usual)
            self.tables |= {"contacts": found} if found else {}
        # A source without products has no such stream, rather than one that never brings anything.
        self.stream_types = tuple(stream for stream in type(self).stream_types if stream.name in self.tables)

    def check(self) -> None:
        for stream in self.streams.values():
            stream.look()

    def guarded(self, what: str, call: Callable[[], T]) -> T:
        def reading() -> T:
            try:
                return call()
            except UNREADABLE as error:
                raise UnavailableError(f"{self.source}.{what}: cannot be read ({type(error).__name__})") from None

        return super().guarded(what, reading)
