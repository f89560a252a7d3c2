"""`visavis recommendations report`: what came of hints, and what they do."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import click
import orjson

from connector.cli.terminal import Context, console, pass_context, table, workspace_option

DAY = click.DateTime(["%Y-%m-%d"])
GROUPS = {"by_list": "list", "by_kind": "reason", "by_model": "model"}


@click.command("report")
@workspace_option
@click.option("--since", type=DAY, help="Only customers and hints first seen from this day on (UTC).")
@click.option("--until", type=DAY, help="Only those first seen before this day (UTC).")
@click.option("--json", "as_json", is_flag=True, help="The whole report, for machines.")
@pass_context
def report(context: Context, workspace: str, since: datetime | None, until: datetime | None, as_json: bool) -> None:
    """Tell what came of hints, and compare customers who were offered some with those held out.

    An effect is claimed only where its interval excludes zero (docs/recommendations.md).
    """
    from connector.recommendations import reporting  # noqa: PLC0415

    if since and until and since >= until:
        raise click.BadParameter("is not before --until", param_hint="--since")
    with context.parts() as parts:
        told = reporting.of_workspace(
            parts.store,
            workspace,
            at=parts.clock(),
            days=parts.settings["recommendations.attribution_days"],
            share=parts.settings["recommendations.holdout"],
            since=since and since.replace(tzinfo=UTC),
            until=until and until.replace(tzinfo=UTC),
        )
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    else:
        show(told)


def show(told: Mapping[str, Any]) -> None:
    """For people: what may be said first, then the figures."""
    from connector.recommendations.report import said_of_conversion, said_of_revenue  # noqa: PLC0415

    shown, effect = console(), told["effect"]
    shown.print(said_of_conversion(effect), markup=False)
    for each in effect["revenue"]:
        shown.print(said_of_revenue(each, effect["days"]), markup=False)
    if not told["holdout"]:
        shown.print("Nobody is held out (recommendations.holdout is 0), so nothing more will be known.")
    for group, title in GROUPS.items():
        if rows := told["hints"][group]:
            shown.print()
            shown.print(answers(title, rows))
    if reasons := told["hints"]["declined_because"]:
        shown.print(
            "\nDeclined because: " + ", ".join(f"{one['reason']} ({one['count']})" for one in reasons), markup=False
        )
    if after := told["hints"]["orders_after"]:
        shown.print()
        shown.print(orders(after, effect["days"]))


def answers(title: str, rows: list[Mapping[str, Any]]) -> Any:
    made = table(title, ">shown", ">accepted", ">declined", ">ignored", ">no answer", ">accepted of shown")
    for row in rows:
        counts = [f"{row[name]:,}" for name in ("shown", "accepted", "declined", "ignored", "unanswered")]
        rate = f"{row['rate']:.1%} ({row['low']:.1%} to {row['high']:.1%})"
        made.add_row(row["name"], *counts, rate)
    return made


def orders(rows: list[Mapping[str, Any]], days: int) -> Any:
    made = table(
        "list", "answer", ">lines", ">money", title=f"Ordered within {days} days of a hint (not because of it)"
    )
    for row in rows:
        answer = "accepted" if row["accepted"] else "only shown"
        made.add_row(row["list"], answer, f"{row['lines']:,}", f"{row['amount']} {row['currency']}")
    return made
