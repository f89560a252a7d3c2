"""HubSpot's items as all streams translate them: tombstones, and what surrounds the fields of a kind."""

from collections.abc import Mapping
from typing import Any

from adapters.base import Raw


def tombstone(raw: Raw) -> dict[str, Any] | None:
    """What is told of an item that is gone; None for one that lives.

    Its version is the record's last change, not the time of the deletion: restoring a record does
    not change it, and so must bring the same version again, which then counts because it came later.
    """
    told = {"external_id": raw["id"], "updated_at": raw.get("updatedAt"), "deleted": True}
    if raw.get("erased"):
        return told | {"reason": "erased"}
    if raw.get("mergedInto"):
        return told | {"reason": "merged", "merged_into": raw["mergedInto"]}
    return told if raw.get("archived") else None


def absorbed_ids(raw: Raw) -> list[str]:
    """The ids of the records that were merged into this one, over all merges."""
    told = (raw["properties"].get("hs_merged_object_ids") or "").split(";")
    return [one for one in dict.fromkeys(part.strip() for part in told) if one and one != str(raw["id"])]


def absorbed(item: Raw, ids: list[str]) -> list[Raw]:
    """An item for each record that became this one; it translates to a tombstone."""
    return [{"id": one, "mergedInto": str(item["id"]), "updatedAt": item.get("updatedAt")} for one in ids]


def envelope(raw: Raw, type_id: str) -> dict[str, Any]:
    """What every kind has."""
    told: dict[str, Any] = {
        "external_id": raw["id"],
        "updated_at": raw.get("updatedAt"),
        "created_at": raw.get("createdAt"),
        "contact_ids": raw.get("contacts_ids") or [],
        "company_id": next(iter(raw.get("companies_ids") or []), None),
        "owner": _owner(raw.get("owner")),
    }
    portal = raw.get("portal") or {}
    if portal.get("portalId") and portal.get("uiDomain"):
        told["url"] = f"https://{portal['uiDomain']}/contacts/{portal['portalId']}/record/{type_id}/{raw['id']}"
    return told


def _owner(owner: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not owner:
        return None
    name = " ".join(part for part in (owner.get("firstName"), owner.get("lastName")) if part)
    return {"external_id": owner["id"], "name": name or None, "email": owner.get("email")}
