"""Every command and option says what it is for: the tree is walked, so that nothing can be forgotten."""

from collections.abc import Iterator

import click
import pytest

from connector.cli import cli


def tree(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from tree(inner, (*path, name))


COMMANDS = dict(tree(cli))
NAMES = ["visavis " + " ".join(path) for path in COMMANDS]


def test_the_commands_are_those_that_the_documentation_names():
    wanted = [
        "sync",
        "lookup",
        "sources",
        "check",
        "quarantine",
        "web",
        "worker",
        "demo",
        "keys",
        "identity",
        "recommendations",
    ]
    assert sorted(cli.commands) == sorted(wanted)
    assert sorted(cli.commands["quarantine"].commands) == ["list", "replay", "show"]
    assert {"decisions", "explain", "pin", "pins", "unmerge", "unpin"} <= set(cli.commands["identity"].commands)
    assert sorted(cli.commands["keys"].commands) == ["create", "list", "revoke"]


@pytest.mark.parametrize("command", COMMANDS.values(), ids=NAMES)
def test_every_command_says_what_it_does(command):
    assert len(command.help or "") > 20, "Give the command a docstring that a newcomer understands."


@pytest.mark.parametrize("command", COMMANDS.values(), ids=NAMES)
def test_every_option_says_what_it_is_for(command):
    silent = [
        option.name
        for option in command.params
        if isinstance(option, click.Option) and not option.hidden and not option.help
    ]
    assert not silent, f"Give these options a help text: {silent}"


@pytest.mark.parametrize("path", COMMANDS, ids=NAMES)
def test_help_is_printed(run, path):
    answer = run(*path, "--help")
    assert answer.code == 0
    assert "Usage: visavis" in answer.out


def test_a_mistyped_command_is_bad_usage(run):
    answer = run("snyc")
    assert answer.code == 2
    assert "snyc" in answer.err
