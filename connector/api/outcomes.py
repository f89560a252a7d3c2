"""What came of a hint: told by the helpdesk, or by whoever offered it."""

from typing import Any

import redis
import structlog
from flask import Response
from marshmallow import Schema, fields, validate

from connector.api import answers
from connector.api.auth import caller, requires
from connector.api.blueprint import Blueprint
from connector.api.desk import Desk, desk
from connector.api.schemas import ProblemSchema, Query, described
from connector.clock import moment
from connector.recommendations.feedback import LONGEST_REASON, OUTCOMES, Feedback

log = structlog.get_logger()

recommendations = Blueprint(
    "recommendations", __name__, url_prefix="/v1/recommendations", description="What came of the hints on a card."
)


class OutcomeQuery(Query):
    """What came of it."""

    outcome = fields.String(
        required=True,
        validate=validate.OneOf(OUTCOMES),
        metadata=described("shown: the customer heard of it; ignored: the agent passed it over."),
    )
    reason = fields.String(
        allow_none=True,
        validate=validate.Length(max=LONGEST_REASON),
        metadata=described("Why, in a few words; best one of a fixed list of yours, for the report counts them."),
    )


class OutcomeAnswerSchema(Schema):
    """The outcome as it is kept; told again, as it was told first."""

    id = fields.String(required=True, metadata=described("The hint's id."))
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    reason = fields.String(required=True, allow_none=True)
    product_id = fields.String(required=True)
    list = fields.String(required=True, validate=validate.OneOf(["due", "may_like"]))
    model = fields.String(required=True, metadata=described("The version of the model that made the hint."))
    at = fields.DateTime(required=True, metadata=described("When it was told first."))


@recommendations.route("/<hint_id>/outcome", methods=["POST"])
@requires("recommendations:write")
@recommendations.arguments(OutcomeQuery)
@recommendations.response(200, OutcomeAnswerSchema, description="It is kept, and the card is built anew.")
@recommendations.alt_response(404, schema=ProblemSchema, description="There was never such a hint.")
def tell(given: dict[str, Any], hint_id: str) -> Response:
    """Say what came of a hint. Telling the same twice is telling it once; the last of several different ones counts."""
    here, key = desk(), caller()
    kept = feedback(here).tell(key.workspace, hint_id, given["outcome"], given.get("reason"), by=key.id)
    here.counts.add("visavis_outcomes", kept.outcome)
    told = {name: getattr(kept, name) for name in ("outcome", "reason", "list", "model")}
    at = moment(kept.at).isoformat().replace("+00:00", "Z")
    return answers.plain({"id": kept.hint_id, "product_id": kept.product, "at": at, **told})


def feedback(here: Desk) -> Feedback:
    """Where outcomes go; a worker is asked to build the card anew."""

    def ring(workspace: str, profile_id: str) -> None:
        try:
            here.parts.queue.rebuild(workspace, profile_id)
        except redis.RedisError:
            # The outcome is kept and the profile is marked: it is built when Redis is back.
            log.warning("redis is away", route="outcome")

    return Feedback(here.parts.store, here.parts.clock, ring)
