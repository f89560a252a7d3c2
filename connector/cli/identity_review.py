"""`visavis identity review` and `suggest`: possible matches that wait for a person, and a batch look for more."""

from typing import TYPE_CHECKING

import click

from connector.cli.identity_progress import counted
from connector.cli.terminal import Context, console, pass_context, stop, table, workspace_option

if TYPE_CHECKING:
    from rich.console import Console

    from connector.profile.reviewing import Case

# How a row speaks, in words as well as in colour.
SAYS = {True: ("green", "agrees"), False: ("red", "clashes"), None: ("dim", "")}


@click.command()
@click.option("--limit", default=10, show_default=True, help="Most shown.")
@workspace_option
@pass_context
def review(context: Context, limit: int, workspace: str) -> None:
    """Show possible matches side by side, the most worth first.

    Both profiles of each are noted as seen. Decide in the panel (/panel/review), with the
    API, or with `visavis identity pin` (`--never` for two people).
    """
    with context.parts() as parts:
        parts.reviewing.queue.refresh(workspace)
        cases = parts.reviewing.page(workspace, limit=limit)
        shown = console()
        for case in cases:
            _note(parts, workspace, case)
            _show(shown, case)
        if not cases:
            shown.print("nothing waits")


@click.command()
@click.option("--least", default=0.9, show_default=True, help="Smallest probability that is suggested.")
@click.option("--memory", default=1024, show_default=True, help="MiB that DuckDB may take.")
@workspace_option
@pass_context
def suggest(context: Context, least: float, memory: int, workspace: str) -> None:
    """Look for possible matches that no rule sees, by probability (Splink on DuckDB).

    They are added to the review queue; nobody is linked. Needs: pip install 'visavis[identity-suggest]'.
    """
    from connector.identity.suggest import NoSuggesterError, Suggester  # noqa: PLC0415

    with context.parts() as parts:
        suggester = Suggester(memory=memory, least=least, folder=parts.settings.data_dir)
        whole = parts.reviewing.whole
        with counted("reading records", whole.records(workspace)) as reached:
            try:
                count = whole.suggest(workspace, suggester, reached)
            except NoSuggesterError as error:
                stop([str(error)])
        console().print(f"{count:,} suggestions wait in the review queue: visavis identity review")


def _note(parts: object, workspace: str, case: "Case") -> None:
    from connector.store import views  # noqa: PLC0415

    seen = {"workspace": workspace, "viewer": "terminal", "way": "review", "reference": None, "at": parts.clock()}
    with parts.store.transaction() as connection:
        views.put(connection, [seen | {"profile_id": side.profile_id} for side in (case.left, case.right)])


def _show(shown: "Console", case: "Case") -> None:
    rows = table("", "left", "right", "", title=f"{case.left.key}  and  {case.right.key}")
    for name, attribute in (("profile", "profile_id"), ("name", "name"), ("orders", "orders")):
        rows.add_row(name, *(str(getattr(side, attribute) or "") for side in (case.left, case.right)), "")
    for row in case.rows:
        colour, says = SAYS[row.agrees]
        told = f"[{colour}]{says + ': ' if says else ''}{row.how}[/]"
        rows.add_row(row.field, _plain(row.left), _plain(row.right), told)
    shown.print(rows)
    shown.print(case.why, markup=False, style="dim")
    shown.print()


def _plain(text: str | None) -> str:
    from rich.markup import escape  # noqa: PLC0415

    return escape(text or "")
