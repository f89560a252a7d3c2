"""What a customer may need next: the hints of their card, and more than a card has room for."""

import orjson
from flask import Response
from marshmallow import fields, validate

from connector.api import answers
from connector.api.auth import caller, requires
from connector.api.blueprint import Blueprint
from connector.api.desk import desk
from connector.api.schemas import FreshSchema, ProblemSchema, Query, described
from connector.errors import NotFoundError
from connector.recommendations.offers import MOST
from schemas.profile import RecommendationsSchema

offered = Blueprint("offered", __name__, url_prefix="/v1/profiles", description="What a customer may need next.")

USUAL = 10


class RecommendationsQuery(Query):
    """How much is wanted."""

    limit = fields.Integer(
        load_default=USUAL, validate=validate.Range(1, MOST), metadata=described("Hints in each list, at most.")
    )


class RecommendationsAnswerSchema(RecommendationsSchema):
    """As on the card, longer; with how fresh each source's word is."""

    profile_id = fields.String(required=True, metadata=described("The profile; another one when the id was retired."))
    freshness = fields.List(fields.Nested(FreshSchema), required=True)


@offered.route("/<profile_id>/recommendations")
@requires("profiles:read")
@offered.arguments(RecommendationsQuery, location="query")
@offered.response(
    200, RecommendationsAnswerSchema, description="The hints; or none, and `note` and `withheld` say why."
)
@offered.alt_response(404, schema=ProblemSchema, description="There is no such profile.")
def recommend(query: dict, profile_id: str) -> Response:
    """Read what a customer may need next, why, and what is withheld.

    The first three of each list are those of the card. Worked out from the records as they are now; no vendor is asked.
    """
    here, key = desk(), caller()
    found = here.parts.suggestions.of(key.workspace, profile_id, query["limit"])
    if found is None:
        raise NotFoundError("there is no such profile")
    # Seen like a card: an answer may name a hint that no card has room for.
    here.saw(key.workspace, found, key.id, "recommendations")
    told = orjson.dumps({"profile_id": found.profile_id} | found.shown)
    return Response(answers.join(told, freshness=here.freshness.of(key.workspace).body), content_type=answers.JSON)
