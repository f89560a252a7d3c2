"""Possible matches, one at a time and side by side; and what looks odd, for whoever may decide on it."""

from typing import Any

from flask import g, redirect, request, url_for
from werkzeug.wrappers import Response

from connector.api.desk import desk
from connector.api.identity_views import who
from connector.api.review import mark, note, of, place
from connector.errors import NotAllowedError
from connector.panel.view import page, panel, sessions, signed_in
from connector.profile.reviewing import ANSWERS

NEEDED = "identity:write"

# How a field speaks: a sign, a word, and a class; never the colour alone.
MARKS = {True: ("✓", "agrees", "good"), False: ("✗", "clashes", "wrong"), None: ("", "", "")}

# What is said after an answer.
SAID = {"same": "They are one person now.", "different": "They are never joined."}


@panel.get("/review")
@signed_in
def review() -> Any:
    """The possible match that is most worth a look; `after`: behind the one that was skipped."""
    _may()
    here, after = desk(), request.args.get("after", "")
    cases = of(here).page(g.key.workspace, place(after) if after else None, limit=1)
    alarms = of(here).watch.now(g.key.workspace)
    for case in cases:
        note(here, g.key, case, "panel:review")
    return page(
        "panel/review.html",
        case=cases[0] if cases else None,
        marks=MARKS,
        after=after,
        skip=mark(cases[0].item.place) if cases else None,
        said=SAID.get(request.args.get("said", "")),
        alarms=alarms,
        rules=of(here).rules(g.key.workspace),
        odd=alarms.told(here.parts.settings["identity.alarm_records"]),
    )


@panel.get("/profiles/<profile_id>/may-also-be/<other_id>")
@signed_in
def beside(profile_id: str, other_id: str) -> Any:
    """A customer beside another one whom they may also be; the answer leads back to the customer."""
    _may()
    here = desk()
    case = of(here).between(g.key.workspace, profile_id, other_id)
    note(here, g.key, case, "panel:review")
    return page("panel/review.html", case=case, marks=MARKS, back=profile_id)


@panel.post("/review")
@signed_in
def decide() -> Response:
    """Keep the answer, which is in force at once, and show the next one, or what became of the customer (`back`)."""
    _may()
    _ours()
    form = request.form
    answer = form.get("answer", "")
    of(desk()).decide(g.key.workspace, form.get("left", ""), form.get("right", ""), answer, who(g.key))
    if form.get("back"):
        return redirect(url_for("panel.identity", profile_id=form["back"], said=ANSWERS[answer]), 303)
    after = form.get("after", "")
    return redirect(url_for("panel.review", said=answer, **({"after": after} if after else {})), 303)


@panel.post("/review/release")
@signed_in
def release() -> Response:
    """Let a source's links go on."""
    _may()
    _ours()
    here, source = desk(), request.form.get("source", "")
    if of(here).imports.release(g.key.workspace, source, who(g.key)):
        here.parts.queue.look_after(g.key.workspace)
    return redirect(url_for("panel.review"), 303)


def _may() -> None:
    if not g.key.may(NEEDED):
        raise NotAllowedError(f"this key lacks the scope {NEEDED}")


def _ours() -> None:
    if not sessions().is_word(g.key, request.form.get("csrf", "")):
        raise NotAllowedError("this page is too old; load it again and answer there")
