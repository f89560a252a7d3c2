"""HubSpot's deliveries: is it signed, and what does it ask us to read again?

An event only says what to look at: events come in any order, twice, or late, so the
record is read again. Only an erasure is believed as it stands, for there is nothing left to read.
"""

import base64
import hashlib
import hmac
import json
import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.base import Change, Delivery, Secret, WebhookRejectedError
from adapters.base.http import lower
from adapters.hubspot.position import EPOCH, millis

# Older than this, or as far in the future: a recording that someone plays back, or a clock that is wrong.
WINDOW = timedelta(minutes=5)

# HubSpot signs the URI with these decoded (developers.hubspot.com, "Validating requests").
ESCAPES = {"%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'"} | {
    **{"%28": "(", "%29": ")", "%2A": "*", "%2C": ",", "%3B": ";"},
}
ESCAPED = re.compile("|".join(ESCAPES), re.IGNORECASE)

# HubSpot's word in a subscription, and its number in the newer "object." ones -> the stream.
STREAMS = {
    **{"contact": "contacts", "company": "companies", "deal": "deals", "ticket": "tickets", "order": "orders"},
    **{"0-1": "contacts", "0-2": "companies", "0-3": "deals", "0-5": "tickets", "0-123": "orders"},
}
REREAD = {"creation", "propertyChange", "deletion", "restore"}


def verify(source: str, secret: Secret | None, delivery: Delivery, now: datetime) -> None:
    """Raise WebhookRejectedError unless HubSpot signed these bytes, for this URL, a moment ago (signature v3)."""
    if secret is None:
        raise WebhookRejectedError(f"{source}: client_secret is not set, so nothing can be verified")
    headers = lower(delivery.headers)
    told, given = headers.get("x-hubspot-request-timestamp", ""), headers.get("x-hubspot-signature-v3", "")
    if not re.fullmatch("[0-9]{1,16}", told) or not given:
        raise WebhookRejectedError(f"{source}: the delivery is not signed")
    signed = signature(secret.reveal(), delivery.method, delivery.url, delivery.body, told)
    if not hmac.compare_digest(signed.encode(), given.encode("utf-8", "replace")):
        raise WebhookRejectedError(f"{source}: the signature does not match the body")
    if abs(millis(now) - int(told)) > WINDOW / timedelta(milliseconds=1):
        raise WebhookRejectedError(f"{source}: the delivery is too old, or from the future")


def signature(secret: str, method: str, url: str, body: bytes, timestamp: str) -> str:
    uri = ESCAPED.sub(lambda match: ESCAPES[match[0].upper()], url)
    signed = method.upper().encode() + uri.encode() + body + timestamp.encode()
    return base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()


def changes(body: bytes, unknown: Counter[str]) -> list[Change]:
    """What the events of a delivery ask for, each record once; types that we don't know are counted."""
    told: dict[tuple[str, str], Change] = {}
    for event in json.loads(body):
        found = _changes(event)
        if not found:
            unknown[str(event.get("subscriptionType"))] += 1
        for change in found:
            key = change.stream, change.external_id or str(change.raw["id"])
            # HubSpot tells an erasure as a deletion too: reading that would only find nothing.
            if change.raw is not None or key not in told:
                told[key] = change
    return list(told.values())


def _changes(event: Mapping[str, Any]) -> list[Change]:
    word, _, what = str(event.get("subscriptionType") or "").partition(".")
    stream = STREAMS.get(str(event.get("objectTypeId")) if word == "object" else word)
    if what == "associationChange":
        return _ends(event)
    if stream and what in REREAD:
        return [Change(stream=stream, external_id=str(event["objectId"]))]
    if stream and what == "merge":
        # The two became a new record; the old ids are read too, and tell what they became.
        merged = [event.get("newObjectId"), event.get("primaryObjectId"), *(event.get("mergedObjectIds") or ())]
        return [Change(stream=stream, external_id=str(one)) for one in merged if one]
    if stream == "contacts" and what == "privacyDeletion":
        at = (EPOCH + timedelta(milliseconds=int(event["occurredAt"]))).isoformat()
        return [Change(stream=stream, raw={"id": str(event["objectId"]), "erased": True, "updatedAt": at})]
    return []


def _ends(event: Mapping[str, Any]) -> list[Change]:
    """Both ends of an association: either record may be the one that names the other."""
    left, _, right = str(event.get("associationType") or "").lower().partition("_to_")
    ends = (
        (STREAMS.get(str(event.get("fromObjectTypeId") or left)), event["fromObjectId"]),
        (STREAMS.get(str(event.get("toObjectTypeId") or right)), event["toObjectId"]),
    )
    return [Change(stream=stream, external_id=str(one)) for stream, one in ends if stream]
