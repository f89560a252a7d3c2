"""The world's rows in Salesforce's words: a function per object, from a row to its fields."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from phonenumbers.geodata.locale import LOCALE_DATA

from sandbox.tables import Row
from schemas.identifiers import salesforce_id

Fields = dict[str, Any]
# What a row needs to know of others: the row of a kind with that id.
Look = Callable[[str, str | None], Row | None]

STAGES = {
    "new": "Prospecting",
    "qualified": "Qualification",
    "proposal": "Proposal/Price Quote",
    "won": "Closed Won",
    "lost": "Closed Lost",
}
CASE_WORDS = {"new": "New", "open": "Working", "waiting": "Waiting on Customer", "closed": "Closed"}
# Our status of an order -> the company's word, and Salesforce's category for it.
ORDER_WORDS = {
    "draft": ("Draft", "Draft"),
    "placed": ("Activated", "Activated"),
    "fulfilled": ("Fulfilled", "Activated"),
    "cancelled": ("Cancelled", "Canceled"),
}


def stamp(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000+0000") if moment else None


def day(moment: datetime | date | str | None) -> str | None:
    return str(moment)[:10] if moment else None


def number(value: Any) -> float | None:
    return None if value is None else float(value)


def country_name(code: str | None) -> str | None:
    """In English, as an org without country pick lists has it typed in."""
    if code not in LOCALE_DATA:
        return code
    name = LOCALE_DATA[code].get("en", code)
    return LOCALE_DATA[code].get(name[1:], code) if name.startswith("*") else name


def system(row: Row) -> Fields:
    changed = stamp(row.modified)
    return {
        "Id": row.id,
        "IsDeleted": row.deleted,
        "CreatedDate": stamp(row.created),
        "LastModifiedDate": changed,
        "SystemModstamp": changed,
    }


def address(values: Mapping[str, Any], prefix: str) -> Fields:
    told = values.get("address") or {}
    return {
        f"{prefix}Street": told.get("street"),
        f"{prefix}City": told.get("city"),
        f"{prefix}State": told.get("region"),
        f"{prefix}PostalCode": told.get("postcode"),
        f"{prefix}Country": country_name(told.get("country")),
    }


def phone(values: Mapping[str, Any], label: str) -> str | None:
    return next((each["value"] for each in values.get("phones") or () if each["label"] == label), None)


def owner(values: Mapping[str, Any]) -> Fields:
    return {"OwnerId": (values.get("owner") or {}).get("external_id")}


def full_name(values: Mapping[str, Any]) -> str | None:
    named = [values.get("given_name"), values.get("family_name"), values.get("suffix")]
    return " ".join(each for each in named if each) or None


def custom(values: Mapping[str, Any]) -> Fields:
    """Fields that this company added."""
    return {
        "Shop_Customer_Id__c": (values.get("external_ids") or {}).get("shop"),
        "HubSpot_Contact_Id__c": (values.get("external_ids") or {}).get("hubspot"),
        "X_User_Id__c": (values.get("social") or {}).get("user_id"),
        "Language__c": values.get("language"),
    }


def contact(row: Row, look: Look) -> Fields:
    values = row.values
    return {
        **system(row),
        "MasterRecordId": row.merged_into,
        "AccountId": values.get("company_id"),
        "IsPersonAccount": bool(values.get("is_person_account")),
        "Name": full_name(values),
        "FirstName": values.get("given_name"),
        "LastName": values.get("family_name"),
        "Suffix": values.get("suffix"),
        "Title": values.get("job_title"),
        "Birthdate": values.get("birth_date"),
        "Description": values.get("description"),
        "HasOptedOutOfEmail": values.get("marketing_consent") is False,
        "Email": next(iter(values.get("emails") or ()), None),
        "Phone": phone(values, "phone"),
        "MobilePhone": phone(values, "mobile"),
        "HomePhone": phone(values, "home"),
        "OtherPhone": None,
        **address(values, "Mailing"),
        **custom(values),
        **owner(values),
    }


def account(row: Row, look: Look) -> Fields:
    values = row.values
    is_person = bool(values.get("is_person_account"))
    person = values if is_person else {}
    return {
        **system(row),
        "MasterRecordId": row.merged_into,
        "Name": (full_name(values) if is_person else None) or values.get("name"),
        "Website": values.get("domain") and f"https://www.{values['domain']}/",
        "Industry": values.get("industry"),
        "Description": values.get("description"),
        "Phone": phone(values, "phone"),
        **address(values, "Billing"),
        "IsPersonAccount": is_person,
        "PersonContactId": values.get("person_contact_id"),
        "FirstName": person.get("given_name"),
        "LastName": person.get("family_name"),
        "Suffix": person.get("suffix"),
        "PersonTitle": person.get("job_title"),
        "PersonBirthdate": person.get("birth_date"),
        "PersonHasOptedOutOfEmail": person.get("marketing_consent") is False,
        "PersonEmail": next(iter(person.get("emails") or ()), None),
        "PersonMobilePhone": phone(person, "mobile"),
        "PersonHomePhone": phone(person, "home"),
        "PersonOtherPhone": None,
        **address(person, "PersonMailing"),
        **custom(person),
        **owner(values),
    }


def order(row: Row, look: Look) -> Fields:
    values = row.values
    status, code = ORDER_WORDS[values["status"]]
    home = look("account", values.get("company_id"))
    is_persons = bool(home and home.values.get("is_person_account"))
    return {
        **system(row),
        "OrderNumber": values.get("number"),
        "Status": status,
        "StatusCode": code,
        "EffectiveDate": day(values.get("placed_at")),
        "OrderedDate": stamp(values.get("placed_at")),
        "TotalAmount": number(values["total"]),
        "CurrencyIsoCode": values["currency"],
        "IsReductionOrder": bool(values.get("is_refund")),
        "OriginalOrderId": values.get("refund_of"),
        "AccountId": values.get("company_id"),
        # A person account's order is its own: it names no contact beside.
        "BillToContactId": None if is_persons else next(iter(values.get("contact_ids") or ()), None),
        "CustomerAuthorizedById": None,
        "BillingEmailAddress": values.get("email"),
        "BillingPhoneNumber": values.get("phone"),
        **owner(values),
    }


def opportunity(row: Row, look: Look) -> Fields:
    values = row.values
    return {
        **system(row),
        "Name": values.get("name"),
        "StageName": STAGES[values["stage"]],
        "Amount": number(values.get("amount")),
        "CurrencyIsoCode": values.get("currency"),
        "IsClosed": bool(values.get("is_closed")),
        "IsWon": bool(values.get("is_won")),
        "CloseDate": day(values.get("closes_at") or row.created),
        "ContactId": next(iter(values.get("contact_ids") or ()), None),
        "AccountId": values.get("company_id"),
        **owner(values),
    }


def case(row: Row, look: Look) -> Fields:
    values = row.values
    return {
        **system(row),
        "MasterRecordId": row.merged_into,
        "CaseNumber": values.get("number"),
        "Subject": values.get("subject"),
        "Description": values.get("text"),
        "Status": CASE_WORDS[values["status"]],
        "IsClosed": not values["is_open"],
        "Type": (values.get("type") or "question").capitalize(),
        "Priority": (values.get("priority") or "medium").capitalize(),
        "Origin": (values.get("channel") or "web").capitalize(),
        "ClosedDate": stamp(values.get("closed_at")),
        # Fields that this company added.
        "Stars__c": values.get("rating"),
        "Rated_On__c": stamp(values.get("rated_at")),
        "ContactId": next(iter(values.get("contact_ids") or ()), None),
        "SuppliedEmail": values.get("email"),
        "SuppliedPhone": None,
        "AccountId": values.get("company_id"),
        **owner(values),
    }


def lines(row: Row) -> list[Fields]:
    """The OrderItems of an order."""
    return [
        {
            "Id": each["id"],
            "IsDeleted": row.deleted,
            "Product2Id": each.get("product_id"),
            "Quantity": number(each["quantity"]),
            "UnitPrice": number(each.get("unit_price")),
            "TotalPrice": number(each.get("total")),
            "Product2": {"Name": each.get("name"), "ProductCode": each.get("sku")},
        }
        for each in row.values.get("lines") or ()
    ]


def roles(row: Row) -> list[Fields]:
    """The OpportunityContactRoles of an opportunity, the first of them primary."""
    ids = row.values.get("contact_ids") or ()
    return [
        {"Id": _role_id(row.id, place), "IsDeleted": row.deleted, "ContactId": each, "IsPrimary": place == 0}
        for place, each in enumerate(ids)
    ]


def user(values: Mapping[str, Any]) -> Fields | None:
    """The User who owns a row."""
    told = values.get("owner")
    return {"Id": told["external_id"], "Name": told.get("name"), "Email": told.get("email")} if told else None


def _role_id(opportunity_id: str, place: int) -> str:
    return salesforce_id(f"00K{opportunity_id[3:13]}{place:02d}")
