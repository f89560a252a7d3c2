"""The command line. Commands import what they need when they run, so that `visavis --help` answers at once."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from connector import threads
from connector.cli import (
    identity,
    identity_alarms,
    identity_review,
    identity_rules,
    keys,
    people,
    quarantine,
    recommendations,
    serve,
    sources,
    sync,
)
from connector.cli.terminal import Context, failures, stop


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--config", type=click.Path(path_type=Path), help="Settings file.  [default: ./visavis.toml]")
@click.version_option(package_name="visavis", message="visavis %(version)s")
@click.pass_context
def cli(context: click.Context, config: Path | None) -> None:
    """One trustworthy picture of a customer, for whoever is about to talk to them.

    Start with `visavis demo`, which needs no account and no settings. For your own
    sources write a visavis.toml (docs/settings.md), then: check, sync, web, worker.
    """
    if config:
        # The programs that we start read the same file.
        os.environ["VISAVIS_CONFIG"] = str(config.resolve())
    context.obj = Context()


for command in (identity_review.review, identity_review.suggest, identity_rules.simulate, identity_rules.apply):
    identity.identity.add_command(command)
for command in (identity_alarms.alarms, identity_alarms.release, identity_alarms.undo_import):
    identity.identity.add_command(command)
for command in (
    sync.sync,
    people.lookup,
    sources.sources,
    sources.check,
    quarantine.quarantine,
    recommendations.recommendations,
    serve.web,
    serve.worker,
    serve.demo,
    keys.keys,
    identity.identity,
):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """The console script. Known failures are one red line and exit code 1; bad usage is exit code 2."""
    threads.one_each()
    with failures():
        try:
            sys.exit(cli(arguments, prog_name="visavis", standalone_mode=False))
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except click.Abort:
            stop(["stopped"], code=130)
