"""HubSpot's orders, deals and tickets."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from adapters.base import Raw
from adapters.base.scale import share
from adapters.hubspot.stream import HubSpotStream
from adapters.hubspot.values import Properties, code, flag, moment, parts
from schemas.records import DealSchema, OrderSchema, TicketSchema

# Words of stages and shops for what became of an order. The strongest one that is said counts, so the order matters.
STATES = {
    "refunded": {"refunded", "fully refunded"},
    "cancelled": {"cancelled", "canceled", "voided", "storniert"},
    "fulfilled": {"fulfilled", "shipped", "delivered", "completed", "complete"},
    "draft": {"draft"},
}
# The stages of HubSpot's own order pipeline, for a token that may not read pipelines.
STAGES = {
    "aa99e8d0-c1d5-4071-b915-d240bbb1aed9": "shipped",
    "3725360f-519b-4b18-a593-494d60a29c9f": "delivered",
    "3c85a297-e9ce-400b-b42e-9f16853d69d6": "cancelled",
}
LINE = (
    *("name", "hs_sku", "hs_product_id", "quantity", "price", "amount"),
    "hs_line_item_currency_code",
)


class Orders(HubSpotStream):
    name = "orders"
    kind = "orders"
    type_id = "0-123"
    schema = OrderSchema
    linked = ("contacts", "companies", "line_items")
    staged = "hs_pipeline_stage"
    properties = (
        *("hs_order_name", "hs_external_order_id", "hs_external_order_status", "hs_fulfillment_status"),
        *("hs_payment_status", "hs_pipeline", "hs_pipeline_stage", "hs_currency_code", "hs_total_price"),
        *("hs_createdate", "hs_external_created_date", "hs_billing_address_email", "hs_billing_address_phone"),
    )

    def _around(self, links: Mapping[str, Mapping[str, list[str]]]) -> Mapping[str, Raw]:
        ids = list(dict.fromkeys(one for found in links["line_items"].values() for one in found))
        return {str(line["id"]): line for line in self.adapter.client.read("line_items", ids, LINE)}

    def _inside(self, item: Raw, around: Mapping[str, Raw]) -> Mapping[str, Any]:
        return {"lines": [around[one] for one in item["line_items_ids"] if one in around]}

    def fields(self, raw: Raw, properties: Properties) -> dict[str, Any]:
        portal, lines = raw.get("portal") or {}, [_line(line) for line in raw.get("lines") or []]
        total = properties.get("hs_total_price") or _sum(lines)
        return {
            "number": properties.get("hs_order_name") or properties.get("hs_external_order_id"),
            "placed_at": moment(properties.get("hs_external_created_date") or properties.get("hs_createdate")),
            "status": properties.get("hs_external_order_status") or (raw.get("stage") or {}).get("label"),
            "state": _state(raw, properties),
            "is_refund": str(total).strip().startswith("-"),
            # A portal with one currency may leave it out of its orders.
            "currency": code(properties.get("hs_currency_code") or portal.get("companyCurrency"), 3),
            "total": total,
            "lines": lines,
            "identifiers": [
                {"kind": "email", "value": properties.get("hs_billing_address_email"), "label": "order"},
                {"kind": "phone", "value": properties.get("hs_billing_address_phone"), "label": "order"},
            ],
        }


class Deals(HubSpotStream):
    name = "deals"
    kind = "deals"
    type_id = "0-3"
    schema = DealSchema
    staged = "dealstage"
    properties = (
        *("dealname", "dealstage", "pipeline", "amount", "deal_currency_code", "closedate"),
        *("hs_is_closed", "hs_is_closed_won"),
    )

    def fields(self, raw: Raw, properties: Properties) -> dict[str, Any]:
        portal, stage = raw.get("portal") or {}, raw.get("stage") or {}
        metadata = stage.get("metadata") or {}
        amount = properties.get("amount") or None
        currency = properties.get("deal_currency_code") or portal.get("companyCurrency")
        closed = flag(properties.get("hs_is_closed") or metadata.get("isClosed"))
        won = properties.get("hs_is_closed_won")
        return {
            "name": properties.get("dealname"),
            "stage": stage.get("label") or properties.get("dealstage"),
            "amount": amount,
            "currency": code(currency, 3) if amount else None,
            "is_closed": closed,
            "is_won": flag(won) if won else closed and str(metadata.get("probability")) in ("1", "1.0"),
            "closes_at": moment(properties.get("closedate")),
        }


class Tickets(HubSpotStream):
    name = "tickets"
    kind = "tickets"
    type_id = "0-5"
    schema = TicketSchema
    staged = "hs_pipeline_stage"
    properties = (
        *("subject", "content", "hs_pipeline", "hs_pipeline_stage", "hs_ticket_priority", "source_type"),
        *("createdate", "closed_date", "hs_ticket_category", "hs_last_csat_rating", "hs_last_csat_date"),
    )

    def fields(self, raw: Raw, properties: Properties) -> dict[str, Any]:
        stage = raw.get("stage") or {}
        satisfaction = share(properties.get("hs_last_csat_rating"), self.adapter.settings["satisfaction_scale"])
        closed_at = moment(properties.get("closed_date"))
        # The stage decides: a closing date stays behind when a ticket is opened again.
        is_open = _is_open(stage.get("metadata") or {}, closed_at)
        return {
            "number": raw["id"],
            "subject": properties.get("subject"),
            "text": properties.get("content"),
            "status": stage.get("label") or properties.get("hs_pipeline_stage"),
            "is_open": is_open,
            # A ticket may have several categories.
            "type": "; ".join(parts(properties.get("hs_ticket_category"))) or None,
            "priority": (properties.get("hs_ticket_priority") or "").lower() or None,
            "channel": (properties.get("source_type") or "").lower() or None,
            "opened_at": moment(properties.get("createdate")) or raw.get("createdAt"),
            "closed_at": None if is_open else closed_at,
            "satisfaction": satisfaction,
            "rated_at": moment(properties.get("hs_last_csat_date")) if satisfaction else None,
        }


def _line(line: Raw) -> dict[str, Any]:
    properties = line["properties"]
    return {
        "external_id": line["id"],
        "product_id": properties.get("hs_product_id") or None,
        "sku": properties.get("hs_sku"),
        "name": properties.get("name"),
        # HubSpot's own amount counts a line without a quantity once.
        "quantity": properties.get("quantity") or "1",
        "unit_price": properties.get("price") or None,
        "total": properties.get("amount") or None,
    }


def _sum(lines: list[dict[str, Any]]) -> str | None:
    """The sum of an order's lines, for one that tells no total; None unless each line has one."""
    if not lines or any(line["total"] is None for line in lines):
        return None
    return str(sum(Decimal(line["total"]) for line in lines))


def _state(raw: Raw, properties: Properties) -> str:
    stage = properties.get("hs_pipeline_stage") or ""
    names = ("hs_external_order_status", "hs_fulfillment_status", "hs_payment_status")
    said = [*(properties.get(name) for name in names), (raw.get("stage") or {}).get("label"), STAGES.get(stage)]
    words = {word.strip().lower() for word in said if word}
    return next((state for state, known in STATES.items() if words & known), "placed")


def _is_open(metadata: Mapping[str, Any], closed_at: str | None) -> bool:
    if metadata.get("ticketState"):
        return metadata["ticketState"] != "CLOSED"
    if metadata.get("isClosed"):
        return not flag(str(metadata["isClosed"]))
    return closed_at is None
