"""A contact arrives: the screen-pop.

A pop never fails. Whoever is not known gets an empty card that says so; what does not
come in time is left out, and the card says what is missing. The panels learn of the
contact from the event `contact.arrived`.
"""

import secrets
from typing import TYPE_CHECKING, Any

import orjson
import redis
from flask import Response
from marshmallow import ValidationError, fields, validate, validates_schema

from connector.api import answers, identify
from connector.api.auth import caller, requires
from connector.api.blueprint import Blueprint
from connector.api.deadline import Race, TooLate
from connector.api.desk import Desk, desk
from connector.api.freshness import Fresh
from connector.api.schemas import CardSchema, Query
from connector.errors import ConnectorError
from connector.store.api_keys import ApiKey
from schemas.identifiers import Identifier

if TYPE_CHECKING:
    from connector.profile.lookup import Found

contacts = Blueprint("contacts", __name__, url_prefix="/v1/contacts", description="A contact arrives (screen-pop).")

# Seconds that telling the panels may still take when the lookup used up its time.
TO_ANNOUNCE = 0.1

TEXT = validate.Length(1, 255)


class ContactQuery(Query):
    """Who is in contact, by which channel, and with whom of us."""

    channel = fields.String(
        required=True,
        validate=validate.Regexp(r"^[A-Za-z][A-Za-z0-9_-]{0,21}$"),
        metadata={"description": "How they arrive: phone, email, chat, x ..."},
    )
    identifier = fields.String(
        validate=TEXT, metadata={"description": "What the channel knows of them; read as the channel suggests."}
    )
    email = fields.String(validate=TEXT)
    phone = fields.String(validate=TEXT)
    region = fields.String(
        validate=validate.Regexp("^[A-Za-z]{2}$"), metadata={"description": "The country of a local phone number."}
    )
    handle = fields.String(validate=TEXT)
    user_id = fields.String(validate=TEXT)
    platform = fields.String(validate=TEXT, metadata={"description": "Where handle or user_id is from; x if absent."})
    external_id = fields.String(validate=TEXT)
    source = fields.String(validate=TEXT)
    agent = fields.String(validate=TEXT, metadata={"description": "Who of us will talk to them."})
    reference = fields.String(validate=TEXT, metadata={"description": "The helpdesk's id of the conversation."})

    @validates_schema
    def somebody(self, given: dict[str, Any], **_: Any) -> None:
        named = [name for name in ("identifier", *identify.TYPED) if name in given]
        if len(named) > 1:
            raise ValidationError({name: ["Only one of them."] for name in named})


@contacts.route("", methods=["POST"])
@requires("contacts:write")
@contacts.arguments(ContactQuery)
@contacts.response(200, CardSchema, description="The card; `outcome` says whether it is one person, several or none.")
def arrive(given: dict[str, Any]) -> Response:
    """Announce a contact and get the card of whoever it is.

    An unknown customer is no error: the card is then empty and says so. What does not
    come in time is named in `missing`. Open panels get the event `contact.arrived`.
    """
    here, key = desk(), caller()
    identifier = identify.arriving(given, here.region(key.workspace))
    race, missing = here.hurry.start(), []
    found = _find(here, race, key.workspace, identifier, missing)
    fresh = _fresh(here, race, key.workspace, missing)
    outcome = found.outcome if found else "unknown" if missing and identifier else "none"
    contact = _contact(here, given, identifier, outcome, found)
    _announce(here, race, key.workspace, contact, missing)
    _write_down(here, key, given, outcome, found)
    for reason in missing:
        here.counts.add("visavis_pops_partial", reason)
    return _card(contact, found, fresh, missing)


def _find(here: Desk, race: Race, workspace: str, identifier: Identifier | None, missing: list[str]) -> "Found | None":
    if identifier is None:
        return None
    try:
        return race.call(here.parts.lookup.find, workspace, identifier)
    except (TooLate, ConnectorError):
        missing.append("profile")
        return None


def _fresh(here: Desk, race: Race, workspace: str, missing: list[str]) -> Fresh | None:
    try:
        return race.call(here.freshness.of, workspace)
    except (TooLate, ConnectorError):
        missing.append("freshness")
        return None


def _contact(
    here: Desk, given: dict[str, Any], identifier: Identifier | None, outcome: str, found: "Found | None"
) -> dict[str, Any]:
    return {
        "id": f"c_{secrets.token_hex(8)}",
        "at": here.parts.clock().isoformat().replace("+00:00", "Z"),
        "channel": given["channel"],
        "agent": given.get("agent"),
        "reference": given.get("reference"),
        "identifier": {"kind": identifier.kind, "value": identifier.value} if identifier else None,
        "outcome": outcome,
        "profile_id": found.profile_id if found and outcome == "one" else None,
        "candidates": [one["id"] for one in found.candidates] if found and outcome == "several" else [],
    }


def _announce(here: Desk, race: Race, workspace: str, contact: dict[str, Any], missing: list[str]) -> None:
    publish = here.parts.events.publish
    try:
        race.call(publish, workspace, "contact.arrived", contact, at_least=TO_ANNOUNCE)
    except (TooLate, redis.RedisError):
        missing.append("event")


def _write_down(here: Desk, key: ApiKey, given: dict[str, Any], outcome: str, found: "Found | None") -> None:
    viewer = f"{key.id}/{given['agent']}"[:255] if given.get("agent") else key.id
    way, reference = f"contact:{given['channel']}", given.get("reference")
    if found and outcome == "one":
        here.saw(key.workspace, found, viewer, way, reference)
    else:
        here.views.add(key.workspace, None, viewer, way, reference)
    here.counts.add("visavis_lookups", "contact", outcome)


def _card(contact: dict[str, Any], found: "Found | None", fresh: Fresh | None, missing: list[str]) -> Response:
    one = found if found and found.outcome == "one" else None
    card = {
        "outcome": contact["outcome"],
        "contact": contact,
        "candidates": found.candidates if found and found.outcome == "several" else [],
        "shared": found.shared if found and found.outcome == "several" else None,
        "missing": missing,
        "partial": bool(missing),
    }
    body = answers.join(
        orjson.dumps(card), freshness=fresh.body if fresh else b"[]", profile=one.document if one else b"null"
    )
    return Response(body, content_type=answers.JSON)
