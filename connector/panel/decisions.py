"""Decisions: who decided what on who is who, when and why, and whether it still stands."""

from typing import Any

from flask import g, request

from connector.api import identity_shapes
from connector.api.desk import desk
from connector.api.identity_schemas import DecisionsQuery
from connector.api.identity_views import named_in, of
from connector.errors import InvalidRequestError
from connector.panel.view import page, panel, signed_in

QUERY = DecisionsQuery(only=("after", "record", "profile"))
# Lines of a page, and records that are named of a line.
LINES, MOST = 50, 5


@panel.get("/decisions")
@signed_in
def decisions() -> Any:
    """The log, the newest first; `record`: what names this one; `profile`: what names one of its records."""
    asked = {name: text.strip() for name, text in request.args.items() if name in QUERY.fields and text.strip()}
    if wrong := QUERY.validate(asked):
        raise InvalidRequestError(f"wrong: {', '.join(sorted(wrong))}; a record is named by source:kind:id", wrong)
    after = int(asked["after"]) if "after" in asked else None
    named = named_in(asked, g.key, "panel:decisions")
    found = of(desk()).decided(g.key.workspace, after=after, limit=LINES, naming=named)
    return page(
        "panel/decisions.html",
        decisions=[identity_shapes.decision(each) for each in found],
        only={name: asked[name] for name in ("record", "profile") if name in asked},
        after=after,
        next=found[-1].decision.id if len(found) == LINES else None,
        most=MOST,
    )
