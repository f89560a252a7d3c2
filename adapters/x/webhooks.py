"""What X sends by itself: Account Activity and X Activity deliveries, signed with the app's consumer secret.

docs.x.com "Webhooks" and "Account Activity", read 2026-11. A written post comes in the shape
of an older API, so only its id is taken and the post is read again; a deletion is taken as it is.
"""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from adapters.base import Change, Delivery, Secret, WebhookRejectedError
from adapters.base.http import lower

SIGNATURE = "x-twitter-webhooks-signature"


def verify(source: str, secret: Secret | None, delivery: Delivery) -> None:
    """Raises WebhookRejectedError unless the body was signed with the consumer secret."""
    told = lower(delivery.headers).get(SIGNATURE, "")
    if not hmac.compare_digest(_signed(source, secret, delivery.body).encode(), told.encode()):
        raise WebhookRejectedError(f"{source}: the signature does not match the body")


def challenge(source: str, secret: Secret | None, query: Mapping[str, str]) -> dict[str, str]:
    """The answer to X's GET with a `crc_token`, which it repeats to see that we know the secret."""
    if not query.get("crc_token"):
        raise WebhookRejectedError(f"{source}: the challenge lacks crc_token")
    return {"response_token": _signed(source, secret, query["crc_token"].encode())}


def changes(body: Mapping[str, Any]) -> Iterable[Change]:
    """The posts of a delivery, whichever of X's two products sent it; what is no post is left out."""
    return _activity(body["data"]) if "event_type" in body.get("data", {}) else _account_activity(body)


def _account_activity(body: Mapping[str, Any]) -> Iterator[Change]:
    brand = body.get("for_user_id")
    for post in body.get("tweet_create_events", ()):
        # Somebody passing a post on says nothing new to the brand.
        if "retweeted_status" not in post:
            yield Change(stream=_stream(post["user"]["id_str"], brand), external_id=post["id_str"])
    for event in body.get("tweet_delete_events", ()):
        status, moment = event["status"], int(event["timestamp_ms"])
        at = datetime.fromtimestamp(moment / 1000, UTC).isoformat()
        gone = {"gone": {"id": str(status["id"]), "at": at}}
        yield Change(stream=_stream(str(status["user_id"]), brand), raw=gone)


def _activity(event: Mapping[str, Any]) -> Iterator[Change]:
    # These come for the subscribed account, the brand's own: what it wrote and what it took back.
    if event["event_type"] in ("post.create", "post.delete"):
        yield Change(stream="replies", external_id=event["payload"]["id"])


def _stream(author: str, brand: str | None) -> str:
    return "replies" if author == brand else "mentions"


def _signed(source: str, secret: Secret | None, message: bytes) -> str:
    if secret is None:
        raise WebhookRejectedError(f"{source}: the setting consumer_secret is missing")
    return "sha256=" + b64encode(hmac.new(secret.reveal().encode(), message, hashlib.sha256).digest()).decode()
