"""What an object has in one org, and what an org complains of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Fields, relationships to other objects (all that each may point to) and lists below, as describe tells them."""

    is_known: bool = True
    fields: frozenset[str] = frozenset()
    filterable: frozenset[str] = frozenset()
    parents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    children: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Shape":
        fields = told["fields"]
        return cls(
            fields=frozenset(each["name"] for each in fields),
            filterable=frozenset(each["name"] for each in fields if each.get("filterable", True)),
            parents={
                each["relationshipName"]: tuple(each.get("referenceTo") or ())
                for each in fields
                if each.get("relationshipName")
            },
            children={
                each["relationshipName"]: each["childSObject"]
                for each in told.get("childRelationships") or ()
                if each.get("relationshipName")
            },
        )


def first(body: Any) -> Mapping[str, Any]:
    """The first error in a body: the API answers a list of them, the login one alone, a proxy anything."""
    error = body[0] if isinstance(body, list) and body else body
    return error if isinstance(error, Mapping) else {}


def complaint(body: Any) -> str:
    return str(first(body).get("message") or "")
