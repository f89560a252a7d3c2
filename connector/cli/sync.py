"""`visavis sync`: read what changed, show how it goes."""

import sys
import time
from typing import TYPE_CHECKING

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from connector.cli.terminal import Context, chosen, console, pass_context, state, table

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
        names = chosen(parts, source)
        for name in names:
            parts.adapter(name)
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


class Pace:
    """How fast each stream is read."""

    def __init__(self) -> None:
        self.started: dict[str, float] = {}
        # A stream begins when the one before it has ended: its first word comes only after its first page.
        self.last = time.monotonic()

    def of(self, at: "Reached") -> tuple[float, float | None]:
        """Items a second, and seconds that are left (None when nobody knows)."""
        now = time.monotonic()
        spent = now - self.started.setdefault(f"{at.source} {at.stream}", self.last)
        self.last = now
        rate = at.done / spent if spent > 0 else 0.0
        if at.state != "running" or not at.total or not rate:
            return rate, None
        return rate, max(0, at.total - at.done) / rate


class Live:
    """Bars in a terminal: a row per stream, with how many, how fast and how long it will still take."""

    def __init__(self) -> None:
        self.tasks: dict[str, TaskID] = {}
        self.pace = Pace()
        self.bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[pace]}"),
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
            self.tasks[name] = self.bars.add_task(name, total=None, pace="")
        rate, left = self.pace.of(at)
        total = max(at.total or 0, at.done) or None
        pace = f"{rate:,.0f}/s" + (f", {left:.0f} s left" if left is not None else "")
        if at.wait is not None:
            pace = f"[yellow]no answer; asking again in {at.wait:.0f} s[/]"
        elif at.state != "running":
            # Read to its end: as many as there were. Stopped before: as far as it came.
            total = (at.done or 1) if at.state == "ok" else total
            pace += f" {state(at.state)}"
        done = at.done or (total or 1 if at.state == "ok" else 0)
        self.bars.update(self.tasks[name], completed=done, total=total, pace=pace)

    def rebuilding(self, parts: "Parts") -> None:
        task, started = self.bars.add_task("profiles", total=None, pace=""), time.monotonic()

        def reached(done: int, total: int) -> None:
            rate = done / max(0.001, time.monotonic() - started)
            left = f", {(total - done) / rate:.0f} s left" if rate and done < total else ""
            self.bars.update(task, completed=done, total=total, pace=f"{rate:,.0f}/s{left}")

        built = parts.rebuild.run(progress=reached)
        self.bars.update(task, completed=built or 1, total=built or 1)

    def say(self, message: str) -> None:
        self.bars.console.print(message, style="red", markup=False)


class Lines:
    """Plain lines when piped: now and then while a stream is read, and once at its end."""

    def __init__(self) -> None:
        self.pace = Pace()
        self.told: dict[str, float] = {}

    def __enter__(self) -> "Lines":
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def reached(self, at: "Reached") -> None:
        name, now = f"{at.source} {at.stream}", time.monotonic()
        rate, left = self.pace.of(at)
        if at.state == "running" and now - self.told.setdefault(name, self.pace.started[name]) < QUIET:
            return
        self.told[name] = now
        ends = f", {left:.0f} s left" if left is not None else ""
        of = f" of {at.total:,}" if at.total else ""
        if at.wait is not None:
            return self.say(f"{name}: no answer, asking again in {at.wait:.0f} s")
        self.say(f"{name}: {at.state}, {at.done:,}{of} read, {rate:,.0f}/s{ends}")

    def rebuilding(self, parts: "Parts") -> None:
        started = time.monotonic()
        built = parts.rebuild.run()
        self.say(f"profiles: {built:,} rebuilt in {time.monotonic() - started:.1f} s")

    def say(self, message: str) -> None:
        click.echo(message, err=True)
