"""Placing: people that were partitioned anew become profiles, and who follows a record goes where it goes.

A guest of a thousand orders is one node to a linkage and a thousand members of a profile.
Those who did not change are looked at only where it matters how many they are, or where
they have to move: when profiles are joined or parted.
"""

from collections.abc import Iterable, Mapping

from connector.identity import clusters
from connector.identity.clusters import Node
from connector.identity.guests import Regrouped
from connector.identity.linkage import Linkage
from connector.identity.partition import Key
from connector.identity.recall import Recall, Turn
from connector.identity.shelf import Shelf
from connector.store import evidence, keyed, locks, members, possible
from connector.store.pins import key_of, parted


def place(
    shelf: Shelf,
    linkage: Linkage,
    gone: set[int],
    regrouped: Regrouped | None = None,
    *,
    turn: Turn | None = None,
    unsure: bool = True,
) -> set[str]:
    """Let what was partitioned on this shelf, which is saved, be profiles; the ids of those that changed.

    `gone`: records that are nobody's any more. `turn`: it is because people decided that. `unsure`: there may be
    profiles that no links hold together.
    """
    return _Placing(shelf, linkage, gone, regrouped or Regrouped(), turn).run(unsure=unsure)


class _Placing:
    """One placing, on its way."""

    def __init__(self, shelf: Shelf, linkage: Linkage, gone: set[int], regrouped: Regrouped, turn: Turn | None) -> None:
        self.shelf, self.linkage, self.gone, self.regrouped = shelf, linkage, gone, regrouped
        self.recall = Recall(shelf.connection, shelf.workspace, turn) if turn else None
        self.touched = set(self.recall.touched()) if self.recall else set()
        self.followers = {key: shelf.id_of(key) for key in regrouped.followers}

    def run(self, *, unsure: bool) -> set[str]:
        joined = self._join()
        if not self.shelf.clusters and not self.gone and not self.touched:
            return joined
        nodes, before = self._read(unsure=unsure)
        found = self._found()
        if self.recall or not self._is_plain(found.values(), before):
            self._unfold(found, nodes)
            before = members.profiles_of(self.shelf.connection, nodes.keys() | self.gone)
        people = {tuple(sorted(ids)) for ids in found.values()}
        shelf, recall = self.shelf, self.recall
        claims = recall.claims(people, before) if recall else ()
        settled = clusters.settle(
            shelf.connection, shelf.workspace, nodes, people, before, shelf.made_at, claims, shelf.held
        )
        if recall:
            recall.note(before, settled)
        return joined | settled.profiles | self._beside(settled.moved, nodes, before)

    def _beside(self, moved: set[int], nodes: Mapping[int, Node], before: Mapping[int, str]) -> set[str]:
        """The profiles that may be one with that of a record which moved, or were decided to be two."""
        shelf = self.shelf
        # Who is new has new links alone, and whoever has one of those is shown anew anyway.
        others = possible.others(shelf.connection, moved & before.keys())
        keys = {nodes[each].key for each in moved & nodes.keys()} | {*shelf.keys_of(moved - nodes.keys()).values()}
        ends = {end for _, never in shelf.decided(keys).values() for end in never}
        shelf.hold_keys(ends)
        found = set(keyed.profiles_of(shelf.connection, shelf.workspace, ends).values())
        return found.union(shelf.profiles_of(others).values())

    def _join(self) -> set[str]:
        """Let new followers of those who stay where they are be there, too; the profiles that they joined."""
        heads = {key: head for key, head in self.regrouped.followers.items() if head not in self.shelf.clusters}
        if not heads:
            return set()
        ids = {key: self.shelf.id_of(key) for pair in heads.items() for key in pair}
        profile = self.shelf.profiles_of(ids.values())
        of = {key: (profile.get(ids[key]), profile.get(ids[head])) for key, head in heads.items()}
        # Who was in another profile joins the two: that has to be settled.
        self.linkage.repin({heads[key] for key, (own, to) in of.items() if to is None or own not in (None, to)})
        placed = {
            ids[key]: to for key, (own, to) in of.items() if own is None and heads[key] not in self.shelf.clusters
        }
        self.shelf.held.hold(locks.profile(self.shelf.workspace, each) for each in set(placed.values()))
        members.place(self.shelf.connection, self.shelf.workspace, placed)
        return set(placed.values())

    def _read(self, *, unsure: bool) -> tuple[dict[int, Node], dict[int, str]]:
        """The records that are seen, and the profiles of all that are concerned."""
        shelf = self.shelf
        while True:
            nodes = {
                shelf.id_of(key): Node(shelf.id_of(key), key, not shelf.evidence(key).is_former)
                for key in shelf.clusters
            }
            # Who follows one that was not partitioned is where it belongs by now.
            nodes |= {
                record_id: Node(record_id, key, alive=True)
                for key, record_id in self.followers.items()
                if self.regrouped.followers[key] in shelf.clusters
            }
            before = shelf.profiles_of(nodes.keys() | self.gone)
            wanted = set(shelf.profiles_of(self.touched - nodes.keys()).values()) - set(before.values())
            if unsure:
                # Who is still in one profile with them, though no link leads there: the rules changed.
                wanted |= set(before.values())
            judged = members.judged_of(shelf.connection, shelf.workspace, wanted)
            left = shelf.keys_of(judged - nodes.keys() - self.gone)
            if not left:
                return nodes, before
            self.linkage.repin(left.values())

    def _found(self) -> dict[tuple[Key, ...], list[int]]:
        """The records of each cluster: those that are seen, and those that came to follow them."""
        found = {cluster: [self.shelf.id_of(key) for key in cluster] for cluster in set(self.shelf.clusters.values())}
        for key, record_id in self.followers.items():
            cluster = self.shelf.clusters.get(self.regrouped.followers[key])
            if cluster:
                found[cluster].append(record_id)
        return found

    def _is_plain(self, found: Iterable[list[int]], before: Mapping[int, str]) -> bool:
        """Whether each cluster is (of) one profile, and no profile is of two: then nobody who did not change moves."""
        seen: set[str] = set()
        of_guest: dict[int, str | None] = {
            self.shelf.id_of(first): before.get(self.shelf.id_of(head)) for first, head in self.regrouped.before.items()
        }
        for ids in found:
            own = {before[each] for each in ids if each in before}
            followed = {profile for each in ids if (profile := of_guest.get(each))}
            if len(own) > 1 or followed - own or own & seen:
                return False
            seen |= own
        return True

    def _unfold(self, found: Mapping[tuple[Key, ...], list[int]], nodes: dict[int, Node]) -> None:
        """Add all who follow a record of these clusters."""
        heads = {~number: key for key in self.shelf.clusters if (number := self.shelf.guest(key)) is not None}
        # Whose followers are held is who moves them: they need not be held one by one.
        self.shelf.hold_values(heads)
        told = evidence.all_found(self.shelf.connection, self.shelf.workspace, heads)
        for value, record_id, external_id in told:
            head = heads[value]
            source, kind, _ = parted(head)
            if record_id not in nodes:
                nodes[record_id] = Node(record_id, key_of(source, kind, external_id), alive=True)
                found[self.shelf.clusters[head]].append(record_id)
