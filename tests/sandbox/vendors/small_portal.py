"""A HubSpot portal of a few records, put in by hand."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sandbox.tables import Row
from tests.sandbox.vendors.small_world import START, SmallWorld

OWNER = {"external_id": "7001", "name": "Olga Owner", "email": "olga@example.com"}
FIRST = {"contact": 1001, "company": 2001, "deal": 3001, "ticket": 4001, "order": 5001}


class SmallPortal(SmallWorld):
    """Its rows are older than START, where tests' clocks begin."""

    def __init__(self) -> None:
        super().__init__()
        self.time = START - timedelta(days=1)

    def add(self, kind: str, *, merged_ids: list[str] | None = None, **values: Any) -> Row:
        moment = self.wait()
        one = str(FIRST[kind] + len(self.table("hubspot", kind)))
        row = Row(id=one, kind=kind, modified=moment, created=moment, values=values | {"merged_ids": merged_ids})
        return self.put("hubspot", row)

    def contact(self, given: str = "Ada", **values: Any) -> Row:
        told = {"given_name": given, "family_name": "Lovelace", "emails": [f"{given.lower()}@example.com"]}
        return self.add("contact", **{**told, **values})

    def order(self, *contacts: Row, lines: int = 2, **values: Any) -> Row:
        line = {"product_id": "88", "sku": "TEA-1", "name": "Tea", "quantity": 2, "unit_price": Decimal("4.50")}
        told = {
            "number": f"#{len(self.table('hubspot', 'order')) + 1}",
            "placed_at": self.time,
            "status": "placed",
            "currency": "EUR",
            "total": Decimal("9.00") * lines,
            "contact_ids": [row.id for row in contacts],
            "lines": [line | {"total": Decimal("9.00")} for _ in range(lines)],
        }
        return self.add("order", **{**told, **values})

    def deal(self, *contacts: Row, **values: Any) -> Row:
        told = {
            "name": "A year of tea",
            "stage": "proposal",
            "amount": Decimal("1200"),
            "currency": "EUR",
            "is_closed": False,
            "is_won": False,
            "contact_ids": [row.id for row in contacts],
        }
        return self.add("deal", **{**told, **values})

    def ticket(self, *contacts: Row, **values: Any) -> Row:
        told = {
            "subject": "Cold tea",
            "text": "It arrived cold.",
            "status": "open",
            "priority": "high",
            "channel": "email",
            "opened_at": self.time,
            "contact_ids": [row.id for row in contacts],
        }
        return self.add("ticket", **{**told, **values})

    def edited(self, row: Row, **values: Any) -> Row:
        return self.put("hubspot", replace(row, modified=self.wait(), values={**row.values, **values}))

    def archived(self, row: Row) -> Row:
        return self.put("hubspot", replace(row, modified=self.wait(), deleted=True))

    def restored(self, row: Row) -> Row:
        return self.put("hubspot", replace(row, modified=self.wait(), deleted=False))

    def merged(self, winner: Row, loser: Row) -> Row:
        """As HubSpot merges: a new record, which names both."""
        ids = [one for row in (winner, loser) for one in (*(row.values["merged_ids"] or ()), row.id)]
        kept = {name: value for name, value in winner.values.items() if name != "merged_ids"}
        row = self.add(winner.kind, merged_ids=ids, **kept)
        for old in (winner, loser):
            self.put("hubspot", replace(old, modified=self.wait(), deleted=True, merged_into=row.id))
        return row

    def erased(self, row: Row) -> None:
        """GDPR: not even an id is left."""
        del self.table("hubspot", row.kind).rows[row.id]
