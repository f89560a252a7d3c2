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
from connector.identity.guests import Changes, Regrouped, numbers, regroup, touched
from connector.identity.in_force import USUAL, InForce
from connector.identity.linkage import Changed, Linkage
from connector.identity.noticed import notice
from connector.identity.partition import Key
from connector.identity.placing import place
from connector.identity.recall import Turn
from connector.identity.shelf import Shelf
from connector.store import evidence, linked, members
from connector.store.evidence import CONTACT
from connector.store.locks import WHOLE, Whole
from connector.store.pins import key_of


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
        held: Whole = WHOLE,
    ) -> frozenset[str]:
        """The profiles that these changed records touch, after links and members are right again.

        `contacts`: whom they are or were about (source, external id). `anew`: judge them again though they say what
        they said, for the rules changed. `held`: what the caller holds of the workspace. Raises ContendedError.
        """
        changed = set(record_ids)
        shelf = Shelf(connection, workspace, made_at=micros(self.clock()), held=held)
        shelf.read(changed)
        unsure = anew or not linked.is_whole(connection, workspace)
        if unsure:
            held.hold_all()
        changes, gone = self._changes(shelf, changed, anew=anew)
        if not held.is_whole:
            shelf.hold_values(touched(shelf, changes))
        before = shelf.profiles_of(changed)
        if unsure:
            # Who was never judged by these rules is judged before its profile is touched.
            unjudged = members.unjudged_of(connection, workspace, set(before.values())) - changed
            more, more_gone = self._changes(shelf, unjudged, anew=anew)
            changes, gone = changes | more, gone | more_gone
        moved = self._relink(shelf, changes, gone, anew=anew, unsure=unsure)
        return frozenset(moved.union(before.values(), self._shown_on(shelf, changed, contacts)))

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
        self,
        connection: Connection,
        workspace: str,
        keys: Iterable[Key],
        work: Callable[[Linkage], object],
        turn: Turn | None = None,
    ) -> frozenset[str]:
        """Do this with a linkage that has these records at hand; the profiles that change by it.

        `turn`: it is because people decided that.
        """
        shelf = Shelf(connection, workspace, made_at=micros(self.clock()))
        shelf.expect(keys)
        linkage = Linkage(shelf, self.how.of(workspace), shelf.expect)
        work(linkage)
        shelf.save()
        return frozenset(self._place(shelf, linkage, set(), Regrouped(), turn=turn) | _shown_by(shelf, keys))

    def _linkage(self, shelf: Shelf) -> Linkage:
        base = Braked(shelf, self.brakes.waits(shelf.connection, shelf.workspace, shelf.id_of))
        return Linkage(base, self.how.of(shelf.workspace), shelf.expect)

    def _relink(self, shelf: Shelf, changes: Changes, gone: set[int], *, anew: bool, unsure: bool) -> set[str]:
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

    def _shown_on(self, shelf: Shelf, changed: Iterable[int], contacts: Iterable[tuple[str, str]]) -> set[str]:
        """The profiles of these contacts, and of who speaks of changed records or is answered by them."""
        beside = members.beside(shelf.connection, changed)
        about = members.contacts_of(shelf.connection, beside).union(contacts)
        shelf.hold_keys(key_of(source, CONTACT, external_id) for source, external_id in about)
        found = members.of_contacts(shelf.connection, shelf.workspace, about)
        return found.union(shelf.profiles_of(beside).values())

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
    return set(shelf.profiles_of(ids).values())
