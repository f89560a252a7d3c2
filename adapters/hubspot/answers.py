"""Reading HubSpot's answers: bytes into objects, the client's exceptions into what the vendor said."""

import json
from typing import Any

from adapters.base.http import Answer, lower

Json = dict[str, Any]


def answer_of(error: BaseException | None) -> Answer | None:
    """The HTTP answer inside the client's exception (each of its packages has its own), or None."""
    while error is not None:
        status = getattr(error, "status", None)
        if isinstance(status, int) and status and hasattr(error, "body"):
            return Answer(status=status, headers=lower(error.headers or {}), body=error.body)
        # A body that is no UTF-8 breaks the client while it reports the answer.
        error = error.__context__ if isinstance(error, UnicodeDecodeError) else None
    return None


def told(answer: Answer) -> Json:
    """What HubSpot says of a refusal; empty when it isn't HubSpot who says it."""
    try:
        found = json.loads(answer.body)
    except (TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def is_lacking(answer: Answer) -> bool:
    """The portal has no such thing, or this token may not see it; another 403 refuses the token itself."""
    # 400: a portal that has no orders does not know the word.
    return answer.status in (400, 404) or (answer.status == 403 and told(answer).get("category") == "MISSING_SCOPES")


def parsed(body: bytes) -> Json:
    told = json.loads(body)
    if b"\\ud" in body.lower():
        # HubSpot cuts texts in the middle of an emoji: half a character can't be stored.
        told = json.loads(json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"))
    if not isinstance(told, dict):
        raise TypeError("not an object")
    return told


def next_after(told: Json) -> str | None:
    return (((told.get("paging") or {}).get("next")) or {}).get("after")
