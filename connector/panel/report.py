"""The page on what came of hints, and what they do: from the report as a worker last made it."""

from datetime import datetime, timedelta
from typing import Any

import redis
from flask import g

from connector.api.desk import Desk, desk
from connector.cache import reports
from connector.panel.report_chart import difference, shares
from connector.panel.view import page, panel, signed_in
from connector.recommendations.report import said_of_conversion, said_of_revenue
from connector.recommendations.report_effect import ARMS

# A report that is older is made anew when somebody looks.
FRESH = timedelta(minutes=10)

# What the page calls lists, kinds of reasons and groups.
NAMES = {
    "due": "due again",
    "may_like": "may like",
    "bought": "bought before",
    "rhythm": "time for it",
    "similar_customers": "similar customers buy it",
    "bought_together": "bought together",
    "follows": "follows what was bought",
    "popular": "popular",
    "repeat_item": "bought again by others",
    "unknown": "not known",
    "offered": "offered hints",
    "held_out": "held out",
}


@panel.get("/report")
@signed_in
def report() -> str:
    """What the worker last found; it is asked again when that is some time ago."""
    here = desk()
    told = reports.get(here.parts.redis, g.key.workspace)
    renewed = (told is None or _age(here, told) > FRESH) and _ask(here)
    return page("panel/report.html", report=told, renewed=renewed, q=None, **(_shown(told) if told else {}))


def _age(here: Desk, told: dict[str, Any]) -> timedelta:
    return here.parts.clock() - datetime.fromisoformat(told["at"])


def _ask(here: Desk) -> bool:
    try:
        here.parts.queue.report(g.key.workspace)
    except redis.RedisError:
        return False
    return True


def _shown(told: dict[str, Any]) -> dict[str, Any]:
    """What the template needs beside the report: sentences and drawings."""
    effect, hints = told["effect"], told["hints"]
    arms = [effect["conversion"][arm] | {"name": NAMES[arm]} for arm in ARMS]
    groups = {
        title: [row | {"name": NAMES.get(row["name"], row["name"])} for row in hints[f"by_{group}"]]
        for title, group in (("list", "list"), ("reason", "kind"), ("model", "model"))
    }
    return {
        "said": said_of_conversion(effect),
        "arms": list(zip(arms, shares(arms), strict=True)),
        "difference": difference(effect["conversion"]["difference"]),
        "revenue": [
            (each, said_of_revenue(each, effect["days"]), difference(each["difference"])) for each in effect["revenue"]
        ],
        "groups": {title: list(zip(rows, shares(rows), strict=True)) for title, rows in groups.items()},
        "orders_after": [row | {"list": NAMES[row["list"]]} for row in hints["orders_after"]],
    }
