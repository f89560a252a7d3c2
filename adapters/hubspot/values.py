"""HubSpot's property values, which are all text: an empty one or null is a value that was cleared."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from adapters.hubspot.position import EPOCH

Properties = Mapping[str, str | None]


def moment(text: str | None) -> str | None:
    """ISO 8601 as it comes; milliseconds since 1970, as imports write them, become it."""
    if text and text.isdigit():
        return (EPOCH + timedelta(milliseconds=int(text))).isoformat()
    return text or None


def day(text: str | None) -> str | None:
    """A date, when it is one: HubSpot's date of birth is free text."""
    try:
        return date.fromisoformat((text or "").strip()[:10]).isoformat()
    except ValueError:
        return None


def code(text: str | None, length: int) -> str | None:
    """A country's or currency's code in capitals; None for what isn't one ("Germany")."""
    text = (text or "").strip().upper()
    return text if re.fullmatch(f"[A-Z]{{{length}}}", text) else None


def flag(text: str | None) -> bool:
    return (text or "").strip().lower() == "true"


def parts(text: str | None) -> list[str]:
    """Several values in one, as HubSpot joins them."""
    return [part.strip() for part in (text or "").split(";") if part.strip()]


def address(properties: Properties, country: str) -> dict[str, Any] | None:
    """`country` names the property that holds the country's code; the one called `country` is free text."""
    told = {
        "street": properties.get("address"),
        "city": properties.get("city"),
        "region": properties.get("state"),
        "postcode": properties.get("zip"),
        "country": code(properties.get(country), 2) or code(properties.get("country"), 2),
    }
    return told if any(told.values()) else None
