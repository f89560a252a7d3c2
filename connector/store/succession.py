"""Succession: which profiles were joined into which, asked from either end.

Rows that name a profile keep the id that it had then, so that a join that is undone leaves nothing to put right.
Whoever reads them asks here whose they are now.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from connector.store.bulk import among, chunks
from connector.store.profiles import MOST_SUCCESSORS
from connector.store.tables import profiles


def joined(connection: Connection, workspace: str, profile_ids: Iterable[str]) -> dict[str, str]:
    """Every id by which these profiles go or went, each with the one of these under which it lives now."""
    found = {profile_id: profile_id for profile_id in profile_ids}
    newest = list(found)
    for _ in range(MOST_SUCCESSORS):
        older = {}
        for part in chunks(newest):
            query = select(profiles.c.id, profiles.c.successor).where(
                profiles.c.workspace == workspace, among(profiles.c.successor, part)
            )
            older |= {old: found[new] for old, new in connection.execute(query) if old not in found}
        if not older:
            break
        found |= older
        newest = list(older)
    return found


def heads(connection: Connection, workspace: str, profile_ids: Iterable[str]) -> dict[str, str]:
    """Those of these ids that were retired, each with the id under which it lives now."""
    found: dict[str, str] = {}
    for part in chunks(profile_ids):
        now = _successors(connection, workspace, part)
        for _ in range(MOST_SUCCESSORS):
            further = _successors(connection, workspace, set(now.values()))
            if not further:
                break
            now = {old: further.get(new, new) for old, new in now.items()}
        found |= now
    return found


def _successors(connection: Connection, workspace: str, profile_ids: Iterable[str]) -> dict[str, str]:
    query = select(profiles.c.id, profiles.c.successor).where(
        profiles.c.workspace == workspace, among(profiles.c.id, profile_ids), profiles.c.successor.is_not(None)
    )
    return {old: new for old, new in connection.execute(query)}
