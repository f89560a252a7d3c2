"""What waits for a person in identity: possible matches, sources that were stopped, imports to undo; and alarms.

The queue shows two people's data side by side, so that it needs `identity:write`, and each
page notes both profiles of every case as seen.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import redis
import structlog
from flask import Response

from connector.api import answers
from connector.api.auth import caller, requires
from connector.api.blueprint import Blueprint
from connector.api.desk import Desk, desk
from connector.api.identity_views import NUMBER, who
from connector.api.review_schemas import (
    AlarmsSchema,
    ReleasedSchema,
    ReviewQuery,
    ReviewSchema,
    UndoImportSchema,
    UndoingSchema,
    WhySchema,
)
from connector.api.schemas import ProblemSchema, Query
from connector.clock import moment
from connector.errors import InvalidRequestError, NotFoundError
from connector.identity.compared import NOUNS
from connector.identity.review import Place
from connector.identity.undo import State
from connector.profile.reviewing import Case, Reviewing
from connector.store.api_keys import ApiKey

log = structlog.get_logger()

NO_DECISION = "There is no such decision."

review = Blueprint("review", __name__, url_prefix="/v1/identity", description="What waits for a person's word.")


@review.route("/review")
@requires("identity:write")
@review.arguments(ReviewQuery, location="query")
@review.response(200, ReviewSchema, description="Possible matches, the most worth first.")
def list_(asked: dict[str, Any]) -> Response:
    """List possible matches that nobody has decided on, each side by side and with its reason.

    Decide with POST /v1/identity/pins: `link` when they are one person, `never` when they are two.
    """
    here, key = desk(), caller()
    after = place(asked["after"]) if asked.get("after") else None
    cases = of(here).page(key.workspace, after, asked["limit"])
    for case in cases:
        note(here, key, case, "review")
    following = mark(cases[-1].item.place) if len(cases) == asked["limit"] else None
    return answers.plain({"items": [shown(case) for case in cases], "next": following})


@review.route("/alarms")
@requires("sources:read")
@review.arguments(Query, location="query")
@review.response(200, AlarmsSchema, description="Ids and numbers only.")
def alarms(_query: dict) -> Response:
    """See what looks odd: large profiles, profiles on one link, values that turned generic, merge rates."""
    here, key = desk(), caller()
    found = of(here).watch.now(key.workspace)
    told = asdict(found) | {"told": found.told(here.parts.settings["identity.alarm_records"])}
    told["rules"] = of(here).rules(key.workspace)
    told["generic"] = [asdict(each) | {"kind": NOUNS[each.kind]} for each in found.generic]
    return answers.plain(told)


@review.route("/sources/<name>/release", methods=["POST"])
@requires("identity:write")
@review.arguments(WhySchema)
@review.response(200, ReleasedSchema, description="New links join at once; those that wait are let go by a worker.")
@review.alt_response(404, schema=ProblemSchema, description="There is no such source.")
def release(given: dict[str, str], name: str) -> Response:
    """Let a source's links go on, after its merge rate had jumped."""
    here, key = desk(), caller()
    _known(here, key, name)
    released = of(here).imports.release(key.workspace, name, who(key), given["why"])
    if released:
        _ask(here.parts.queue.look_after, key.workspace)
        log.info("brake released", source=name, key=key.id)
    return answers.plain({"source": name, "released": released})


@review.route("/imports/undo", methods=["POST"])
@requires("identity:write")
@review.arguments(UndoImportSchema)
@review.response(202, UndoingSchema, description="A worker does it, and rebuilds the profiles; Location tells how far.")
@review.alt_response(404, schema=ProblemSchema, description="There is no such source, or it linked nothing then.")
def undo(given: dict[str, Any]) -> Response:
    """Undo every link that a source's records brought about in a span of time.

    Asking for the same again while a worker is at it is asking once.
    """
    here, key = desk(), caller()
    _known(here, key, given["source"])
    since, until = given["since"], given["until"]
    if until < since:
        raise InvalidRequestError("wrong: until", {"until": ["Before since."]})
    decision = of(here).imports.begin(key.workspace, given["source"], since, until, who(key), given["why"])
    log.info("import undoing asked", source=given["source"], decision=decision, key=key.id)
    return _left_to_a_worker(here, key, decision)


@review.route("/imports/<decision_id>")
@requires("identity:write")
@review.arguments(Query, location="query")
@review.response(200, UndoingSchema, description="How far it is.")
@review.alt_response(404, schema=ProblemSchema, description=NO_DECISION)
def undoing(_query: dict, decision_id: str) -> Response:
    """See how far a worker is with the undoing of an import."""
    here, key = desk(), caller()
    return answers.plain(_state(of(here).imports.state(key.workspace, _number(decision_id))))


@review.route("/imports/<decision_id>", methods=["DELETE"])
@requires("identity:write")
@review.arguments(Query, location="query")
@review.response(202, UndoingSchema, description="A worker lets the links go; Location tells how far it is.")
@review.alt_response(404, schema=ProblemSchema, description=NO_DECISION)
def take_back(_query: dict, decision_id: str) -> Response:
    """Take back that an import was undone. Asking for it again changes nothing."""
    here, key = desk(), caller()
    decision = _number(decision_id)
    of(here).imports.begin_back(key.workspace, decision, who(key))
    log.info("import undoing taken back", decision=decision, key=key.id)
    return _left_to_a_worker(here, key, decision)


def of(here: Desk) -> Reviewing:
    return here.parts.reviewing


def note(here: Desk, key: ApiKey, case: Case, way: str) -> None:
    """Both were seen."""
    for side in (case.left, case.right):
        here.views.add(key.workspace, side.profile_id, key.id, way)


def shown(case: Case) -> dict[str, Any]:
    item = case.item
    return {
        "left": asdict(case.left),
        "right": asdict(case.right),
        "why": case.why,
        "rows": [asdict(row) for row in case.rows],
        "certainty": item.certainty,
        "worth": item.worth,
        "by_rule": item.by_rule,
        "probability": item.probability,
    }


def mark(place: Place) -> str:
    return ".".join(map(str, place))


def place(text: str) -> Place:
    parts = text.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        raise InvalidRequestError("wrong: after", {"after": ["Not the `next` of a page."]})
    rank, left, right = map(int, parts)
    return rank, left, right


def _known(here: Desk, key: ApiKey, name: str) -> None:
    names = here.parts.sources.names(key.workspace)
    if name not in names:
        raise NotFoundError(f"there is no such source; known: {', '.join(names) or 'none'}")


def _number(text: str) -> int:
    if not NUMBER.fullmatch(text):
        raise NotFoundError("there is no such decision")
    return int(text)


def _state(found: State) -> dict[str, Any]:
    told = found.decision
    asked = {"by": told.made_by, "at": moment(told.made_at).isoformat(), "why": told.why}
    return {"decision": told.id, **told.subject, **asked, "state": found.state, "links": found.links}


def _left_to_a_worker(here: Desk, key: ApiKey, decision: int) -> Response:
    _ask(here.parts.queue.undo, key.workspace)
    answer = answers.plain(_state(of(here).imports.state(key.workspace, decision)), 202)
    answer.headers["Location"] = f"/v1/identity/imports/{decision}"
    return answer


def _ask(ring: Callable[[str], None], workspace: str) -> None:
    try:
        ring(workspace)
    except redis.RedisError:
        # The schedule rings for it.
        log.warning("no worker can be asked now", workspace=workspace)
