"""`visavis sources` and `visavis check`: how the sources are doing, and whether we may read them."""

from typing import TYPE_CHECKING

import click

from connector.cli.terminal import Context, ago, chosen, console, pass_context, state, stop, table

if TYPE_CHECKING:
    from connector.settings import Settings


@click.command()
@pass_context
def sources(context: Context) -> None:
    """Show each source: its state, when it was last read to its end, what it brought, and what is wrong."""
    with context.parts() as parts:
        shown, now = console(), parts.clock()
        rows = table("source", "state", "last success", "stream", ">records", ">set aside", "reason")
        for name in chosen(parts, ()):
            status = parts.status.of(parts.sources.workspace(name), name)
            head = (name, state(status.state), ago(status.last_success, now))
            for stream in status.streams or [None]:
                tail = (
                    (stream.name, f"{stream.records:,}", f"{stream.quarantined:,}", stream.error or "")
                    if stream
                    else ("", "0", "0", status.error or "not read yet")
                )
                rows.add_row(*head, *tail)
                head = ("", "", "")
        shown.print(rows)


@click.command()
@click.argument("source", nargs=-1)
@click.option("--settings", "only_settings", is_flag=True, help="Only read the settings; call nobody.")
@pass_context
def check(context: Context, source: tuple[str, ...], only_settings: bool) -> None:
    """Prove that every SOURCE (default: all) lets us in, with the cheapest call it has.

    Settings are read first, and all of their problems are told at once.
    """
    from adapters.base import AdapterError  # noqa: PLC0415
    from connector.bootstrap import check_sources  # noqa: PLC0415

    settings = context.settings()
    check_sources(settings)
    if only_settings:
        console().print(_summary(settings), markup=False)
        return
    failed = False
    with context.parts() as parts:
        shown = console()
        for name in chosen(parts, source):
            try:
                parts.adapter(name).checked()
                shown.print(f"{name}: {state('ok')}")
            except AdapterError as error:
                failed = True
                shown.print(f"[red]{type(error).__name__}[/] ", end="")
                shown.print(str(error), markup=False)
    if failed:
        stop(["not every source lets us in"])


def _summary(settings: "Settings") -> str:
    names = ", ".join(source.name for source in settings.sources) or "none"
    return f"settings are right ({settings.file or 'no file, defaults only'}); sources: {names}"
