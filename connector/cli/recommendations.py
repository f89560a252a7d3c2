"""`visavis recommendations`: the models behind hints, fitted and looked at."""

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click
from rich.table import Table

from connector.cli.recommendations_report import report
from connector.cli.terminal import Context, ago, console, pass_context, table, workspace_option
from connector.clock import moment

if TYPE_CHECKING:
    from connector.bootstrap import Parts
    from connector.store.models import Fit

# How the state of a fit looks.
COLOURS = {"serving": "green", "retired": "dim", "refused": "red"}


@click.group()
def recommendations() -> None:
    """What customers may need next: the models behind it, and what came of hints."""


recommendations.add_command(report)


@recommendations.command("fit")
@workspace_option
@pass_context
def fit_(context: Context, workspace: str) -> None:
    """Fit the models anew from what is in the store, and rebuild the profiles when a new one serves.

    A model that does worse than the serving one on customers held back from both is
    refused. Exit code 1 when a fit was refused.
    """
    with context.parts() as parts:
        if not run(parts, workspace):
            raise SystemExit(1)


def run(parts: "Parts", workspace: str, *, stderr: bool = False) -> bool:
    """Fit with progress, then rebuild; False when a fit was refused. `stderr`: where the result is told."""
    display, shown = Steps(), console(stderr=stderr)
    outcome = parts.training.run(workspace, display.step)
    if outcome.busy:
        shown.print("another process fits just now")
        return True
    if not outcome.fits:
        shown.print("nothing new was bought since the last fit")
        return True
    if outcome.swapped:
        display.step("rebuilding profiles")
        parts.rebuild.run(workspace)
    display.end()
    shown.print(listed(outcome.fits, parts))
    return all(fit.state == "serving" for fit in outcome.fits)


class Steps:
    """A line per step, with the seconds that the one before it took."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.now: str | None = None

    def step(self, text: str) -> None:
        self.end()
        self.now, self.began = text, time.monotonic()

    def end(self) -> None:
        if self.now:
            click.echo(f"{self.now}: {time.monotonic() - self.began:.1f} s", err=True)
        self.now = None


@recommendations.command("models")
@workspace_option
@pass_context
def models_(context: Context, workspace: str) -> None:
    """List the fits that were tried, the newest first, and why some do not serve."""
    from connector.store import models  # noqa: PLC0415

    with context.parts() as parts:
        with parts.store.reading() as connection:
            found = models.tried(connection, workspace)
        console().print(listed(found, parts) if found else "nothing was fitted yet: visavis recommendations fit")


def listed(fits: Iterable["Fit"], parts: "Parts") -> Table:
    rows = table("model", "version", "state", "made", "fitted on", "asked of customers held back", "reason")
    for fit in fits:
        when = ago(moment(fit.made_at), parts.clock())
        state = f"[{COLOURS[fit.state]}]{fit.state}[/]"
        rows.add_row(fit.name, fit.version, state, when, fitted_on(fit), held_back(fit), fit.reason or "")
    return rows


def fitted_on(fit: "Fit") -> str:
    """How much the fit had, in words."""
    told = fit.report
    customers = told.get("customers")
    return "" if customers is None else f"{customers:,} customers, {told.get('orders', 0):,} orders"


def held_back(fit: "Fit") -> str:
    """How well it did on customers it had not seen, and beside it what served then."""
    told = []
    for name, one in fit.report.get("validation", {}).items():
        if one["new"] is not None:
            serving = f" (serving {one['serving']:.4g})" if one.get("serving") is not None else ""
            told.append(f"{name} {one['new']:.4g}{serving}, {one['customers']} customers")
    return "; ".join(told)
