"""From what a caller sends to an Identifier: exactly one, read the same way as a source's.

A typed parameter (`email`, `phone` ...) says what it is. The `identifier` of a contact
that arrives is told by its channel, or by how it looks.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from connector.errors import InvalidRequestError
from schemas.identifiers import Identifier, normalise

# Parameter -> what it is in the language of identifiers, and the parameter that goes with it.
TYPED = {
    "email": ("email", None),
    "phone": ("phone", "region"),
    "handle": ("handle", "platform"),
    "user_id": ("social", "platform"),
    "external_id": ("external", "source"),
}
WRONG = {
    "email": "Not an e-mail address.",
    "phone": "Not a phone number; a local one needs region, a country code such as DE.",
}

# What a channel brings.
CHANNELS = {
    "email": "email",
    "mail": "email",
    "phone": "phone",
    "voice": "phone",
    "call": "phone",
    "sms": "phone",
    "whatsapp": "phone",
    "x": "handle",
    "twitter": "handle",
    "social": "handle",
}
NUMBER = re.compile(r"[+0][\d\s()./-]{5,}|[\d\s()./-]{7,}")
EXTERNAL = re.compile(r"([a-z][a-z0-9_]{0,31}):(\S.*)")


def one(given: Mapping[str, Any], region: str | None = None) -> Identifier:
    """The one identifier among the typed parameters. Raises InvalidRequestError for none, several or a wrong one."""
    named = [name for name in TYPED if given.get(name)]
    if len(named) != 1:
        which = "more than one identifier" if named else "no identifier"
        fields = {name: ["Only one of them."] for name in named} or {
            "email": [f"Give exactly one of {', '.join(TYPED)}."]
        }
        raise InvalidRequestError(f"{which}: give exactly one of {', '.join(TYPED)}", fields)
    (name,) = named
    kind, beside = TYPED[name]
    if name == "external_id" and not given.get("source"):
        raise InvalidRequestError("external_id needs source", {"source": ["Missing: in whose system is this id?"]})
    found = _read(kind, given[name], given.get(beside) if beside else None, region)
    if found is None or not found.valid:
        raise InvalidRequestError(f"wrong: {name}", {name: [WRONG.get(name, "Not an identifier.")]})
    return found


def arriving(given: Mapping[str, Any], region: str | None = None) -> Identifier | None:
    """The identifier of a contact that arrives; None when it can't be read: a withheld number is no mistake."""
    named = [name for name in TYPED if given.get(name)]
    if given.get("identifier"):
        if named:
            raise InvalidRequestError("more than one identifier", {name: ["Only one of them."] for name in named})
        return _guessed(given["channel"], given["identifier"], given.get("platform"), given.get("region") or region)
    try:
        return one(given, region)
    except InvalidRequestError:
        if len(named) != 1 or (named == ["external_id"] and not given.get("source")):
            raise
        return None


def _guessed(channel: str, text: str, platform: str | None, region: str | None) -> Identifier | None:
    kind = CHANNELS.get(channel.lower()) or _look(text)
    if kind == "external":
        source, external_id = EXTERNAL.fullmatch(text.strip()).groups()
        found = _read("external", external_id, source, None)
    elif kind == "handle" and text.strip().isdigit():
        # The platform's own number for its user, which is better than a name that can change hands.
        found = _read("social", text, platform, None)
    else:
        found = _read(kind, text, region if kind == "phone" else platform, region)
    return found if found and found.valid else None


def _look(text: str) -> str:
    text = text.strip()
    if text.startswith("@"):
        return "handle"
    if "@" in text:
        return "email"
    if NUMBER.fullmatch(text):
        return "phone"
    return "external" if EXTERNAL.fullmatch(text) else "handle"


@lru_cache(maxsize=16_384)
def _read(kind: str, text: str, beside: str | None, region: str | None) -> Identifier | None:
    if kind == "phone":
        return normalise({"kind": kind, "value": text}, (beside or region or "").upper() or None)
    if kind == "email":
        return normalise({"kind": kind, "value": text})
    if kind == "external":
        return normalise({"kind": kind, "value": text, "source": beside})
    value = "user_id" if kind == "social" else "value"
    return normalise({"kind": kind, value: text, "platform": beside or "x"})
