"""Salesforce's words in ours, as several objects use them."""

from collections.abc import Iterable, Mapping
from typing import Any

from adapters.base import Raw
from schemas.countries import country
from schemas.identifiers import salesforce_id

# Field -> what people call that number. An assistant's phone and a fax are not the person's.
PHONES = {
    "Phone": "work",
    "MobilePhone": "mobile",
    "HomePhone": "home",
    "OtherPhone": "other",
}


def at(raw: Raw, path: str) -> Any:
    """The value at `Parent.Field`, or None when either is empty."""
    value: Any = raw
    for name in path.split("."):
        value = (value or {}).get(name)
    return value


def id_or_none(text: str | None) -> str | None:
    return salesforce_id(text) if text else None


def address(raw: Raw, prefix: str) -> dict[str, Any] | None:
    """A compound address's fields: `prefix` is Mailing, Billing, Person…"""
    named = raw.get(f"{prefix}CountryCode") or raw.get(f"{prefix}Country")
    told = {
        "street": raw.get(f"{prefix}Street"),
        "city": raw.get(f"{prefix}City"),
        "region": raw.get(f"{prefix}State"),
        "postcode": raw.get(f"{prefix}PostalCode"),
        "country": country(named),
    }
    return told if any(told.values()) else None


def owner(raw: Raw) -> dict[str, Any] | None:
    """The user, or the queue, that the row belongs to."""
    if not raw.get("OwnerId"):
        return None
    named = raw.get("Owner") or {}
    return {"external_id": salesforce_id(raw["OwnerId"]), "name": named.get("Name"), "email": named.get("Email")}


def phones(raw: Raw, names: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"kind": "phone", "value": raw[name], "label": label} for name, label in names.items() if raw.get(name)]


def person_of(raw: Raw) -> list[str]:
    """The contact behind a person account that the row belongs to, else nobody."""
    account = raw.get("Account") or {}
    return [salesforce_id(account["PersonContactId"])] if account.get("PersonContactId") else []


def midnight(day: str | None) -> str | None:
    """A day as the moment at which it began in UTC: Salesforce keeps no hour for it."""
    return f"{day}T00:00:00Z" if day else None


def below(raw: Raw, name: str) -> Iterable[Raw]:
    """The rows of a list below, without those that were deleted (a query for deleted rows brings both)."""
    rows = (raw.get(name) or {}).get("records") or ()
    return (row for row in rows if not row.get("IsDeleted"))


def consent(raw: Raw, opted_out: str) -> bool | None:
    """Opted out is a no. Not opted out is no yes: nobody may have asked."""
    return False if raw.get(opted_out) else None


def amount(value: Any) -> str | None:
    """Money without a float's rounding: JSON's number by its shortest spelling."""
    return None if value is None else str(value)


def domain(website: str | None) -> str | None:
    host = (website or "").strip().lower().partition("://")[2] or (website or "").strip().lower()
    return host.partition("/")[0].partition(":")[0].removeprefix("www.") or None
