"""`visavis identity`: why records are one person, and what people decide on it."""

import getpass
from typing import TYPE_CHECKING, Any, NoReturn

import click
from rich.text import Text

from connector.cli.identity_shown import listed, logged, profile_shown, two_shown
from connector.cli.terminal import Context, console, pass_context, stop, workspace_option

if TYPE_CHECKING:
    from connector.bootstrap import Parts

json_option = click.option("--json", "as_json", is_flag=True, help="As the API gives it.")
why_option = click.option("--why", default="", help="The reason, for whoever asks later.")


@click.group()
def identity() -> None:
    """Who is who: why records are one person, and what people decide on it.

    A record is named by its key, SOURCE:KIND:ID, such as crm:contact:42; SOURCE:ID is a contact.
    """


@identity.command()
@click.argument("which")
@click.argument("other", required=False)
@workspace_option
@json_option
@pass_context
def explain(context: Context, which: str, other: str | None, workspace: str, as_json: bool) -> None:
    """Say why the records of WHICH (a profile, or the profile of a record) are one person.

    With a record and an OTHER: whether and why these two are one, and what would change that.
    """
    from connector.api import identity_shapes  # noqa: PLC0415

    with context.parts() as parts:
        if other is None:
            told = identity_shapes.profile(parts.identity.explain(workspace, _profile(parts, workspace, which)))
            seen = {told["profile_id"]}
        else:
            compared = parts.identity.compare(workspace, key(which), key(other))
            told, seen = identity_shapes.two(compared), set(compared.profiles.values())
        for profile_id in sorted(seen):
            parts.lookup.record_view(workspace, profile_id, by(), "identity")
    if as_json:
        _json(told)
    else:
        console().print(profile_shown(told) if other is None else two_shown(told))


@identity.command()
@click.argument("left")
@click.argument("right")
@click.option("--never", is_flag=True, help="They never are one person.  [default: they are]")
@why_option
@workspace_option
@pass_context
def pin(context: Context, left: str, right: str, never: bool, why: str, workspace: str) -> None:
    """Decide that the records LEFT and RIGHT are one person, whatever rules say and sources tell.

    Exit code 4 when other decisions stand against it.
    """
    from connector.identity.pins import LINK, NEVER  # noqa: PLC0415

    with context.parts() as parts:
        what = NEVER if never else LINK
        _decided(_try(parts.identity.pin, workspace, key(left), key(right), what, by(), why))


@identity.command()
@click.argument("left")
@click.argument("right")
@why_option
@workspace_option
@pass_context
def unpin(context: Context, left: str, right: str, why: str, workspace: str) -> None:
    """Take the decision on the records LEFT and RIGHT back: rules judge them again."""
    with context.parts() as parts:
        _decided(parts.identity.unpin(workspace, key(left), key(right), by(), why))


@identity.command()
@workspace_option
@click.option("--limit", default=50, show_default=True, help="How many at most.")
@json_option
@pass_context
def pins(context: Context, workspace: str, limit: int, as_json: bool) -> None:
    """List what people decided on pairs of records."""
    from connector.api import identity_shapes  # noqa: PLC0415

    with context.parts() as parts:
        found = [identity_shapes.pin(each) for each in parts.identity.pins(workspace, limit=limit)]
    if as_json:
        _json({"pins": found})
    else:
        console().print(listed(found) if found else "nobody decided anything yet")


@identity.command()
@workspace_option
@click.option("--record", help="Only what names this record.")
@click.option("--profile", help="Only what names a record of this profile (or of this record's).")
@click.option("--limit", default=50, show_default=True, help="How many at most.")
@json_option
@pass_context
def decisions(
    context: Context, workspace: str, record: str | None, profile: str | None, limit: int, as_json: bool
) -> None:
    """List all that was ever decided, the newest first: by whom, when, why, and whether it still stands."""
    from connector.api import identity_shapes  # noqa: PLC0415

    if record and profile:
        stop(["give --record or --profile"], code=2)
    with context.parts() as parts:
        named = [key(record)] if record else _records(parts, workspace, profile) if profile else None
        told = parts.identity.decided(workspace, limit=limit, naming=named)
        found = [identity_shapes.decision(each) for each in told]
    if as_json:
        _json({"decisions": found})
    else:
        console().print(logged(found) if found else "nobody decided anything yet")


@identity.command()
@click.argument("profile", required=False)
@click.argument("records", nargs=-1)
@click.option("--undo", type=int, help="Take the unmerge with this number back instead.")
@why_option
@workspace_option
@pass_context
def unmerge(
    context: Context, profile: str | None, records: tuple[str, ...], undo: int | None, why: str, workspace: str
) -> None:
    """Let RECORDS leave PROFILE for good: they are never linked again with those who stay.

    Says the number by which --undo takes it back. Exit code 4 when decisions stand against it.
    """
    if (undo is None) == (not (profile and records)) or (undo is not None and profile):
        stop(["name a profile and the records that leave it, or --undo NUMBER"], code=2)
    with context.parts() as parts:
        if undo is not None:
            done = _try(parts.identity.undo, workspace, undo, by(), why)
        else:
            leaving = [key(each) for each in records]
            done = _try(parts.identity.unmerge, workspace, _profile(parts, workspace, profile), leaving, by(), why)
    _decided(done.profiles)
    if undo is None:
        console().print(f"take it back with: visavis identity unmerge --undo {done.parted.decision}", style="dim")


def key(text: str) -> str:
    """A record's key; of SOURCE:ID that of a contact."""
    source, _, rest = text.partition(":")
    kind, _, external_id = rest.partition(":")
    if kind in ("contact", "order", "deal", "ticket", "mention") and external_id:
        return text
    if not source or not rest:
        stop(["name a record by SOURCE:KIND:ID, such as crm:contact:42, or a contact by SOURCE:ID"], code=2)
    return f"{source}:contact:{rest}"


def by() -> str:
    """Who sits at this terminal, as far as it knows."""
    return f"{getpass.getuser()}, at a terminal"


def _profile(parts: "Parts", workspace: str, text: str) -> str:
    """The profile that is meant: by its id, or by one of its records."""
    from connector.cli.people import PROFILE_ID  # noqa: PLC0415

    if PROFILE_ID.fullmatch(text):
        return text
    found = parts.identity.profiles_of(workspace, [key(text)])
    return found.get(key(text)) or stop(["there is no such record, or it is nobody"])


def _records(parts: "Parts", workspace: str, text: str) -> list[str]:
    """The records of the profile that is meant, which is noted as seen."""
    profile_id, records = parts.identity.records_of(workspace, _profile(parts, workspace, text))
    parts.lookup.record_view(workspace, profile_id, by(), "identity:decisions")
    return records


def _try(decide: Any, *arguments: Any) -> Any:
    from connector.errors import ContradictedError  # noqa: PLC0415

    try:
        return decide(*arguments)
    except ContradictedError as error:
        _refused(error.chain)


def _refused(chain: list[str]) -> NoReturn:
    stop(["other decisions stand against it: take one of these back first", "  " + " - ".join(chain)], code=4)


def _decided(profiles: dict[str, str]) -> None:
    for record, profile_id in sorted(profiles.items(), key=lambda each: (each[1], each[0])):
        console().print(Text.assemble((profile_id, "bold"), f"  {record}"))


def _json(told: Any) -> None:
    import orjson  # noqa: PLC0415

    click.echo(orjson.dumps(told))
