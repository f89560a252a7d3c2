"""HubSpot's contacts and companies."""

from typing import Any

from adapters.base import Raw
from adapters.hubspot.items import absorbed_ids
from adapters.hubspot.stream import HubSpotStream
from adapters.hubspot.values import Properties, address, day, flag, parts
from schemas.identifiers import salesforce_id
from schemas.records import CompanySchema, ContactSchema

PHONES = {"phone": "phone", "mobilephone": "mobile"}


class Contacts(HubSpotStream):
    name = "contacts"
    kind = "contacts"
    type_id = "0-1"
    schema = ContactSchema
    modified = "lastmodifieddate"
    linked = ("companies",)
    properties = (
        *("email", "hs_additional_emails", *PHONES, "hs_twitterid", "twitterhandle"),
        *("firstname", "lastname", "company", "jobtitle", "date_of_birth", "hs_language", "associatedcompanyid"),
        *("address", "city", "state", "zip", "country", "hs_country_region_code"),
        *("hs_email_optout", "hs_legal_basis", "lifecyclestage"),
    )

    @property
    def asked(self) -> list[str]:
        return list(dict.fromkeys([*super().asked, *self.adapter.settings["external_ids"]]))

    def fields(self, raw: Raw, properties: Properties) -> dict[str, Any]:
        given, family = properties.get("firstname"), properties.get("lastname")
        told = {
            "name": " ".join(part for part in (given, family) if part) or None,
            "given_name": given,
            "family_name": family,
            "company_name": properties.get("company"),
            "job_title": properties.get("jobtitle"),
            "birth_date": day(properties.get("date_of_birth")),
            "language": properties.get("hs_language"),
            "address": address(properties, "hs_country_region_code"),
            "marketing_consent": _consent(properties),
            "merged_from": absorbed_ids(raw),
            "identifiers": [*_emails(properties), *_handles(properties), *self._elsewhere(properties)],
        }
        company = properties.get("associatedcompanyid")
        return told | ({"company_id": company} if company else {})

    def _elsewhere(self, properties: Properties) -> list[dict[str, Any]]:
        """Ids of the same person in other sources, as the settings name their properties."""
        return [
            {"kind": "external", "source": source, "value": salesforce_id(properties[name])}
            for name, source in self.adapter.settings["external_ids"].items()
            if properties.get(name)
        ]


class Companies(HubSpotStream):
    name = "companies"
    kind = "companies"
    type_id = "0-2"
    schema = CompanySchema
    # Contacts name their company; a large one's list of people would be read at each change of it.
    linked = ()
    properties = (
        *("name", "domain", "industry", "phone"),
        *("address", "city", "state", "zip", "country", "hs_country_code"),
    )

    def fields(self, raw: Raw, properties: Properties) -> dict[str, Any]:
        return {
            "name": properties.get("name"),
            "domain": properties.get("domain"),
            "industry": properties.get("industry"),
            "address": address(properties, "hs_country_code"),
        }


def _emails(properties: Properties) -> list[dict[str, Any]]:
    # HubSpot gives an address, primary or additional, to one contact only.
    told = [{"kind": "email", "value": properties.get("email"), "label": "primary"}]
    return told + [
        {"kind": "email", "value": one, "label": "additional"} for one in parts(properties.get("hs_additional_emails"))
    ]


def _handles(properties: Properties) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = [
        {"kind": "phone", "value": properties.get(name), "label": label} for name, label in PHONES.items()
    ]
    handle, user_id = properties.get("twitterhandle"), properties.get("hs_twitterid")
    if user_id:
        return [*told, {"kind": "social", "platform": "x", "user_id": user_id, "handle": handle}]
    return [*told, {"kind": "handle", "platform": "x", "value": handle}]


def _consent(properties: Properties) -> bool | None:
    if flag(properties.get("hs_email_optout")):
        return False
    # Not having opted out is no consent; a legal basis may name one ("Freely given consent from contact").
    basis = (properties.get("hs_legal_basis") or "").lower()
    return True if "consent" in basis else None
