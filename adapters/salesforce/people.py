"""Contacts and accounts. A person account is one account and one contact behind it: one person, said twice."""

from collections.abc import Iterable
from typing import Any

from adapters.base import Raw
from adapters.salesforce.stream import SalesforceStream
from adapters.salesforce.words import PHONES, address, at, consent, domain, id_or_none, owner, phones
from schemas.records import CompanySchema, ContactSchema

OWNER = ("OwnerId", "Owner.Name", "Owner.Email")

# A person account's number fields: the account's own, and those of its contact.
PERSON_PHONES = {
    "Phone": "work",
    "PersonMobilePhone": "mobile",
    "PersonHomePhone": "home",
    "PersonOtherPhone": "other",
}


class People(SalesforceStream):
    """Whoever is a person: the handles that the settings name, and the other half of a person account."""

    def own_fields(self) -> Iterable[str]:
        yield from super().own_fields()
        yield from (self.adapter.settings["external_ids"] or {}).values()
        yield from (self.adapter.settings["social_ids"] or {}).values()

    def handles(self, raw: Raw, email: str, numbers: dict[str, str], other_half: str | None) -> list[dict[str, Any]]:
        """The person's identifiers. The other half's id makes contact and account one person."""
        told: list[dict[str, Any]] = []
        if raw.get(email):
            told.append({"kind": "email", "value": raw[email], "label": "primary"})
        told += phones(raw, numbers)
        if other_half:
            told.append({"kind": "external", "source": self.adapter.source, "value": other_half, "verified": True})
        for source, name in (self.adapter.settings["external_ids"] or {}).items():
            if at(raw, name):
                told.append({"kind": "external", "source": source, "value": at(raw, name)})
        for platform, name in (self.adapter.settings["social_ids"] or {}).items():
            if at(raw, name):
                told.append({"kind": "social", "platform": platform, "user_id": str(at(raw, name))})
        return told


class Contacts(People):
    name = "contacts"
    schema = ContactSchema
    object = "Contact"
    fields = (
        *("MasterRecordId", "AccountId", "Account.Name", "IsPersonAccount"),
        *("Name", "FirstName", "LastName", "Suffix", "Title", "Birthdate", "Description", "HasOptedOutOfEmail"),
        *("Email", *PHONES),
        *("MailingStreet", "MailingCity", "MailingState", "MailingPostalCode", "MailingCountry", "MailingCountryCode"),
        *OWNER,
    )

    def told(self, raw: Raw) -> dict[str, Any]:
        account = id_or_none(raw.get("AccountId"))
        is_person = bool(raw.get("IsPersonAccount"))
        return {
            "name": raw.get("Name"),
            "given_name": raw.get("FirstName"),
            "family_name": raw.get("LastName"),
            "suffix": raw.get("Suffix"),
            "job_title": raw.get("Title"),
            # A person account bears the person's own name: that is no company.
            "company_id": None if is_person else account,
            "company_name": None if is_person else at(raw, "Account.Name"),
            "birth_date": raw.get("Birthdate"),
            "description": raw.get("Description"),
            "marketing_consent": consent(raw, "HasOptedOutOfEmail"),
            "address": address(raw, "Mailing"),
            "owner": owner(raw),
            "identifiers": self.handles(raw, "Email", PHONES, account if is_person else None),
        }


class Accounts(People):
    """Companies; and for each person account a contact, that is the same person as the contact behind it."""

    name = "accounts"
    schema = CompanySchema
    object = "Account"
    fields = (
        *("MasterRecordId", "Name", "Website", "Industry", "IsPersonAccount", "PersonContactId"),
        *("FirstName", "LastName", "Suffix", "PersonTitle", "PersonBirthdate", "PersonHasOptedOutOfEmail"),
        *("Description", "PersonEmail", *PERSON_PHONES),
        *("BillingStreet", "BillingCity", "BillingState", "BillingPostalCode", "BillingCountry", "BillingCountryCode"),
        *("PersonMailingStreet", "PersonMailingCity", "PersonMailingState", "PersonMailingPostalCode"),
        *("PersonMailingCountry", "PersonMailingCountryCode"),
        *OWNER,
    )

    def translate(self, raw: Raw) -> dict[str, Any]:
        kind = {"kind": ContactSchema.kind} if raw.get("IsPersonAccount") else {}
        return super().translate(raw) | kind

    def gone(self, row_id: str) -> Iterable[Raw]:
        # Nobody says any more whether it was a company or a person: neither is left.
        for item in super().gone(row_id):
            yield item
            yield {**item, "IsPersonAccount": True}

    def told(self, raw: Raw) -> dict[str, Any]:
        shared = {"name": raw.get("Name"), "owner": owner(raw)}
        if raw.get("IsPersonAccount"):
            return shared | self._person(raw)
        return shared | {
            "domain": domain(raw.get("Website")),
            "industry": raw.get("Industry"),
            "address": address(raw, "Billing"),
        }

    def _person(self, raw: Raw) -> dict[str, Any]:
        return {
            "given_name": raw.get("FirstName"),
            "family_name": raw.get("LastName"),
            "suffix": raw.get("Suffix"),
            "job_title": raw.get("PersonTitle"),
            "birth_date": raw.get("PersonBirthdate"),
            "description": raw.get("Description"),
            "marketing_consent": consent(raw, "PersonHasOptedOutOfEmail"),
            "address": address(raw, "PersonMailing") or address(raw, "Billing"),
            "identifiers": self.handles(raw, "PersonEmail", PERSON_PHONES, id_or_none(raw.get("PersonContactId"))),
        }
