"""Rebuild: marked profiles become documents in the store, then in the cache, then events.

A mark is taken away last, and only the mark that was read. So a rebuild that is killed
anywhere is repeated, and a mark that is set during it survives it. While Redis is away
documents are built all the same; the marks wait until the cache was told. Several
rebuilders may run at once: each begins at another place, and what two happen to build
twice comes out the same.
"""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from redis.exceptions import RedisError

from connector.cache.events import Events
from connector.cache.profiles import Entry, ProfileCache
from connector.clock import micros
from connector.profile import gathered
from connector.profile.build import Draft, Preferences, finished
from connector.profile.hints import Hints, Round
from connector.profile.things import iso
from connector.store import Store, holders, profiles, traces
from connector.store.profiles import Mark, Stored

log = structlog.get_logger()

# Profiles gathered, built and written at once.
BATCH = 400

Handle = tuple[str, str]

# Called with how many are done, and how many there were to do.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A profile as it is now, the handles that it has or had, and whether anybody needs to hear of it."""

    mark: Mark
    stored: Stored
    handles: frozenset[Handle]
    is_news: bool


class Rebuild:
    """Builds what is marked. `preferences`: for each field the sources trusted most for it, best first."""

    def __init__(
        self,
        store: Store,
        cache: ProfileCache,
        events: Events,
        offers: Hints,
        clock: Callable[[], datetime],
        *,
        preferences: Preferences | None = None,
        batch: int = BATCH,
    ) -> None:
        self.store, self.cache, self.events, self.offers, self.clock = store, cache, events, offers, clock
        self.preferences = preferences or {}
        self.batch = batch

    def run(self, workspace: str | None = None, limit: int | None = None, progress: Progress | None = None) -> int:
        """Build what is marked, of one workspace or of all; how many profiles were built.

        `limit` ends the run after about so many.
        """
        with self.store.reading() as connection:
            workspaces = profiles.stale_workspaces(connection) if workspace is None else [workspace]
            total = profiles.count_stale(connection, workspace)
        done = 0
        for name in workspaces:
            self._catch_up(name)
            skipped: set[str] = set()
            while limit is None or done < limit:
                most = self.batch if limit is None else min(self.batch, limit - done)
                marks = self._next(name, most, skipped)
                if not marks:
                    break
                built = self._round(name, marks)
                done += len(built)
                # What failed or is held by another has its turn in a later run.
                skipped |= {mark.profile_id for mark in marks} - built
                if progress:
                    progress(done, max(total, done))
        return done

    def these(self, workspace: str, profile_ids: Iterable[str]) -> int:
        """Build these first, as far as they are marked: somebody waits for them."""
        with self.store.reading() as connection:
            marks = profiles.marks_of(connection, workspace, profile_ids)
        return sum(
            len(self._round(workspace, marks[start : start + self.batch])) for start in range(0, len(marks), self.batch)
        )

    def everything(self, workspace: str) -> int:
        """Build every profile of a workspace anew, because the way of building them changed."""
        with self.store.transaction() as connection:
            profiles.mark_all(connection, workspace, micros(self.clock()))
        return self.run(workspace)

    def _next(self, workspace: str, limit: int, without: set[str]) -> list[Mark]:
        # A place chosen by chance: then two rebuilders rarely meet. Ids are evenly spread.
        start = f"p_{secrets.token_hex(10)}"
        with self.store.reading() as connection:
            return profiles.waiting(connection, workspace, limit, start=start, without=without)

    def _round(self, workspace: str, marks: Sequence[Mark]) -> set[str]:
        """Build these and tell; the ids of those that were built."""
        built = self._built(workspace, marks)
        # Before anything is kept: a handle that a profile lost is then forgotten even if we are killed.
        token = self._reserved(workspace, built)
        kept = self._kept(workspace, built, told=token is not None)
        if token is not None:
            self._tell(workspace, kept, token)
        return {one.mark.profile_id for one in kept}

    def _built(self, workspace: str, marks: Sequence[Mark]) -> list[Built]:
        ids = [mark.profile_id for mark in marks]
        hints = self.offers.begin(workspace)
        with self.store.reading() as connection:
            # Read again in the moment in which the records are read: a mark that came between is answered too.
            marks = profiles.marks_of(connection, workspace, ids)
            drafts = gathered.drafts(connection, workspace, [mark.profile_id for mark in marks], hints.notes)
            hints.read(connection, list(drafts))
            before = profiles.stored(connection, workspace, ids, documents=False)
        built = []
        for mark in marks:
            try:
                stored = self.build(drafts.pop(mark.profile_id), hints)
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
                # One strange profile must not keep the others waiting. It stays marked.
                log.error("profile not built", profile=mark.profile_id, reason=type(error).__name__)
                continue
            known = before.get(mark.profile_id)
            handles = stored.handles | known.handles if known else stored.handles
            built.append(Built(mark=mark, stored=stored, handles=handles, is_news=mark.built is not None))
        return built

    def build(self, draft: Draft, hints: Round) -> Stored:
        """The profile as it will be stored; without a document when nobody is left in it."""
        if draft.is_empty:
            return Stored(profile_id=draft.profile_id, version=0, document=None, etag=None, handles=frozenset())
        told, offered = draft.document(self.preferences), hints.of(draft)
        document, etag = finished(told, offered.shown, iso(micros(self.clock())))
        return Stored(
            profile_id=draft.profile_id,
            version=0,
            document=document,
            etag=etag,
            handles=gathered.handles_of(draft),
            revisit_at=offered.revisit_at,
        )

    def _kept(self, workspace: str, built: Sequence[Built], *, told: bool) -> list[Built]:
        """Write what changed, and note which marks it answers; what is in the store now.

        `told` False: the cache is away, and the handles that a profile lost are kept to tell it later.
        """
        if not built:
            return []
        at = micros(self.clock())
        by_id = {one.mark.profile_id: one for one in built}
        with self.store.transaction() as connection:
            mine = profiles.locked(connection, workspace, [one.mark for one in built])
            before = profiles.stored(connection, workspace, [mark.profile_id for mark in mine], documents=False)
            kept = [_compared(by_id[mark.profile_id], before.get(mark.profile_id), at, told) for mark in mine]
            changed = [one.stored for one in kept if _differs(one.stored, before.get(one.mark.profile_id))]
            profiles.write(connection, workspace, changed, at)
            traces.forget(connection, workspace, [one.profile_id for one in changed if one.document is None])
            profiles.mark_built(connection, workspace, mine)
        return kept

    def _catch_up(self, workspace: str) -> None:
        """Tell of what was built while the cache was away, or before a kill."""
        done: set[str] = set()
        while True:
            with self.store.reading() as connection:
                marks = profiles.waiting(connection, workspace, self.batch, built=True, without=done)
                stored = profiles.stored(connection, workspace, [mark.profile_id for mark in marks])
            built = [
                Built(mark=mark, stored=known, handles=known.handles, is_news=True)
                for mark in marks
                if (known := stored.get(mark.profile_id))
            ]
            token = self._reserved(workspace, built) if built else None
            if token is None or not self._tell(workspace, built, token):
                return
            done |= {mark.profile_id for mark in marks}

    def _reserved(self, workspace: str, built: Sequence[Built]) -> str | None:
        return self.cache.reserve(workspace, frozenset().union(*(one.handles for one in built)))

    def _tell(self, workspace: str, built: Sequence[Built], token: str) -> bool:
        """Let the cache and whoever listens know, and take the marks away; False while Redis is away."""
        handles = frozenset().union(*(one.handles for one in built))
        with self.store.reading() as connection:
            owners = holders.owners(connection, workspace, handles)
        entries = [_entry(one.stored) for one in built]
        if not self.cache.fill(workspace, token, owners) or not self.cache.put_many(workspace, entries):
            return False
        try:
            self.events.publish_many(workspace, "profile.changed", [_news(one.stored) for one in built if one.is_news])
        except RedisError:
            return False
        with self.store.transaction() as connection:
            profiles.unmark(connection, workspace, [one.mark for one in built])
        return True


def _compared(one: Built, before: Stored | None, at: int, told: bool) -> Built:
    """With the version that it gets (an unchanged document keeps its own), and with what is new about it."""
    if before is None:
        return replace(one, stored=replace(one.stored, version=at), is_news=one.stored.document is not None)
    changed = one.stored.etag != before.etag
    version = max(before.version + 1, at) if changed else before.version
    handles = one.stored.handles if told else one.handles
    return replace(one, stored=replace(one.stored, version=version, handles=handles), is_news=one.is_news or changed)


def _differs(stored: Stored, before: Stored | None) -> bool:
    if before is None:
        return True
    told, told_before = (stored.etag, stored.handles), (before.etag, before.handles)
    return told != told_before or stored.revisit_at != before.revisit_at


def _entry(stored: Stored) -> Entry:
    return Entry(profile_id=stored.profile_id, version=stored.version, etag=stored.etag, document=stored.document)


def _news(stored: Stored) -> dict[str, str | bool | None]:
    return {"profile_id": stored.profile_id, "etag": stored.etag, "gone": stored.document is None}
