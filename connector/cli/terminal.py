"""What the commands share: settings and parts made when first needed, and how things look in a terminal."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NoReturn

import click
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from connector.bootstrap import Parts
    from connector.settings import Settings

# MiB that a sync keeps of the SQLite file: at 30,000 people 64 cost it a tenth of its speed.
SYNC_CACHE = 256

# How a source's state looks.
COLOURS = {"ok": "green", "running": "cyan", "partial": "yellow", "stale": "yellow", "failed": "red", "never": "dim"}


def console(*, stderr: bool = False) -> Console:
    """Colour and width of the terminal; plain and never wrapped when piped."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(
        stderr=stderr, width=None if stream.isatty() else 200, highlight=False, soft_wrap=not stream.isatty()
    )


@dataclass(slots=True)
class Context:
    """Settings and parts, made when a command first asks."""

    def settings(self) -> "Settings":
        from connector.logs import configure  # noqa: PLC0415
        from connector.settings import load  # noqa: PLC0415

        settings = load(os.environ)
        configure(settings["log_level"])
        return settings

    def parts(self) -> "Parts":
        from connector.bootstrap import assemble  # noqa: PLC0415

        # One process with one connection at work: a sync gains by it, and nobody else pays.
        return assemble(self.settings(), store_cache=SYNC_CACHE)


@contextmanager
def failures() -> Iterator[None]:
    """Turn the failures that a person can act on into a line each and exit code 1."""
    from adapters.base import AdapterError, ConfigError  # noqa: PLC0415
    from connector.cache.server import EmbeddedServerError  # noqa: PLC0415
    from connector.errors import ConnectorError  # noqa: PLC0415
    from connector.processes import ProcessError  # noqa: PLC0415
    from connector.settings import SettingsError  # noqa: PLC0415

    try:
        yield
    except (SettingsError, ConfigError) as error:
        stop([f"settings: {problem}" for problem in error.problems])
    except (AdapterError, ConnectorError, EmbeddedServerError, ProcessError) as error:
        stop([str(error)])
    except KeyboardInterrupt:
        stop(["stopped"], code=130)


def stop(messages: list[str], code: int = 1) -> NoReturn:
    shown = console(stderr=True)
    for message in messages:
        shown.print(message, style="red", markup=False)
    raise SystemExit(code)


def chosen(parts: "Parts", given: Sequence[str]) -> list[str]:
    """The sources that a command is for: those given, else all. Stops when one of them is unknown."""
    known = parts.sources.names()
    unknown = [name for name in given if name not in known]
    if unknown:
        stop([f"{name}: there is no such source; known: {', '.join(known) or 'none'}" for name in unknown], code=2)
    if not known:
        stop(["there is no source yet: set one up in visavis.toml (docs/settings.md), or try: visavis demo"])
    return list(given) or known


def workspace_of(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """The option --workspace, checked when the settings are known."""
    known = context.find_object(Context).settings().workspaces
    if value not in known:
        raise click.BadParameter(f"there is no workspace {value}; known: {', '.join(known)}")
    return value


workspace_option = click.option(
    "--workspace", default="default", show_default=True, callback=workspace_of, help="Company or brand."
)


def table(*columns: str, title: str | None = None) -> Table:
    """A table with quiet lines; numbers are set to the right by a leading '>' in the column's name."""
    made = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim")
    for column in columns:
        made.add_column(column.lstrip(">"), justify="right" if column.startswith(">") else "left", overflow="fold")
    return made


def state(word: str) -> str:
    return f"[{COLOURS.get(word, 'default')}]{word}[/]"


def ago(then: datetime | None, now: datetime) -> str:
    """How long ago, in the one unit that matters."""
    if then is None:
        return "never"
    return span(now - then) + " ago"


def span(length: timedelta) -> str:
    seconds = max(0, int(length.total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size or (seconds >= size and unit == "d"):
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


pass_context = click.make_pass_decorator(Context)
