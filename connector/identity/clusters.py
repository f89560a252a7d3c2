"""Clusters: records that are one person go by one profile.

A profile's id is given at first sight and stays with the part that has most records,
when people are joined as well as when they are parted. An id that is retired names its
successor; one whose reason for retiring is gone comes back.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import Connection

from connector.store import locks, members, went_by
from connector.store.locks import WHOLE, Whole
from connector.store.pins import parted

# The ids of a person's records, in order.
Cluster = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A record that is (part of) a person. `alive`: it is one by itself; a deleted or merged contact is not."""

    id: int
    key: str
    alive: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """`placed`: the profile of each record now; `profiles`: those that gained or lost a record.

    `moved`: the records that are in another profile than before, or in none.
    """

    placed: Mapping[int, str]
    profiles: set[str]
    moved: set[int]


def settle(
    connection: Connection,
    workspace: str,
    nodes: Mapping[int, Node],
    found: Iterable[Cluster],
    before: Mapping[int, str],
    at: int,
    claims: Sequence[Mapping[int, str]] = (),
    held: Whole = WHOLE,
) -> Settled:
    """Let these clusters be profiles. `before`: the profile of each record concerned; who is in no cluster has none.

    `claims`: by which id each record would go, if not by that of before; the first ones first.
    """
    alive = sorted(cluster for cluster in found if any(nodes[each].alive for each in cluster))
    begun = {profile_id(workspace, node): node.id for node in nodes.values()}
    held.hold(locks.profile(workspace, each) for each in set(before.values()))
    after: dict[Cluster, str] = {}
    for wanted in claims or (before,):
        after |= keep([each for each in alive if each not in after], wanted, begun, after.values())
    after |= _fresh(connection, workspace, [each for each in alive if each not in after], nodes, before, held)
    return _write(connection, workspace, before, after, at)


def keep(
    found: Sequence[Cluster], before: Mapping[int, str], begun: Mapping[str, int], others: Iterable[str] = ()
) -> dict[Cluster, str]:
    """Which cluster keeps which profile's id: the one with most of its records, then the one with which it began.

    `begun`: the record with which each profile began; of two ids that have as much of a cluster the older one stays.
    So a part whose join is undone gets its old id back, and what is parted and joined again its own. `others`: ids
    that are somebody else's.
    """
    claims = []
    for cluster in found:
        counted = Counter(before[record_id] for record_id in cluster if record_id in before)
        for old, count in counted.items():
            first = begun.get(old)
            claims.append((-count, first not in cluster, first or 0, old, cluster))
    kept: dict[Cluster, str] = {}
    taken = set(others)
    for *_, profile_id, cluster in sorted(claims):
        if cluster not in kept and profile_id not in taken:
            kept[cluster] = profile_id
            taken.add(profile_id)
    return kept


def profile_id(workspace: str, node: Node, attempt: int = 0) -> str:
    """The id of the profile that begins with this record. A later `attempt`: the one before is another's by now."""
    key = "\0".join((workspace, *parted(node.key), *([str(attempt)] if attempt else [])))
    return "p_" + blake2b(key.encode(), digest_size=10).hexdigest()


def _fresh(
    connection: Connection,
    workspace: str,
    new: Sequence[Cluster],
    nodes: Mapping[int, Node],
    before: Mapping[int, str],
    held: Whole,
) -> dict[Cluster, str]:
    """An id for each cluster that has none, which no other profile goes by."""
    given: dict[Cluster, str] = {}
    waiting, attempt = list(new), 0
    # What is being regrouped keeps its ids or loses them; a lost one may not go to somebody else at once.
    taken = set(before.values())
    while waiting:
        wanted = {
            cluster: profile_id(workspace, next(nodes[each] for each in cluster if nodes[each].alive), attempt)
            for cluster in waiting
        }
        held.hold(locks.profile(workspace, each) for each in wanted.values())
        taken |= members.in_use(connection, workspace, wanted.values())
        given |= {cluster: wish for cluster, wish in wanted.items() if wish not in taken}
        waiting = [cluster for cluster in waiting if cluster not in given]
        attempt += 1
    return given


def _write(
    connection: Connection, workspace: str, before: Mapping[int, str], after: Mapping[Cluster, str], at: int
) -> Settled:
    placed = {record_id: profile_id for cluster, profile_id in after.items() for record_id in cluster}
    moved = {record_id: to for record_id, to in placed.items() if before.get(record_id) != to}
    homeless = before.keys() - placed.keys()
    members.open_profiles(connection, workspace, set(placed.values()) - set(before.values()), at)
    members.place(connection, workspace, moved)
    members.remove(connection, homeless)
    went_by.forget(connection, homeless)
    members.retire(connection, workspace, _successors(before, placed))
    changed = {*moved, *homeless}
    left = {before[record_id] for record_id in changed if record_id in before}
    return Settled(placed, set(moved.values()) | left, changed)


def _successors(before: Mapping[int, str], placed: Mapping[int, str]) -> dict[str, str]:
    """For each profile that lost all of its records, the one that got most of them, then the smallest id."""
    gone = set(before.values()) - set(placed.values())
    heirs: dict[str, Counter[str]] = defaultdict(Counter)
    for record_id, old in before.items():
        if old in gone and record_id in placed:
            heirs[old][placed[record_id]] += 1
    return {old: min(counted, key=lambda new: (-counted[new], new)) for old, counted in heirs.items()}
