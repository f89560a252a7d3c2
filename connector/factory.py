"""The web application, made of the parts that it is given."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask import Flask

from connector.api import border, docs, errors
from connector.api.auth import Keys
from connector.api.background import Background
from connector.api.blueprint import describe
from connector.api.contacts import contacts
from connector.api.counts import Counts
from connector.api.deadline import Hurry
from connector.api.desk import NAME, Desk
from connector.api.events import events
from connector.api.exposurelog import ExposureLog
from connector.api.express import Express
from connector.api.freshness import FRESHNESS, Freshness, told
from connector.api.health import health
from connector.api.identity_views import identity
from connector.api.outcomes import recommendations
from connector.api.profiles import profiles
from connector.api.recommendations import offered
from connector.api.review import review
from connector.api.sources import sources
from connector.api.tickets import Tickets
from connector.api.viewlog import ViewLog
from connector.api.webhooks import webhooks
from connector.panel import panel
from connector.store import exposures as exposed
from connector.store import views as seen

if TYPE_CHECKING:
    from connector.bootstrap import Parts

VERSION = "1"

# Seconds after which a screen-pop shows what it has.
POP_DEADLINE = 0.8


def create_app(parts: "Parts", *, deadline: float = POP_DEADLINE) -> Flask:
    """API and panel over these parts. Reads no environment and opens nothing."""
    app = Flask("connector", static_folder=None, template_folder=None)
    desk = make_desk(parts, deadline)
    app.extensions[NAME] = desk
    border.guard(app, desk.counts, desk.background)
    errors.register(app)
    api = describe(app, VERSION)
    about_people = (profiles, identity, review, offered, contacts, recommendations)
    for blueprint in (*about_people, sources, webhooks, events, health):
        api.register_blueprint(blueprint)
    app.register_blueprint(docs.blueprint(api.spec))
    # Plain Flask, beside the API and not in its description.
    app.register_blueprint(panel)
    app.wsgi_app = Express(app.wsgi_app, desk)
    return app


def make_desk(parts: "Parts", deadline: float) -> Desk:
    """What the views have at hand."""
    counts = Counts(parts.redis)
    views = ViewLog(
        lambda rows: write_views(parts, rows), parts.clock, lambda lost: counts.add("visavis_views_lost", by=lost)
    )
    share = parts.settings["recommendations.holdout"]
    exposures = ExposureLog(lambda rows: write_exposures(parts, rows), parts.clock, share)
    return Desk(
        parts=parts,
        keys=Keys(parts.store),
        freshness=Freshness(lambda workspace: freshness(parts, workspace)),
        views=views,
        exposures=exposures,
        counts=counts,
        hurry=Hurry(deadline),
        background=Background([views.flush, exposures.flush, counts.flush]),
        tickets=Tickets(parts.settings.secret_key()),
        regions=regions(parts),
    )


def freshness(parts: "Parts", workspace: str) -> list[dict[str, Any]]:
    """How fresh each source of the workspace is."""
    return [told(parts.status.of(workspace, name), FRESHNESS) for name in parts.sources.names(workspace)]


def write_views(parts: "Parts", rows: Sequence[dict[str, Any]]) -> None:
    with parts.store.transaction() as connection:
        seen.put(connection, rows)


def write_exposures(parts: "Parts", rows: Sequence[dict[str, Any]]) -> None:
    with parts.store.transaction() as connection:
        exposed.put(connection, rows)


def regions(parts: "Parts") -> dict[str, str]:
    """The region of each workspace whose sources agree on one: a local number is read as theirs are."""
    named: dict[str, set[str]] = {}
    for source in parts.settings.sources:
        if source.given.get("region"):
            named.setdefault(source.workspace, set()).add(source.given["region"])
    return {workspace: found.pop() for workspace, found in named.items() if len(found) == 1}
