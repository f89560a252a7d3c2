"""Consent: whether a customer may be scored for marketing at all.

Somebody who objected is left out of training and serving alike (GDPR Article 21, 2 and 3:
the objection is absolute, and covers the profiling behind it). What was said to one
system counts for the whole person.
"""

from collections.abc import Iterable, Mapping
from typing import Any

# What `recommendations.consent` may ask for.
OBJECTION, REQUIRED = "objection", "required"

OBJECTED = "the customer objected to marketing"
NOT_ASKED = "the customer has not agreed to marketing"


def may_be_scored(contacts: Iterable[Mapping[str, Any]], rule: str = OBJECTION) -> bool:
    """Whether hints may be made for whom these contact records (their bodies) describe, see `why_not`."""
    return why_not(contacts, rule) is None


def why_not(contacts: Iterable[Mapping[str, Any]], rule: str = OBJECTION) -> str | None:
    """Why nobody may score this customer; None when we may.

    An objection in any linked record is absolute. Where nobody knows, `objection` lets us, `required` does not.
    """
    told = {contact.get("marketing_consent") for contact in contacts}
    if False in told:
        return OBJECTED
    if rule == REQUIRED and True not in told:
        return NOT_ASKED
    return None
