"""The shelf: a base in the store, as far as one transaction needs it.

It answers a linkage from what it has at hand, and is told beforehand what will be asked, so
that a batch of any size is read with a fixed, small number of queries. What nobody foresaw
is read one by one. Nothing is written before `save`.

Whatever it reads or writes, it holds first (`connector.store.locks`): records whose links or profile it
asks for, and values; what the holders of a value say changes only under that value's lock, too.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from weakref import proxy

from sqlalchemy import Connection

from connector.identity.evidence.packed import digests, follows, guest_of, key_in, numbers, packed, unpacked
from connector.identity.evidence.record import Evidence
from connector.identity.found import Found as FoundBy
from connector.identity.linkage import Pair
from connector.identity.partition import Cluster, Key
from connector.identity.pins import LINK
from connector.identity.verdict import CONFIRMED, HELD, POSSIBLE, Verdict
from connector.store import brakes, locks, members, pins, verdicts
from connector.store import evidence as kept_evidence
from connector.store.evidence import Kept
from connector.store.locks import WHOLE, Whole
from connector.store.pins import key_of
from connector.store.verdicts import Found

# Of a record on which nobody decided anything.
NO_PINS: tuple[frozenset[Key], frozenset[Key]] = (frozenset(), frozenset())


class Shelf:
    """One workspace's base in one transaction. `made_at` (microseconds) is written to the verdicts that are new.

    `held`: what of the workspace the transaction holds.
    """

    def __init__(self, connection: Connection, workspace: str, *, made_at: int = 0, held: Whole = WHOLE) -> None:
        self.connection, self.workspace, self.made_at, self.held = connection, workspace, made_at, held
        # The records that were partitioned anew, each with its cluster.
        self.clusters: dict[Key, Cluster] = {}
        self._ids: dict[Key, int] = {}
        self._keys: dict[int, Key] = {}
        self._kept: dict[int, Kept | None] = {}
        self._evidence: dict[Key, Evidence | None] = {}
        # Weakly: in a circle, every batch would stay until somebody looks for garbage, which a sync rarely does.
        self._found = FoundBy(proxy(self))
        # Records that were found by a value that is held: what they say cannot change.
        self._covered: set[int] = set()
        self._links: dict[Key, dict[Key, Verdict]] = {}
        self._verdicts: dict[Pair, Found] = {}
        self._changed_links: dict[Pair, Verdict | None] = {}
        # Links that changed, by the ends whose links were not read.
        self._waiting: defaultdict[Key, list[Pair]] = defaultdict(list)
        self._changed: set[Key] = set()
        # Guests' records, as they have to be kept.
        self._guests: dict[Key, Kept] = {}
        self._pins: dict[Key, tuple[frozenset[Key], frozenset[Key]]] = {}
        self._has_pins: bool | None = None

    # What a linkage asks.

    def evidence(self, key: Key) -> Evidence | None:
        if key not in self._evidence:
            self._read_evidence([key])
            # Of many who are read only the key is asked. Who follows another record is seen by nobody.
            kept = self.kept(key)
            self._evidence[key] = unpacked(kept.content) if kept and not follows(kept.found_by) else None
        return self._evidence[key]

    def put(self, key: Key, evidence: Evidence | None) -> None:
        before = self.evidence(key)
        self._found.change(key, before.values if before else (), evidence.values if evidence else ())
        self._evidence[key] = evidence
        self._changed.add(key)

    def holders(self, value: str, limit: int) -> Sequence[Key] | None:
        return self._found.holders(value, limit)

    def links(self, key: Key) -> Mapping[Key, Verdict]:
        if key not in self._links:
            self._read_evidence([key])
            self._read_links([key])
        return self._links[key]

    def link(self, pair: Pair, verdict: Verdict | None) -> None:
        # One end's links tell what was. The other's need not be read for this.
        if not any(end in self._links for end in pair):
            self.links(pair[0])
        self._changed_links[pair] = verdict
        for end in pair:
            if end in self._links:
                self._change_link(pair, end)
            else:
                self._waiting[end].append(pair)

    def _change_link(self, pair: Pair, end: Key) -> None:
        other, verdict = pair[pair[0] == end], self._changed_links[pair]
        if verdict is None:
            self._links[end].pop(other, None)
        else:
            self._links[end][other] = verdict

    def must(self, key: Key) -> Iterable[Key]:
        return self._pinned(key)[0]

    def never(self, key: Key) -> Iterable[Key]:
        return self._pinned(key)[1]

    def place(self, clusters: Iterable[Cluster]) -> None:
        self.clusters |= {key: cluster for cluster in clusters for key in cluster}

    # What it is told beforehand.

    def expect(self, keys: Iterable[Key] = (), values: Iterable[str] = ()) -> None:
        """All of this will be asked: what these records say, their links and pins, and who holds these values."""
        wanted = set(keys)
        self._read_evidence(wanted - self._evidence.keys())
        # First, for whoever is linked with a record is found by one of its values.
        self._found.read(values)
        self._read_links(wanted - self._links.keys())
        self._read_pins(wanted - self._pins.keys())

    def know(self, ids: Mapping[Key, int]) -> None:
        """These records have these ids."""
        self._ids |= ids
        self._keys |= {record_id: key for key, record_id in ids.items()}

    def id_of(self, key: Key) -> int:
        """The id of a record that has evidence."""
        return self._ids[key]

    def has(self, record_id: int) -> bool:
        """Whether there was evidence of this record, which was read."""
        return self._kept.get(record_id) is not None

    def content(self, record_id: int) -> str | None:
        """What is kept of this record, which was read; packed."""
        kept = self._kept.get(record_id)
        return kept.content if kept else None

    def kept(self, key: Key) -> Kept | None:
        """What is kept of this record, which was read: as it was before, also of one that follows another."""
        return self._kept.get(self._ids.get(key, 0))

    def keep(self, key: Key, kept: Kept) -> None:
        """Let this be kept of a guest's record, whatever a linkage sees of it."""
        self._guests[key] = kept

    def guest(self, key: Key) -> int | None:
        """The number of the guest whose record this is now."""
        kept = self._guests.get(key) or self.kept(key)
        return guest_of(kept.found_by) if kept else None

    def decided(self, keys: Iterable[Key]) -> dict[Key, tuple[frozenset[Key], frozenset[Key]]]:
        """With whom people joined each of these records, and from whom they parted it."""
        wanted = set(keys)
        self._read_pins(wanted - self._pins.keys())
        return {key: self._pins[key] for key in wanted}

    def lend(self, lender: Key, key: Key) -> None:
        """Let a record have the links of another one, as if it always had had them: both are one guest's."""
        self.expect(keys=self.links(lender))
        for other, verdict in list(self.links(lender).items()):
            if other != key:
                self.link(_pair(key, other), verdict)
                # What waits to be looked at is listed by when it came.
                if verdict.tier != POSSIBLE and (known := self._verdicts.get(_pair(lender, other))):
                    self._verdicts[_pair(key, other)] = known

    def hold_keys(self, keys: Iterable[Key]) -> None:
        """Whether there are records with these keys is going to be asked for, and whose they are."""
        wanted = list(keys)
        if not self.held.is_whole and wanted:
            self.held.hold(locks.key(self.workspace, key) for key in wanted)
            self.hold_owners(kept_evidence.ids_of(self.connection, self.workspace, wanted).values())

    def hold_owners(self, ids: Iterable[int]) -> None:
        """Whose these records are is going to be asked for."""
        if self.held.is_whole:
            return
        wanted = list(ids)
        self.hold_records(wanted)
        self.read(wanted)
        # Who follows another record is moved by who moves that one.
        of = (kept.found_by for each in wanted if (kept := self._kept[each]))
        self.hold_values(number for found_by in of if follows(found_by) for number in numbers(found_by))

    def hold_records(self, ids: Iterable[int]) -> None:
        """The links or profiles of these records are going to be asked for."""
        self.held.hold(locks.record(each) for each in ids)

    def hold_values(self, numbers: Iterable[int]) -> None:
        """Who is found by these digests is going to be asked for."""
        self.held.hold(locks.value(self.workspace, each) for each in numbers)

    def cover(self, ids: Iterable[int]) -> None:
        """These records were found by values that are held."""
        if not self.held.is_whole:
            self._covered.update(ids)

    def profiles_of(self, ids: Iterable[int]) -> dict[int, str]:
        """The profile of each of these records that has one."""
        wanted = list(ids)
        self.hold_owners(wanted)
        return members.profiles_of(self.connection, wanted)

    def keys_of(self, ids: Iterable[int]) -> dict[int, Key]:
        """The keys of those of these records that have evidence."""
        ids = list(ids)
        self.read(ids)
        return {record_id: self._keys[record_id] for record_id in ids if self._kept[record_id]}

    # What it reads.

    def read(self, ids: Iterable[int]) -> None:
        """Read the evidence of these records, unless it was."""
        missing = [record_id for record_id in ids if record_id not in self._kept]
        if not missing:
            return
        self.hold_records(each for each in missing if each not in self._covered)
        self._kept |= dict.fromkeys(missing)
        found = kept_evidence.kept(self.connection, missing)
        self._kept |= found
        for record_id, kept in found.items():
            key = key_in(kept.content)
            self._ids[key], self._keys[record_id] = record_id, key

    def _read_evidence(self, keys: Iterable[Key]) -> None:
        wanted = list(keys)
        unknown = [key for key in wanted if key not in self._ids]
        if unknown:
            self.held.hold(locks.key(self.workspace, key) for key in unknown)
            self.know(kept_evidence.ids_of(self.connection, self.workspace, unknown))
        self.read([self._ids[key] for key in wanted if key in self._ids])
        for key in wanted:
            if not self._kept.get(self._ids.get(key, 0)):
                self._evidence.setdefault(key, None)

    def _read_links(self, keys: Iterable[Key]) -> None:
        wanted = list(keys)
        # Whoever is not there or not known yet has none.
        self._links |= {key: {} for key in wanted}
        ids = [self._ids[key] for key in wanted if key in self._ids and self._kept.get(self._ids[key])]
        if not ids:
            return
        self.hold_records(ids)
        found = set(verdicts.touching(self.connection, ids))
        keys_of = self._linked_keys({end for one in found for end in (one.left_id, one.right_id)})
        asked = set(wanted)
        for one in found:
            if one.left_id not in keys_of or one.right_id not in keys_of:
                continue
            ends = keys_of[one.left_id], keys_of[one.right_id]
            pair = ends if ends[0] < ends[1] else ends[::-1]
            self._verdicts[pair] = one
            verdict = Verdict(one.strength, one.rule, one.tier, one.value)
            for end, other in (pair, pair[::-1]):
                if end in asked:
                    self._links[end][other] = verdict
        for key in wanted:
            for pair in self._waiting.pop(key, ()):
                self._change_link(pair, key)

    def _linked_keys(self, ids: set[int]) -> dict[int, Key]:
        """The keys of records with links; what those say that are not held is not read, for it may change."""
        if self.held.is_whole:
            return self.keys_of(ids)
        strange = ids - self._kept.keys() - self._covered
        named = brakes.keys(self.connection, strange) if strange else {}
        self.know({key_of(*key): record_id for record_id, key in named.items()})
        return self.keys_of(ids - strange) | {record_id: self._keys[record_id] for record_id in strange}

    def _pinned(self, key: Key) -> tuple[frozenset[Key], frozenset[Key]]:
        if key not in self._pins:
            self._read_pins([key])
        return self._pins[key]

    def _read_pins(self, keys: Iterable[Key]) -> None:
        wanted = set(keys)
        if self._has_pins is None:
            self._has_pins = pins.any_of(self.connection, self.workspace)
        if not self._has_pins:
            self._pins |= dict.fromkeys(wanted, NO_PINS)
            return
        sides: tuple[dict[Key, set[Key]], ...] = defaultdict(set), defaultdict(set)
        for pin in pins.on(self.connection, self.workspace, wanted) if wanted else ():
            for one, other in ((pin.left, pin.right), (pin.right, pin.left)):
                sides[pin.what != LINK][one].add(other)
        for key in wanted:
            self._pins[key] = frozenset(sides[0].get(key, ())), frozenset(sides[1].get(key, ()))

    # What it writes.

    def save(self) -> None:
        """Write what changed."""
        changed = self._changed | self._guests.keys()
        gone = [key for key in changed if key not in self._guests and self._evidence[key] is None]
        told = {self._ids[key]: self._guests.get(key) or self._packed(key) for key in changed.difference(gone)}
        before = {record_id: self._kept.get(record_id) for record_id in [*told, *map(self._ids.__getitem__, gone)]}
        self.hold_records(chain(before, (self._ids[key] for pair in self._changed_links for key in pair)))
        held = {(value, each) for each, kept in before.items() if kept for value in numbers(kept.found_by)}
        holds = {(value, record_id) for record_id, kept in told.items() for value in numbers(kept.found_by)}
        self.hold_values(value for value, _ in chain(held, holds))
        kept_evidence.let_go(self.connection, self.workspace, held - holds)
        kept_evidence.hold(self.connection, self.workspace, holds - held)
        kept_evidence.remove(self.connection, [self._ids[key] for key in gone if before[self._ids[key]]])
        fresh = {record_id: kept for record_id, kept in told.items() if before[record_id] != kept}
        kept_evidence.put(self.connection, self.workspace, fresh)
        self._save_links()

    def _packed(self, key: Key) -> Kept:
        evidence = self._evidence[key]
        return Kept(packed(evidence), digests(evidence))

    def _save_links(self) -> None:
        made, gone = [], []
        for pair, verdict in self._changed_links.items():
            before = self._verdicts.get(pair)
            if verdict is None:
                left, right = sorted(self._ids[key] for key in pair)
                gone += [(left, right)] if before else []
            else:
                made.append(self._row(pair, verdict, before))
        verdicts.remove(self.connection, gone)
        verdicts.put(self.connection, self.workspace, made)

    def _row(self, pair: Pair, verdict: Verdict, before: Found | None) -> Found:
        left, right = sorted(self._ids[key] for key in pair)
        # A link that goes on under another rule was not made now, nor one that had to wait.
        stays = before is not None and (before.tier == verdict.tier or {before.tier, verdict.tier} == {CONFIRMED, HELD})
        made_by, made_at = (before.made_by, before.made_at) if stays else (self._maker(pair), self.made_at)
        told = verdict.tier, verdict.rule, verdict.strength, verdict.value
        return Found(left, right, *told, made_by, made_at)

    def _maker(self, pair: Pair) -> str:
        """The source whose record brought it about."""
        came = next((key for key in pair if key in self._changed), None)
        return (came or pair[0]).partition(":")[0]


def _pair(one: Key, other: Key) -> Pair:
    return (one, other) if one < other else (other, one)
