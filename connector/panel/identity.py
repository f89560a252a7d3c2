"""Why we think so: a profile's links, what alone holds them together, and decisions to make and take back."""

from collections.abc import Callable
from typing import Any

from flask import g, redirect, request, url_for
from werkzeug.wrappers import Response

from connector.api import identity_shapes
from connector.api.desk import desk
from connector.api.identity_schemas import KEY
from connector.api.identity_views import of, who
from connector.errors import ConnectorError, ContradictedError, InvalidRequestError, NotAllowedError
from connector.identity.pins import LINK, NEVER
from connector.panel.view import page, panel, sessions, signed_in

NEEDED = "identity:write"

# What is said after a decision.
SAID = {
    LINK: "They are one person now.",
    NEVER: "They are never one person.",
    "unpin": "The decision is taken back; rules judge them again.",
    "unmerge": "They left. It can be taken back below.",
    "undo": "It is as it was.",
}
# Marks of a field, in words as well.
MARKS = {True: "agrees", False: "clashes", None: "says nothing"}
LONGEST_WHY = 2000


@panel.get("/profiles/<profile_id>/identity")
@signed_in
def identity(profile_id: str) -> Any:
    """Why this is one person."""
    return _shown(profile_id, said=SAID.get(request.args.get("said", "")))


@panel.post("/profiles/<profile_id>/identity")
@signed_in
def decide_identity(profile_id: str) -> Any:
    """Do what the button says: `decision` is one of DECISIONS. Then show the profile as it is now."""
    if not g.key.may(NEEDED):
        raise NotAllowedError(f"this key lacks the scope {NEEDED}")
    if not sessions().is_word(g.key, request.form.get("csrf", "")):
        raise NotAllowedError("this page is too old; load it again and decide there")
    decision = request.form.get("decision", "")
    if decision not in DECISIONS:
        raise InvalidRequestError("wrong: decision", {"decision": [f"One of {', '.join(DECISIONS)}."]})
    try:
        DECISIONS[decision](profile_id)
    except ConnectorError as error:
        return _shown(profile_id, problem=error), error.status
    return _redirected(profile_id, decision)


def _redirected(profile_id: str, decision: str) -> Response:
    said = request.form.get("what", "") if decision == "pin" else decision
    return redirect(url_for("panel.identity", profile_id=profile_id, said=said), 303)


def _shown(profile_id: str, *, said: str | None = None, problem: ConnectorError | None = None) -> str:
    here = desk()
    told = of(here).explain(g.key.workspace, profile_id)
    here.views.add(g.key.workspace, told.profile_id, g.key.id, "panel:identity")
    chain = problem.chain if isinstance(problem, ContradictedError) else None
    return page(
        "panel/identity.html",
        told=identity_shapes.profile(told),
        marks=MARKS,
        may=g.key.may(NEEDED),
        said=said,
        problem=problem,
        chain=chain,
    )


def _pin(_profile_id: str) -> None:
    form = request.form
    if form.get("what") not in (LINK, NEVER):
        raise InvalidRequestError("wrong: what", {"what": ["link or never."]})
    of(desk()).pin(g.key.workspace, _key("left"), _key("right"), form["what"], _by(), _why())


def _unpin(_profile_id: str) -> None:
    of(desk()).unpin(g.key.workspace, _key("left"), _key("right"), _by(), _why())


def _unmerge(profile_id: str) -> None:
    of(desk()).unmerge(g.key.workspace, profile_id, request.form.getlist("records"), _by(), _why())


def _undo(_profile_id: str) -> None:
    number = request.form.get("id", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise InvalidRequestError("wrong: id", {"id": ["A number."]})
    of(desk()).undo(g.key.workspace, int(number), _by(), _why())


DECISIONS: dict[str, Callable[[str], None]] = {"pin": _pin, "unpin": _unpin, "unmerge": _unmerge, "undo": _undo}


def _key(field: str) -> str:
    """A record's key from the form; a contact may be named as `source:id`."""
    text = request.form.get(field, "").strip()
    source, _, rest = text.partition(":")
    if rest and ":" not in rest:
        text = f"{source}:contact:{rest}"
    if not KEY.regex.match(text):
        raise InvalidRequestError(f"{field}: name a record by source:kind:id", {field: ["source:kind:id"]})
    return text


def _why() -> str:
    return request.form.get("why", "").strip()[:LONGEST_WHY]


def _by() -> str:
    """The agent whom the page is for, if the address names one."""
    return who(g.key, {"agent": request.args.get("agent", "")})
