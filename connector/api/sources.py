"""How each source is doing, and asking for a sync."""

from typing import TYPE_CHECKING, Any

import redis
import structlog
from flask import Response
from marshmallow import fields

from connector.api import answers, errors
from connector.api.auth import caller, requires
from connector.api.blueprint import Blueprint
from connector.api.desk import desk
from connector.api.freshness import STATUS, told
from connector.api.schemas import AcceptedSchema, ProblemSchema, Query, SourcesSchema
from connector.errors import NotFoundError

if TYPE_CHECKING:
    from connector.sync.status import SourceStatus

log = structlog.get_logger()

# What is told of each stream.
STREAM = ("name", "state", "error", "records", "quarantined")

sources = Blueprint("sources", __name__, url_prefix="/v1/sources", description="How each source is doing.")


class SyncQuery(Query):
    full = fields.Boolean(
        load_default=False, metadata={"description": "Read everything again, and drop what is not listed any more."}
    )


@sources.route("")
@requires("sources:read")
@sources.arguments(Query, location="query")
@sources.response(200, SourcesSchema, description="Every source of the workspace.")
def list_(_query: dict) -> Response:
    """See every source: its state, its last success, how far behind it is, and its counts."""
    here, key = desk(), caller()
    status = here.parts.status
    found = [status.of(key.workspace, name) for name in here.parts.sources.names(key.workspace)]
    return answers.plain({"sources": [_told(each) for each in found]})


@sources.route("/<name>/sync", methods=["POST"])
@requires("sources:write")
@sources.arguments(SyncQuery, location="query")
@sources.response(202, AcceptedSchema, description="A worker was asked; the event source.changed follows.")
@sources.alt_response(404, schema=ProblemSchema, description="There is no such source.")
@sources.alt_response(503, schema=ProblemSchema, description="There is no queue.")
def sync(query: dict[str, Any], name: str) -> Response:
    """Ask for a sync of a source. Asking twice before a worker begins is asking once."""
    here, key = desk(), caller()
    names = here.parts.sources.names(key.workspace)
    if name not in names:
        raise NotFoundError(f"there is no such source; known: {', '.join(names) or 'none'}")
    try:
        here.parts.queue.sync(key.workspace, name, full=query["full"])
    except redis.RedisError:
        return errors.answer(503, "queue_unavailable", "no worker can be asked now; ask again later")
    log.info("sync asked", source=name, full=query["full"], key=key.id)
    return answers.plain({"source": name, "accepted": True}, 202)


def _told(status: "SourceStatus") -> dict[str, Any]:
    return told(status, STATUS) | {"streams": [told(stream, STREAM) for stream in status.streams]}
