"""Simulate: what other rules would merge and split, on the records as they are, without doing it.

All evidence is read into memory (`memory` says how much that takes) and linked there by the
new rules, as a first sync would; then the people that come out are compared with the
profiles of now. Nothing is written, and what is found names profiles and rules, no values.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from connector.identity.brake import Braked, Waits
from connector.identity.evidence.record import Evidence
from connector.identity.guests import collapsed
from connector.identity.linkage import Linkage
from connector.identity.memory import Memory
from connector.identity.partition import Cluster, Key
from connector.identity.pins import Pins
from connector.identity.strictness import Strictness
from connector.identity.verdict import CONFIRMED

# Bytes that a record's evidence and links take in memory, as benchmarks.identity measures them, and some room.
PER_RECORD = 6_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Profiles of now that would come to be others.

    `before`: each profile's id and how many records it has; `after`: how many the people to be have, the largest
    first. `rules`: by which the parts are joined then or, in a split, were until now; the most frequent first.
    """

    before: Mapping[str, int]
    after: tuple[int, ...]
    rules: tuple[str, ...]

    @property
    def kind(self) -> str:
        """merge, split, or (some records change sides) both."""
        return "merge" if len(self.after) == 1 else "split" if len(self.before) == 1 else "both"

    @property
    def records(self) -> int:
        return sum(self.before.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What the rules would change. `changes`: the largest first. `largest`: records of the largest profile."""

    records: int
    profiles_before: int
    profiles_after: int
    largest_before: int
    largest_after: int
    changes: tuple[Change, ...]

    def of(self, kind: str) -> list[Change]:
        return [each for each in self.changes if each.kind == kind]


def memory(records: int) -> int:
    """Bytes that a simulation over so many records takes, about."""
    return records * PER_RECORD


def simulate(
    evidence: Iterable[Evidence],
    how: Strictness,
    *,
    profile: Callable[[Key], str | None],
    rule: Callable[[Key, Key], str | None] = lambda left, right: None,
    pins: Pins | None = None,
    waits: Waits = lambda left, right: False,
    progress: Callable[[int], None] | None = None,
) -> Difference:
    """Link all of this by these rules, and compare.

    `profile`: the profile of now that a record belongs to; `rule`: by which two records are linked now, if they are;
    `waits`: links that wait for a person go on waiting.
    """
    base = Memory(pins)
    for each in evidence:
        base.put(each.key, each)
    followers = collapsed(map(base.evidence, base.keys()), lambda key: (base.must(key), base.never(key)))
    for key in followers:
        base.put(key, None)
    Linkage(Braked(base, waits), how).build(base.keys(), progress)
    # A contact that is gone is nobody by itself.
    after = {key: people for people in _people(base, followers) for key in people}
    before: dict[str, list[Key]] = defaultdict(list)
    for key in after:
        before[profile(key) or key].append(key)
    sizes = {name: len(keys) for name, keys in before.items()}
    people = set(after.values())
    return Difference(
        records=len(after),
        profiles_before=len(before),
        profiles_after=len(people),
        largest_before=max(sizes.values(), default=0),
        largest_after=max(map(len, people), default=0),
        changes=tuple(_changes(base, before, after, rule)),
    )


def _people(base: Memory, followers: Mapping[Key, Key]) -> Iterator[Cluster]:
    """Everybody, with the records that follow one of theirs."""
    following: dict[Key, list[Key]] = defaultdict(list)
    for key, head in followers.items():
        following[head].append(key)
    for cluster in base.clusters():
        if _is_alive(base, cluster):
            yield (*cluster, *(each for key in cluster for each in following.get(key, ())))


def _is_alive(base: Memory, cluster: Cluster) -> bool:
    return any((told := base.evidence(key)) and not told.is_former for key in cluster)


def _changes(
    base: Memory,
    before: Mapping[str, list[Key]],
    after: Mapping[Key, Cluster],
    rule: Callable[[Key, Key], str | None],
) -> list[Change]:
    name_of = {key: name for name, keys in before.items() for key in keys}
    seen: set[str] = set()
    found = []
    for name in sorted(before):
        if name in seen:
            continue
        names, clusters = _met(name, before, after, name_of)
        seen |= names
        if len(names) > 1 or len(clusters) > 1:
            found.append(_change(base, {each: before[each] for each in names}, clusters, name_of, rule))
    return sorted(found, key=lambda change: (-change.records, min(change.before)))


def _met(
    name: str, before: Mapping[str, list[Key]], after: Mapping[Key, Cluster], name_of: Mapping[Key, str]
) -> tuple[set[str], set[Cluster]]:
    """All profiles of now, and all people to be, that share records with this one, directly or through others."""
    names, clusters, edge = {name}, set(), [name]
    while edge:
        new = {after[key] for each in edge for key in before[each]} - clusters
        clusters |= new
        edge = list({name_of[key] for cluster in new for key in cluster} - names)
        names.update(edge)
    return names, clusters


def _change(
    base: Memory,
    before: Mapping[str, list[Key]],
    clusters: Iterable[Cluster],
    name_of: Mapping[Key, str],
    rule: Callable[[Key, Key], str | None],
) -> Change:
    told: Counter[str] = Counter()
    place = {key: number for number, cluster in enumerate(clusters) for key in cluster}
    for cluster in clusters:
        for key in cluster:
            for other, verdict in base.links(key).items():
                if key < other and verdict.tier == CONFIRMED and place.get(other) == place[key]:
                    told[verdict.rule] += name_of[key] != name_of[other]
    for keys in before.values():
        # Only the ends of what comes apart: a profile has few records, and most changes are merges.
        seen = [key for key in keys if base.evidence(key)]
        apart = [(key, other) for key in seen for other in seen if key < other and place[key] != place[other]]
        told.update(found for pair in apart[:100] if (found := rule(*pair)))
    return Change(
        before={name: len(keys) for name, keys in sorted(before.items())},
        after=tuple(sorted(map(len, clusters), reverse=True)),
        rules=tuple(name for name, count in sorted(told.items(), key=lambda each: (-each[1], each[0])) if count),
    )
