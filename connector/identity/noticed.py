"""Noticed: what the linking of one batch did that people should know of, in the transaction that did it.

A source whose merge rate jumps is stopped, and what its batch joined waits; values by which
nobody is compared any more are written down.
"""

from collections.abc import Iterable, Mapping

from connector.identity.brake import Braked, hold
from connector.identity.brakes import Brakes, by_source
from connector.identity.evidence.packed import digest
from connector.identity.evidence.record import Evidence
from connector.identity.linkage import Changed, Linkage
from connector.identity.partition import Cluster, Key
from connector.identity.shelf import Shelf
from connector.identity.standing import GIVEN, Standing
from connector.store import alarms
from connector.store.alarms import Turned
from connector.store.locks import Parts

Changes = Mapping[Key, Evidence | None]


def notice(
    shelf: Shelf, linkage: Linkage, changes: Changes, done: Changed, brakes: Brakes, followers: Mapping[Key, Key]
) -> None:
    """Look at what an update did, before it is saved. `followers`: records that came to follow another one, with it."""
    here = {key: told for key, told in changes.items() if told is not None}
    _turned(shelf, here, done.turned)
    if here and brakes.when is not None:
        _joined(shelf, linkage, here, brakes, followers)


def _joined(shelf: Shelf, linkage: Linkage, here: Changes, brakes: Brakes, followers: Mapping[Key, Key]) -> None:
    clusters = _with(set(shelf.clusters.values()), shelf.clusters, followers)
    ids = {key: shelf.id_of(key) for cluster in clusters for key in cluster}
    before = shelf.profiles_of(ids.values())
    told = by_source(here, clusters, lambda key: before.get(ids[key]))

    def jumped() -> bool:
        return bool(brakes.took(shelf.connection, shelf.workspace, told, shelf.made_at))

    base = linkage.base
    if isinstance(shelf.held, Parts):
        shelf.held.ask_last(jumped)
    elif jumped() and isinstance(base, Braked):
        hold(linkage, base.made, brakes.waits(shelf.connection, shelf.workspace, shelf.id_of))


def _with(found: Iterable[Cluster], of: Mapping[Key, Cluster], followers: Mapping[Key, Key]) -> list[Cluster]:
    """These clusters, and those of who was followed, each with its new followers."""
    together: dict[Cluster, list[Key]] = {cluster: [] for cluster in found}
    for key, head in followers.items():
        together.setdefault(of.get(head, (head,)), []).append(key)
    return [(*cluster, *more) for cluster, more in together.items()]


def _turned(shelf: Shelf, here: Changes, turned: Mapping[str, Standing]) -> None:
    """Names and homes that many have are no news; mailboxes, numbers, handles and ids are."""
    news = {value: standing for value, standing in turned.items() if value[0] in GIVEN}
    if not news:
        return
    alarms.turn_back(shelf.connection, shelf.workspace, [digest(each) for each, now in news.items() if now.is_open])
    holders = {value: key for key, told in sorted(here.items(), reverse=True) for value in told.values}
    found = []
    for value, standing in sorted(news.items()):
        key = holders.get(value)
        # Who lets go of a value does not make it generic.
        if key and not standing.is_open:
            source = key.partition(":")[0]
            found.append(Turned(digest(value), value[0], standing.kind, shelf.id_of(key), source, shelf.made_at))
    alarms.turn(shelf.connection, shelf.workspace, found)
