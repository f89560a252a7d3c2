"""Salesforce's objects as this org has them: fields with types, relationships, and how describe tells them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sandbox.tables import Row
from sandbox.vendors import salesforce_rows as rows
from sandbox.vendors.salesforce_rows import Fields, Look

# What an edition or a switch brings; an org without it lacks the fields, and says so to whoever asks for one.
OPTIONAL = {
    "CurrencyIsoCode": "currencies",
    "IsPersonAccount": "person_accounts",
    "PersonContactId": "person_accounts",
    "OrderedDate": "order_management",
    "BillingEmailAddress": "order_management",
    "BillingPhoneNumber": "order_management",
}
FEATURES = frozenset(OPTIONAL.values())

TYPES = {
    "datetime": {"Rated_On__c", "CreatedDate", "LastModifiedDate", "SystemModstamp", "ClosedDate", "OrderedDate"},
    "date": {"Birthdate", "PersonBirthdate", "EffectiveDate", "CloseDate"},
    "boolean": {"IsDeleted", "IsPersonAccount", "IsReductionOrder", "IsClosed", "IsWon", "IsPrimary"}
    | {"HasOptedOutOfEmail", "PersonHasOptedOutOfEmail"},
    "currency": {"TotalAmount", "Amount", "UnitPrice", "TotalPrice"},
    "double": {"Quantity", "Stars__c"},
    "textarea": {"Description"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sobject:
    """One object: the world's kind behind it, its fields, and how a row is written.

    `parents`: a relationship's name -> (its id field, the objects it may lead to). `children`: a list's name -> (the
    object of its rows, how they are written).
    """

    name: str
    kind: str | None = None
    fields: tuple[str, ...]
    write: Callable[[Row, Look], Fields] | None = None
    parents: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    children: Mapping[str, tuple[str, Callable[[Row], list[Fields]]]] = field(default_factory=dict)

    def known(self, features: frozenset[str]) -> frozenset[str]:
        """The fields that an org with these features has."""
        return frozenset(name for name in self.fields if _is_had(name, features))

    def described(self, features: frozenset[str]) -> dict[str, Any]:
        """As /sobjects/X/describe answers, as far as clients look."""
        by_id = {id_field: (name, targets) for name, (id_field, targets) in self.parents.items()}
        return {
            "name": self.name,
            "queryable": True,
            "fields": [
                _described(name, *by_id.get(name, (None, ()))) for name in self.fields if _is_had(name, features)
            ],
            "childRelationships": [
                {"relationshipName": name, "childSObject": target} for name, (target, _) in self.children.items()
            ],
        }


def type_of(name: str) -> str:
    if name == "Id":
        return "id"
    if name.endswith("Id"):
        return "reference"
    return next((type_ for type_, names in TYPES.items() if name in names), "string")


def _is_had(name: str, features: frozenset[str]) -> bool:
    feature = OPTIONAL.get(name) or ("person_accounts" if name.startswith("Person") else None)
    return feature is None or feature in features


def _described(name: str, relationship: str | None, targets: tuple[str, ...]) -> dict[str, Any]:
    type_ = type_of(name)
    plain = type_ != "textarea"
    told = {"name": name, "type": type_, "custom": name.endswith("__c"), "filterable": plain, "sortable": plain}
    return told | {"relationshipName": relationship, "referenceTo": list(targets)}


def _fields_of(write: Callable[[Row, Look], Fields], **values: Any) -> tuple[str, ...]:
    moment = datetime(2000, 1, 1, tzinfo=UTC)
    return tuple(write(Row(id="", kind="", modified=moment, created=moment, values=values), lambda kind, row_id: None))


OWNER = {"Owner": ("OwnerId", ("User",))}
# The owner of these may be a queue too.
SHARED_OWNER = {"Owner": ("OwnerId", ("Group", "User"))}
ACCOUNT = {"Account": ("AccountId", ("Account",))}

OBJECTS = {
    each.name: each
    for each in (
        Sobject(
            name="Contact",
            kind="contact",
            fields=_fields_of(rows.contact),
            write=rows.contact,
            parents=ACCOUNT | OWNER,
        ),
        Sobject(name="Account", kind="account", fields=_fields_of(rows.account), write=rows.account, parents=OWNER),
        Sobject(
            name="Order",
            kind="order",
            fields=_fields_of(rows.order, status="draft", total=0, currency="EUR"),
            write=rows.order,
            parents=ACCOUNT | SHARED_OWNER,
            children={"OrderItems": ("OrderItem", rows.lines)},
        ),
        Sobject(
            name="Opportunity",
            kind="opportunity",
            fields=_fields_of(rows.opportunity, stage="new"),
            write=rows.opportunity,
            parents=ACCOUNT | OWNER,
            children={"OpportunityContactRoles": ("OpportunityContactRole", rows.roles)},
        ),
        Sobject(
            name="Case",
            kind="case",
            fields=_fields_of(rows.case, status="new", is_open=True),
            write=rows.case,
            parents=ACCOUNT | SHARED_OWNER,
        ),
        Sobject(
            name="OrderItem",
            fields=("Id", "IsDeleted", "Product2Id", "Quantity", "UnitPrice", "TotalPrice"),
            parents={"Product2": ("Product2Id", ("Product2",))},
        ),
        Sobject(name="OpportunityContactRole", fields=("Id", "IsDeleted", "ContactId", "IsPrimary")),
        Sobject(name="User", fields=("Id", "Name", "Email")),
        Sobject(name="Product2", fields=("Id", "Name", "ProductCode")),
    )
}
