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
from connector.identity.brake import Braked
from connector.identity.brakes import NO_BRAKES, Brakes
from connector.identity.evidence.packed import packed, unpacked
from connector.identity.evidence.record import Evidence
from connector.identity.evidence.stored import evidence_of
from connector.identity.guests import Regrouped, numbers, regroup
from connector.identity.in_force import USUAL, InForce
from connector.identity.linkage import Changed, Linkage
from connector.identity.noticed import notice
from connector.identity.partition import Key
from connector.identity.placing import place
from connector.identity.recall import Turn
from connector.identity.shelf import Shelf
from connector.store import evidence, linked, members


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
        shelf = Shelf(connection, workspace, made_at=micros(self.clock()))
        shelf.read(changed)
        unsure = anew or not linked.is_whole(connection, workspace)
        # Who was never judged by these rules is judged before its profile is touched.
        unjudged = members.unjudged_of(connection, workspace, set(before.values())) if unsure else set()
        moved = self._relink(shelf, changed | unjudged, anew=anew, unsure=unsure)
        touched = moved | set(before.values())
        touched |= members.of_contacts(connection, workspace, contacts)
        return frozenset(touched | members.beside(connection, workspace, changed))

    def repin(self, connection: Connection, workspace: str, keys: Iterable[Key], turn: Turn) -> frozenset[str]:
        """The profiles that change because pins on these records were made or taken back."""
        shelf = Shelf(connection, workspace, made_at=micros(self.clock()))
        keys = set(keys)
        shelf.expect(keys)
        # Guests on whom people decided something else than on their likes, and those on whom they no longer do.
        told = {key: unpacked(kept.content) for key in keys if (kept := shelf.kept(key))}
        now = numbers(shelf, told)
        regrouped = regroup(shelf, {key: told[key] for key, number in now.items() if shelf.guest(key) != number})
        linkage = self._linkage(shelf)
        self._update(linkage, regrouped)
        linkage.repin(keys)
        shelf.save()
        return frozenset(self._place(shelf, linkage, set(), regrouped, turn=turn) | _shown_by(shelf, keys))

    def rework(
        self, connection: Connection, workspace: str, keys: Iterable[Key], work: Callable[[Linkage], object]
    ) -> frozenset[str]:
        """Do this with a linkage that has these records at hand; the profiles that change by it."""
        shelf = Shelf(connection, workspace, made_at=micros(self.clock()))
        shelf.expect(keys)
        linkage = Linkage(shelf, self.how.of(workspace), shelf.expect)
        work(linkage)
        shelf.save()
        return frozenset(self._place(shelf, linkage, set(), Regrouped()) | _shown_by(shelf, keys))

    def _linkage(self, shelf: Shelf) -> Linkage:
        base = Braked(shelf, self.brakes.waits(shelf.connection, shelf.workspace, shelf.id_of))
        return Linkage(base, self.how.of(shelf.workspace), shelf.expect)

    def _relink(self, shelf: Shelf, record_ids: set[int], *, anew: bool, unsure: bool) -> set[str]:
        changes, gone = self._changes(shelf, record_ids, anew=anew)
        linkage, regrouped = self._linkage(shelf), Regrouped()
        relinked: set[Key] = set()
        if changes:
            regrouped = regroup(shelf, changes)
            done = self._update(linkage, regrouped)
            relinked = {end for pair in done.links for end in pair}
            # That other rules join others is no jump of a source.
            if not anew:
                notice(shelf, linkage, changes, done, self.brakes, regrouped.followers)
            shelf.save()
        return self._place(shelf, linkage, gone, regrouped, unsure=unsure) | _shown_by(shelf, relinked)

    def _update(self, linkage: Linkage, regrouped: Regrouped) -> Changed:
        done = linkage.update(regrouped.nodes) if regrouped.nodes else Changed()
        # Whose follower went its own way may lose the name of their profile to it.
        linkage.repin(regrouped.shaken)
        return done

    def _place(
        self,
        shelf: Shelf,
        linkage: Linkage,
        gone: set[int],
        regrouped: Regrouped,
        *,
        turn: Turn | None = None,
        unsure: bool | None = None,
    ) -> set[str]:
        if unsure is None:
            unsure = not linked.is_whole(shelf.connection, shelf.workspace)
        return place(shelf, linkage, gone, regrouped, turn=turn, unsure=unsure)

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


def _shown_by(shelf: Shelf, keys: Iterable[Key]) -> set[str]:
    """The profiles of these records, which show their links: by which rule, on what, or that a person decided."""
    ids = {shelf.id_of(key) for key in keys if shelf.kept(key)}
    return set(members.profiles_of(shelf.connection, ids).values())
