"""Chores: when work that comes round now and then, or goes on bit by bit, was last done."""

from sqlalchemy import Connection, delete, select

from connector.store.bulk import upsert
from connector.store.tables import chores


def done_at(connection: Connection, workspace: str, name: str) -> int | None:
    """When it was last done, in microseconds; None when never."""
    query = select(chores.c.done_at).where(chores.c.workspace == workspace, chores.c.name == name)
    return connection.scalar(query)


def done(connection: Connection, workspace: str, name: str, at: int) -> None:
    """It is done now."""
    statement = upsert(connection, chores).values(workspace=workspace, name=name, done_at=at)
    connection.execute(statement.on_conflict_do_update(index_elements=["workspace", "name"], set_={"done_at": at}))


def named(connection: Connection, workspace: str, prefix: str) -> dict[str, int]:
    """The chores whose names begin so, and when each was last done."""
    query = select(chores.c.name, chores.c.done_at).where(
        chores.c.workspace == workspace, chores.c.name.startswith(prefix, autoescape=True)
    )
    return {name: at for name, at in connection.execute(query.order_by(chores.c.name))}


def end(connection: Connection, workspace: str, name: str) -> None:
    """There is no more to do."""
    connection.execute(delete(chores).where(chores.c.workspace == workspace, chores.c.name == name))
