"""Clusters: records that are linked, directly or through others, are one profile.

A profile's id is given at first sight and stays with the part that has most records,
when people are joined as well as when they are parted. An id that is retired names its
successor; one whose reason for retiring is gone comes back.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b

from sqlalchemy import Connection

from connector.store import links, members
from connector.store.members import Node

Cluster = tuple[int, ...]


def regroup(connection: Connection, workspace: str, record_ids: Iterable[int], at: int) -> set[str]:
    """Let these records, and all that hang together with them, belong to the right profiles.

    Returns the ids of the profiles that gained or lost a record.
    """
    start = set(record_ids)
    old_ids = set(members.profiles_of(connection, start).values())
    start |= members.members_of(connection, workspace, old_ids).keys()
    reached, edges = _reach(connection, start)
    nodes = members.nodes(connection, reached)
    before = members.profiles_of(connection, reached)
    found = clusters(nodes, edges)
    kept = keep(found, before)
    after = kept | _fresh(connection, workspace, [each for each in found if each not in kept], nodes, before)
    return _write(connection, workspace, before, after, at)


def clusters(nodes: Mapping[int, Node], edges: Iterable[tuple[int, int]]) -> list[Cluster]:
    """The connected parts that have a living record in them, each sorted, in the order of their first records."""
    above = {record_id: record_id for record_id in nodes}

    def top(record_id: int) -> int:
        while above[record_id] != record_id:
            above[record_id] = record_id = above[above[record_id]]
        return record_id

    for left, right in edges:
        if left in above and right in above:
            # The smaller one on top: the same tops in whatever order the edges come.
            low, high = sorted((top(left), top(right)))
            above[high] = low
    parts: dict[int, list[int]] = defaultdict(list)
    for record_id in sorted(nodes):
        parts[top(record_id)].append(record_id)
    return [tuple(part) for part in parts.values() if any(nodes[record_id].alive for record_id in part)]


def keep(found: Sequence[Cluster], before: Mapping[int, str]) -> dict[Cluster, str]:
    """Which cluster keeps which profile's id: the one with most of its records, then the smallest id."""
    claims = []
    for cluster in found:
        counted = Counter(before[record_id] for record_id in cluster if record_id in before)
        claims += [(-count, profile_id, cluster) for profile_id, count in counted.items()]
    kept: dict[Cluster, str] = {}
    taken: set[str] = set()
    for _, profile_id, cluster in sorted(claims):
        if cluster not in kept and profile_id not in taken:
            kept[cluster] = profile_id
            taken.add(profile_id)
    return kept


def profile_id(workspace: str, node: Node, attempt: int = 0) -> str:
    """The id of the profile that begins with this record. A later `attempt`: the one before is another's by now."""
    key = "\0".join((workspace, node.source, node.kind, node.external_id, *([str(attempt)] if attempt else [])))
    return "p_" + blake2b(key.encode(), digest_size=10).hexdigest()


def _reach(connection: Connection, start: set[int]) -> tuple[set[int], set[tuple[int, int]]]:
    """All records that hang together with these, and how."""
    reached, edge, edges = set(start), set(start), set()
    while edge:
        found = {(link.left, link.right) for link in links.touching(connection, edge)}
        edges |= found
        edge = {record_id for pair in found for record_id in pair} - reached
        reached |= edge
    return reached, edges


def _fresh(
    connection: Connection, workspace: str, new: Sequence[Cluster], nodes: Mapping[int, Node], before: Mapping[int, str]
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
        taken |= members.in_use(connection, workspace, wanted.values())
        given |= {cluster: wish for cluster, wish in wanted.items() if wish not in taken}
        waiting = [cluster for cluster in waiting if cluster not in given]
        attempt += 1
    return given


def _write(
    connection: Connection, workspace: str, before: Mapping[int, str], after: Mapping[Cluster, str], at: int
) -> set[str]:
    placed = {record_id: profile_id for cluster, profile_id in after.items() for record_id in cluster}
    moved = {record_id: to for record_id, to in placed.items() if before.get(record_id) != to}
    homeless = before.keys() - placed.keys()
    members.open_profiles(connection, workspace, set(placed.values()) - set(before.values()), at)
    members.place(connection, workspace, moved)
    members.remove(connection, homeless)
    members.retire(connection, workspace, _successors(before, placed))
    return set(moved.values()) | {before[record_id] for record_id in {*moved, *homeless} if record_id in before}


def _successors(before: Mapping[int, str], placed: Mapping[int, str]) -> dict[str, str]:
    """For each profile that lost all of its records, the one that got most of them, then the smallest id."""
    gone = set(before.values()) - set(placed.values())
    heirs: dict[str, Counter[str]] = defaultdict(Counter)
    for record_id, old in before.items():
        if old in gone and record_id in placed:
            heirs[old][placed[record_id]] += 1
    return {old: min(counted, key=lambda new: (-counted[new], new)) for old, counted in heirs.items()}
