"""HubSpot's webhooks: events as its subscriptions send them, signed (v3)."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sandbox.vendors.hubspot import CLIENT_SECRET, PORTAL


def event(kind: str, what: str, one: str, at: datetime, **more: Any) -> dict[str, Any]:
    """One event: `event("contact", "propertyChange", "101", now, propertyName="email")`."""
    return {
        "eventId": int(at.timestamp()) % 100_000 + int(one) % 1_000,
        "subscriptionId": 1001,
        "portalId": PORTAL["portalId"],
        "appId": 2002,
        "occurredAt": int(at.timestamp() * 1000),
        "subscriptionType": f"{kind}.{what}",
        "attemptNumber": 0,
        "objectId": int(one),
        "changeSource": "CRM",
    } | more


def signed(
    url: str, events: Sequence[Mapping[str, Any]], at: datetime, secret: str = CLIENT_SECRET
) -> tuple[dict[str, str], bytes]:
    """The headers and body of a delivery to `url`. HubSpot sends at most 100 events in one."""
    body = json.dumps(list(events), separators=(",", ":")).encode()
    stamp = str(int(at.timestamp() * 1000))
    told = b"POST" + url.encode() + body + stamp.encode()
    digest = hmac.new(secret.encode(), told, hashlib.sha256).digest()
    headers = {
        "Content-Type": "application/json",
        "X-HubSpot-Request-Timestamp": stamp,
        "X-HubSpot-Signature-v3": base64.b64encode(digest).decode(),
    }
    return headers, body
