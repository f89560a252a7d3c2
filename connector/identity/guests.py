"""Guests: orders (deals, tickets, posts) without a contact that say the very same of who they are, are one node.

A guest who orders five hundred times on one mailbox says the same five hundred times. To
judge each two of those orders would cost the square of their number, and so many at one
mailbox would close it. So of all records of one source and kind whose evidence is the same
but for their keys, and on which people decided the same, the one with the smallest key
*represents* the others: a linkage sees it alone, and they *follow* it wherever it goes. A
record on which people decided something of its own (an order that left in an unmerge) is a
guest of its own for as long as that stands.

`collapsed` says so of all records at once; `regroup` keeps it so in the store, in whatever
order they come and go, and reads of a guest no more than who represents it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

import orjson

from connector.identity.evidence.packed import (
    anonymous,
    digests,
    following,
    follows,
    guest_of,
    packed,
    represents,
    unpacked,
)
from connector.identity.evidence.packed import numbers as kept_numbers
from connector.identity.evidence.record import Evidence
from connector.identity.partition import Key
from connector.identity.shelf import Shelf
from connector.store import brakes
from connector.store import evidence as kept_evidence
from connector.store.evidence import GUESTS, Kept
from connector.store.pins import key_of, parted

# Whom people joined with a record, and whom they parted from it.
Decided = tuple[Iterable[Key], Iterable[Key]]
Changes = Mapping[Key, Evidence | None]


def guest(evidence: Evidence, decided: Decided) -> int | None:
    """The number of the guest whose record this is; None: it is no guest's."""
    # Whose handles are nobody's says nothing but its own key: two of those have nothing in common.
    if evidence.kind not in GUESTS or len(evidence.values) < 2:
        return None
    must, never = decided
    told = [evidence.source, evidence.kind, anonymous(packed(evidence), evidence.key), sorted(must), sorted(never)]
    return int.from_bytes(blake2b(orjson.dumps(told), digest_size=8).digest(), "big", signed=True)


def collapsed(everybody: Iterable[Evidence], decided: Callable[[Key], Decided]) -> dict[Key, Key]:
    """Those of these records that follow another one, each with the one that represents it."""
    heads: dict[int, Key] = {}
    numbers = {each.key: number for each in everybody if (number := guest(each, decided(each.key))) is not None}
    for key in sorted(numbers):
        heads.setdefault(numbers[key], key)
    return {key: heads[number] for key, number in numbers.items() if heads[number] != key}


@dataclass(slots=True)
class Regrouped:
    """What a change of records means for their guests.

    `nodes`: what a linkage has to be told; `followers`: changed records that follow another one, each with it;
    `before`: who represented a guest until now, by who does from now on; `shaken`: who lost a follower.
    """

    nodes: dict[Key, Evidence | None] = field(default_factory=dict)
    followers: dict[Key, Key] = field(default_factory=dict)
    before: dict[Key, Key] = field(default_factory=dict)
    shaken: set[Key] = field(default_factory=set)


def regroup(shelf: Shelf, changes: Changes) -> Regrouped:
    """Let these records, which the shelf has read, say this (None: they are gone), as far as guests are concerned."""
    return _Regrouping(shelf, changes).run()


def numbers(shelf: Shelf, changes: Changes) -> dict[Key, int]:
    """The guest of each of these records that is one's, by what they say and people decided now."""
    told = {key: evidence for key, evidence in changes.items() if evidence is not None and evidence.kind in GUESTS}
    decided = shelf.decided(told)
    found = {key: guest(evidence, decided[key]) for key, evidence in told.items()}
    return {key: number for key, number in found.items() if number is not None}


def touched(shelf: Shelf, changes: Changes) -> set[int]:
    """All digests by which these records, which the shelf has read, were found or will be."""
    found = {number for key in changes if (kept := shelf.kept(key)) for number in kept_numbers(kept.found_by)}
    found.update(number for each in changes.values() if each for number in kept_numbers(digests(each)))
    return found.union(numbers(shelf, changes).values())


def represented(shelf: Shelf, keys: Iterable[Key]) -> dict[Key, Key]:
    """Those of these records, which the shelf has read, that follow another one, each with it."""
    found = {key: kept for key in keys if (kept := shelf.kept(key)) and follows(kept.found_by)}
    of = {key: guest_of(kept.found_by) for key, kept in found.items()}
    heads = representatives(shelf, set(of.values()))
    return {key: heads[number] for key, number in of.items() if number in heads}


def representatives(shelf: Shelf, wanted: Iterable[int]) -> dict[int, Key]:
    """Who represents each of these guests, as it is kept."""
    wanted = sorted(wanted)
    if not wanted:
        return {}
    shelf.hold_values(wanted)
    # A digest of a value may be a guest's number, too.
    found = kept_evidence.holders(shelf.connection, shelf.workspace, wanted, 5)
    keys = shelf.keys_of({record_id for ids in found.values() for record_id in ids}).values()
    heads = {guest_of(kept.found_by): key for key in keys if (kept := shelf.kept(key)) and not follows(kept.found_by)}
    return {number: heads[number] for number in wanted if number in heads}


class _Regrouping:
    """One change, on its way."""

    def __init__(self, shelf: Shelf, changes: Changes) -> None:
        self.shelf, self.changes, self.done = shelf, changes, Regrouped()
        kept = {key: shelf.kept(key) for key in changes}
        self.was = {key: guest_of(each.found_by) for key, each in kept.items() if each}
        self.following = {key for key, each in kept.items() if each and follows(each.found_by)}
        self.now = numbers(shelf, changes)
        self.heads = representatives(shelf, {*self.now.values(), *(each for each in self.was.values() if each)})

    def run(self) -> Regrouped:
        for key, evidence in self.changes.items():
            if key in self.now:
                continue
            if evidence is None and key in self.following:
                self.shelf.put(key, None)
            else:
                self.done.nodes[key] = evidence
        arrived: dict[int, set[Key]] = {}
        for key, number in self.now.items():
            arrived.setdefault(number, set()).add(key)
        heirs = self._heirs()
        for number in sorted({*self.heads, *arrived}):
            self._represent(number, arrived.get(number, set()), heirs.get(number))
        self._lend()
        return self.done

    def _leaves(self, number: int) -> bool:
        """Whether who represents the guest is its no more."""
        head = self.heads.get(number)
        return head in self.changes and self.now.get(head) != number

    def _heirs(self) -> dict[int, Key]:
        """The first of those who stay with a guest whom nobody represents any more."""
        left = [number for number in self.heads if self._leaves(number)]
        if not left:
            return {}
        changed = [self.shelf.id_of(key) for key in self.changes if self.shelf.kept(key)]
        values = {~number: number for number in left}
        self.shelf.hold_values(values)
        found = kept_evidence.first(self.shelf.connection, self.shelf.workspace, values, changed)
        heirs = {}
        for value, external_id in found.items():
            source, kind, _ = parted(self.heads[values[value]])
            heirs[values[value]] = key_of(source, kind, external_id)
        self.shelf.expect(heirs.values())
        return heirs

    def _represent(self, number: int, arrived: set[Key], heir: Key | None) -> None:
        """Let the smallest of a guest's records stand for it, and those that changed follow."""
        head = self.heads.get(number)
        stays = head is not None and not self._leaves(number)
        there = arrived | ({head} if stays else {heir} if heir else set())
        if not there:
            return
        first = min(there)
        if first != head or first in arrived:
            self._stand(first, number)
        if head and first != head:
            self.done.before[first] = head
            if stays:
                arrived = arrived | {head}
        if any(was == number and self.now.get(key) != number for key, was in self.was.items()):
            self.done.shaken.add(first)
        for key in sorted(arrived - {first}):
            self._follow(key, first, number)

    def _stand(self, key: Key, number: int) -> None:
        evidence = self.changes.get(key) or unpacked(self.shelf.kept(key).content)
        self.done.nodes[key] = evidence
        self.shelf.keep(key, Kept(packed(evidence), represents(evidence, number)))

    def _follow(self, key: Key, first: Key, number: int) -> None:
        kept = self.shelf.kept(key)
        if kept and not follows(kept.found_by):
            self.done.nodes[key] = None
        told = self.changes.get(key)
        self.shelf.keep(key, Kept(packed(told) if told else kept.content, following(number)))
        self.done.followers[key] = first

    def _lend(self) -> None:
        """Who begins to be seen goes on with the links that its guest had: what joined joins, and what waited waits."""
        wanted = []
        for key, evidence in self.done.nodes.items():
            if evidence is not None:
                of = self.heads.get(self.was.get(key)) if key in self.following else None
                wanted += [(each, key) for each in (of, self.done.before.get(key)) if each and each != key]
        if not wanted:
            return
        self.shelf.expect({end for pair in wanted for end in pair})
        has_undone = brakes.any_undone(self.shelf.connection, self.shelf.workspace)
        for lender, key in sorted(set(wanted)):
            self.shelf.lend(lender, key)
            if has_undone:
                ids = self.shelf.id_of(lender), self.shelf.id_of(key)
                brakes.inherit(self.shelf.connection, self.shelf.workspace, *ids)
