"""Who is who: why records are one person, and what people decide on it.

Explanations are for who may see the profiles (`profiles:read`), and each profile that one
is told of is noted as seen. Deciding needs `identity:write`. What was decided is in force,
and the profiles rebuilt, when the answer comes.
"""

import base64
import binascii
import re
from typing import Any

from flask import Response

from connector.api import answers, identity_shapes
from connector.api.auth import caller, requires
from connector.api.blueprint import Blueprint
from connector.api.desk import Desk, desk
from connector.api.identity_schemas import (
    DecidedSchema,
    DecisionsQuery,
    DecisionsSchema,
    PartedSchema,
    PinQuery,
    PinsQuery,
    PinsSchema,
    ProfileIdentitySchema,
    TwoQuery,
    TwoSchema,
    UnmergeQuery,
)
from connector.api.schemas import ProblemSchema, Query
from connector.errors import InvalidRequestError, NotFoundError
from connector.identity.partition import Key
from connector.identity.pins import Pin
from connector.profile.identity import Identity, Left, Profiles
from connector.store.api_keys import ApiKey

identity = Blueprint("identity", __name__, url_prefix="/v1", description="Who is who, and why.")

NUMBER = re.compile(r"[0-9]{1,18}")

GONE = "There is no such profile."
NO_RECORD = "There is no such record; the message names the side."
CONTRADICTED = "Other decisions stand against it: `chain` leads from record to record."


@identity.route("/profiles/<profile_id>/identity")
@requires("profiles:read")
@identity.arguments(Query, location="query")
@identity.response(200, ProfileIdentitySchema, description="Links, what alone holds them together, and decisions.")
@identity.alt_response(404, schema=ProblemSchema, description=GONE)
def explain(_query: dict, profile_id: str) -> Response:
    """Why the records of a profile are one person.

    Tells the links with rule, evidence and standing, which of them alone hold it together,
    whom it may also be, and what people decided. Of others it names the profile only.
    """
    here, key = desk(), caller()
    told = of(here).explain(key.workspace, profile_id)
    here.views.add(key.workspace, told.profile_id, key.id, "identity")
    return answers.plain(identity_shapes.profile(told))


@identity.route("/identity/explain")
@requires("profiles:read")
@identity.arguments(TwoQuery, location="query")
@identity.response(200, TwoSchema, description="Whether they are one person, why, and what would change it.")
@identity.alt_response(404, schema=ProblemSchema, description=NO_RECORD)
def compare(asked: dict[str, str]) -> Response:
    """Why two records are one person, or why not, and what would change that."""
    here, key = desk(), caller()
    told = of(here).compare(key.workspace, asked["left"], asked["right"])
    for profile_id in sorted(set(told.profiles.values())):
        here.views.add(key.workspace, profile_id, key.id, "identity:two")
    return answers.plain(identity_shapes.two(told))


@identity.route("/identity/pins")
@requires("profiles:read")
@identity.arguments(PinsQuery, location="query")
@identity.response(200, PinsSchema, description="Decisions that stand, in the order of their records.")
def pins(asked: dict[str, Any]) -> Response:
    """List what people decided on pairs of records."""
    after = _place(asked["after"]) if asked.get("after") else None
    found = of(desk()).pins(caller().workspace, after=after, limit=asked["limit"])
    following = _mark(found[-1]) if len(found) == asked["limit"] else None
    return answers.plain({"pins": [identity_shapes.pin(each) for each in found], "next": following})


@identity.route("/identity/decisions")
@requires("profiles:read")
@identity.arguments(DecisionsQuery, location="query")
@identity.response(200, DecisionsSchema, description="A page of the log, the newest first.")
@identity.alt_response(404, schema=ProblemSchema, description=GONE)
def decisions(asked: dict[str, Any]) -> Response:
    """List everything that was ever decided on who is who: by whom, when, why, and whether it still stands.

    With `profile`: what names a record that is in it now.
    """
    after = int(asked["after"]) if asked.get("after") else None
    named = named_in(asked, caller(), "identity:decisions")
    found = of(desk()).decided(caller().workspace, after=after, limit=asked["limit"], naming=named)
    following = str(found[-1].decision.id) if len(found) == asked["limit"] else None
    return answers.plain({"decisions": [identity_shapes.decision(each) for each in found], "next": following})


@identity.route("/identity/pins", methods=["POST"])
@requires("identity:write")
@identity.arguments(PinQuery)
@identity.response(200, DecidedSchema, description="It is in force; these are the profiles of the two.")
@identity.alt_response(404, schema=ProblemSchema, description=NO_RECORD)
@identity.alt_response(409, schema=ProblemSchema, description=CONTRADICTED)
def pin(given: dict[str, str]) -> Response:
    """Decide that two records are one person, or never are.

    Outranks every rule and survives every sync. It takes the place of an earlier decision
    on the same two.
    """
    key = caller()
    told = of(desk()).pin(key.workspace, given["left"], given["right"], given["what"], who(key, given), given["why"])
    return answers.plain({"profiles": whose(told)})


@identity.route("/identity/pins", methods=["DELETE"])
@requires("identity:write")
@identity.arguments(TwoQuery, location="query")
@identity.response(200, DecidedSchema, description="Rules judge them again; these are the profiles of the two.")
@identity.alt_response(404, schema=ProblemSchema, description="Nobody decided on these two.")
def unpin(asked: dict[str, str]) -> Response:
    """Take the decision on two records back."""
    key = caller()
    return answers.plain({"profiles": whose(of(desk()).unpin(key.workspace, asked["left"], asked["right"], who(key)))})


@identity.route("/profiles/<profile_id>/unmerge", methods=["POST"])
@requires("identity:write")
@identity.arguments(UnmergeQuery)
@identity.response(200, PartedSchema, description="They left; `id` takes it back.")
@identity.alt_response(404, schema=ProblemSchema, description=GONE)
@identity.alt_response(409, schema=ProblemSchema, description=CONTRADICTED)
def unmerge(given: dict[str, Any], profile_id: str) -> Response:
    """Let records leave their profile for good.

    Those who leave and those who stay are never linked again, whatever later records say.
    Whether those who leave are one person, their records decide.
    """
    here, key = desk(), caller()
    done = of(here).unmerge(key.workspace, profile_id, given["records"], who(key, given), given["why"])
    return answers.plain(parted(done))


@identity.route("/identity/unmerges/<decision_id>", methods=["DELETE"])
@requires("identity:write")
@identity.arguments(Query, location="query")
@identity.response(200, PartedSchema, description="As if it had not been.")
@identity.alt_response(404, schema=ProblemSchema, description="There is no such unmerge.")
@identity.alt_response(409, schema=ProblemSchema, description=CONTRADICTED)
def undo(_query: dict, decision_id: str) -> Response:
    """Take an unmerge back, in one call."""
    here, key = desk(), caller()
    if not NUMBER.fullmatch(decision_id):
        raise NotFoundError("there is no such unmerge")
    return answers.plain(parted(of(here).undo(key.workspace, int(decision_id), who(key))))


def named_in(asked: dict[str, Any], key: ApiKey, way: str) -> list[Key] | None:
    """The records of which a line of the log shall name one; None: any line. It is noted who looks at a customer."""
    if "profile" not in asked:
        return [asked["record"]] if asked.get("record") else None
    here = desk()
    profile_id, records = of(here).records_of(key.workspace, asked["profile"])
    here.views.add(key.workspace, profile_id, key.id, way)
    return records


def of(here: Desk) -> Identity:
    return here.parts.identity


def who(key: ApiKey, given: dict[str, Any] | None = None) -> str:
    """By whom a decision is: the agent whom the caller names, and the key."""
    return named(key, (given or {}).get("agent"))


def named(key: ApiKey, agent: str | None) -> str:
    by = f"{key.name[:40]} ({key.id})"
    return f"{agent[:180]}, by {by}" if agent else by


def parted(done: Left) -> dict[str, Any]:
    return identity_shapes.done(done.parted, whose(done.profiles))


def whose(profiles: Profiles) -> list[dict[str, Any]]:
    """The profiles, each with those of the named records that it has."""
    found: dict[str, list[dict[str, Any]]] = {}
    for key, profile_id in sorted(profiles.items()):
        found.setdefault(profile_id, []).append(identity_shapes.record(key))
    return [{"profile_id": profile_id, "records": records} for profile_id, records in sorted(found.items())]


def _mark(last: Pin) -> str:
    return base64.urlsafe_b64encode(f"{last.left}\n{last.right}".encode()).decode()


def _place(text: str) -> tuple[str, str]:
    try:
        left, right = base64.urlsafe_b64decode(text.encode()).decode().split("\n")
    except (ValueError, binascii.Error):
        raise InvalidRequestError("wrong: after", {"after": ["Not the `next` of a page."]}) from None
    return left, right
