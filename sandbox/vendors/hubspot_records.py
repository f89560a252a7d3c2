"""The world's rows in HubSpot's words: property values are text, moments ISO 8601, "" never and null for none."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sandbox.tables import Row

Properties = dict[str, str | None]

# HubSpot's names for a type: in paths, in older paths, by number.
TYPES = {
    **dict.fromkeys(("contacts", "contact", "0-1"), "contact"),
    **dict.fromkeys(("companies", "company", "0-2"), "company"),
    **dict.fromkeys(("deals", "deal", "0-3"), "deal"),
    **dict.fromkeys(("tickets", "ticket", "0-5"), "ticket"),
    **dict.fromkeys(("orders", "order", "0-123"), "order"),
    **dict.fromkeys(("line_items", "line_item", "0-8"), "line_item"),
}
# The only property that says when a record changed; the other spelling exists in no record.
MODIFIED = {"contact": "lastmodifieddate"}

Stage = tuple[str, str, Mapping[str, str]]
OPEN, CLOSED = {"isClosed": "false"}, {"isClosed": "true"}
STAGES: Mapping[str, Mapping[str, Stage]] = {
    "deal": {
        "new": ("appointmentscheduled", "Appointment Scheduled", OPEN | {"probability": "0.2"}),
        "qualified": ("qualifiedtobuy", "Qualified To Buy", OPEN | {"probability": "0.4"}),
        "proposal": ("contractsent", "Contract Sent", OPEN | {"probability": "0.9"}),
        "won": ("closedwon", "Closed Won", CLOSED | {"probability": "1.0"}),
        "lost": ("closedlost", "Closed Lost", CLOSED | {"probability": "0.0"}),
    },
    "ticket": {
        "new": ("1", "New", OPEN | {"ticketState": "OPEN"}),
        "waiting": ("2", "Waiting on contact", OPEN | {"ticketState": "OPEN"}),
        "open": ("3", "Waiting on us", OPEN | {"ticketState": "OPEN"}),
        "closed": ("4", "Closed", CLOSED | {"ticketState": "CLOSED"}),
    },
    "order": {
        "placed": ("4b27b500-f031-4927-9811-68a0b525cbae", "Open", {"state": "OPEN"}),
        "fulfilled": ("3725360f-519b-4b18-a593-494d60a29c9f", "Delivered", {"state": "CLOSED"}),
        "cancelled": ("3c85a297-e9ce-400b-b42e-9f16853d69d6", "Cancelled", {"state": "CLOSED"}),
    },
}


# What a ticket is about -> HubSpot's category; COMPLAINT is one that this portal added.
CATEGORIES = {"complaint": "COMPLAINT", "problem": "PRODUCT_ISSUE", "billing": "BILLING_ISSUE"}


def iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return iso(value) if isinstance(value, datetime) else str(value)


def properties(row: Row) -> Properties:
    """All that HubSpot holds of a row."""
    owner = row.values.get("owner") or {}
    modified = MODIFIED.get(row.kind, "hs_lastmodifieddate")
    told = {
        "hs_object_id": row.id,
        "hs_createdate" if row.kind == "order" else "createdate": row.created,
        modified: row.modified,
        "hubspot_owner_id": owner.get("external_id"),
        "hs_merged_object_ids": ";".join(row.values.get("merged_ids") or ()),
    }
    return {name: text(value) for name, value in (told | WORDS[row.kind](row.values)).items()}


def line_items(order: Row) -> dict[str, Properties]:
    """An order's lines, by id: HubSpot keeps them as records of their own."""
    return {f"{order.id}{place:03d}": _line(line, order) for place, line in enumerate(order.values.get("lines") or ())}


def _line(line: Mapping[str, Any], order: Row) -> Properties:
    told = {
        "name": line["name"],
        "hs_sku": line["sku"],
        "hs_product_id": line.get("product_id"),
        "quantity": line["quantity"],
        "price": line["unit_price"],
        "amount": line["total"],
        "hs_lastmodifieddate": order.modified,
    }
    return {name: text(value) for name, value in told.items()}


def _address(values: Mapping[str, Any], country: str) -> dict[str, Any]:
    told = values.get("address") or {}
    return {
        "address": told.get("street"),
        "city": told.get("city"),
        "state": told.get("region"),
        "zip": told.get("postcode"),
        country: told.get("country"),
    }


def _contact(values: Mapping[str, Any]) -> dict[str, Any]:
    emails, phones = values.get("emails") or [], {one["label"]: one["value"] for one in values.get("phones") or ()}
    social, consent = values.get("social") or {}, values.get("marketing_consent")
    elsewhere = values.get("external_ids") or {}
    return {
        "firstname": values.get("given_name"),
        "lastname": " ".join(filter(None, (values.get("family_name"), values.get("suffix")))),
        "email": emails[0] if emails else None,
        "hs_additional_emails": ";".join(emails[1:]),
        "phone": phones.get("phone") or phones.get("home"),
        "mobilephone": phones.get("mobile"),
        "company": values.get("company_name"),
        "associatedcompanyid": values.get("company_id"),
        "jobtitle": values.get("job_title"),
        "date_of_birth": values.get("birth_date"),
        "hs_language": values.get("language"),
        "hs_email_optout": None if consent is None else not consent,
        "hs_legal_basis": "Freely given consent from contact" if consent else None,
        "hs_twitterid": social.get("user_id"),
        "twitterhandle": social.get("handle"),
        "message": values.get("description"),
        **{f"{system}contactid": one for system, one in elsewhere.items()},
        **_address(values, "hs_country_region_code"),
    }


def _company(values: Mapping[str, Any]) -> dict[str, Any]:
    phones = values.get("phones") or []
    told = {name: values.get(name) for name in ("name", "domain", "industry")}
    return told | {"phone": phones[0]["value"] if phones else None} | _address(values, "hs_country_code")


def _deal(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "dealname": values.get("name"),
        "pipeline": "default",
        "dealstage": STAGES["deal"][values["stage"]][0],
        "amount": values.get("amount"),
        "deal_currency_code": values.get("currency"),
        "closedate": values.get("closes_at"),
        "hs_is_closed": values.get("is_closed"),
        "hs_is_closed_won": values.get("is_won"),
    }


def _ticket(values: Mapping[str, Any]) -> dict[str, Any]:
    sources = {"email": "EMAIL", "phone": "PHONE", "web": "FORM", "social": "CHAT"}
    return {
        "subject": values.get("subject"),
        "content": values.get("text"),
        "hs_pipeline": "0",
        "hs_pipeline_stage": STAGES["ticket"][values["status"]][0],
        "hs_ticket_category": CATEGORIES.get(values.get("type") or "", "GENERAL_INQUIRY"),
        "hs_ticket_priority": (values.get("priority") or "").upper(),
        "source_type": sources.get(values.get("channel") or ""),
        "createdate": values.get("opened_at"),
        "closed_date": values.get("closed_at"),
        "hs_last_csat_rating": values.get("rating"),
        "hs_last_csat_date": values.get("rated_at"),
    }


def _order(values: Mapping[str, Any]) -> dict[str, Any]:
    status, address = values["status"], values.get("address") or {}
    return {
        "hs_order_name": values.get("number"),
        "hs_external_order_id": values.get("number"),
        "hs_external_order_status": status,
        "hs_pipeline": "14a2e10e-5471-408a-906e-c51f3b04369e",
        "hs_pipeline_stage": STAGES["order"].get(status, STAGES["order"]["placed"])[0],
        "hs_currency_code": values.get("currency"),
        "hs_total_price": values.get("total"),
        "hs_external_created_date": values.get("placed_at"),
        "hs_billing_address_name": values.get("name"),
        "hs_billing_address_email": values.get("email"),
        "hs_billing_address_phone": values.get("phone"),
        "hs_billing_address_city": address.get("city"),
    }


WORDS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "contact": _contact,
    "company": _company,
    "deal": _deal,
    "ticket": _ticket,
    "order": _order,
}
