"""Orders, opportunities and cases: what people bought, may buy, and are waiting for."""

from decimal import Decimal
from typing import Any

from adapters.base import Raw
from adapters.base.scale import share
from adapters.salesforce.people import OWNER
from adapters.salesforce.stream import SalesforceStream
from adapters.salesforce.words import amount, at, below, id_or_none, midnight, owner, person_of
from schemas.identifiers import salesforce_id
from schemas.records import DealSchema, OrderSchema, TicketSchema

# Who a row belongs to when its account is a person's.
PERSON = ("AccountId", "Account.PersonContactId")

# An order's StatusCode, the category behind a company's own words for Status.
STATES = {"Draft": "draft", "Activated": "placed", "Canceled": "cancelled", "Cancelled": "cancelled"}

# Companies add their own words within a category; these of them say more than it does.
FULFILLED = frozenset({"fulfilled", "shipped", "delivered", "completed", "complete", "closed"})
CANCELLED = frozenset({"cancelled", "canceled"})


class Orders(SalesforceStream):
    """Orders with their products. A reduction order takes back an earlier one: a refund."""

    name = "orders"
    schema = OrderSchema
    object = "Order"
    fields = (
        *("OrderNumber", "Status", "StatusCode", "EffectiveDate", "OrderedDate", "TotalAmount", "CurrencyIsoCode"),
        *("IsReductionOrder", "OriginalOrderId", "BillToContactId", "CustomerAuthorizedById"),
        *("BillingEmailAddress", "BillingPhoneNumber"),
        *PERSON,
        *OWNER,
    )
    children = {
        "OrderItems": (
            *("Id", "IsDeleted", "Product2Id", "Product2.Name", "Product2.ProductCode", "Quantity"),
            *("UnitPrice", "TotalPrice"),
        )
    }

    def told(self, raw: Raw) -> dict[str, Any]:
        is_refund = bool(raw.get("IsReductionOrder"))
        lines = [_line(row, is_refund) for row in sorted(below(raw, "OrderItems"), key=lambda row: row["Id"])]
        contacts = self._contacts(raw)
        return {
            "number": raw.get("OrderNumber"),
            "placed_at": raw.get("OrderedDate") or midnight(raw.get("EffectiveDate")) or raw.get("CreatedDate"),
            "status": raw.get("Status"),
            "state": _state(raw),
            "is_refund": is_refund,
            "currency": raw.get("CurrencyIsoCode") or self.adapter.settings["currency"],
            "total": _signed(raw["TotalAmount"], is_refund),
            "lines": lines,
            "company_id": id_or_none(raw.get("AccountId")),
            "owner": owner(raw),
            "contact_ids": contacts,
            "identifiers": [] if contacts else _guest(raw),
        }

    def _contacts(self, raw: Raw) -> list[str]:
        named = raw.get("BillToContactId") or raw.get("CustomerAuthorizedById")
        return [salesforce_id(named)] if named else person_of(raw)


class Opportunities(SalesforceStream):
    """Sales in the pipeline. The people are its contact roles, the primary one first."""

    name = "opportunities"
    schema = DealSchema
    object = "Opportunity"
    fields = (
        *("Name", "StageName", "Amount", "CurrencyIsoCode", "IsClosed", "IsWon", "CloseDate", "ContactId"),
        *PERSON,
        *OWNER,
    )
    children = {"OpportunityContactRoles": ("ContactId", "IsPrimary", "IsDeleted")}

    def told(self, raw: Raw) -> dict[str, Any]:
        roles = sorted(below(raw, "OpportunityContactRoles"), key=lambda row: (not row["IsPrimary"], row["ContactId"]))
        named = [each for each in (raw.get("ContactId"), *(row["ContactId"] for row in roles)) if each]
        return {
            "name": raw.get("Name"),
            "stage": raw.get("StageName"),
            "amount": amount(raw.get("Amount")),
            "currency": raw.get("CurrencyIsoCode") or self.adapter.settings["currency"],
            "is_closed": raw["IsClosed"],
            "is_won": raw["IsWon"],
            "closes_at": midnight(raw.get("CloseDate")),
            "company_id": id_or_none(raw.get("AccountId")),
            "owner": owner(raw),
            "contact_ids": [salesforce_id(each) for each in named] or person_of(raw),
        }


class Cases(SalesforceStream):
    """Tickets. One from a form may have no contact yet, only what was typed into it."""

    name = "cases"
    schema = TicketSchema
    object = "Case"
    fields = (
        *("MasterRecordId", "CaseNumber", "Subject", "Description", "Status", "IsClosed", "Type", "Priority"),
        *("Origin", "ClosedDate", "ContactId", "SuppliedEmail", "SuppliedPhone"),
        *PERSON,
        *OWNER,
    )

    def told(self, raw: Raw) -> dict[str, Any]:
        contacts = [salesforce_id(raw["ContactId"])] if raw.get("ContactId") else person_of(raw)
        return {
            "number": raw.get("CaseNumber"),
            "subject": raw.get("Subject"),
            "text": raw.get("Description"),
            "status": raw.get("Status"),
            "is_open": not raw["IsClosed"],
            "type": raw.get("Type"),
            "priority": raw.get("Priority"),
            "channel": raw.get("Origin"),
            "opened_at": raw.get("CreatedDate"),
            "closed_at": raw.get("ClosedDate"),
            "company_id": id_or_none(raw.get("AccountId")),
            "owner": owner(raw),
            "contact_ids": contacts,
            "identifiers": [] if contacts else _typed(raw),
        }

    def mapped(self, raw: Raw) -> dict[str, Any]:
        """Salesforce has no satisfaction of its own: the settings name the company's field, and its scale."""
        told = super().mapped(raw)
        if "satisfaction" in told:
            told["satisfaction"] = share(told["satisfaction"], self.adapter.settings["satisfaction_scale"])
        return told


def _state(raw: Raw) -> str:
    status = str(raw.get("Status") or "").strip().lower()
    if status in CANCELLED:
        return "cancelled"
    state = STATES.get(raw.get("StatusCode") or raw.get("Status") or "", "placed")
    return "fulfilled" if state == "placed" and status in FULFILLED else state


def _line(row: Raw, is_refund: bool) -> dict[str, Any]:
    return {
        "external_id": salesforce_id(row["Id"]),
        "product_id": id_or_none(row.get("Product2Id")),
        "sku": at(row, "Product2.ProductCode"),
        "name": at(row, "Product2.Name"),
        "quantity": _signed(row["Quantity"], is_refund),
        "unit_price": amount(row.get("UnitPrice")),
        "total": _signed(row.get("TotalPrice"), is_refund),
    }


def _signed(value: Any, is_refund: bool) -> str | None:
    """What is taken back counts below nothing, whichever sign the org keeps for it."""
    if value is None:
        return None
    return str(-abs(Decimal(str(value)))) if is_refund else str(value)


def _guest(raw: Raw) -> list[dict[str, Any]]:
    return [
        {"kind": "email", "value": raw.get("BillingEmailAddress")},
        {"kind": "phone", "value": raw.get("BillingPhoneNumber")},
    ]


def _typed(raw: Raw) -> list[dict[str, Any]]:
    return [{"kind": "email", "value": raw.get("SuppliedEmail")}, {"kind": "phone", "value": raw.get("SuppliedPhone")}]
