"""Traces: what hints leave behind of a person, and how it goes with them."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, select

from connector.store import succession
from connector.store.bulk import among, chunks
from connector.store.tables import profiles
from connector.store.tables_offers import exposures, outcomes


def forget(connection: Connection, workspace: str, profile_ids: Iterable[str]) -> None:
    """Nobody is left in these profiles: take away what was seen and told of their hints, and of those joined into them.

    Of a profile that was itself joined into another nothing goes: it is that one's now.
    """
    wanted = list(profile_ids)
    retired = set()
    for part in chunks(wanted):
        query = select(profiles.c.id).where(profiles.c.workspace == workspace, among(profiles.c.id, part))
        retired.update(connection.scalars(query.where(profiles.c.successor.is_not(None))))
    gone = succession.joined(connection, workspace, [one for one in wanted if one not in retired])
    for part in chunks(gone):
        for table in (exposures, outcomes):
            connection.execute(delete(table).where(table.c.workspace == workspace, among(table.c.profile_id, part)))
