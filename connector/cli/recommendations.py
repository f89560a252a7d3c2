"""`visavis recommendations`: the models behind hints, fitted and looked at."""

from typing import TYPE_CHECKING

import click

from connector.cli.terminal import Context, ago, console, pass_context, table, workspace_option
from connector.clock import moment

if TYPE_CHECKING:
    from connector.store.models import Fit

# How the state of a fit looks.
COLOURS = {"serving": "green", "retired": "dim", "refused": "red"}


@click.group()
def recommendations() -> None:
    """What customers may need next: the models behind it, and what came of hints."""


@recommendations.command("models")
@workspace_option
@pass_context
def models_(context: Context, workspace: str) -> None:
    """List the fits that were tried, the newest first, and why some do not serve."""
    from connector.store import models  # noqa: PLC0415

    with context.parts() as parts:
        with parts.store.reading() as connection:
            found = models.tried(connection, workspace)
        rows = table("model", "version", "state", "made", "fitted on", "on customers held back", "reason")
        for fit in found:
            when = ago(moment(fit.made_at), parts.clock())
            state = f"[{COLOURS[fit.state]}]{fit.state}[/]"
            rows.add_row(fit.name, fit.version, state, when, fitted_on(fit), held_back(fit), fit.reason or "")
        console().print(rows if found else "nothing was fitted yet: visavis recommendations fit")


def fitted_on(fit: "Fit") -> str:
    """How much the fit had, in words."""
    told = fit.report
    customers = told.get("customers")
    return "" if customers is None else f"{customers:,} customers, {told.get('orders', 0):,} orders"


def held_back(fit: "Fit") -> str:
    """How well it did on customers it had not seen, and beside it the one that served then."""
    return fit.report.get("validation", {}).get("text", "")
