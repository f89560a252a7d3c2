"""Teashop's own side: the little WSGI app of the vendor, and its signed webhooks."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from werkzeug.exceptions import HTTPException, NotFound, Unauthorized
from werkzeug.wrappers import Request, Response

from adapters.base import Delivery, Secret
from tests.adapters.base.teashop import signature

TOKEN, SECRET = "t0ken-0001", "s3cret-0001"
NOON, ONE, TWO = ("2026-05-01T10:00:00+00:00", "2026-05-01T10:30:00+00:00", "2026-05-01T11:00:00+00:00")


def customers() -> list[dict[str, Any]]:
    """Three share one stamp, across a page's end."""
    told = [("c1", NOON, "Ada Green"), ("c2", ONE, "Bo Black"), ("c3", ONE, "Cy Chai"), ("c4", ONE, "Di Darjeeling")]
    living = [
        {"id": id_, "changed": changed, "full_name": name, "email": f"{id_}@example.com", "phone": "+44 20 7946 0958"}
        for id_, changed, name in told
    ]
    return [*living, {"id": "c5", "changed": TWO, "deleted": True}]


def orders() -> list[dict[str, Any]]:
    living = [
        {"id": f"o{n}", "changed": ONE, "customer": "c1", "paid_at": NOON, "currency": "GBP", "total": f"{n}.50"}
        for n in range(1, 5)
    ]
    return [*living, {"id": "o5", "changed": TWO, "deleted": True}]


class Vendor:
    """The app. Each `change` renames a customer and adds an order."""

    def __init__(self) -> None:
        self.tables = {"/customers": customers(), "/orders": orders()}
        self.changes = 0

    def change(self, moment: str) -> Mapping[str, Sequence[str]]:
        customer, order = self.tables["/customers"][self.changes], f"o{6 + self.changes}"
        customer |= {"full_name": "Somebody Else", "changed": moment}
        self.tables["/orders"].append({**orders()[0], "id": order, "changed": moment})
        self.changes += 1
        return {"contacts": [customer["id"]], "orders": [order]}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        try:
            answer: Any = self.answer(Request(environ))
        except HTTPException as error:
            answer = error
        return answer(environ, start_response)

    def answer(self, request: Request) -> Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            raise Unauthorized
        if request.path == "/whoami":
            return _json({"shop": "teashop"})
        if request.path not in self.tables:
            raise NotFound
        rows = sorted(self.tables[request.path], key=lambda row: (row["changed"], row["id"]))
        if "ids" in request.args:
            return _json({"items": [row for row in rows if row["id"] in request.args["ids"].split(",")]})
        behind = request.args["changed"], request.args["id"]
        limit = int(request.args["limit"])
        rows = [row for row in rows if (row["changed"], row["id"]) > behind]
        return _json({"items": rows[:limit], "more": len(rows) > limit})


def _json(told: Any) -> Response:
    return Response(json.dumps(told), content_type="application/json")


def delivery(sent: str, *events: Mapping[str, Any]) -> Delivery:
    """A webhook request as Teashop sends it."""
    body = json.dumps({"events": events}).encode()
    headers = {"X-Teashop-Time": sent, "X-Teashop-Signature": signature(Secret(SECRET), sent, body)}
    return Delivery(method="POST", url="https://visavis.example.com/v1/webhooks/teashop", headers=headers, body=body)
