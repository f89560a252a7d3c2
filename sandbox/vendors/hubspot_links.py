"""HubSpot's associations (v4): which records of another type each record is associated with, in pages."""

from typing import Any

from flask import Response, jsonify, request

from sandbox.tables import Row
from sandbox.vendors.hubspot_records import TYPES, line_items
from sandbox.vendors.hubspot_search import InvalidError

LARGEST_BATCH = 1_000
# HubSpot's numbers for "primary company of", by the type that has one.
PRIMARY = {"contact": 1, "deal": 5, "ticket": 26}


class Links:
    def __init__(self, world: Any, page_size: int) -> None:
        self._world, self._size = world, page_size

    def batch(self, from_: str, to: str) -> tuple[Response, int] | Response:
        if from_ not in TYPES or to not in TYPES:
            raise InvalidError(f"Unable to infer object type from: {to if from_ in TYPES else from_}")
        asked = request.get_json()["inputs"]
        if len(asked) > LARGEST_BATCH:
            raise InvalidError(f"a batch has at most {LARGEST_BATCH} inputs")
        results, errors = [], []
        for one in asked:
            row = self._world.table("hubspot", TYPES[from_]).get(str(one["id"]))
            ids = linked(row, TYPES[to]) if row and not row.deleted else []
            if ids:
                results.append(self._page(TYPES[from_], TYPES[to], str(one["id"]), ids, one.get("after")))
            else:
                errors.append(_none(from_, to, str(one["id"])))
        told: dict[str, Any] = {"status": "COMPLETE", "results": results}
        if not errors:
            return jsonify(told)
        return jsonify(told | {"numErrors": len(errors), "errors": errors}), 207

    def _page(self, kind: str, other: str, one: str, ids: list[str], after: str | None) -> dict[str, Any]:
        start = int(after or 0)
        links = [
            {"toObjectId": int(to), "associationTypes": _types(kind, other, place == 0)}
            for place, to in enumerate(ids[start : start + self._size], start)
        ]
        # The primary one comes anywhere among the others.
        told: dict[str, Any] = {"from": {"id": one}, "to": links[::-1]}
        if len(ids) > start + self._size:
            told["paging"] = {"next": {"after": str(start + self._size)}}
        return told


def linked(row: Row, other: str) -> list[str]:
    """The ids that a row names, its primary company first."""
    values = row.values
    if other == "line_item":
        return list(line_items(row)) if row.kind == "order" else []
    first = [values["company_id"]] if other == "company" and values.get("company_id") else []
    named = values.get(f"{other}_ids") or []
    return list(dict.fromkeys([*first, *named]))


def _types(kind: str, other: str, first: bool) -> list[dict[str, Any]]:
    told = [{"category": "HUBSPOT_DEFINED", "typeId": 279, "label": None}]
    if other == "company" and first and kind in PRIMARY:
        told.append({"category": "HUBSPOT_DEFINED", "typeId": PRIMARY[kind], "label": "Primary"})
    return told


def _none(from_: str, to: str, one: str) -> dict[str, Any]:
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": f"No {to} is associated with {from_} {one}.",
        "context": {"fromObjectId": [one], "fromObjectType": [from_], "toObjectType": [to]},
    }
