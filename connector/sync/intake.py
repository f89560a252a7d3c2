"""The intake: the one way in. Whatever a source says, by page, by webhook or from quarantine, goes through it.

Records, links, members and stale marks are committed together: a crash can delay a
profile's rebuild, and lose none.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from connector.clock import micros
from connector.identity.relink import Relink
from connector.identity.resolver import Resolver
from connector.store import Store, bulk, profiles, records
from connector.store.records import Put
from connector.store.rows import Row, rounds, row
from schemas.records import Record

# Records that are linked at once: bounds the memory, not the transaction.
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of the records: news, no news, or older than what we know; and the profiles that wait to be built."""

    changed: int = 0
    unchanged: int = 0
    old: int = 0
    profiles: frozenset[str] = frozenset()

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(
            changed=self.changed + other.changed,
            unchanged=self.unchanged + other.unchanged,
            old=self.old + other.old,
            profiles=self.profiles | other.profiles,
        )


class Intake:
    """Takes records in. Doing so twice, late or in another order ends in the same store."""

    def __init__(self, store: Store, resolver: Resolver, clock: Callable[[], datetime]) -> None:
        self.store, self.resolver, self.clock = store, resolver, clock
        self.relink = Relink(store, resolver, clock)

    def take(
        self,
        workspace: str,
        told: Sequence[Record],
        *,
        listed_by: str | None = None,
        along: Callable[[Connection], None] | None = None,
    ) -> Taken:
        """Take in one batch; afterwards the profiles it touched are waiting to be rebuilt.

        `listed_by`: the full read that lists them. `along`: what is committed with them, such as the cursor;
        if it raises, nothing is.
        """
        # Before the transaction: others wait while we are in it.
        batches = [part for group in rounds([row(record) for record in told]) for part in bulk.chunks(group, BATCH)]
        taken = Taken()
        with self.store.transaction() as connection:
            bulk.lock(connection, workspace)
            self.relink.begin(connection, workspace)
            for batch in batches:
                taken += self._take(connection, workspace, batch, listed_by)
            self._mark(connection, workspace, taken)
            if along:
                along(connection)
        return taken

    def resolve(self, connection: Connection, workspace: str, put: Put) -> Taken:
        """Link what a put changed, and mark the profiles. The caller holds the workspace's lock."""
        taken = self._linked(connection, workspace, put)
        self._mark(connection, workspace, taken)
        return taken

    def _take(self, connection: Connection, workspace: str, batch: Sequence[Row], listed_by: str | None) -> Taken:
        put = records.put(connection, workspace, batch, seen_at=micros(self.clock()), listed_by=listed_by)
        return self._linked(connection, workspace, put)

    def _linked(self, connection: Connection, workspace: str, put: Put) -> Taken:
        touched: frozenset[str] = frozenset()
        if put.changed:
            changed = put.changed + put.stand_ins
            touched = self.resolver.resolve(connection, workspace, changed, contacts=put.contacts)
        return Taken(changed=len(put.changed), unchanged=put.unchanged, old=put.old, profiles=touched)

    def _mark(self, connection: Connection, workspace: str, taken: Taken) -> None:
        profiles.mark_stale(connection, workspace, taken.profiles, micros(self.clock()))
