"""`visavis keys`: who may call the API."""

import click

from connector.cli.terminal import Context, ago, console, pass_context, stop, table, workspace_option


@click.group()
def keys() -> None:
    """API keys: each has a workspace and scopes; only a hash of it is kept."""


@keys.command()
@click.argument("name")
@workspace_option
@click.option("--scope", "scopes", multiple=True, help="May be given several times.  [default: what a helpdesk needs]")
@pass_context
def create(context: Context, name: str, workspace: str, scopes: tuple[str, ...]) -> None:
    """Make a key for NAME (who or what will use it) and show it, once."""
    from connector.store import api_keys  # noqa: PLC0415

    wrong = set(scopes) - set(api_keys.SCOPES)
    if wrong:
        stop([f"unknown scope {', '.join(sorted(wrong))}; known: {', '.join(api_keys.SCOPES)}"], code=2)
    with context.parts() as parts:
        with parts.store.transaction() as connection:
            key = api_keys.create(connection, workspace, name, scopes or api_keys.HELPDESK, parts.clock())
        console(stderr=True).print(f"key {key.id} for {name}: keep it now, it is not shown again", markup=False)
        click.echo(key.text)


@keys.command("list")
@pass_context
def list_(context: Context) -> None:
    """List the keys: whose they are and what they may, never the keys themselves."""
    from connector.store import api_keys  # noqa: PLC0415

    with context.parts() as parts, parts.store.reading() as connection:
        rows = table("id", "name", "workspace", "scopes", "made", "state")
        for key in api_keys.list_(connection):
            made, state = ago(key.created_at, parts.clock()), "revoked" if key.revoked_at else "valid"
            rows.add_row(key.id, key.name, key.workspace, " ".join(key.scopes), made, state)
        console().print(rows if rows.row_count else "there are no keys yet; make one: visavis keys create NAME")


@keys.command()
@click.argument("key_id")
@pass_context
def revoke(context: Context, key_id: str) -> None:
    """Revoke the key with this id. It stops working within seconds."""
    from connector.store import api_keys  # noqa: PLC0415

    with context.parts() as parts, parts.store.transaction() as connection:
        if not api_keys.revoke(connection, key_id, parts.clock()):
            stop([f"there is no valid key {key_id}; see: visavis keys list"])
    console().print(f"{key_id} is revoked")
