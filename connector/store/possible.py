"""Possible matches between profiles: whom each may also be, unless people said that they are two.

They are links of records; whose these are changes as people are joined and parted, and so
does what a profile shows of others, though no link of its own did.
"""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from connector.store import brakes, members, pins
from connector.store.bulk import among, chunks
from connector.store.tables import members as members_table
from connector.store.tables_identity import verdicts

POSSIBLE = "possible"


class Beside(NamedTuple):
    """That one profile may also be another one, by these two records. `strength`: bits; `value`: as of the verdict."""

    profile_id: str
    other_id: str
    record_id: int
    other_record_id: int
    strength: int
    value: str


_MINE, _THEIRS = members_table.alias("mine"), members_table.alias("theirs")
_OTHER = _THEIRS.c.profile_id
# Two questions rather than an OR: each has its own index.
_ENDS = ((verdicts.c.left_id, verdicts.c.right_id), (verdicts.c.right_id, verdicts.c.left_id))
_BESIDE = tuple(
    select(_MINE.c.profile_id, _OTHER, mine, theirs, verdicts.c.strength, verdicts.c.value)
    .join(verdicts, mine == _MINE.c.record_id)
    .join(_THEIRS, theirs == _THEIRS.c.record_id)
    .where(_MINE.c.workspace == bindparam("workspace"), among(_MINE.c.profile_id, named="ids"))
    .where(verdicts.c.tier == POSSIBLE, _MINE.c.profile_id != _OTHER)
    for mine, theirs in _ENDS
)
_OTHERS = tuple(select(theirs).where(among(mine, named="ids"), verdicts.c.tier == POSSIBLE) for mine, theirs in _ENDS)


def of_profiles(connection: Connection, workspace: str, profile_ids: Iterable[str]) -> list[Beside]:
    """Whom these profiles may also be by what their records say, the surest first; by several records several times."""
    found = []
    for part in chunks(profile_ids):
        for query in _BESIDE:
            found += [Beside(*row) for row in connection.execute(query, {"workspace": workspace, "ids": part})]
    # Ids last: what is equally sure stands in the same order whichever ids people go by.
    return sorted(found, key=lambda each: (-each.strength, each.value, each.other_id, each.record_id))


def undecided(connection: Connection, workspace: str, profile_ids: Iterable[str]) -> list[Beside]:
    """Those of them on whom nobody decided."""
    told = of_profiles(connection, workspace, profile_ids)
    decided = parted(connection, workspace, {(each.profile_id, each.other_id) for each in told})
    return [each for each in told if frozenset((each.profile_id, each.other_id)) not in decided]


def others(connection: Connection, record_ids: Iterable[int]) -> set[int]:
    """The records that may be one with these."""
    found: set[int] = set()
    for part in chunks(record_ids):
        for query in _OTHERS:
            found.update(connection.scalars(query, {"ids": part}))
    return found


def around(connection: Connection, record_ids: Iterable[int]) -> set[str]:
    """The profiles that may be one with whose these records are."""
    return set(members.profiles_of(connection, others(connection, record_ids)).values())


def parted(connection: Connection, workspace: str, pairs: Iterable[tuple[str, str]]) -> set[frozenset[str]]:
    """Those of these pairs of profiles of which people said that they are two."""
    wanted = set(map(frozenset, pairs))
    if not wanted or not pins.any_of(connection, workspace):
        return set()
    owner = members.members_of(connection, workspace, {profile for pair in wanted for profile in pair})
    named = {pins.key_of(*key): owner[record_id] for record_id, key in brakes.keys(connection, owner).items()}
    crossing = {frozenset((named.get(pin.left), named.get(pin.right))) for pin in pins.on(connection, workspace, named)}
    return crossing & wanted
