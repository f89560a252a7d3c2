"""The panel's pages: thin, and the same lookup as the API's.

Every page works without script; with it, contacts that arrive open by themselves and
times are shown in the reader's zone.
"""

from functools import wraps
from typing import Any

import orjson
from flask import Blueprint, Response, current_app, g, redirect, render_template, request, url_for

from connector.api import identify
from connector.api.desk import Desk, desk
from connector.api.tickets import Ticket, stream_url
from connector.errors import ConnectorError, InvalidRequestError, NotAllowedError
from connector.panel.amounts import amount, quantity
from connector.panel.chart import charts
from connector.panel.late import late
from connector.panel.session import Sessions
from connector.profile.lookup import Found

panel = Blueprint(
    "panel",
    __name__,
    url_prefix="/panel",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)

panel.add_app_template_filter(amount)
panel.add_app_template_filter(quantity)

EXTENSION = "visavis-panel"

# Pages whose links remember for which agent they are.
WITH_AGENT = (
    "panel.home",
    "panel.profile",
    "panel.timeline",
    "panel.outcome",
    "panel.identity",
    "panel.decide_identity",
    "panel.beside",
    "panel.review",
    "panel.decisions",
    "panel.decide",
)


def sessions() -> Sessions:
    """The application's sessions, made when the first page is asked for."""
    if EXTENSION not in current_app.extensions:
        parts = desk().parts
        current_app.extensions[EXTENSION] = Sessions(parts.settings, parts.store, parts.redis)
    return current_app.extensions[EXTENSION]


@panel.url_defaults
def keep_agent(endpoint: str, values: dict[str, Any]) -> None:
    """`?agent=NAME` goes along with every link: a search must not make the page forget whose contacts it shows."""
    agent = request.args.get("agent", "")[:255]
    if agent and endpoint in WITH_AGENT:
        values.setdefault("agent", agent)


@panel.after_request
def strict(response: Response) -> Response:
    """No script, style, frame or connection but our own; embedding only by those the settings name."""
    settings = desk().parts.settings
    ancestors = settings["web.frame_ancestors"] or "'none'"
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        f"connect-src 'self' {stream_url(settings)}; frame-ancestors {ancestors}"
    )
    if request.endpoint == "panel.static":
        response.headers["Cache-Control"] = "public, max-age=300"
    return response


@panel.errorhandler(ConnectorError)
def failed(error: ConnectorError) -> tuple[str, int]:
    """A page for people, not JSON: what went wrong and what can be done."""
    return page("panel/failed.html", message=str(error)), error.status


def signed_in(view: Any) -> Any:
    """A page for who has a session; others are sent to sign in, and come back."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        key = sessions().key(request)
        if key is None:
            if request.headers.get("X-Panel") == "card":
                return Response(status=401)
            return redirect(url_for("panel.sign_in", next=request.full_path.rstrip("?")))
        g.key = key
        return view(*args, **kwargs)

    return guarded


@panel.get("/sign-in")
def sign_in() -> Any:
    """The form; or, with a one-time link's word, in at once."""
    if word := request.args.get("link"):
        response = redirect(url_for("panel.home"))
        sessions().begin(response, sessions().redeem(word))
        return response
    return page("panel/sign_in.html", next=request.args.get("next", ""), wrong=None)


@panel.post("/sign-in")
def sign_in_with_key() -> Any:
    after = request.form.get("next", "")
    # Only to pages of ours: anything else would make us a way to somebody else's.
    safe = after.startswith("/panel") and not after.startswith("/panel//")
    response = redirect(after if safe else url_for("panel.home"))
    try:
        sessions().begin(response, desk().keys.of(f"Bearer {request.form.get('key', '').strip()}"))
    except ConnectorError as error:
        return page("panel/sign_in.html", next=after, wrong=str(error)), error.status
    return response


@panel.post("/sign-out")
def sign_out() -> Response:
    response = redirect(url_for("panel.sign_in"))
    sessions().end(response)
    return response


@panel.get("")
@signed_in
def home() -> Any:
    """The search box, and who was searched for."""
    text, here = request.args.get("q", "").strip(), desk()
    if not text:
        return page("panel/home.html")
    try:
        identifier = identify.arriving({"channel": "panel", "identifier": text}, here.region(g.key.workspace))
    except InvalidRequestError:
        identifier = None
    if identifier is None:
        return page("panel/none.html", q=text, unread=True), 404
    return answer(here.parts.lookup.find(g.key.workspace, identifier), q=text)


@panel.get("/profiles/<profile_id>")
@signed_in
def profile(profile_id: str) -> Any:
    """One person. Who is known under another id by now is shown under that one."""
    found = desk().parts.lookup.get(g.key.workspace, profile_id)
    if found.outcome == "none":
        return page("panel/none.html", q=None, unread=False, gone=True), 404
    if found.profile_id != profile_id:
        return redirect(url_for("panel.profile", profile_id=found.profile_id))
    return answer(found)


@panel.get("/profiles/<profile_id>/timeline")
@signed_in
def timeline(profile_id: str) -> Any:
    """What happened, newest first, page by page."""
    here = desk()
    before = request.args.get("before")
    found = here.parts.lookup.timeline(g.key.workspace, profile_id, before=before, limit=50)
    if found is None:
        return page("panel/none.html", q=None, unread=False), 404
    here.views.add(g.key.workspace, found.profile_id, g.key.id, "panel:timeline")
    return page("panel/timeline.html", profile_id=found.profile_id, items=found.items, next=found.next, before=before)


@panel.get("/candidates")
@signed_in
def candidates() -> str:
    """Those whom a contact that arrived may be, by their ids."""
    here, ids = desk(), request.args.get("ids", "").split(",")[:20]
    found = [here.parts.lookup.get(g.key.workspace, one) for one in ids]
    # Two of them may be one person by now.
    people = {one.profile_id: _told(one) for one in found if one.outcome == "one"}
    here.views.add(g.key.workspace, None, g.key.id, "panel:several")
    return page("panel/several.html", candidates=list(people.values()), q=None)


@panel.get("/unknown")
@signed_in
def unknown() -> str:
    """A contact arrived whom nobody knows."""
    return page("panel/none.html", q=None, unread=False)


@panel.get("/freshness")
@signed_in
def freshness() -> str:
    """How fresh each source is now, for a page that stays open."""
    sources = _freshness(desk(), g.key.workspace)
    return render_template("panel/freshness.html", freshness=sources, late=late(sources))


@panel.get("/events")
@signed_in
def events() -> Response:
    """On to the event stream, which knows the browser by a ticket."""
    here, last = desk(), request.headers.get("Last-Event-ID")
    if not g.key.may("events:read"):
        raise NotAllowedError("this key lacks the scope events:read")
    return here.tickets.redirect(stream_url(here.parts.settings), Ticket(g.key.workspace, g.key.id), last)


def answer(found: Found, q: str | None = None) -> Any:
    """The page for one person, several or nobody."""
    here = desk()
    if found.outcome == "several":
        here.views.add(g.key.workspace, None, g.key.id, "panel:several")
        return page("panel/several.html", candidates=found.candidates, shared=found.shared, q=q)
    if found.outcome == "none":
        here.views.add(g.key.workspace, None, g.key.id, "panel:none")
        return page("panel/none.html", q=q, unread=False), 404
    here.saw(g.key.workspace, found, g.key.id, "panel")
    document = orjson.loads(found.document)
    return page("panel/card.html", card=document, charts=charts(document["orders"]["months"]), q=q)


def page(template: str, **told: Any) -> str:
    """A whole page; or, when our script asks for what belongs inside, only that."""
    here, key = desk(), g.get("key")
    frame = "panel/part.html" if request.headers.get("X-Panel") == "card" else "panel/base.html"
    fresh = _freshness(here, key.workspace) if key else []
    return render_template(template, frame=frame, key=key, freshness=fresh, late=late(fresh), **told)


def _freshness(here: Desk, workspace: str) -> list[dict[str, Any]]:
    return orjson.loads(here.freshness.of(workspace).body)


def _told(found: Found) -> dict[str, Any]:
    """As much of a profile as tells candidates apart."""
    document = orjson.loads(found.document)
    told = {name: (document["fields"].get(name) or {}).get("value") for name in ("name", "company")}
    sources = sorted({record["source"] for record in document["records"]})
    return {"id": found.profile_id, "sources": sources, **told}
