"""What a workspace has to come to: its records and what people decided, all at once in memory; and what it came to."""

from collections import defaultdict

from sqlalchemy import select

from connector.identity.evidence.stored import evidence_of
from connector.identity.guests import collapsed
from connector.identity.linkage import Linkage
from connector.identity.memory import Memory
from connector.identity.pins import Pin, Pins
from connector.identity.strictness import Strictness
from connector.store import Store, evidence, pins
from connector.store.pins import key_of
from connector.store.tables import members, records
from connector.store.tables_identity import verdicts

# The keys of one person's records, in order.
Person = tuple[str, ...]
# What is kept of two records (by key): strength, rule, tier, value.
Links = dict[tuple[str, str], tuple]


class Batch(Memory):
    """The batch path: everything in memory, where guests' orders follow those that represent them."""

    followers: dict[str, str]


def in_memory(store: Store, how: Strictness, workspace: str = "w") -> Batch:
    """The records of the store and the pins on them, all at once."""
    with store.reading() as connection:
        ids = list(connection.scalars(select(records.c.id).where(records.c.workspace == workspace)))
        people = evidence.people(connection, ids)
        pinned = pins.of_workspace(connection, workspace)
    base = Batch(Pins(Pin(left=pin.left, right=pin.right, what=pin.what) for pin in pinned))
    told = [evidence_of(said) for said in people.values()]
    base.followers = collapsed(told, lambda key: (base.must(key), base.never(key)))
    for each in told:
        if each.key not in base.followers:
            base.put(each.key, each)
    Linkage(base, how).build(base.keys())
    return base


def people_of(base: Batch) -> set[Person]:
    following = defaultdict(list)
    for key, head in base.followers.items():
        following[head].append(key)
    found = {cluster for cluster in base.clusters() if any(not base.evidence(key).is_former for key in cluster)}
    return {tuple(sorted([*cluster, *(each for key in cluster for each in following[key])])) for cluster in found}


def links_of(base: Memory) -> Links:
    return {
        (key, other): (verdict.strength, verdict.rule, verdict.tier, verdict.value)
        for key in sorted(base.keys())
        for other, verdict in base.links(key).items()
        if key < other
    }


def people_in(store: Store, workspace: str = "w") -> set[Person]:
    columns = members.c.profile_id, *(records.c[name] for name in ("source", "kind", "external_id"))
    query = select(*columns).join(records, records.c.id == members.c.record_id)
    found = defaultdict(list)
    with store.reading() as connection:
        for profile_id, *key in connection.execute(query.where(members.c.workspace == workspace)):
            found[profile_id].append(key_of(*key))
    return {tuple(sorted(keys)) for keys in found.values()}


def links_in(store: Store, workspace: str = "w") -> Links:
    with store.reading() as connection:
        rows = connection.execute(select(verdicts).where(verdicts.c.workspace == workspace)).all()
        query = select(*(records.c[name] for name in ("id", "source", "kind", "external_id")))
        told = connection.execute(query.where(records.c.workspace == workspace))
        keys = {record_id: key_of(*key) for record_id, *key in told}
    return {
        tuple(sorted((keys[row.left_id], keys[row.right_id]))): (row.strength, row.rule, row.tier, row.value)
        for row in rows
    }
