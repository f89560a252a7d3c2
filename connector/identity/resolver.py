"""The resolver: whose records are they? Keeps links and profiles right after records changed.

It asks again about every value that a changed record holds or held, compares the links
that the rules want with those that are stored, and regroups what hangs together with
the difference. So its work depends on what changed, not on how much there is, and its
result on what the records say, not on the order in which they came.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from connector.clock import micros
from connector.identity import clusters
from connector.identity.blocklist import is_blocked
from connector.identity.names import Person, person
from connector.identity.rules import JUDGES, MERGED, RULES, STANDS_ON, Held
from connector.store import json, links, members
from connector.store.links import CONTACT, Holder, Link

Handle = tuple[str, str]

# More records than this on one value are a machine's (the till that books every guest on one address).
CROWD = 1000


class Resolver:
    """Links records to people. `share_limit`: most contacts that one value may link."""

    def __init__(self, clock: Callable[[], datetime], *, share_limit: int = 10) -> None:
        self.clock = clock
        self.share_limit = share_limit

    def resolve(
        self,
        connection: Connection,
        workspace: str,
        record_ids: Sequence[int],
        *,
        handles: Iterable[Handle] | None = None,
        contacts: Iterable[tuple[str, str]] = (),
    ) -> frozenset[str]:
        """The profiles that these changed records touch, after links and members are right again.

        `handles`: every kind and value that they give or gave before (None: those that they give now);
        `contacts`: whom they are or were about (source, external id). The caller holds the workspace's lock.
        """
        at = micros(self.clock())
        changed = set(record_ids)
        if handles is None:
            handles = links.said(connection, list(changed))
        asked = self._asked(connection, changed, handles)
        moved = self._relink(connection, workspace, asked, at)
        touched = clusters.regroup(connection, workspace, changed | moved, at)
        touched |= set(members.profiles_of(connection, changed).values())
        touched |= members.of_contacts(connection, workspace, contacts)
        return frozenset(touched | members.beside(connection, workspace, changed))

    def _asked(self, connection: Connection, changed: set[int], handles: Iterable[Handle]) -> dict[str, set[str]]:
        """The values to ask about, by kind of handle."""
        asked: dict[str, set[str]] = defaultdict(set)
        for kind, value in handles:
            if kind in JUDGES:
                asked[kind].add(value)
        for source, external_id, winner in links.own_ids(connection, changed):
            own = f"{source}:{external_id}"
            asked["external"].add(own)
            asked[MERGED] |= {own, f"{source}:{winner}"} if winner else {own}
        # A link may stand on what its record no longer says.
        for link in links.touching(connection, changed):
            asked[STANDS_ON[link.rule]].add(link.value)
        return asked

    def _relink(self, connection: Connection, workspace: str, asked: Mapping[str, set[str]], at: int) -> set[int]:
        """Store the links that the rules want on these values; the records at the ends of those that changed."""
        moved: set[int] = set()
        for kind, values in asked.items():
            wanted = self._wanted(connection, workspace, kind, values)
            stored = links.on_values(connection, workspace, JUDGES[kind], values)
            gone, made = stored - wanted, wanted - stored
            links.remove(connection, workspace, gone)
            links.add(connection, workspace, [(link, _evidence(kind, link)) for link in sorted(made)], at)
            moved |= {end for link in gone | made for end in (link.left, link.right)}
        return moved

    def _wanted(self, connection: Connection, workspace: str, kind: str, values: set[str]) -> set[Link]:
        open_values = sorted(value for value in values if kind == MERGED or not is_blocked(kind, value))
        if not open_values:
            return set()
        held = _held(connection, workspace, kind, open_values)
        people = _people(connection, held)
        wanted: set[Link] = set()
        for value, holders in held.items():
            told = Held(value=value, holders=holders, people=people, share_limit=self.share_limit)
            for rule in JUDGES[kind]:
                wanted |= star([holder.record_id for holder in RULES[rule](told)], rule, value)
        return wanted


def star(record_ids: Iterable[int], rule: str, value: str) -> set[Link]:
    """Each record linked with the first one: as good as all pairs, and not as many."""
    first, *others = sorted(set(record_ids)) or [0]
    return {Link(first, other, rule, value) for other in others}


def _held(connection: Connection, workspace: str, kind: str, values: Sequence[str]) -> dict[str, list[Holder]]:
    """Who holds each of these values; only of those that several hold, and not a crowd."""
    if kind == MERGED:
        found = links.owners(connection, workspace, values) + links.losers(connection, workspace, values)
    else:
        crowded = links.crowded(connection, workspace, kind, values, CROWD)
        calm = [value for value in values if value not in crowded]
        found = links.holders(connection, workspace, kind, calm)
        if kind == "external":
            found += links.owners(connection, workspace, calm)
    held: dict[str, list[Holder]] = defaultdict(list)
    for holder in found:
        held[holder.value].append(holder)
    return {value: holders for value, holders in held.items() if len(holders) > 1}


def _people(connection: Connection, held: Mapping[str, Sequence[Holder]]) -> dict[int, Person]:
    contacts = {holder.record_id for holders in held.values() for holder in holders if holder.kind == CONTACT}
    bodies = links.bodies(connection, contacts)
    return {record_id: person(json.load(body)) for record_id, body in bodies.items()}


def _evidence(kind: str, link: Link) -> str:
    shown = "external" if kind == MERGED else kind
    return json.dump({"kind": shown, "value": link.value, "shown": link.value})
