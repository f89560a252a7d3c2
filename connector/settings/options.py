"""Options: what can be set, each with its default and what it means.

docs/settings.md shows the same tables, which a test holds it to.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

PREFIX = "VISAVIS_"

STRICTNESS = ("strict", "standard", "balanced")


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be set: `[table] name = default`, with what it means. `words`: all that it may say."""

    table: str
    name: str
    default: Any
    help: str
    secret: bool = False
    words: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return f"{self.table}.{self.name}" if self.table else self.name

    @property
    def variable(self) -> str:
        return PREFIX + self.path.replace(".", "_").upper()


OPTIONS = (
    Option("", "data_dir", "var", "Folder for the database, the embedded Valkey and the key that signs sessions."),
    Option("", "database_url", "", "SQLAlchemy URL; empty: SQLite in data_dir. DATABASE_URL sets it too.", secret=True),
    Option("", "redis_url", "", "Redis or Valkey URL; empty: an embedded Valkey. REDIS_URL sets it too.", secret=True),
    Option("", "secret_key", "", "Signs sessions and tickets; empty: made once and kept in data_dir.", secret=True),
    Option("", "log_level", "info", "debug, info, warning or error.", words=("debug", "info", "warning", "error")),
    Option("web", "host", "127.0.0.1", "Address on which API and panel are served."),
    Option("web", "port", 8080, "Port of API and panel."),
    Option("web", "workers", 2, "Processes that serve API and panel."),
    Option("web", "public_url", "", "The URL by which others reach us, when a proxy is in front (webhooks sign it)."),
    Option("web", "frame_ancestors", "", "Origins that may embed the panel, separated by spaces."),
    Option("events", "host", "", "Address of the event streams; empty: the same as web."),
    Option("events", "port", 8081, "Port of the event streams."),
    Option("events", "public_url", "", "The URL by which browsers reach the event streams, when a proxy is in front."),
    Option("worker", "processes", 2, "Processes that sync and take deliveries in."),
    Option(
        "recommendations", "holdout", 0.05, "Share of customers shown no hints, to measure their effect; 0: nobody."
    ),
    Option("recommendations", "attribution_days", 30, "Days in which an order counts for the hint shown before it."),
    Option(
        "identity",
        "strictness",
        "standard",
        "strict, standard or balanced: how sure a link must be to be made.",
        words=STRICTNESS,
    ),
    Option("identity", "rules", "", "File of rules of your own, which says more than strictness (docs/identity.md)."),
    Option("identity", "brake_joins", 100, "Fewer recent joins than this never stop a source's links."),
    Option("identity", "brake_percent", 10, "Joins per hundred recent records that stop a source's links, and"),
    Option("identity", "brake_times", 5, "so many times what is usual for it: both, and brake_joins, must be passed."),
    Option("identity", "alarm_records", 30, "Records from which a profile is so large that somebody should look."),
    Option("recommendations", "refit_every", "1d", "How often the models behind hints are fitted anew; empty: never."),
    Option(
        "recommendations",
        "consent",
        "objection",
        "objection: silent only after one; required: only who agreed is scored.",
        words=("objection", "required"),
    ),
    Option(
        "recommendations", "complaint_types", "complaint", "Types of tickets that are complaints, separated by commas."
    ),
    Option(
        "recommendations",
        "severe_priorities",
        "high, urgent, critical",
        "Priorities of tickets during which hints are silent, separated by commas.",
    ),
    Option("recommendations", "low_satisfaction", 0.25, "Ratings up to this share of the best are low ones."),
    Option("recommendations", "satisfaction_days", 30, "Days for which hints are silent after a low rating."),
    Option("recommendations", "mention_days", 30, "Days for which they are after an angry post that nobody answered."),
    Option("recommendations", "refund_days", 180, "Days for which a product rests that came back."),
    Option(
        "recommendations",
        "durable_categories",
        "",
        "Categories of products that nobody needs twice, separated by commas; beside those that a source marks.",
    ),
    Option(
        "recommendations", "least_margin", 0.0, "Least share of the price that must be left; 0: nothing below its cost."
    ),
    Option(
        "recommendations", "allowed_categories", "", "Categories that may be suggested, split by commas; empty: all."
    ),
    Option(
        "recommendations", "allowed_file", "", "File with the SKUs that may be suggested, one a line; empty: all may."
    ),
    Option("recommendations", "most_shown", 5, "Days on a card after which a product rests, if nothing came of it."),
    Option("recommendations", "shown_days", 30, "Days in which those count; and days of rest for what was accepted."),
    Option("recommendations", "most_declined", 3, "Hints declined in shown_days after which nothing is suggested."),
    Option("recommendations", "declined_days", 90, "Days for which a product rests that was declined."),
    Option("recommendations", "horizon_weeks", 12, "Weeks for which the card says how likely another order is."),
)

# What a workspace may say for itself, in `[workspaces.NAME]`. Empty: as for all of them.
OF_WORKSPACES = (
    Option("", "strictness", "", "strict, standard or balanced: how sure a link must be here.", words=STRICTNESS),
    Option("", "rules", "", "File of rules of your own, which says more than strictness (docs/identity.md)."),
)

# What could be set once, and what came of it.
REMOVED = {"identity.share_limit": "is no more; identity.strictness says how sure a link must be"}


def of_workspaces(names: Iterable[str]) -> tuple[Option, ...]:
    """What these workspaces may say for themselves."""
    return tuple(replace(each, table=f"workspaces.{name}") for name in names for each in OF_WORKSPACES)
