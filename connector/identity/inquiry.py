"""Inquiry: what people ask of identity, answered from the store in one moment of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Connection

from connector.clock import moment
from connector.errors import NotFoundError
from connector.identity.explain import Explain
from connector.identity.explained import Profile, Two
from connector.identity.guests import represented
from connector.identity.held import Held, held_by
from connector.identity.in_force import InForce
from connector.identity.partition import Key
from connector.identity.pins import Pin
from connector.identity.shelf import Shelf
from connector.identity.unmerge import UNMERGE
from connector.store import Store, keyed, pins, profiles
from connector.store.pins import Decision, Pinned


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A profile explained.

    `others`: the profile of each record outside of it that is named. `names`: what its own records call their person.
    `pins`: what was decided on its records, the newest first; `unmerges`: those of its records that stand.
    """

    profile_id: str
    profile: Profile
    others: dict[Key, str]
    names: dict[Key, str]
    pins: tuple[Pin, ...]
    unmerges: tuple[Decision, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two records explained, and the profiles that they belong to."""

    two: Two
    profiles: dict[Key, str]


class Inquiry:
    """Reads only. Views are for the caller to write down."""

    def __init__(self, store: Store, how: InForce) -> None:
        self.store, self.how = store, how

    def profile(self, workspace: str, profile_id: str) -> Explained:
        """Why this profile's records are one person. Raises NotFoundError."""
        with self.store.reading() as connection:
            current = profiles.current(connection, workspace, profile_id)
            records = keyed.of_profile(connection, workspace, current) if current else []
            if not current or not records:
                raise NotFoundError("there is no such profile")
            explain = self._explain(connection, workspace, records)
            told = explain.profile(records)
            named = {link.left for link in told.possible} | {link.right for link in told.possible}
            named |= {end for reason in told.parted for end in (reason.left, reason.right)}
            standing = pins.on(connection, workspace, records)
            newest = sorted(standing, key=lambda pin: (-pin.made_at, pin.left, pin.right))
            return Explained(
                profile_id=current,
                profile=told,
                others=keyed.profiles_of(connection, workspace, named - set(records)),
                names={key: _name(explain, key) for key in records},
                pins=tuple(map(pin_of, newest)),
                # An unmerge sets all of its pins in one moment, and no other decision does so in the same.
                unmerges=tuple(pins.made(connection, workspace, UNMERGE, {pin.made_at for pin in standing})),
            )

    def two(self, workspace: str, left: Key, right: Key) -> Compared:
        """Whether and why these two records are one person. Raises NotFoundError, which names the side."""
        with self.store.reading() as connection:
            found = self._explain(connection, workspace, [left, right]).pair(left, right)
            if found is None:
                there = keyed.profiles_of(connection, workspace, [left, right])
                side = "left" if left not in there else "right"
                raise NotFoundError(f"{side}: there is no such record, or it is nobody")
            chain = [end for link in found.chain for end in (link.left, link.right)]
            named = {left, right, *chain, *(end for why in found.against for end in (why.left, why.right))}
            return Compared(two=found, profiles=keyed.profiles_of(connection, workspace, named))

    def pins(self, workspace: str, *, after: tuple[Key, Key] | None = None, limit: int = 50) -> list[Pin]:
        """Decisions that stand, in the order of their records; `after`: those behind these two."""
        with self.store.reading() as connection:
            return [pin_of(one) for one in pins.page(connection, workspace, after, limit)]

    def known(self, workspace: str, keys: Sequence[Key]) -> set[Key]:
        """Those of these records that a source ever told us of, though they may be gone."""
        with self.store.reading() as connection:
            return keyed.known(connection, workspace, keys)

    def _explain(self, connection: Connection, workspace: str, records: Sequence[Key]) -> Explain:
        shelf = Shelf(connection, workspace)
        shelf.expect(records)
        heads = represented(shelf, records)
        shelf.expect(heads.values())

        @cache
        def decision(left: Key, right: Key) -> Pin | None:
            found = pins.on(connection, workspace, [left])
            return next((pin_of(pin) for pin in found if {pin.left, pin.right} == {left, right}), None)

        def held(left: Key, right: Key) -> tuple[Held, ...]:
            return held_by(connection, workspace, {key: shelf.id_of(key) for key in (left, right)})

        return Explain(shelf, self.how.of(workspace), decision, held, heads)


def pin_of(pin: Pinned) -> Pin:
    return Pin(left=pin.left, right=pin.right, what=pin.what, by=pin.made_by, at=moment(pin.made_at), why=pin.why)


def _name(explain: Explain, key: Key) -> str:
    told = explain.base.evidence(key)
    return " ".join((*told.name.given, *told.name.family)) if told else ""
