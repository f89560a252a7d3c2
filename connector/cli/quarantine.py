"""`visavis quarantine`: items that failed their schema, and another try for them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from connector.cli.terminal import Context, ago, chosen, console, pass_context, stop, table

if TYPE_CHECKING:
    from connector.bootstrap import Parts
    from connector.sync.quarantine import Shown


@click.group()
def quarantine() -> None:
    """Items that could not be taken in: why, and another try after a fix."""


@quarantine.command("list")
@click.option("--source", help="Only of this source.")
@click.option("--limit", default=50, show_default=True, help="Most rows shown.")
@pass_context
def list_(context: Context, source: str | None, limit: int) -> None:
    """List what was set aside, the newest first."""
    with context.parts() as parts:
        if source:
            chosen(parts, [source])
        rows = table(">number", "source", "stream", "id", "seen", "reason")
        entries = [
            entry
            for workspace in parts.settings.workspaces
            for entry in parts.quarantine.list_(workspace, source=source, limit=limit)
        ]
        for entry in entries:
            rows.add_row(
                str(entry.id),
                entry.source,
                entry.stream,
                entry.external_id or "",
                ago(entry.seen_at, parts.clock()),
                entry.reason,
            )
        console().print(rows if entries else "nothing is set aside")


@quarantine.command()
@click.argument("number", type=int)
@click.option("--raw", is_flag=True, help="Also the item as it came. It is a customer's data.")
@pass_context
def show(context: Context, number: int, raw: bool) -> None:
    """Show one item: what is wrong, field by field."""
    import orjson  # noqa: PLC0415

    with context.parts() as parts:
        entry, shown = _entry(parts, number), console()
        shown.print(f"{entry.source} {entry.stream} {entry.external_id or ''}: {entry.reason}", markup=False)
        for name, problem in entry.fields.items():
            shown.print(f"  {name}: {problem}", markup=False)
        if raw:
            shown.print(orjson.dumps(entry.raw, option=orjson.OPT_INDENT_2).decode(), markup=False)


@quarantine.command()
@click.argument("number", nargs=-1, type=int)
@click.option("--source", help="Every item of this source.")
@pass_context
def replay(context: Context, number: tuple[int, ...], source: str | None) -> None:
    """Try items again: those NUMBERs, or all of a source. What is still broken stays, with its new reason."""
    if bool(number) == bool(source):
        stop(["say which: numbers from `visavis quarantine list`, or --source NAME"], code=2)
    with context.parts() as parts:
        if source:
            chosen(parts, [source])
        taken = kept = 0
        for name, ids in _by_source(parts, number).items() if number else [(source, None)]:
            outcome = parts.quarantine.replay(parts.sources.workspace(name), parts.adapter(name), ids=ids)
            taken, kept = taken + outcome.taken, kept + outcome.kept
        parts.rebuild.run()
        console().print(f"{taken} taken in, {kept} still broken")
    if kept:
        raise SystemExit(1)


def _entry(parts: "Parts", number: int) -> "Shown":
    """The item with that number, whatever its workspace."""
    for workspace in parts.settings.workspaces:
        if entry := parts.quarantine.show(workspace, number):
            return entry
    stop([f"there is no item {number}; see: visavis quarantine list"])


def _by_source(parts: "Parts", numbers: Sequence[int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for number in numbers:
        found.setdefault(_entry(parts, number).source, []).append(number)
    for name in found:
        chosen(parts, [name])
    return found
