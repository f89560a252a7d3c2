"""Hints on the card: how they are shown, and what the agent answers to one."""

from typing import Any

from flask import g, redirect, request, url_for
from werkzeug.wrappers import Response

from connector.api.desk import desk
from connector.api.outcomes import feedback
from connector.errors import InvalidRequestError, NotAllowedError
from connector.panel.view import panel, sessions, signed_in
from connector.recommendations.hint_id import profile_of

# What agents may choose from when a customer declines; the report counts these words.
DECLINED_BECAUSE = ("has one already", "not interested", "too expensive", "maybe later", "other reason")

NEEDED = "recommendations:write"


@panel.app_template_filter()
def share(part: float) -> str:
    """A likelihood in words: never certain, and never none."""
    return "under 1%" if part < 0.01 else "over 99%" if part > 0.99 else f"{part:.0%}"


@panel.context_processor
def answers() -> dict[str, Any]:
    """What the card's forms need."""
    return {"csrf": lambda: sessions().word(g.key), "declined_because": DECLINED_BECAUSE}


@panel.post("/recommendations/<hint_id>/outcome")
@signed_in
def outcome(hint_id: str) -> Response:
    """Keep what came of a hint, and show the card again."""
    if not sessions().is_word(g.key, request.form.get("csrf", "")):
        raise NotAllowedError("this page is too old; load the customer again and answer there")
    if not g.key.may(NEEDED):
        raise NotAllowedError(f"this key lacks the scope {NEEDED}")
    said, reason = request.form.get("outcome", ""), request.form.get("declined")
    if reason is not None:
        said = "declined"
        if reason not in DECLINED_BECAUSE:
            raise InvalidRequestError("wrong: declined", {"declined": ["None of the reasons on the card."]})
    kept = feedback(desk()).tell(g.key.workspace, hint_id, said, reason, by=g.key.id)
    desk().counts.add("visavis_outcomes", kept.outcome)
    return redirect(url_for("panel.profile", profile_id=profile_of(hint_id), noted=hint_id) + "#hints", 303)
