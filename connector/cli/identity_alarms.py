"""`visavis identity alarms`, `release` and `undo-import`: what looks odd, and what to do about an import."""

import getpass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from connector.cli.identity_progress import counted
from connector.cli.terminal import Context, ago, chosen, console, pass_context, stop, table, workspace_option

if TYPE_CHECKING:
    from connector.bootstrap import Parts

moment = click.DateTime(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])


@click.command()
@workspace_option
@pass_context
def alarms(context: Context, workspace: str) -> None:
    """Show what looks odd: large profiles, profiles on one link, values that turned generic, merge rates."""
    with context.parts() as parts:
        parts.reviewing.watch.count(workspace)
        found, shown = parts.reviewing.watch.now(workspace), console()
        told = found.told(parts.settings["identity.alarm_records"])
        for sentence in told:
            shown.print(sentence, style="yellow", markup=False)
        if not told:
            shown.print("nothing looks odd")
        rows = table("source", ">joins of late", ">usual", ">waiting", "new links")
        for rate in found.rates:
            held = f"wait since {ago(rate.brake, parts.clock())}" if rate.brake else "join"
            rows.add_row(rate.source, f"{rate.recent:.1%}", f"{rate.usual:.1%}", f"{rate.held:,}", held)
        if found.rates:
            shown.print(rows)
        shown.print(f"{found.reviews:,} possible matches wait for a person: visavis identity review")
        shown.print(f"links are made by the rules {parts.reviewing.rules(workspace)}: visavis identity simulate")


@click.command()
@click.argument("source")
@click.option("--why", default="", help="Kept with the decision.")
@pass_context
def release(context: Context, source: str, why: str) -> None:
    """Let the links of SOURCE go on, after its merge rate had jumped."""
    with context.parts() as parts:
        chosen(parts, [source])
        workspace = parts.sources.workspace(source)
        if not parts.reviewing.imports.release(workspace, source, _who(), why):
            console().print(f"{source}: nothing holds its links")
            return
        with counted("links", None) as reached:
            done = parts.reviewing.imports.drain(workspace, reached)
        built = parts.rebuild.run(workspace)
        console().print(f"{source}: {done:,} links that waited are let go, {built:,} profiles rebuilt")


@click.command("undo-import")
@click.argument("source", required=False)
@click.option("--since", type=moment, help="First moment (UTC); default: when the last run of SOURCE began.")
@click.option("--until", type=moment, help="Last moment (UTC); default: now.")
@click.option("--take-back", type=int, metavar="DECISION", help="Let an import that was undone be as if it had not.")
@click.option("--why", default="", help="Kept with the decision.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@workspace_option
@pass_context
def undo_import(context: Context, workspace: str, **given: object) -> None:
    """Undo every link that the records of SOURCE brought about in a span of time, or take that back.

    Their records stay, and are served as before the import; the links wait until the decision is taken back.
    """
    with context.parts() as parts:
        if given["take_back"] is not None:
            done = _take_back(parts, workspace, given["take_back"], given["why"])
        elif given["source"]:
            done = _undo(parts, given)
            workspace = parts.sources.workspace(given["source"])
        else:
            stop(["say which: a SOURCE, or --take-back DECISION"], code=2)
        built = parts.rebuild.run(workspace)
        console().print(f"decision {done.decision}: {done.links:,} links, {built:,} profiles rebuilt")


def _undo(parts: "Parts", given: dict) -> object:
    source = given["source"]
    chosen(parts, [source])
    workspace, imports = parts.sources.workspace(source), parts.reviewing.imports
    since = given["since"].replace(tzinfo=UTC) if given["since"] else _last_run(parts, workspace, source)
    until = given["until"].replace(tzinfo=UTC) if given["until"] else parts.clock()
    count = imports.count(workspace, source, since, until)
    if count and not given["yes"]:
        click.confirm(f"{source} made {count:,} links from {since:%F %T} to {until:%F %T} UTC; undo them?", abort=True)
    with counted("links", count) as reached:
        return imports.undo(workspace, source, since, until, _who(), given["why"], reached)


def _take_back(parts: "Parts", workspace: str, decision: int, why: str) -> object:
    imports = parts.reviewing.imports
    with counted("links", imports.state(workspace, decision).links) as reached:
        return imports.take_back(workspace, decision, _who(), why, reached)


def _last_run(parts: "Parts", workspace: str, source: str) -> datetime:
    from connector.clock import moment as moment_of  # noqa: PLC0415
    from connector.store import cursors  # noqa: PLC0415

    with parts.store.reading() as connection:
        places = cursors.of_source(connection, workspace, source).values()
    began = [place.started_at for place in places if place.started_at is not None]
    if not began:
        stop([f"{source}: was never read; say --since"], code=2)
    # A run reads one stream after another: it began with the first.
    return moment_of(min(began))


def _who() -> str:
    return f"{getpass.getuser()} at a terminal"
