"""`visavis identity`: why records are one person, and what people decide on it."""

import click


@click.group()
def identity() -> None:
    """Who is who: why records are one person, and what people decide on it."""
