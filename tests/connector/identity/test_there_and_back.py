"""There and back: whatever is merged, changed and unmerged, taking it back restores every profile, byte by byte.

With its id, unless a source changed who is in it: what sources tell may hand an id on, for the larger part keeps it.
"""

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from connector.cache.events import Events
from connector.cache.profiles import ProfileCache
from connector.errors import ContradictedError, NotFoundError
from connector.identity import undo
from connector.identity.decisions import Decisions
from connector.identity.resolver import Resolver
from connector.identity.undo import Imports
from connector.identity.unmerge import Unmerge
from connector.profile.hints import Later
from connector.profile.rebuild import Rebuild
from connector.store import keyed, pins, profiles
from connector.store.pins import key_of
from connector.sync.intake import Intake
from schemas.records import Record
from tests.connector.records import contact, email, handle, order

# PostgreSQL takes its time for each of many small transactions, and is asked the same.
SEQUENCES = {"sqlite": 1000, "postgresql": 40}
ANY_ORDER = {"sqlite": 300, "postgresql": 20}
PROFILE_ID = re.compile(rb"p_[0-9a-f]{20}")
BUILT_AT = re.compile(rb'"built_at":"[^"]*",?')

NAMES = [
    ("Ann", "Miller"),
    ("Ann", "Miller"),
    ("Anna", "Miller"),
    ("Bob", "Miller"),
    ("Robert", "Miller"),
    ("J.", "Doe"),
]
MAILS = ["ann.miller@example.com", "miller@example.com", "bob@example.com", "jd@example.com"]
PHONES = ["+4915112345678", "+493023125123"]


def anybody(chance: random.Random, source: str, external_id: str) -> Record:
    """What a source says of somebody; without a time, so that it may say the same again later."""
    given, family = chance.choice(NAMES)
    handles = [email(each) for each in chance.sample(MAILS, chance.randint(0, 2))]
    handles += [handle("phone", each) for each in chance.sample(PHONES, chance.randint(0, 1))]
    told = contact(external_id, *handles, source=source, given_name=given, family_name=family, name=f"{given} {family}")
    return replace(told, updated_at=None)


def a_guest(chance: random.Random, external_id: str) -> Record:
    """An order without a contact; many say the very same."""
    mail = email(chance.choice([*MAILS[:1] * 3, *MAILS[1:]]))
    return replace(order(external_id, mail, source="shop"), updated_at=None)


@dataclass
class Life:
    """One workspace: what is done in it, and how it looks. In `alone`, if any, nobody decides anything."""

    store: Any
    redis: Any
    clock: Any
    workspace: str
    chance: random.Random
    alone: str = ""
    told: dict[str, Record] = field(default_factory=dict)
    issued: set[str] = field(default_factory=set)
    # For each time that a source said something: of which record, all in profiles that this changed, and ids by which
    # somebody went from then on by whom nobody did.
    spoken: list[str] = field(default_factory=list)
    shaken: list[set[str]] = field(default_factory=list)
    handed_on: list[set[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        resolver = Resolver(self.clock)
        self.intake = Intake(self.store, resolver, self.clock)
        self.decisions = Decisions(self.store, resolver, self.clock)
        self.unmerge = Unmerge(self.store, resolver, self.clock)
        self.imports = Imports(self.store, resolver, self.clock)
        events = Events(self.redis, self.clock)
        self.rebuild = Rebuild(self.store, ProfileCache(self.redis), events, Later(), self.clock)

    def begin(self) -> None:
        for place in range(self.chance.randint(3, 6)):
            self.say(anybody(self.chance, self.chance.choice(["crm", "shop"]), str(place)))
        for place in range(self.chance.choice([0, 0, 2, 4])):
            self.say(a_guest(self.chance, f"g{place}"))
        # Some ids have been handed on by now.
        for _ in range(self.chance.choice([0, 1, 2])):
            self.change()
        a_contact = next(iter(self.told.values()))
        told = order("o1", contacts=(a_contact.external_id,), source=a_contact.source)
        self.intake.take(self.workspace, [told])

    def say(self, record: Record) -> None:
        key, before = key_of(record.source, record.kind, record.external_id), self.profiles()
        self.told[key] = record
        self.intake.take(self.workspace, [record])
        if self.alone:
            self.intake.take(self.alone, [record])
        after = self.profiles()
        changed = [each for each in before.keys() | after.keys() if before.get(each) != after.get(each)]
        self.spoken.append(key)
        self.shaken.append({key, *(one for each in changed for one in (*before.get(each, ()), *after.get(each, ())))})
        self.handed_on.append(after.keys() - before.keys())

    def profiles(self, workspace: str = "") -> dict[str, list[str]]:
        """The records of each profile."""
        found: dict[str, list[str]] = {}
        with self.store.reading() as connection:
            for key, profile_id in keyed.profiles_of(connection, workspace or self.workspace, self.told).items():
                found.setdefault(profile_id, []).append(key)
        return {profile_id: sorted(keys) for profile_id, keys in sorted(found.items())}

    def documents(self) -> dict[str, bytes]:
        """Every profile as it is served, apart from when it was built."""
        self.rebuild.run(self.workspace)
        ids = list(self.profiles())
        self.issued |= set(ids)
        with self.store.reading() as connection:
            found = profiles.documents(connection, self.workspace, ids)
            assert {profiles.current(connection, self.workspace, each) for each in self.issued} <= set(ids)
        assert set(found) == set(ids)
        return {profile_id: BUILT_AT.sub(b"", document) for profile_id, document in found.items()}

    def step(self) -> Any:
        """Do something; how to take it back, or None when it could not be done."""
        return self.chance.choice([self.merge, self.change, self.part, self.part, self.undo_import])()

    def merge(self) -> Any:
        left, right = self.chance.sample(sorted(self.told), 2)
        if self.pinned(left, right):
            return None
        self.decisions.link(self.workspace, left, right, "kim", "they said so")

        def back() -> None:
            # An unmerge may have taken its place.
            if self.pinned(left, right) != "link":
                raise ContradictedError("not now", [])
            self.decisions.take_back(self.workspace, left, right, "kim")

        return back

    def pinned(self, left: str, right: str) -> str | None:
        with self.store.reading() as connection:
            found = {(pin.left, pin.right): pin.what for pin in pins.on(connection, self.workspace, [left])}
        return found.get((min(left, right), max(left, right)))

    def change(self) -> Any:
        before = self.told[self.chance.choice(sorted(self.told))]
        if before.kind == "order":
            self.say(a_guest(self.chance, before.external_id))
        else:
            self.say(anybody(self.chance, before.source, before.external_id))
        return lambda: self.say(before)

    def part(self) -> Any:
        several = {profile_id: keys for profile_id, keys in self.profiles().items() if len(keys) > 1}
        if not several:
            return None
        profile_id = self.chance.choice(sorted(several))
        leaving = self.chance.sample(several[profile_id], self.chance.randint(1, len(several[profile_id]) - 1))
        done = self.unmerge.part(self.workspace, profile_id, leaving, "kim", "two people")
        for keys in self.profiles().values():
            assert not (set(keys) & set(leaving) and set(keys) & (set(several[profile_id]) - set(leaving)))
        return lambda: self.unmerge.undo(self.workspace, done.decision, "kim")

    def undo_import(self) -> Any:
        try:
            done = self.imports.undo(
                self.workspace, self.chance.choice(["crm", "shop"]), self.clock(), self.clock(), "kim"
            )
        except NotFoundError:
            return None
        return lambda: self.imports.take_back(self.workspace, done.decision, "kim")


@dataclass
class Picture:
    """How a life looked at one moment: who was in each profile, what was served, and how often sources had spoken."""

    people: dict[str, list[str]]
    documents: dict[str, bytes]
    said: int

    @classmethod
    def of(cls, life: Life) -> "Picture":
        return cls(life.profiles(), life.documents(), len(life.shaken))

    def as_it_was(self, now: "Picture", shaken: set[str], handed_on: set[str]) -> None:
        """Asserts that `now` is the same: with the ids, of those whose records sources did not shake since.

        What a source gave to somebody else while nobody went by it stays theirs.
        """
        if not shaken:
            assert now.documents == self.documents
        calm = {profile_id for profile_id, keys in self.people.items() if shaken.isdisjoint(keys)} - handed_on
        assert said(now.documents) == said(self.documents)
        assert said_of(calm, now.documents) == said_of(calm, self.documents)


def there_and_back(life: Life) -> int:
    """How many steps were done and taken back, the last one first."""
    life.begin()
    before, backs = [Picture.of(life)], []
    for _ in range(life.chance.randint(2, 5)):
        try:
            back = life.step()
        except ContradictedError:
            continue
        if back:
            backs.append(back)
            before.append(Picture.of(life))
    for back in reversed(backs):
        before.pop()
        back()
        said = before[-1].said
        before[-1].as_it_was(Picture.of(life), union(life.shaken[said:]), union(life.handed_on[said:]))
    return len(backs)


def union(sets: Iterable[set[str]]) -> set[str]:
    return set().union(*sets)


def said(documents: dict[str, bytes]) -> list[bytes]:
    """What the profiles say, whatever ids they and those whom they may also be go by."""
    return sorted(PROFILE_ID.sub(b"", document) for document in documents.values())


def said_of(profile_ids: set[str], documents: dict[str, bytes]) -> dict[str, bytes]:
    """What these profiles say, whatever ids those whom they may also be go by: a source may have changed them."""
    return {each: PROFILE_ID.sub(b"", document) for each, document in documents.items() if each in profile_ids}


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    """So that an import is undone, and brought back, in several transactions."""
    monkeypatch.setattr(undo, "BATCH", 2)


@pytest.mark.timeout(1800)
def test_taking_back_what_was_done_restores_every_profile(store, redis, clock):
    done, sequences = 0, SEQUENCES[store.url.get_backend_name()]
    for number in range(sequences):
        done += there_and_back(Life(store, redis, clock, f"w{number}", random.Random(number)))
    assert done > 2 * sequences


def there_and_back_in_any_order(life: Life) -> bool:
    """Whether decisions were taken back in another order than that in which they were made."""
    life.begin()
    before = Picture.of(life)
    # Those of whom sources said nothing, and whom they alone would not have changed.
    calm = set(map(tuple, before.people.values()))
    changes, decisions = [], []
    for _ in range(life.chance.randint(2, 6)):
        spoken = len(life.spoken)
        try:
            back = life.step()
        except ContradictedError:
            continue
        if back:
            (changes if len(life.spoken) > spoken else decisions).append(back)
        calm &= set(map(tuple, life.profiles(life.alone).values()))
    waiting = life.chance.sample(decisions, len(decisions))
    is_mixed = waiting != decisions[::-1]
    # Sources take back what they said last first.
    places = sorted(life.chance.choices(range(len(waiting) + 1), k=len(changes)), reverse=True)
    for place, change in zip(places, changes, strict=True):
        waiting.insert(place, change)
    while waiting:
        waiting = take_back(waiting)
        calm &= set(map(tuple, life.profiles(life.alone).values()))
    shaken = {*life.told}.difference(*calm) | {*life.spoken[before.said :]}
    before.as_it_was(Picture.of(life), shaken, union(life.handed_on[before.said :]))
    return is_mixed


def take_back(waiting: list[Any]) -> list[Any]:
    """Take the first one back that can be by now; those that are left."""
    for place, back in enumerate(waiting):
        try:
            back()
        except ContradictedError:
            continue
        return [*waiting[:place], *waiting[place + 1 :]]
    raise AssertionError("none of them can be taken back")


@pytest.mark.timeout(1800)
def test_decisions_may_be_taken_back_in_any_order(store, redis, clock):
    mixed, sequences = 0, ANY_ORDER[store.url.get_backend_name()]
    for number in range(sequences):
        life = Life(store, redis, clock, f"w{number}", random.Random(number), alone=f"w{number}-alone")
        mixed += there_and_back_in_any_order(life)
    assert mixed > sequences / 4
