"""Deliveries of the sources: verified, kept and confirmed at once; a worker takes them in.

They carry no key of ours: the source's signature over the bytes says who sent them.
"""

import redis
import structlog
from flask import Response, request

from connector.api import answers
from connector.api.blueprint import Blueprint
from connector.api.desk import Desk, desk
from connector.api.schemas import ProblemSchema, TakenSchema
from connector.errors import ConnectorError, InvalidRequestError, NotAuthenticatedError, NotFoundError
from connector.sync import webhooks as inbound

log = structlog.get_logger()

# Why a delivery was refused, as the metrics say it.
VERDICTS = {NotAuthenticatedError: "rejected", InvalidRequestError: "unreadable", NotFoundError: "unsupported"}

webhooks = Blueprint("webhooks", __name__, url_prefix="/v1/webhooks", description="Deliveries of the sources.")


@webhooks.route("/<source>", methods=["POST"])
@webhooks.response(200, TakenSchema, description="Kept; a worker takes it in.")
@webhooks.alt_response(400, schema=ProblemSchema, description="The delivery has an unknown shape.")
@webhooks.alt_response(401, schema=ProblemSchema, description="The source did not sign these bytes.")
@webhooks.alt_response(404, schema=ProblemSchema, description="There is no such source, or it takes no webhooks.")
def deliver(source: str) -> Response:
    """Take a delivery of a source. Its signature is verified before anything is read."""
    here = desk()
    workspace = _workspace(here, source)
    try:
        count = inbound.receive(
            here.parts.push,
            workspace,
            here.parts.adapter(source),
            method=request.method,
            url=_url(here),
            headers=request.headers,
            body=request.get_data(),
        )
    except ConnectorError as error:
        verdict = VERDICTS.get(type(error), "failed")
        here.counts.add("visavis_deliveries", source, verdict)
        log.warning("delivery refused", source=source, verdict=verdict)
        raise
    here.counts.add("visavis_deliveries", source, "accepted")
    _ring(here, workspace, source)
    return answers.plain({"accepted": count})


@webhooks.route("/<source>", methods=["GET"])
@webhooks.response(200, description="What the source wants to hear.")
@webhooks.alt_response(404, schema=ProblemSchema, description="There is no such source, or it asks no such thing.")
def challenge(source: str) -> Response:
    """Answer a source that asks whether this address is ours (X: `crc_token`)."""
    here = desk()
    _workspace(here, source)
    return answers.plain(inbound.challenge(here.parts.adapter(source), request.args.to_dict()))


def _workspace(here: Desk, source: str) -> str:
    if source not in here.parts.sources.names():
        raise NotFoundError("there is no such source")
    return here.parts.sources.workspace(source)


def _url(here: Desk) -> str:
    """The address that the source called, which some sign: behind a proxy it is not the one that we see."""
    public = here.parts.settings["web.public_url"].rstrip("/")
    # The path as it was sent: what the source signed must not be decoded and encoded again.
    path = request.environ.get("RAW_URI") or request.full_path.rstrip("?")
    return f"{public or request.root_url.rstrip('/')}{path}"


def _ring(here: Desk, workspace: str, source: str) -> None:
    try:
        here.parts.queue.delivered(workspace, source)
    except redis.RedisError:
        # The delivery is in the store: the next run of the worker finds it.
        log.warning("no queue: the delivery waits for the worker's next look", source=source)
