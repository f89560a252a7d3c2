"""Views: who looked at whom, when and how."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from connector.clock import micros, moment
from connector.store import bulk
from connector.store.tables import views


def put(connection: Connection, seen: Sequence[Mapping[str, Any]]) -> None:
    """Write views down. Each has workspace, profile_id (None: nobody was found), viewer, way, reference and at."""
    # Many come at once, in a process that answers lookups meanwhile.
    bulk.write(connection, views, [{**view, "at": micros(view["at"])} for view in seen])


def of_profile(connection: Connection, workspace: str, profile_id: str, limit: int = 100) -> list[dict[str, Any]]:
    """Who looked at this profile, the newest first."""
    query = (
        select(views.c.viewer, views.c.way, views.c.reference, views.c.at)
        .where(views.c.workspace == workspace, views.c.profile_id == profile_id)
        .order_by(views.c.at.desc(), views.c.id.desc())
        .limit(limit)
    )
    return [row._asdict() | {"at": moment(row.at)} for row in connection.execute(query)]
