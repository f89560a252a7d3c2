"""Leases: one worker at a time per source stream, for as long as it lives.

A lease runs out by itself when its holder is killed. Whoever works under one checks it in
the transaction that writes, so that a holder who slept too long writes nothing any more.
"""

import os
import socket
import uuid
from collections.abc import Sequence

from sqlalchemy import Connection, and_, delete, or_, select

from connector.store.bulk import upsert
from connector.store.tables import leases

SECOND = 1_000_000


def me() -> str:
    """A new holder's name: machine, process and a random part (a process may have several)."""
    return f"{socket.gethostname()[:30]}/{os.getpid()}/{uuid.uuid4().hex[:12]}"


def take(connection: Connection, workspace: str, name: str, holder: str, *, now: int, seconds: float) -> bool:
    """Take or renew the lease; False when another holds it. Times are microseconds."""
    until = now + int(seconds * SECOND)
    statement = upsert(connection, leases).values(workspace=workspace, name=name, holder=holder, until=until)
    free = or_(leases.c.holder == holder, leases.c.until <= now)
    other = connection.scalar(select(leases.c.holder).where(leases.c.workspace == workspace, leases.c.name == name))
    if other and _is_dead(other):
        # Its process is gone: no need to wait until the lease runs out.
        free = or_(free, leases.c.holder == other)
    taken = statement.on_conflict_do_update(
        index_elements=["workspace", "name"], set_={"holder": holder, "until": until}, where=free
    ).returning(leases.c.holder)
    return connection.scalar(taken) == holder


def release(connection: Connection, workspace: str, name: str, holder: str) -> None:
    """Let others have it at once."""
    mine = and_(leases.c.workspace == workspace, leases.c.name == name, leases.c.holder == holder)
    connection.execute(delete(leases).where(mine))


def held(connection: Connection, workspace: str, names: Sequence[str], *, now: int) -> set[str]:
    """Those of these leases that a living worker holds."""
    query = select(leases.c.name, leases.c.holder)
    query = query.where(leases.c.workspace == workspace, leases.c.name.in_(names), leases.c.until > now)
    return {name for name, holder in connection.execute(query) if not _is_dead(holder)}


def _is_dead(holder: str) -> bool:
    """Whether the holder was a process of this machine that is no more."""
    machine, _, rest = holder.partition("/")
    process = rest.partition("/")[0]
    if machine != socket.gethostname()[:30] or not process.isdigit() or os.name != "posix":
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
