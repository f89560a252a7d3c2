"""Identity, for people: they ask why records are one person, and decide; profiles are right again at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from connector.errors import InvalidRequestError, NotFoundError
from connector.identity import logbook
from connector.identity.decisions import Decisions
from connector.identity.inquiry import Compared, Explained, Inquiry
from connector.identity.logbook import Logged
from connector.identity.partition import Key
from connector.identity.pins import LINK, NEVER, Pin
from connector.identity.resolver import Resolver
from connector.identity.unmerge import Parted, Unmerge
from connector.profile.rebuild import Rebuild
from connector.store import Store, keyed, pins, profiles

# The profile of each record on which was decided, as it is now.
Profiles = dict[Key, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What an unmerge did, and whose the records are now."""

    parted: Parted
    profiles: Profiles


class Identity:
    """Each decision says by whom and why. Records are named by key (`source:kind:external_id`)."""

    def __init__(self, store: Store, resolver: Resolver, rebuild: Rebuild, clock: Callable[[], datetime]) -> None:
        self.store, self.rebuild = store, rebuild
        self.inquiry = Inquiry(store, resolver.how)
        self.decisions = Decisions(store, resolver, clock)
        self.parting = Unmerge(store, resolver, clock)

    def explain(self, workspace: str, profile_id: str) -> Explained:
        """Why a profile's records are one person. Raises NotFoundError."""
        return self.inquiry.profile(workspace, profile_id)

    def compare(self, workspace: str, left: Key, right: Key) -> Compared:
        """Whether and why two records are one person. Raises NotFoundError and InvalidRequestError (one record)."""
        _two(left, right)
        return self.inquiry.two(workspace, left, right)

    def pins(self, workspace: str, *, after: tuple[Key, Key] | None = None, limit: int = 50) -> list[Pin]:
        """Decisions that stand, in the order of their records; `after`: those behind these two."""
        return self.inquiry.pins(workspace, after=after, limit=limit)

    def decided(
        self, workspace: str, *, after: int | None = None, limit: int = 50, naming: Iterable[Key] | None = None
    ) -> list[Logged]:
        """All that was ever decided, the newest first; `after`: behind this line; `naming`: on one of these records."""
        with self.store.reading() as connection:
            return logbook.page(connection, workspace, after, limit, naming)

    def records_of(self, workspace: str, profile_id: str) -> tuple[str, list[Key]]:
        """The id by which the profile goes now, and its records. Raises NotFoundError."""
        with self.store.reading() as connection:
            current = profiles.current(connection, workspace, profile_id)
            if current is None:
                raise NotFoundError("there is no such profile")
            return current, keyed.of_profile(connection, workspace, current)

    def pin(self, workspace: str, left: Key, right: Key, what: str, by: str, why: str = "") -> Profiles:
        """Decide that these two are one person (LINK), or never are (NEVER).

        Raises NotFoundError (no source ever told of one of them), InvalidRequestError and PinContradictedError.
        """
        _two(left, right)
        known = self.inquiry.known(workspace, [left, right])
        for side, key in (("left", left), ("right", right)):
            if key not in known:
                raise NotFoundError(f"{side}: no source ever told us of such a record")
        decide = {LINK: self.decisions.link, NEVER: self.decisions.never}[what]
        return self._rebuilt(workspace, decide(workspace, left, right, by, why), [left, right])

    def unpin(self, workspace: str, left: Key, right: Key, by: str, why: str = "") -> Profiles:
        """Take the decision on these two back. Raises NotFoundError when there is none."""
        with self.store.reading() as connection:
            if not any({pin.left, pin.right} == {left, right} for pin in pins.on(connection, workspace, [left])):
                raise NotFoundError("nobody decided on these two")
        return self._rebuilt(workspace, self.decisions.take_back(workspace, left, right, by, why), [left, right])

    def profiles_of(self, workspace: str, keys: Iterable[Key]) -> Profiles:
        """The profile of each of these records that has one."""
        with self.store.reading() as connection:
            return keyed.profiles_of(connection, workspace, keys)

    def unmerge(self, workspace: str, profile_id: str, leaving: Iterable[Key], by: str, why: str = "") -> Left:
        """These records leave the profile; errors as of `Unmerge.part`."""
        leaving = sorted(set(leaving))
        return self._left(workspace, self.parting.part(workspace, profile_id, leaving, by, why))

    def undo(self, workspace: str, decision_id: int, by: str, why: str = "") -> Left:
        """Take an unmerge back; errors as of `Unmerge.undo`."""
        return self._left(workspace, self.parting.undo(workspace, decision_id, by, why))

    def _left(self, workspace: str, parted: Parted) -> Left:
        return Left(parted=parted, profiles=self._rebuilt(workspace, parted.profiles, parted.records))

    def _rebuilt(self, workspace: str, touched: Iterable[str], keys: Iterable[Key]) -> Profiles:
        # They wait anyway, but whoever decided looks at them now.
        self.rebuild.these(workspace, touched)
        return self.profiles_of(workspace, keys)


def _two(left: Key, right: Key) -> None:
    if left == right:
        raise InvalidRequestError("wrong: right", {"right": ["The same record as left."]})
