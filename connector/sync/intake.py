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
from connector.store import Store, bulk, locks, profiles, records
from connector.store.evidence import CONTACT
from connector.store.locks import WHOLE, ContendedError, Parts, Whole
from connector.store.pins import key_of
from connector.store.records import Put
from connector.store.rows import Row, rounds, row
from schemas.records import Record

# Records that are linked at once: bounds the memory, not the transaction.
BATCH = 500

# So few records are taken in while others are, each holding what it touches; more would touch too much.
FEW = 20
# Who so often met what others held holds the whole workspace.
TRIES = 3

# What is committed with the records.
Along = Callable[[Connection], None]


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
        along: Along | None = None,
    ) -> Taken:
        """Take in one batch; afterwards the profiles it touched are waiting to be rebuilt.

        `listed_by`: the full read that lists them. `along`: what is committed with them, such as the cursor;
        if it raises, nothing is.
        """
        # Before the transaction: others wait while we are in it.
        batches = [part for group in rounds([row(record) for record in told]) for part in bulk.chunks(group, BATCH)]
        if len(batches) == 1 and len(told) <= FEW and not listed_by and self._can_share(workspace):
            return self._share(workspace, batches[0], along)
        return self._take_whole(workspace, batches, listed_by, along)

    def _take_whole(
        self, workspace: str, batches: Sequence[Sequence[Row]], listed_by: str | None, along: Along | None
    ) -> Taken:
        taken = Taken()
        with self.store.transaction() as connection:
            held = locks.take(connection, workspace)
            self.relink.begin(connection, workspace)
            for batch in batches:
                taken += self._take(connection, workspace, batch, listed_by, held)
            self._mark(connection, workspace, taken)
            if along:
                along(connection)
        return taken

    def _can_share(self, workspace: str) -> bool:
        """Whether several may take records of the workspace in at once. The first that a process takes says more."""
        return not self.store.is_sqlite and self.relink.has_begun(workspace)

    def _share(self, workspace: str, batch: Sequence[Row], along: Along | None) -> Taken:
        """Take a few records in while others do; what they cannot do beside each other waits for the workspace."""
        foreseen = named_by(workspace, batch)
        for _ in range(TRIES):
            try:
                with self.store.transaction() as connection:
                    held = Parts(connection, workspace, foreseen)
                    taken = self._take(connection, workspace, batch, None, held)
                    self._mark(connection, workspace, taken)
                    held.end({each.key[0] for each in batch})
                    if along:
                        along(connection)
                return taken
            except ContendedError as contended:
                if not contended.wanted:
                    break
                foreseen = contended.wanted
        return self._take_whole(workspace, [batch], None, along)

    def resolve(self, connection: Connection, workspace: str, put: Put) -> Taken:
        """Link what a put changed, and mark the profiles. The caller holds the workspace's lock."""
        taken = self._linked(connection, workspace, put, WHOLE)
        self._mark(connection, workspace, taken)
        return taken

    def _take(
        self, connection: Connection, workspace: str, batch: Sequence[Row], listed_by: str | None, held: Whole
    ) -> Taken:
        put = records.put(connection, workspace, batch, seen_at=micros(self.clock()), listed_by=listed_by, held=held)
        return self._linked(connection, workspace, put, held)

    def _linked(self, connection: Connection, workspace: str, put: Put, held: Whole) -> Taken:
        touched: frozenset[str] = frozenset()
        if put.changed:
            changed = put.changed + put.stand_ins
            touched = self.resolver.resolve(connection, workspace, changed, contacts=put.contacts, held=held)
        return Taken(changed=len(put.changed), unchanged=put.unchanged, old=put.old, profiles=touched)

    def _mark(self, connection: Connection, workspace: str, taken: Taken) -> None:
        profiles.mark_stale(connection, workspace, taken.profiles, micros(self.clock()))


def named_by(workspace: str, batch: Sequence[Row]) -> set[int]:
    """What of the workspace these rows name: themselves, who is one with them by a merge, and whom they are about."""
    named: set[str] = set()
    for each in batch:
        source, kind, external_id = each.key
        named.add(key_of(source, kind, external_id))
        named.update(key_of(source, CONTACT, other) for other in (*each.merged_with, *each.contacts))
        named.update(key_of(source, *ref) for ref in each.refs)
    return {locks.key(workspace, key) for key in named}
