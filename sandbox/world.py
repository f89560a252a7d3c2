"""The world: everybody and everything that they did, as each system holds it, and the truth about it.

The same seed, number of people and end give the same world for ever. Nothing is stored: a
row is computed when it is asked for. What ticks change lies in an overlay on top.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

from sandbox.chance import Dice
from sandbox.changes import Change, Changes
from sandbox.ids import DecimalIds, Ids, SalesforceIds, Snowflakes
from sandbox.layout import EPOCH, AnsweredLayout, Layout
from sandbox.overlay import Overlay
from sandbox.paging import PagedTable
from sandbox.people import People, Person
from sandbox.products import PRODUCTS
from sandbox.rows.companies import account, company
from sandbox.rows.contacts import contact
from sandbox.rows.deals import deal
from sandbox.rows.goods import product
from sandbox.rows.orders import order
from sandbox.rows.social import brand, mention, reply, user
from sandbox.rows.spot import Spot, moment
from sandbox.rows.tickets import ticket
from sandbox.tables import Row, TableView

Make = Callable[["World", Spot], Row]

# Every table: how its ids look and what makes its rows.
TABLES: dict[tuple[str, str], tuple[Ids, Make]] = {
    ("salesforce", "account"): (SalesforceIds("001"), account),
    ("salesforce", "contact"): (SalesforceIds("003"), contact),
    ("salesforce", "order"): (SalesforceIds("801"), order),
    ("salesforce", "opportunity"): (SalesforceIds("006"), deal),
    ("salesforce", "case"): (SalesforceIds("500"), ticket),
    ("hubspot", "contact"): (DecimalIds(10_000_000_001), contact),
    ("hubspot", "company"): (DecimalIds(20_000_000_001), company),
    ("hubspot", "deal"): (DecimalIds(30_000_000_001), deal),
    ("hubspot", "order"): (DecimalIds(40_000_000_001), order),
    ("hubspot", "ticket"): (DecimalIds(50_000_000_001), ticket),
    ("x", "user"): (Snowflakes(0), user),
    ("x", "mention"): (Snowflakes(1), mention),
    ("x", "reply"): (Snowflakes(2), reply),
    ("shop", "customer"): (DecimalIds(100_000_001), contact),
    ("shop", "order"): (DecimalIds(200_000_001), order),
    ("shop", "product"): (DecimalIds(7_001), product),
}
CONTACTS = {"salesforce": "contact", "hubspot": "contact", "shop": "customer", "x": "user"}
COMPANIES = {"salesforce": "account", "hubspot": "company"}
PRODUCT_IDS: dict[str, Ids] = {"salesforce": SalesforceIds("01t"), "hubspot": DecimalIds(60_000_000_001)}
LINE_IDS: dict[str, Ids] = {"salesforce": SalesforceIds("802"), "hubspot": DecimalIds(70_000_000_001)}
STAFF_IDS: dict[str, Ids] = {"salesforce": SalesforceIds("005"), "hubspot": DecimalIds(80_000_001)}
# What belongs to no person.
IMPERSONAL = {("hubspot", "company"), ("x", "reply"), ("shop", "product")}

DEFAULT_END = datetime(2026, 4, 30, tzinfo=UTC)
YEARS = timedelta(days=3 * 365)


def now() -> datetime:
    return datetime.now(UTC)


class World:
    """`people` is how many; `until` is where the computed history ends and `clock`, which ticks follow, goes on."""

    def __init__(
        self,
        seed: int | str = 1,
        people: int = 1000,
        clock: Callable[[], datetime] = now,
        *,
        until: datetime = DEFAULT_END,
        state: Path | None = None,
    ) -> None:
        if not 1 <= people <= 10_000_000:
            raise ValueError("people is a number from 1 to 10000000")
        self.seed, self.people, self.clock, self.until = seed, people, clock, until
        self.crowd = People(seed)
        self.begin = (until - YEARS - EPOCH) // timedelta(seconds=1)
        self.staff = lru_cache(self._staff)
        self.overlay = Overlay({"people": people, "seed": str(seed), "until": until.isoformat()}, state)
        self._layouts = {key: self._layout(*key) for key in TABLES if key != ("x", "reply")}
        self._layouts["x", "reply"] = AnsweredLayout(self._layouts["x", "mention"])
        self._tables = {
            (system, kind): PagedTable(
                system, kind, self._layouts[system, kind], ids, partial(make, self), self.overlay
            )
            for (system, kind), (ids, make) in TABLES.items()
        }
        self._changes = Changes(self)
        self._changes.restore()

    def table(self, system: str, kind: str) -> TableView:
        """The rows of one kind in one system. KeyError when there is no such table."""
        return self._tables[system, kind]

    def tick(self, count: int = 10) -> list[Change]:
        """Let so many things happen now: orders, edits, merges, deletions, tickets, mentions, replies."""
        return self._changes.tick(count)

    def truth(
        self, systems: Sequence[str] = ("salesforce", "hubspot", "x", "shop")
    ) -> Iterator[tuple[str, str, str, int]]:
        """Who is who: (system, kind, id, number of the person), for all rows that belong to a person."""
        for (system, kind), table in self._tables.items():
            if system not in systems or (system, kind) in IMPERSONAL:
                continue
            for place in range(table.layout.count):
                person, _ = table.layout.owner(place)
                # A founder's row among the accounts is the company's.
                if kind != "account" or not self.crowd.place(person).founds:
                    yield system, kind, table.ids.at(table.layout, place), person
            for id, person in list(table.layer.people.items()):
                if person is not None and table.ids.find(table.layout, id) is None:
                    yield system, kind, id, person

    def person_of(self, system: str, kind: str, id: str) -> Person | None:
        """The true person behind a row."""
        if (system, kind) in IMPERSONAL:
            return None
        number = self._tables[system, kind].owner_of(id)
        if number is None or (kind == "account" and self.crowd.place(number).founds):
            return None
        return self.crowd.person(number)

    @cached_property
    def brand(self) -> Row:
        """The company's own account on X."""
        since = datetime(2010, 11, 20, tzinfo=UTC)
        return brand(Snowflakes(3).of((since - EPOCH) // timedelta(seconds=1), 7), since)

    # What makers of rows and ticks ask for.

    def paged(self, system: str, kind: str) -> PagedTable:
        return self._tables[system, kind]

    def layout(self, system: str, kind: str) -> Any:
        return self._layouts[system, kind]

    def id_of(self, system: str, kind: str, owner: int, which: int) -> str:
        return self._tables[system, kind].id_of(owner, which)

    def contact_id(self, system: str, number: int) -> str:
        """The person's first record in that system."""
        return self.id_of(system, CONTACTS[system], number, 0)

    def contact_near(self, number: int) -> str:
        """Somebody else's contact in Salesforce: what a careless import links to."""
        table = self._tables["salesforce", "contact"]
        return table.ids.at(table.layout, (number * 31 + 7) % table.layout.count)

    def some_contact(self, system: str, person: Person, dice: Dice) -> str | None:
        """One of the person's living records there; the deleted one when there is no other, None for a guest."""
        fates = person.place.copies.get(system, ())
        if not fates or (system == "shop" and dice.chance(12)):
            return None
        living = [which for which, fate in enumerate(fates) if fate == "live"] or [0]
        return self.id_of(system, CONTACTS[system], person.number, dice.pick(living))

    def company_id(self, system: str, person: Person) -> str | None:
        """The account or company that the person buys for; in Salesforce some people are their own."""
        if system == "salesforce" and person.place.is_person_account:
            fates = person.place.copies[system]
            return self.id_of(system, "account", person.number, fates.index("live") if "live" in fates else 0)
        if system not in COMPANIES or person.company is None:
            return None
        return self.id_of(system, COMPANIES[system], person.company, 0)

    def line_id(self, system: str, order_number: int, turn: int) -> str:
        return LINE_IDS[system].of(order_number * 8 + turn) if system in LINE_IDS else f"{order_number + 1}-{turn + 1}"

    def product_id(self, system: str, number: int) -> str:
        return PRODUCT_IDS[system].of(number) if system in PRODUCT_IDS else self.id_of(system, "product", 0, number)

    def mention(self, owner: int, which: int) -> Row:
        table = self._tables["x", "mention"]
        return table.row(table.layout.place(owner, which))

    def _staff(self, system: str, turn: int) -> dict[str, str]:
        """One of the company's dozen colleagues, by a throw of 0 to 999."""
        number = turn % 12
        person = self.crowd.person(number * 71 + 13)
        return {
            "external_id": STAFF_IDS[system].of(number),
            "name": f"{person.given} {person.family}",
            "email": f"staff{number + 1}@teahouse.example",
        }

    def _layout(self, system: str, kind: str) -> Layout:
        if kind == "product":
            return Layout([len(PRODUCTS)] + [0] * 999, 1000, moment(self.begin), self.until)
        counts = [place.counts[system, kind] for place in self.crowd.places]
        if system != "x":
            return Layout(counts, self.people, moment(self.begin), self.until)
        # Accounts are older than what was posted with them, and answers come before the end.
        begin, end = (
            (datetime(2011, 1, 1, tzinfo=UTC), moment(self.begin))
            if kind == "user"
            else (moment(self.begin), self.until - timedelta(hours=6))
        )
        return Layout(counts, self.people, begin, end, jumbled=False)
