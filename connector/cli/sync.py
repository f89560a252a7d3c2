"""`visavis sync`: read what changed, show how it goes."""

import sys
import time
from typing import TYPE_CHECKING

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from connector.cli.terminal import Context, console, pass_context, state, stop, table

if TYPE_CHECKING:
    from connector.bootstrap import Parts
    from connector.sync.progress import Progress as Reached
    from connector.sync.progress import StreamReport

# Seconds between two lines about the same stream when nobody watches.
QUIET = 2.0


@click.command()
@click.argument("source", nargs=-1)
@click.option("--full", is_flag=True, help="Read everything again, and notice what is gone.")
@pass_context
def sync(context: Context, source: tuple[str, ...], full: bool) -> None:
    """Read what changed in every SOURCE (default: all) since the last sync, then rebuild the profiles it touched.

    The first sync of a source reads everything. It may be stopped at any moment: the
    next one goes on where it was.
    """
    with context.parts() as parts:
        names = list(source) or parts.sources.names()
        for name in names:
            parts.adapter(name)
        if not names:
            stop(["there is no source yet: set one up in visavis.toml (docs/settings.md), or try: visavis demo"])
        if not run(parts, names, full=full):
            raise SystemExit(1)


def run(parts: "Parts", names: list[str], *, full: bool = False) -> bool:
    """Sync the sources one after another and rebuild; True when all went well."""
    from adapters.base import AdapterError  # noqa: PLC0415

    display = Live() if sys.stderr.isatty() else Lines()
    reports: list[StreamReport] = []
    with display:
        for name in names:
            try:
                reports += parts.pull.run(
                    parts.sources.workspace(name), parts.adapter(name), full=full, progress=display.reached
                )
            except AdapterError as error:
                # One source's trouble is not another's.
                display.say(str(error))
        display.rebuilding(parts)
    return show(reports)


def show(reports: list["StreamReport"]) -> bool:
    shown = console()
    rows = table("source", "stream", "state", ">read", ">changed", ">set aside", ">gone", "reason")
    for report in reports:
        rows.add_row(
            report.source,
            report.stream,
            state(report.state),
            f"{report.read:,}",
            f"{report.changed:,}",
            f"{report.quarantined:,}",
            f"{report.gone:,}",
            report.reason or "",
        )
    shown.print(rows)
    return bool(reports) and all(report.state in ("ok", "partial") for report in reports)


class Rate(ProgressColumn):
    """Items a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "", style="dim")


class Live:
    """Bars in a terminal: a row per stream."""

    def __init__(self) -> None:
        self.tasks: dict[str, int] = {}
        self.bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            Rate(),
            TimeRemainingColumn(compact=True),
            console=console(stderr=True),
        )

    def __enter__(self) -> "Live":
        self.bars.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.bars.stop()

    def reached(self, at: "Reached") -> None:
        name = f"{at.source} {at.stream}"
        if name not in self.tasks:
            self.tasks[name] = self.bars.add_task(name, total=None)
        total = max(at.total or 0, at.done) or None
        if at.state != "running":
            total = at.done or 1
        self.bars.update(self.tasks[name], completed=at.done or (total if at.state != "running" else 0), total=total)

    def rebuilding(self, parts: "Parts") -> None:
        task = self.bars.add_task("profiles", total=None)
        built = parts.rebuild.run(progress=lambda done, total: self.bars.update(task, completed=done, total=total))
        self.bars.update(task, completed=built or 1, total=built or 1)

    def say(self, message: str) -> None:
        self.bars.console.print(message, style="red", markup=False)


class Lines:
    """Plain lines when piped: now and then while a stream is read, and once at its end."""

    def __init__(self) -> None:
        self.started: dict[str, float] = {}
        # A stream begins when the one before it has ended: its first word comes only after its first page.
        self.last = time.monotonic()
        self.told: dict[str, float] = {}

    def __enter__(self) -> "Lines":
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def reached(self, at: "Reached") -> None:
        name, now = f"{at.source} {at.stream}", time.monotonic()
        started = self.started.setdefault(name, self.last)
        self.last = now
        if at.state == "running" and now - self.told.get(name, started) < QUIET:
            return
        self.told[name] = now
        rate = at.done / (now - started) if now > started else 0
        left = (
            f", {max(0, at.total - at.done) / rate:.0f} s left" if at.total and rate and at.state == "running" else ""
        )
        of = f" of {at.total:,}" if at.total else ""
        self.say(f"{name}: {at.state}, {at.done:,}{of} read, {rate:,.0f}/s{left}")

    def rebuilding(self, parts: "Parts") -> None:
        started = time.monotonic()
        built = parts.rebuild.run()
        self.say(f"profiles: {built:,} rebuilt in {time.monotonic() - started:.1f} s")

    def say(self, message: str) -> None:
        click.echo(message, err=True)
