"""Who is this? Profiles by identifier and by id, and their timelines."""

import orjson
from flask import Response, request
from marshmallow import fields, validate
from werkzeug.datastructures import MultiDict

from connector.api import answers, identify
from connector.api.auth import caller, requires
from connector.api.blueprint import Blueprint, invalid
from connector.api.desk import Desk, desk
from connector.api.schemas import ProblemSchema, ProfileAnswerSchema, Query, TimelineAnswerSchema
from connector.errors import AmbiguousError, NotFoundError
from schemas.identifiers import Identifier

profiles = Blueprint("profiles", __name__, url_prefix="/v1/profiles", description="Who a customer is.")


class LookupQuery(Query):
    """Exactly one of email, phone, handle, user_id and external_id."""

    email = fields.String(metadata={"description": "An e-mail address."})
    phone = fields.String(metadata={"description": "A phone number; a + may have arrived as a space."})
    region = fields.String(
        validate=validate.Regexp("^[A-Za-z]{2}$"), metadata={"description": "The country of a local phone number (DE)."}
    )
    handle = fields.String(metadata={"description": "A social name, with or without @."})
    user_id = fields.String(metadata={"description": "The platform's own id of a social account."})
    platform = fields.String(load_default="x", metadata={"description": "Where handle or user_id is from."})
    external_id = fields.String(metadata={"description": "An id in the system that `source` names."})
    source = fields.String(metadata={"description": "The source whose id external_id is."})


class TimelineQuery(Query):
    limit = fields.Integer(
        load_default=50, validate=validate.Range(1, 200), metadata={"description": "How many items at most."}
    )
    before = fields.String(metadata={"description": "Go on behind this: `next` of the page before."})


LOOKUP = LookupQuery()
NAMES = frozenset(LOOKUP.fields)


@profiles.route("/lookup")
@requires("profiles:read")
@profiles.response(200, ProfileAnswerSchema, description="The one person who is known by it.")
@profiles.alt_response(304, description="It is still what If-None-Match names.")
@profiles.alt_response(404, schema=ProblemSchema, description="Nobody is known by it.")
@profiles.alt_response(409, schema=ProblemSchema, description="Several may be meant; the candidates are ranked.")
@profiles.doc(parameters=[{"in": "query", "schema": LookupQuery}])
def look_up() -> Response:
    """Look a person up by one identifier.

    Answers from the cache, says how fresh each source's word is, and never calls a vendor.
    """
    here, key = desk(), caller()
    identifier = asked(request.args, here.region(key.workspace))
    found = here.parts.lookup.find(key.workspace, identifier)
    here.counts.add("visavis_lookups", "lookup", found.outcome)
    if found.outcome == "one":
        here.saw(key.workspace, found, key.id, "lookup")
        return answers.person(found.document, found.etag, here.freshness.of(key.workspace))
    here.views.add(key.workspace, None, key.id, f"lookup:{found.outcome}")
    if found.outcome == "several":
        raise AmbiguousError("several people may be meant; choose one by id", found.candidates, found.shared)
    raise NotFoundError("nobody is known by this identifier")


def asked(args: MultiDict[str, str], region: str | None) -> Identifier:
    """The identifier of a query. This is the hottest path, so that the schema is asked only when something is odd."""
    pairs = list(args.items(multi=True))
    given = dict(pairs)
    if len(pairs) != 1 or pairs[0][0] not in NAMES:
        twice = {name: ["Given twice."] for name in given if len(args.getlist(name)) > 1}
        wrong = twice or LOOKUP.validate(given)
        if wrong:
            raise invalid(wrong, LOOKUP.fields)
    return identify.one(given, region)


@profiles.route("/<profile_id>")
@requires("profiles:read")
@profiles.response(200, ProfileAnswerSchema, description="The profile; `moved_from` says that it took over that id.")
@profiles.alt_response(304, description="It is still what If-None-Match names.")
@profiles.alt_response(404, schema=ProblemSchema, description="There is no such profile.")
@profiles.arguments(Query, location="query")
def show(_query: dict, profile_id: str) -> Response:
    """Read a profile. An id that was retired by a join is answered with its successor."""
    here, key = desk(), caller()
    found = here.parts.lookup.get(key.workspace, profile_id)
    if found.outcome != "one":
        raise NotFoundError("there is no such profile")
    here.saw(key.workspace, found, key.id, "profile")
    moved_from = profile_id if found.profile_id != profile_id else None
    response = answers.person(found.document, found.etag, here.freshness.of(key.workspace), moved_from)
    if moved_from:
        response.headers["Content-Location"] = f"/v1/profiles/{found.profile_id}"
    return response


@profiles.route("/<profile_id>/timeline")
@requires("profiles:read")
@profiles.response(200, TimelineAnswerSchema, description="A page, newest first; `next` is null on the last one.")
@profiles.alt_response(404, schema=ProblemSchema, description="There is no such profile.")
@profiles.arguments(TimelineQuery, location="query")
def timeline(query: dict, profile_id: str) -> Response:
    """Read what happened with a person, newest first, page by page."""
    here, key = desk(), caller()
    page = here.parts.lookup.timeline(key.workspace, profile_id, before=query.get("before"), limit=query["limit"])
    if page is None:
        raise NotFoundError("there is no such profile")
    here.views.add(key.workspace, page.profile_id, key.id, "timeline")
    return _timeline(here, key.workspace, page)


def _timeline(here: Desk, workspace: str, page: object) -> Response:
    body = orjson.dumps({"profile_id": page.profile_id, "items": page.items, "next": page.next})
    return Response(answers.join(body, freshness=here.freshness.of(workspace).body), content_type=answers.JSON)
