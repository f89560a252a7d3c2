"""The teashop: a small shop's system, as an example of an adapter. CONTRIBUTING.md builds it step by step."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

import requests

from adapters.base import (
    Adapter,
    Answer,
    Change,
    Delivery,
    Page,
    Raw,
    Secret,
    Setting,
    Stream,
    WebhookRejectedError,
    http,
)
from schemas import ContactSchema, OrderSchema

# Teashop's word for what happened -> the stream that handles it.
TOPICS = {"customer.updated": "contacts", "customer.deleted": "contacts", "order.paid": "orders"}
# Older deliveries are replays.
TOLERANCE = timedelta(minutes=5)


class TeashopStream(Stream):
    """Teashop lists what changed behind (changed, id), in that order, deleted things included."""

    adapter: "Teashop"
    path: ClassVar[str]

    def fetch(self, cursor: str | None) -> Page:
        here = json.loads(cursor) if cursor else {"changed": "", "id": "", "began": None}
        began = here["began"] or self.adapter.clock().isoformat()
        found = self.adapter.get(
            self.path, changed=here["changed"], id=here["id"], limit=self.adapter.settings["page_size"]
        )
        items, more = found["items"], found["more"]
        here["began"] = began
        if items:
            here |= {"changed": items[-1]["changed"], "id": items[-1]["id"]}
        if not more:
            here = {"changed": min(here["changed"], self.behind(began)), "id": "", "began": None}
        return Page(items=items, cursor=json.dumps(here), more=more)

    def read(self, external_ids: Sequence[str]) -> Iterable[Raw]:
        return self.adapter.get(self.path, ids=",".join(external_ids))["items"]

    def behind(self, began: str) -> str:
        """Teashop shows a change a little after its stamp: the next run begins behind the start of this one."""
        seconds = self.adapter.settings["lookback_seconds"]
        return (datetime.fromisoformat(began) - timedelta(seconds=seconds)).isoformat()


class Contacts(TeashopStream):
    name = "contacts"
    path = "/customers"
    schema = ContactSchema

    def translate(self, raw: Raw) -> dict[str, Any]:
        told = {"external_id": raw["id"], "updated_at": raw["changed"]}
        if raw.get("deleted"):
            return told | {"deleted": True}
        return told | {"name": raw.get("full_name"), "identifiers": handles(raw)}


class Orders(TeashopStream):
    name = "orders"
    path = "/orders"
    schema = OrderSchema

    def translate(self, raw: Raw) -> dict[str, Any]:
        told = {"external_id": raw["id"], "updated_at": raw["changed"]}
        if raw.get("deleted"):
            return told | {"deleted": True}
        return told | {
            "contact_ids": [raw["customer"]],
            "placed_at": raw["paid_at"],
            "currency": raw["currency"],
            "total": raw["total"],
        }


class Teashop(Adapter):
    name = "teashop"
    stream_types = (Contacts, Orders)
    known_settings = (
        Setting(name="base_url", help="Where the shop is.", required=True),
        Setting(name="token", help="Made under Settings > API.", required=True, secret=True),
        Setting(name="webhook_secret", help="Shown once under Settings > Webhooks.", secret=True),
        Setting(name="page_size", help="Items asked for at once.", type=int, default=100),
    )

    def prepare(self) -> None:
        self.session = http.session(self.settings)

    def check(self) -> None:
        self.get("/whoami")

    def get(self, path: str, **query: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.settings['token'].reveal()}"}
        answer = self.session.get(self.settings["base_url"] + path, params=query, headers=headers)
        answer.raise_for_status()
        return answer.json()

    def answer_of(self, error: Exception) -> Answer | None:
        return Answer.of(error.response) if isinstance(error, requests.HTTPError) else None

    def verify(self, delivery: Delivery) -> None:
        sent = delivery.headers.get("X-Teashop-Time", "")
        expected = signature(self.settings["webhook_secret"], sent, delivery.body)
        told = delivery.headers.get("X-Teashop-Signature", "")
        if not hmac.compare_digest(expected.encode(), told.encode()):
            raise WebhookRejectedError("teashop: the signature does not match the body")
        if abs(self.clock() - datetime.fromisoformat(sent)) > TOLERANCE:
            raise WebhookRejectedError("teashop: the delivery is too old")

    def unwrap(self, delivery: Delivery) -> Iterable[Change]:
        for event in json.loads(delivery.body)["events"]:
            if stream := TOPICS.get(event["topic"]):
                yield Change(stream=stream, raw=event.get("item"), external_id=event.get("id"))


def signature(secret: Secret, sent: str, body: bytes) -> str:
    return hmac.new(secret.reveal().encode(), sent.encode() + b"." + body, hashlib.sha256).hexdigest()


def handles(raw: Raw) -> list[dict[str, Any]]:
    """How Teashop's customers can be reached; it sends a mail to each new address and waits for the click."""
    return [
        {"kind": "email", "value": raw.get("email"), "verified": raw.get("email_confirmed", False)},
        {"kind": "phone", "value": raw.get("phone")},
    ]
