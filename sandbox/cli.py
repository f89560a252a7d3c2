"""The sandbox from the command line: serve it, let its world go on, make it misbehave, see the truth."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click
import requests

from sandbox.faults import KINDS, Faults
from sandbox.hazards import HAZARDS, HazardWorld, write
from sandbox.overlay import StateError, settings_of
from sandbox.refusals import REFUSALS
from sandbox.server import VENDORS, PortTakenError, application, listen
from sandbox.shop import export
from sandbox.world import DEFAULT_END, World

HERE = "http://127.0.0.1:{port}"
PORT = 8090


def world_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which world: the same people, seed and end are the same world, whoever makes it."""
    options = (
        click.option("--people", type=click.IntRange(1, 10_000_000), help="How many people (default 1000)."),
        click.option("--seed", help="Another seed is another world (default 1)."),
        click.option(
            "--until",
            type=click.DateTime(["%Y-%m-%d"]),
            help=f"The day on which the history ends (default {DEFAULT_END:%Y-%m-%d}; today for a new state file).",
        ),
        click.option(
            "--state",
            type=click.Path(dir_okay=False, path_type=Path),
            help="A file that remembers what ticks changed, and which world it is.",
        ),
    )

    @wraps(command)
    def with_world(
        people: int | None, seed: str | None, until: datetime | None, state: Path | None, **more: Any
    ) -> Any:
        try:
            return command(world=_world(people, seed, until, state), **more)
        except StateError as error:
            raise click.ClickException(str(error)) from None

    for option in reversed(options):
        with_world = option(with_world)
    return with_world


def _world(people: int | None, seed: str | None, until: datetime | None, state: Path | None) -> World:
    known = settings_of(state) if state else None
    if known is None:
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        known = {"people": 1000, "seed": "1", "until": (today if state else DEFAULT_END).isoformat()}
    return World(
        seed if seed is not None else known["seed"],
        people if people is not None else known["people"],
        until=until.replace(tzinfo=UTC) if until else datetime.fromisoformat(known["until"]),
        state=state,
    )


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Stand-in vendors on this machine: Salesforce, HubSpot, X and a shop, filled from one invented world.

    Nobody in it exists, and nothing leaves this machine. The same --seed and --people always
    give the same world.

    \b
    python -m sandbox serve --people 1000      start the vendors
    python -m sandbox tick 20                  let 20 things happen in the running world
    python -m sandbox faults hubspot throttle  let HubSpot refuse the next request
    python -m sandbox shop-export var/shop     write the shop's CSV files
    python -m sandbox truth                    who is who
    """


@main.command()
@world_options
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(0, 65_535), help="0 takes any free one.")
@click.option("--webhooks", metavar="URL", help="Where HubSpot's deliveries go after every tick.")
def serve(world: World, host: str, port: int, webhooks: str | None) -> None:
    """Serve the vendors until Ctrl-C."""
    faults = Faults()
    try:
        server = listen(application(world, faults, webhooks=webhooks), host, port)
    except PortTakenError as error:
        raise click.ClickException(str(error)) from None
    url = f"http://{host}:{server.server_address[1]}"
    click.echo(f"A world of {world.people:,} people, seed {world.seed}:")
    for vendor in VENDORS:
        click.echo(f"  {vendor:<11}{url}/{vendor}")
    click.echo(f"  control    {url}/control\nCtrl-C ends it.")
    sys.stdout.flush()
    try:
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        click.echo("Closed.")
    finally:
        faults.clear()
        server.server_close()


def _url_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--url", default=HERE.format(port=PORT), show_default=True, help="Where `serve` said that it listens."
    )(command)


def _control(method: str, url: str, path: str, **asked: Any) -> Any:
    try:
        answer = requests.request(method, f"{url.rstrip('/')}/control/{path}", timeout=60, **asked)
    except requests.RequestException:
        raise click.ClickException(f"no sandbox answers at {url}; start one with: python -m sandbox serve") from None
    try:
        told = answer.json()
    except ValueError:
        raise click.ClickException(f"what answers at {url} is not a sandbox") from None
    if answer.status_code >= 400:
        raise click.ClickException(told.get("error", f"the sandbox answered {answer.status_code}"))
    return told


@main.command()
@click.argument("count", type=click.IntRange(1, 100_000), default=10)
@click.option("--webhooks", metavar="URL", help="Also post what changed in HubSpot there, as its webhooks do.")
@_url_option
def tick(count: int, webhooks: str | None, url: str) -> None:
    """Let COUNT things happen in the running world: orders, edits, merges, deletions, tickets, mentions, replies."""
    told = _control("POST", url, "tick", json={"count": count} | ({"webhooks": webhooks} if webhooks else {}))
    for change in told["changes"]:
        into = f" into {change['merged_into']}" if change["merged_into"] else ""
        click.echo(
            f"{change['at']}  {change['system']:<10} {change['kind']:<11} {change['id']:<19} {change['what']}{into}"
        )
    if told.get("webhooks"):
        sent = told["webhooks"]
        click.echo(
            f"{sent['delivered']} of {sent['events']} HubSpot events were taken ({sent['status'] or 'no answer'})."
        )


@main.command(epilog="\b\nKINDS:\n" + "\n".join(f"{kind:<10}{what}" for kind, what in KINDS.items()))
@click.argument("vendor", type=click.Choice(list(REFUSALS)), required=False)
@click.argument("kind", type=click.Choice(list(KINDS)), required=False)
@click.option("--times", default=1, show_default=True, type=click.IntRange(1), help="For how many requests.")
@click.option("--path", default="", help="Only requests below this path, as /crm/v3/objects/contacts.")
@click.option("--retry-after", type=float, help="With throttle and quota: the seconds in Retry-After.")
@click.option("--status", type=int, help="With error: another status than 500.")
@click.option("--seconds", type=float, help="With hang: for how long.")
@click.option("--clear", is_flag=True, help="Forget what is planned (for VENDOR, or for all).")
@_url_option
def faults(vendor: str | None, kind: str | None, clear: bool, url: str, **more: Any) -> None:
    """Let VENDOR misbehave in the way of KIND; without them, show what is planned."""
    if clear:
        told = _control("DELETE", url, "faults", params={"vendor": vendor} if vendor else {})
    elif vendor and kind:
        asked = {name: value for name, value in more.items() if value is not None}
        told = {vendor: _control("POST", url, "faults", json={"vendor": vendor, "kind": kind, **asked})}
    elif vendor:
        raise click.UsageError(f"KIND is missing: {', '.join(KINDS)}")
    else:
        told = _control("GET", url, "faults")
    for name, planned in told.items():
        for fault in planned:
            where = f" below {fault['path']}" if fault["path"] else ""
            click.echo(f"{name}: {fault['kind']} for the next {fault['times']} request(s){where}")
        if not planned:
            click.echo(f"{name}: nothing planned")


@main.command("shop-export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@world_options
def shop_export(world: World, folder: Path) -> None:
    """Write the shop's customers.csv, orders.csv (a row per line) and products.csv into FOLDER."""
    export(world, folder, lambda name, rows: click.echo(f"{folder / name}: {rows:,} rows"))


@main.command()
@world_options
@click.option("--system", "systems", multiple=True, type=click.Choice(["salesforce", "hubspot", "x", "shop"]))
@click.option("--limit", type=click.IntRange(1), help="Only so many.")
def truth(world: World, systems: tuple[str, ...], limit: int | None) -> None:
    """Who is who, a JSON line each: [system, kind, id, number of the person]."""
    entries = world.truth(systems) if systems else world.truth()
    for turn, entry in enumerate(entries):
        if turn == limit:
            return
        click.echo(json.dumps(entry))


@main.command(epilog="\b\nHAZARDS: " + ", ".join(HAZARDS))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--customers", default=1000, show_default=True, type=click.IntRange(1, 10_000_000))
@click.option("--seed", default="1", show_default=True, help="Another seed is another world.")
@click.option("--without", multiple=True, type=click.Choice(list(HAZARDS)), help="Leave this hazard out.")
def hazards(folder: Path, customers: int, seed: str, without: tuple[str, ...]) -> None:
    """Write records.jsonl and truth.csv into FOLDER: customers whom it is easy to confuse."""
    count = write(HazardWorld(customers, seed, without), folder)
    click.echo(f"{folder}: {count:,} records of {customers:,} customers")
