"""Who is who, as tables in a terminal; plain when piped."""

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from connector.cli.terminal import table

Shown = dict[str, Any]


def profile_shown(told: Shown) -> Group:
    """Why a profile's records are one person."""
    count = len(told["records"])
    parts: list[RenderableType] = [Text(f"{told['profile_id']}: {_count(count, 'record')}, one person", style="bold")]
    parts.append(_records(told["records"]))
    if told["links"]:
        parts += [Text(), links(told["links"])]
    for each in told["guests"]:
        count = _count(each["records"], "record")
        parts.append(Text(f"{each['record']['key']} stands for {count} of one guest: {each['why']}"))
    parts += _splits(told)
    parts += _others(told)
    if told["pins"]:
        parts += [Text(), Text("decided on these records", style="dim"), listed(told["pins"])]
    for each in told["unmerges"]:
        left = ", ".join(record["key"] for record in each["records"])
        parts.append(Text(f"unmerge {each['id']}: {left} left ({each['by']}, {each['at'][:10]}) {each['why']}"))
    return Group(*parts)


def two_shown(told: Shown) -> Group:
    """Whether and why two records are one person."""
    ends = f"{told['left']['key']} and {told['right']['key']}"
    verdict = ("are one person", "green") if told["is_one"] else ("are not one person", "yellow")
    parts: list[RenderableType] = [Text.assemble((ends, "bold"), " ", verdict)]
    if told["chain"]:
        parts.append(links(told["chain"]))
    parts += [Text(f"because: {each['why']}{_where(told, each)}") for each in told["against"]]
    parts += [Text(), _compared(told)]
    if told["shared"]:
        parts.append(_shared(told["shared"]))
    weight = told["weight"]
    groups = ", ".join(f"{each['name']} {each['bits']:g}" for each in weight["groups"])
    needed = f"{weight['needed']:g} from {weight['needed_groups']} groups are needed without a rule"
    parts.append(Text(f"weight {weight['bits']:g} bits ({groups}); {needed}", style="dim"))
    if told["would"]:
        parts += [Text(), Text(f"what would {'part' if told['is_one'] else 'join'} them, each by itself:")]
        parts += [Text(f"  - {each}") for each in told["would"]]
    return Group(*parts)


def links(told: Sequence[Shown]) -> Table:
    rows = table("link", "", "why", "on", "holds")
    for each in told:
        pin = f" ({each['pin']['by']}: {each['pin']['why']})" if each["pin"] else ""
        on = "; ".join(f"{one['what']} {one['shown']}, {one['standing']}" for one in each["shared"])
        holds = Text("alone", style="yellow") if each["is_bridge"] else ""
        rows.add_row(Text(each["left"]["key"]), Text(each["right"]["key"]), Text(each["why"] + pin), Text(on), holds)
    return rows


def listed(pins: Iterable[Shown]) -> Table:
    """Decisions, each with who made it and why."""
    rows = table("left", "right", "decided", "by", "on", "why")
    for each in pins:
        what = "one person" if each["what"] == "link" else "never one"
        row = (each["left"]["key"], each["right"]["key"], what, each["by"], (each["at"] or "")[:10], each["why"])
        rows.add_row(*map(Text, row))
    return rows


def logged(decisions: Iterable[Shown]) -> Table:
    """The log of decisions. Of those that took many records one name stands for the others."""
    rows = table(">no.", "on", "decided", "records", "by", "why", "now")
    for each in decisions:
        records = ", ".join(record["key"] for record in each["records"][:2]) or each["source"] or ""
        more = f" and {len(each['records']) - 2} more" if len(each["records"]) > 2 else ""
        undoes = f" (no. {each['undoes']})" if each["undoes"] else ""
        row = (str(each["id"]), each["at"][:16].replace("T", " ") + "Z", each["told"] + undoes, records + more)
        rows.add_row(*map(Text, (*row, each["by"], each["why"], state_told(each))))
    return rows


def state_told(decision: Shown) -> str:
    """Whether it stands, in words."""
    back = decision["undone_by"]
    told = {"stands": "stands", "replaced": "replaced by a later one", "taken_back": f"taken back by no. {back}"}
    return told.get(decision["state"], "")


def _records(records: Sequence[Shown]) -> Table:
    rows = table("record", "name")
    for each in records:
        rows.add_row(Text(each["key"]), Text(each["name"] or ""))
    return rows


def _splits(told: Shown) -> list[Text]:
    shown = []
    for each in [*told["bridges"], *told["hinges"]]:
        without = " = ".join(record["key"] for record in each["without"])
        parts = " | ".join(", ".join(record["key"] for record in part) for part in each["parts"])
        shown.append(Text(f"without {without} it would be: {parts}", style="yellow"))
    return shown


def _others(told: Shown) -> list[Text]:
    shown = []
    for each in told["may_also_be"]:
        words = "; ".join(each["for"]) + ("; but " + "; ".join(each["against"]) if each["against"] else "")
        if each["tier"] == "held":
            shown.append(Text(f"a link waits to {each['profile_id']} in {each['source']}: {words}. {each['why']}"))
        else:
            shown.append(Text(f"may also be {each['profile_id']} in {each['source']}: {words}"))
    for each in told["kept_apart"]:
        shown.append(Text(f"kept apart from {each['profile_id']} in {each['source']}: {each['why']}"))
    return shown


def _compared(told: Shown) -> Table:
    rows = table("", "left", "right", "")
    for each in told["compared"]:
        colour = {True: "green", False: "red", None: "dim"}[each["agrees"]]
        rows.add_row(
            each["field"], Text(each["left"] or ""), Text(each["right"] or ""), Text(each["how"], style=colour)
        )
    return rows


def _shared(shared: Sequence[Shown]) -> Table:
    rows = table("both have", "", "whose it is")
    for each in shared:
        rows.add_row(each["what"], Text(each["shown"]), Text(each["standing"]))
    return rows


def _where(told: Shown, reason: Shown) -> str:
    """The records in which a reason shows, where they are others than the two."""
    ends = {reason["left"]["key"], reason["right"]["key"]}
    where = f" ({reason['left']['key']} and {reason['right']['key']})"
    pin = f" ({reason['pin']['by']}: {reason['pin']['why']})" if reason["pin"] else ""
    return pin if ends == {told["left"]["key"], told["right"]["key"]} else where + pin


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number != 1 else ''}"
