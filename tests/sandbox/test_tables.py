"""Rows of every table hold the values that sandbox.tables promises to the vendors' apps."""

import dataclasses
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from sandbox import tables
from sandbox.tables import Row
from sandbox.world import TABLES, World

PLACE = {"street", "city", "region", "postcode", "country"}
CONTACT = {
    *("given_name", "family_name", "suffix", "emails", "phones", "company_id", "company_name", "job_title", "address"),
    *("birth_date", "language", "marketing_consent", "description", "owner", "external_ids", "social", "merged_ids"),
}
ORDER = {
    *("number", "placed_at", "status", "is_refund", "refund_of", "currency", "total", "contact_ids", "company_id"),
    *("company_ids", "email", "name", "phone", "address", "lines"),
}
COMPANY = {"name", "domain", "industry", "phones", "address", "owner"}
DEAL = {
    *("name", "stage", "amount", "currency", "is_closed", "is_won", "closes_at", "contact_ids", "company_id"),
    *("company_ids", "owner"),
}
TICKET = {
    *("number", "subject", "text", "status", "is_open", "priority", "channel", "opened_at", "closed_at"),
    *("contact_ids", "company_id", "company_ids", "email", "owner"),
}
POST = {
    *("text", "posted_at", "author_id", "author_handle", "conversation_id", "in_reply_to", "in_reply_to_user_id"),
    "language",
}
USER = {"name", "handle", "description", "location", "url", "followers_count", "is_verified", "is_protected"}
VALUES = {
    "account": COMPANY | {"is_person_account", "person_contact_id"},
    "contact": CONTACT,
    "customer": CONTACT,
    "company": COMPANY,
    "order": ORDER,
    "opportunity": DEAL,
    "deal": DEAL,
    "case": TICKET,
    "ticket": TICKET,
    "user": USER,
    "mention": POST,
    "reply": POST,
    "product": {"sku", "name", "category", "price", "currency", "is_available"},
}
CHOICES = {
    "status": {"draft", "placed", "fulfilled", "cancelled", "new", "open", "waiting", "closed"},
    "stage": {"new", "qualified", "proposal", "won", "lost"},
    "priority": {"low", "medium", "high"},
    "channel": {"email", "phone", "web", "social"},
}


@pytest.fixture(params=TABLES, ids=".".join)
def rows(request, world: World) -> list[Row]:
    return world.table(*request.param).after(None, "", 400)


def test_every_row_holds_what_its_kind_promises(rows: list[Row]) -> None:
    for row in rows:
        assert VALUES[row.kind] <= row.values.keys()
        if row.kind == "account" and row.values["is_person_account"]:
            assert row.values.keys() >= CONTACT


def test_every_promised_name_is_written_down() -> None:
    for kind, names in VALUES.items():
        for name in names:
            assert name in tables.__doc__, f"Tell in the docstring of sandbox.tables what {kind}.{name} is."


def test_times_are_utc_in_whole_seconds_and_money_is_decimal(rows: list[Row]) -> None:
    for row in rows:
        assert row.created <= row.modified
        for value in (row.created, row.modified, *row.values.values()):
            if isinstance(value, datetime):
                assert value.tzinfo == UTC and value.microsecond == 0
            assert not isinstance(value, float)
        for name in ("total", "price", "amount"):
            assert isinstance(row.values.get(name), Decimal | None)


def test_choices_are_those_that_are_written_down(rows: list[Row]) -> None:
    for row in rows:
        for name, choices in CHOICES.items():
            assert row.values.get(name) in {None, *choices}


def test_addresses_and_owners_have_their_parts(rows: list[Row]) -> None:
    for row in rows:
        address, owner = row.values.get("address"), row.values.get("owner")
        assert address is None or address.keys() == PLACE
        assert owner is None or owner.keys() == {"external_id", "name", "email"}


def test_a_ticket_is_closed_when_it_has_a_time_of_closing(rows: list[Row]) -> None:
    for row in rows:
        if "is_open" in row.values:
            assert row.values["is_open"] == (row.values["closed_at"] is None) == (row.values["status"] != "closed")
            assert row.values["opened_at"] <= row.modified


def test_a_row_is_not_changed_by_who_reads_it(world: World) -> None:
    row = world.table("hubspot", "deal").after(None, "", 1)[0]
    with pytest.raises(dataclasses.FrozenInstanceError):
        row.id = "other"
