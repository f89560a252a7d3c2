"""`visavis lookup`: a person's card in the terminal."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click
from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from connector.cli.hints import hints
from connector.cli.terminal import Context, ago, console, pass_context, state, stop, table, workspace_option

if TYPE_CHECKING:
    from connector.bootstrap import Parts
    from schemas import Identifier

PROFILE_ID = re.compile(r"p_[0-9a-f]{20}")


@click.command()
@click.argument("identifier")
@click.option("--source", help="The identifier is an id in this source; the same as SOURCE:ID.")
@click.option("--platform", default="x", show_default=True, help="Where a handle is from.")
@click.option("--region", help="Country of a local phone number, such as DE.  [default: that of the sources]")
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="The profile as the API gives it; or the candidates.")
@pass_context
def lookup(
    context: Context,
    identifier: str,
    source: str | None,
    platform: str,
    region: str | None,
    workspace: str,
    as_json: bool,
) -> None:
    """Show who IDENTIFIER is: an e-mail address, phone number, @handle, SOURCE:ID or profile id.

    Exit code 0: one person; 1: nobody; 3: several may be meant.
    """
    import orjson  # noqa: PLC0415

    from connector.factory import regions  # noqa: PLC0415

    with context.parts() as parts:
        if PROFILE_ID.fullmatch(identifier):
            found = parts.lookup.get(workspace, identifier)
        else:
            region = region or regions(parts).get(workspace)
            found = parts.lookup.find(workspace, read(identifier, source, platform, region))
        if found.outcome == "none":
            stop(["nobody is known by that identifier"])
        if found.outcome == "several":
            candidates(found.candidates, as_json=as_json)
            raise SystemExit(3)
        if as_json:
            click.echo(found.document)
            return
        console().print(card(orjson.loads(found.document), parts, workspace))


def read(text: str, source: str | None, platform: str, region: str | None) -> "Identifier":
    """The identifier that a person typed, by what it looks like: the same as in the panel's search box."""
    from connector.api import identify  # noqa: PLC0415
    from connector.errors import InvalidRequestError  # noqa: PLC0415

    try:
        if source:
            return identify.one({"external_id": text, "source": source})
        told = {"channel": "terminal", "identifier": text, "platform": platform}
        made = identify.arriving(told, region)
    except InvalidRequestError:
        made = None
    if made is None:
        hint = "a local phone number needs --region, a country code such as DE"
        stop([f"that is no e-mail address, phone number, @handle or SOURCE:ID that can be read; {hint}"], code=2)
    return made


def candidates(found: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    import orjson  # noqa: PLC0415

    if as_json:
        click.echo(orjson.dumps({"candidates": found}))
        return
    shown = console()
    shown.print(f"{len(found)} people may be meant; nothing is picked silently", style="yellow")
    rows = table("profile", "name", "company", "known to", "why")
    for one in found:
        rows.add_row(
            one["id"], one.get("name") or "", one.get("company") or "", ", ".join(one.get("sources", [])), one["why"]
        )
    shown.print(rows)


def card(profile: dict[str, Any], parts: "Parts", workspace: str) -> Panel:
    fields = profile["fields"]
    head = Text(_value(fields, "name") or "(no name)", style="bold")
    about = " · ".join(filter(None, (_value(fields, "job_title"), _value(fields, "company"))))
    parts_of_card: list[Any] = [Text(about, style="dim")] if about else []
    parts_of_card.append(_identifiers(profile))
    parts_of_card += [_open(profile, parts.clock()), _orders(profile), hints(profile["recommendations"])]
    parts_of_card.append(_freshness(parts, workspace))
    parts_of_card.append(Text(_because(profile), style="dim"))
    parts_of_card += [Text(f"may also be {one['profile_id']}: {one['why']}") for one in profile["may_also_be"]]
    return Panel(Group(*parts_of_card), title=head, title_align="left", subtitle=profile["id"], subtitle_align="right")


def _value(fields: dict[str, Any], name: str) -> Any:
    return (fields.get(name) or {}).get("value")


def _identifiers(profile: dict[str, Any]) -> Table:
    rows = table("", "", "")
    rows.show_header = False
    for one in profile["identifiers"]:
        shown = one["shown"] if not one.get("label") else f"{one['shown']} (@{one['label']})"
        rows.add_row(one["kind"], Text(shown), Text(", ".join(one["sources"]), style="dim"))
    return rows


def _open(profile: dict[str, Any], now: datetime) -> Table | Text:
    if not profile["open"]:
        return Text("nothing is open", style="green")
    rows = table("open", "", "")
    for item in profile["open"]:
        since = ago(datetime.fromisoformat(item["since"]), now) if item.get("since") else ""
        rows.add_row(item["kind"], Text(item.get("title") or ""), f"[yellow]{since}[/]")
    return rows


def _orders(profile: dict[str, Any]) -> Table | Text:
    orders = profile["orders"]
    if not orders["count"]:
        return Text("no orders", style="dim")
    rows = table("orders", ">net", ">refunded", "last")
    for total in orders["totals"]:
        last = (orders.get("last_at") or "")[:10]
        net, refunded = f"{total['net']} {total['currency']}", f"{total['refunded']} {total['currency']}"
        rows.add_row(str(total["count"]), net, refunded, last)
    return rows


def _freshness(parts: "Parts", workspace: str) -> Text:
    now, shown = parts.clock(), Text("as of: ", style="dim")
    for name in parts.sources.names(workspace):
        status = parts.status.of(workspace, name)
        shown.append_text(Text.from_markup(f"{name} {state(status.state)} {ago(status.last_success, now)}   "))
    return shown


def _because(profile: dict[str, Any]) -> str:
    records, links = len(profile["records"]), profile["links"]
    if not links:
        return f"{records} record{'s' if records != 1 else ''}"
    whys = "; ".join(dict.fromkeys(link["why"] for link in links))
    return f"{records} records, one person because: {whys}"
