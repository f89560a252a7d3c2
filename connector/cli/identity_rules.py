"""`visavis identity simulate` and `apply`: what other rules would merge and split, and linking all by them."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from connector.cli.identity_progress import counted
from connector.cli.terminal import Context, console, pass_context, stop, table, workspace_option

if TYPE_CHECKING:
    from connector.bootstrap import Parts
    from connector.identity.simulate import Change, Difference
    from connector.identity.strictness import Strictness

WORDS = {"merge": "merged", "split": "split", "both": "cut otherwise"}


@click.command()
@click.option("--rules", type=click.Path(path_type=Path), help="File of rules (docs/identity.md).")
@click.option("--sample", default=10, show_default=True, help="Changes shown of each kind, the largest first.")
@workspace_option
@pass_context
def simulate(context: Context, rules: Path | None, sample: int, workspace: str) -> None:
    """Show what other rules would merge and split, on the records as they are. Nothing is written.

    Links that wait (a brake, an import that was undone) and decisions of people are kept as they are.

    Without --rules it says which rules are in force in the workspace, and by which setting.
    """
    from connector.identity.simulate import memory  # noqa: PLC0415

    how = _read(rules) if rules else None
    with context.parts() as parts:
        if how is None:
            _in_force(parts, workspace)
            return
        whole = parts.reviewing.whole
        records = whole.records(workspace)
        shown = console()
        shown.print(f"otherwise: {_otherwise(parts.intake.resolver.how.of(workspace), how)}", markup=False)
        shown.print(f"{records:,} records, about {memory(records) / 1e6:,.0f} MB of memory")
        with counted("linking", records) as reached:
            found = whole.simulate(workspace, how, reached)
        _show(shown, found, sample)


@click.command()
@click.option("--rules", type=click.Path(path_type=Path), help="Stop unless the settings name these rules.")
@workspace_option
@pass_context
def apply(context: Context, rules: Path | None, workspace: str) -> None:
    """Link all records of a workspace by its rules in the settings (identity, or its own: docs/settings.md).

    May be stopped at any moment and goes on where it was; a running worker does the same by itself.
    """
    with context.parts() as parts:
        how = parts.intake.resolver.how.of(workspace)
        if rules and _read(rules) != how:
            where = f"identity.rules or, for this workspace alone, workspaces.{workspace}.rules"
            stop([f"these are not the rules of the settings: set {where} to {rules} first, for all processes"])
        if not parts.intake.relink.is_due(workspace):
            console().print(f"all records are linked by these rules: {how.name}")
            return
        with counted("linking", parts.reviewing.whole.records(workspace)) as reached:
            done = 0
            while batch := parts.intake.relink.run(workspace, most=1):
                done += batch
                reached(done)
        built = parts.rebuild.run(workspace)
        console().print(f"{done:,} records linked by {how.name}, {built:,} profiles rebuilt")


def _read(rules: Path) -> "Strictness":
    from connector.identity.rulebook import RulebookError, load  # noqa: PLC0415

    try:
        return load(rules)
    except RulebookError as error:
        stop([f"rules: {problem}" for problem in error.problems], code=2)


def _in_force(parts: "Parts", workspace: str) -> None:
    from connector.identity.in_force import said_by  # noqa: PLC0415
    from connector.identity.strictness import STANDARD  # noqa: PLC0415

    how, shown = parts.intake.resolver.how.of(workspace), console()
    shown.print(f"in force in {workspace}: {how.name}, by {said_by(parts.settings, workspace)}", markup=False)
    if how != STANDARD:
        shown.print(f"otherwise than standard: {_otherwise(STANDARD, how)}", markup=False)
    due = parts.intake.relink.is_due(workspace)
    shown.print(
        "some records are still linked by others: visavis identity apply" if due else "all records are linked so"
    )


def _otherwise(old: "Strictness", new: "Strictness") -> str:
    from connector.identity.rulebook import difference  # noqa: PLC0415

    told = [f"{name} {before or '-'} > {after or '-'}" for name, (before, after) in difference(old, new).items()]
    return ", ".join(told) or "nothing"


def _show(shown: object, found: "Difference", sample: int) -> None:
    rows = table("", ">now", ">then")
    rows.add_row("profiles", f"{found.profiles_before:,}", f"{found.profiles_after:,}")
    rows.add_row("records of the largest", f"{found.largest_before:,}", f"{found.largest_after:,}")
    shown.print(rows)
    for kind, word in WORDS.items():
        changes = found.of(kind)
        count = sum(len(change.before) for change in changes)
        shown.print(f"{count:,} profiles would be {word}" + (f" ({len(changes):,} times)" if changes else ""))
        for change in changes[:sample]:
            shown.print(f"  {_told(change)}", markup=False)


def _told(change: "Change") -> str:
    before = ", ".join(f"{name} ({count})" for name, count in list(change.before.items())[:5])
    more = f" and {len(change.before) - 5} more" if len(change.before) > 5 else ""
    after = " + ".join(map(str, change.after[:8])) + (" ..." if len(change.after) > 8 else "")
    return f"{before}{more} > {after} records; by {', '.join(change.rules[:3]) or 'conflicts in between'}"
