"""`visavis web`, `visavis worker`, `visavis demo`: the programs that stay."""

from pathlib import Path

import click

from connector.cli.terminal import Context, console, pass_context


@click.command()
@pass_context
def web(context: Context) -> None:
    """Serve API, panel and event streams until stopped."""
    from connector.processes import Processes, stop_on_signals  # noqa: PLC0415
    from connector.serving import announce, start_web  # noqa: PLC0415

    stop_on_signals()
    settings = context.settings()
    with context.parts(), Processes() as processes:
        start_web(processes, settings)
        announce(console(stderr=True), settings)
        processes.wait()


@click.command()
@click.option("--one", type=click.Choice(["soon", "any"]), hidden=True)
@click.option("--burst", is_flag=True, help="Stop when there is nothing left to do.")
@pass_context
def worker(context: Context, one: str | None, burst: bool) -> None:
    """Sync sources on their schedule (`every`) or when asked, and take deliveries in, until stopped."""
    from connector.processes import Processes, stop_on_signals  # noqa: PLC0415
    from connector.serving import start_workers  # noqa: PLC0415
    from connector.worker import work  # noqa: PLC0415

    if one or burst:
        with context.parts() as parts:
            work(parts, only_soon=one == "soon", burst=burst)
        return
    stop_on_signals()
    with context.parts() as parts, Processes() as processes:
        start_workers(processes, parts.settings)
        processes.wait()


@click.command()
@click.option(
    "--people", type=click.IntRange(10, 1_000_000), default=1000, show_default=True, help="Size of the synthetic world."
)
@click.option("--seed", default=7, show_default=True, help="Another seed, another world.")
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    default=Path("var/demo"),
    show_default=True,
    help="Where its world and what was synced are kept.",
)
@click.option("--port", default=8080, show_default=True, help="API and panel; the event streams take the next one.")
@click.option("--sandbox-port", default=8090, show_default=True, help="The vendors' stand-ins.")
@click.option("--once", is_flag=True, help="Sync and stop: nothing is served.")
def demo(people: int, seed: int, data_dir: Path, port: int, sandbox_port: int, once: bool) -> None:
    """Run everything on this machine: stand-ins for Salesforce, HubSpot, X and a shop, a first sync, panel and API.

    Needs no account and no network. Started again, it goes on with what is there and
    syncs only what has changed meanwhile. Ctrl-C stops all of it.
    """
    from connector.demo import Demo  # noqa: PLC0415

    Demo(people=people, seed=seed, folder=data_dir, port=port, sandbox_port=sandbox_port).run(once=once)
