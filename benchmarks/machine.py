"""What every benchmark prints first, and how its tables look."""

import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from connector.processes import stop_on_signals

console = Console(width=None if os.isatty(1) else 160, highlight=False)


def introduce(title: str) -> None:
    """Say what is measured, on what, and when: a figure without these means nothing."""
    stop_on_signals()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    console.print(f"[bold]{title}[/]")
    console.print(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, {memory:.0f} GiB, "
        f"Python {platform.python_version()}, load {load:.1f} before we began",
        style="dim",
    )


def table(*columns: str) -> Table:
    made = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        made.add_column(column, justify="left" if column.endswith(":") else "right")
    return made


def facts(title: str, rows: Mapping[str, str]) -> None:
    """Print what was found, a name and a figure a line."""
    shown = table(title, "")
    shown.columns[0].justify = "left"
    for name, value in rows.items():
        shown.add_row(name, value)
    console.print(shown)


def spread(seconds: list[float]) -> str:
    """How long single upserts took."""
    if not seconds:
        return "0 upserts"
    low, high = (quantile(seconds, share) * 1000 for share in (0.5, 0.99))
    return f"{len(seconds):,} upserts: p50 {low:.2f} ms, p99 {high:.2f} ms, {max(seconds) * 1000:.1f} ms at most"


def quantile(values: list[float], share: float) -> float:
    """The value below which `share` of them lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
