"""The hints of a customer in the terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from connector.cli.terminal import table

LISTS = (("due", "due again"), ("may_like", "may like"))


def hints(told: Mapping[str, Any]) -> Group:
    """Both lists, what is withheld and why, and whether an order is likely."""
    shown: list[Table | Text] = [_list(title, told[name]) for name, title in LISTS if told[name]]
    if told["note"]:
        shown.append(Text(told["note"], style="dim"))
    # What withholds everything is said by the note; here is until when, where that is known.
    shown += [_withheld(one) for one in told["withheld"] if one["product"] or one["until"]]
    shown += [Text.assemble((one["text"], ""), (f"  {one['basis']}", "dim")) for one in told["likelihood"]]
    return Group(*shown)


def _list(title: str, hints: Sequence[Mapping[str, Any]]) -> Table:
    rows = table(title, ">likely", "due", "why", "orders")
    for hint in hints:
        orders = ", ".join(one["number"] or one["external_id"] for one in hint["evidence"])
        likely = f"{hint['likelihood']:.0%}"
        rows.add_row(Text(hint["name"]), likely, hint["due_on"] or "", Text(hint["reason"]), Text(orders, style="dim"))
    return rows


def _withheld(one: Mapping[str, Any]) -> Text:
    about = f"{one['name'] or one['product']}: " if one["product"] else ""
    until = f" (until {one['until'][:10]})" if one["until"] else ""
    return Text(f"withheld: {about}{one['why']}{until}", style="yellow")
