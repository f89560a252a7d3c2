"""Lookup: the one way to read a profile, by an identifier or by its id.

The cache answers in one round trip, and its bytes go out as they are. What it does not
have is read from the store and put back; without Redis the store answers everything.
No source is ever asked. One person is only named when nobody else is meant: several come
back ranked, with reasons, and with no more about them than tells them apart.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from connector.cache.profiles import Cached, Entry, Hit, ProfileCache
from connector.clock import micros
from connector.identity.in_force import USUAL, InForce
from connector.profile import candidates, gathered, timeline
from connector.profile.build import Preferences, finished
from connector.profile.candidates import Candidate
from connector.profile.hints import Later
from connector.profile.things import iso
from connector.store import Store, holders, profiles, views
from connector.store.holders import Holding
from connector.store.profiles import Stored
from schemas.identifiers import Identifier, salesforce_id

Outcome = Literal["one", "several", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Who was found. `document` is JSON as it is served; `candidates` are ranked, the likeliest first.

    `shared`: whose the identifier is, when several have it and it is a household's or an office's.
    """

    outcome: Outcome
    profile_id: str | None = None
    etag: str | None = None
    document: bytes | None = None
    candidates: Sequence[Candidate] = ()
    shared: Mapping[str, Any] | None = None


NOBODY = Found(outcome="none")


class Lookup:
    """`preferences` are for a profile that nobody has built yet, as in `Rebuild`. Its hints come with the rebuild.

    `how`: by it an identifier is a household's or an office's.
    """

    def __init__(
        self,
        store: Store,
        cache: ProfileCache,
        clock: Callable[[], datetime],
        *,
        preferences: Preferences | None = None,
        how: InForce = USUAL,
    ) -> None:
        self.store, self.cache, self.clock, self.how = store, cache, clock, how
        self.preferences = preferences or {}

    def find(self, workspace: str, identifier: Identifier) -> Found:
        """Who has this identifier. One that could not be read is nobody's.

        Raises StoreUnavailableError when the cache does not know and the store is away.
        """
        if not identifier.valid:
            return NOBODY
        hit = self.cache.find(workspace, identifier.kind, identifier.value)
        if hit is not None and hit.cached is not None:
            cached = hit.cached
            return Found(outcome="one", profile_id=hit.profile_id, etag=cached.etag, document=cached.document)
        return self._found_in_store(workspace, identifier, hit)

    def get(self, workspace: str, profile_id: str) -> Found:
        """The profile with this id; of a retired id, the one that succeeded it."""
        cached = self.cache.get(workspace, profile_id)
        if cached is not None:
            return _one(profile_id, cached)
        with self.store.reading() as connection:
            found = self._read(connection, workspace, profile_id)
        return self._served(workspace, found) if found else NOBODY

    def timeline(
        self, workspace: str, profile_id: str, before: str | None = None, limit: int = 50
    ) -> timeline.TimelinePage | None:
        """What happened with this person, newest first; None when there is no such profile.

        `before` is the `next` of the page before. Raises InvalidRequestError when it is something else.
        """
        place = timeline.place(before)
        with self.store.reading() as connection:
            current = profiles.current(connection, workspace, profile_id)
            return timeline.page(connection, workspace, current, place, limit) if current else None

    def record_view(
        self, workspace: str, profile_id: str | None, viewer: str, way: str, reference: str | None = None
    ) -> None:
        """Write down at once that somebody saw this profile. (The API gathers views and writes them in bulk.)"""
        view = {"workspace": workspace, "profile_id": profile_id, "viewer": viewer, "way": way, "reference": reference}
        with self.store.transaction() as connection:
            views.put(connection, [view | {"at": self.clock()}])

    def _found_in_store(self, workspace: str, identifier: Identifier, hit: Hit | None) -> Found:
        handle = identifier.kind, identifier.value
        # Reserved before the store is read: whoever changes it meanwhile takes the reservation away.
        token = self.cache.reserve(workspace, [handle], anew=False) if hit is None else None
        with self.store.reading() as connection:
            holdings = self._holdings(connection, workspace, identifier)
            alone = holdings[0].profile_id if len(holdings) == 1 and _is_exact(holdings[0], identifier) else None
            if alone is None:
                ranked = candidates.ranked(connection, workspace, identifier, holdings)
                shared = self._shared(connection, workspace, identifier) if len(holdings) > 1 else None
            found = self._read(connection, workspace, alone) if alone else None
        if token and found and identifier.value in holdings[0].values:
            self.cache.fill(workspace, token, {handle: [found.profile_id]})
        if alone is None:
            return Found(outcome="several", candidates=ranked, shared=shared) if ranked else NOBODY
        return self._served(workspace, found) if found else NOBODY

    def _shared(self, connection: Connection, workspace: str, identifier: Identifier) -> Mapping[str, Any] | None:
        return candidates.shared(connection, workspace, identifier, self.how.of(workspace))

    def _holdings(self, connection: Connection, workspace: str, identifier: Identifier) -> list[Holding]:
        """Who has it as it is; else, who has it in the other form that it may be written in."""
        kind, value = identifier.kind, identifier.value
        found = holders.holdings(connection, workspace, kind, value, candidates.MOST)
        if found:
            return found
        if kind == "phone":
            return holders.extensions(connection, workspace, value.partition(";")[0], candidates.MOST)
        if kind == "external":
            source, _, external_id = value.partition(":")
            longer = f"{source}:{salesforce_id(external_id)}"
            return holders.holdings(connection, workspace, kind, longer, candidates.MOST) if longer != value else []
        return []

    def _read(self, connection: Connection, workspace: str, profile_id: str) -> Stored | None:
        """The profile, or its successor, from the store; built now when no rebuild came to it yet."""
        current = profiles.current(connection, workspace, profile_id)
        if current is None:
            return None
        stored = profiles.stored(connection, workspace, [current]).get(current)
        if stored is not None and stored.document is not None:
            return stored
        draft = gathered.drafts(connection, workspace, [current])[current]
        if draft.is_empty:
            return None
        told, hints = draft.document(self.preferences), Later().of(draft)
        document, etag = finished(told, hints.shown, iso(micros(self.clock())))
        # Without a version: the cache takes documents from the store alone.
        return Stored(profile_id=current, version=0, document=document, etag=etag, handles=frozenset())

    def _served(self, workspace: str, found: Stored) -> Found:
        if found.version:
            entry = Entry(profile_id=found.profile_id, version=found.version, etag=found.etag, document=found.document)
            self.cache.put_many(workspace, [entry])
        return Found(outcome="one", profile_id=found.profile_id, etag=found.etag, document=found.document)


def _one(profile_id: str, cached: Cached) -> Found:
    return Found(outcome="one", profile_id=profile_id, etag=cached.etag, document=cached.document)


def _is_exact(holding: Holding, identifier: Identifier) -> bool:
    """Whether they have this very identifier; an extension more or less may be somebody else."""
    return identifier.kind != "phone" or identifier.value in holding.values
