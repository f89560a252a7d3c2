"""The resolver: whose records are they? Keeps links and profiles right after records changed.

What changed records say is read into evidence; a linkage makes verdicts and clusters right
again around it; and the clusters become profiles. So its work depends on what changed, not
on how much there is, and its result on what the records say and people decided, not on the
order in which they came.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from connector.clock import micros
from connector.identity import clusters
from connector.identity.brake import Braked
from connector.identity.brakes import NO_BRAKES, Brakes
from connector.identity.clusters import Node
from connector.identity.evidence.packed import packed
from connector.identity.evidence.record import Evidence
from connector.identity.evidence.stored import evidence_of
from connector.identity.in_force import USUAL, InForce
from connector.identity.linkage import Linkage
from connector.identity.noticed import notice
from connector.identity.partition import Key
from connector.identity.shelf import Shelf
from connector.store import evidence, members


class Resolver:
    """Links records to people. `how`: how sure is sure enough, and where; `brakes`: when a source joins too many."""

    def __init__(self, clock: Callable[[], datetime], how: InForce = USUAL, brakes: Brakes = NO_BRAKES) -> None:
        self.clock, self.how, self.brakes = clock, how, brakes

    def resolve(
        self,
        connection: Connection,
        workspace: str,
        record_ids: Sequence[int],
        *,
        contacts: Iterable[tuple[str, str]] = (),
        anew: bool = False,
    ) -> frozenset[str]:
        """The profiles that these changed records touch, after links and members are right again.

        `contacts`: whom they are or were about (source, external id). `anew`: judge them again though they say what
        they said, for the rules changed. The caller holds the workspace's lock.
        """
        changed = set(record_ids)
        before = members.profiles_of(connection, changed)
        # Who was never judged by these rules is judged before its profile is touched.
        beside = set(members.members_of(connection, workspace, set(before.values()))) if before else set()
        shelf = Shelf(connection, workspace, made_at=micros(self.clock()))
        shelf.read(changed | beside)
        unjudged = {record_id for record_id in beside if not shelf.has(record_id)}
        moved = self._relink(shelf, changed | unjudged, anew=anew)
        touched = moved | set(before.values())
        touched |= members.of_contacts(connection, workspace, contacts)
        return frozenset(touched | members.beside(connection, workspace, changed))

    def repin(self, connection: Connection, workspace: str, keys: Iterable[Key]) -> frozenset[str]:
        """The profiles that change because pins on these records were made or taken back."""
        return self.rework(connection, workspace, keys, lambda linkage: linkage.repin(keys))

    def rework(
        self, connection: Connection, workspace: str, keys: Iterable[Key], work: Callable[[Linkage], object]
    ) -> frozenset[str]:
        """Do this with a linkage that has these records at hand; the profiles that change by it."""
        shelf = Shelf(connection, workspace, made_at=micros(self.clock()))
        shelf.expect(keys)
        linkage = Linkage(shelf, self.how.of(workspace), shelf.expect)
        work(linkage)
        shelf.save()
        return frozenset(self._settle(shelf, linkage, set()) | _shown_by(shelf, keys))

    def _relink(self, shelf: Shelf, record_ids: set[int], *, anew: bool) -> set[str]:
        changes, gone = self._changes(shelf, record_ids, anew=anew)
        base = Braked(shelf, self.brakes.waits(shelf.connection, shelf.workspace, shelf.id_of))
        linkage = Linkage(base, self.how.of(shelf.workspace), shelf.expect)
        relinked: set[Key] = set()
        if changes:
            done = linkage.update(changes)
            relinked = {end for pair in done.links for end in pair}
            # That other rules join others is no jump of a source.
            if not anew:
                notice(shelf, linkage, base, changes, done, self.brakes)
            shelf.save()
        return self._settle(shelf, linkage, gone) | _shown_by(shelf, relinked)

    def _changes(
        self, shelf: Shelf, record_ids: set[int], *, anew: bool
    ) -> tuple[dict[Key, Evidence | None], set[int]]:
        """What these records say now, where that is news; and those that are nobody any more."""
        people = evidence.people(shelf.connection, record_ids)
        changes: dict[Key, Evidence | None] = {}
        for record_id, said in people.items():
            told = evidence_of(said)
            if anew or shelf.content(record_id) != packed(told):
                changes[told.key] = told
                shelf.know({told.key: record_id})
        gone = {record_id for record_id in record_ids - people.keys() if shelf.has(record_id)}
        changes |= dict.fromkeys(shelf.keys_of(gone).values())
        return changes, gone

    def _settle(self, shelf: Shelf, linkage: Linkage, gone: set[int]) -> set[str]:
        """Let the clusters that were partitioned anew be profiles; the ids of those that changed."""
        if not shelf.clusters and not gone:
            return set()
        connection, workspace = shelf.connection, shelf.workspace
        while True:
            nodes = {
                shelf.id_of(key): Node(shelf.id_of(key), key, not shelf.evidence(key).is_former)
                for key in shelf.clusters
            }
            before = members.profiles_of(connection, nodes.keys() | gone)
            together = members.members_of(connection, workspace, set(before.values()))
            # Who is still in one profile with them, though no link leads there: the rules changed.
            left = shelf.keys_of(together.keys() - nodes.keys() - gone)
            if not left:
                break
            linkage.repin(left.values())
        found = {tuple(sorted(map(shelf.id_of, cluster))) for cluster in shelf.clusters.values()}
        return clusters.settle(connection, workspace, nodes, found, before, shelf.made_at)


def _shown_by(shelf: Shelf, keys: Iterable[Key]) -> set[str]:
    """The profiles of these records, which show their links: by which rule, on what, or that a person decided."""
    ids = {shelf.id_of(key) for key in keys if shelf.evidence(key)}
    return set(members.profiles_of(shelf.connection, ids).values())
