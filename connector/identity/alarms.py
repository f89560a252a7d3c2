"""Alarms: what in a base looks as if something went wrong with who is who.

Sizes and bridges are counted by a chore, a page of profiles at a time, and kept; the rest
is asked for when somebody looks. Nothing here holds a customer's values: profiles and
records are named by their ids.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from heapq import nlargest

from sqlalchemy import Connection

from connector.clock import micros, moment
from connector.identity.brakes import rate_of
from connector.identity.bridges import bridges
from connector.store import Store, alarms, brakes, members, pins
from connector.store.brakes import Brake
from connector.store.pins import key_of

SHAPES = "shapes"

# Profiles of fewer records than this are not looked at for bridges: two and two are the least that one can hold.
LEAST = 4
# Profiles and values that are named; the rest is counted.
MOST = 20
# How long a value that turned generic is news, and how long it is known.
NEWS, KNOWN = timedelta(days=7), timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Large:
    """A profile of many records."""

    profile_id: str
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridged:
    """A profile that one link, by `rule`, holds together.

    `parts`: the records on its sides, the smaller first. A guest's orders that say the same are one there.
    """

    profile_id: str
    records: int
    parts: tuple[int, int]
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Generic:
    """A value by which nobody is compared any more. `record` holds it; `source`: whose record was the last one."""

    kind: str
    standing: str
    record: str
    source: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeRate:
    """Joins per record of one source, lately and usually. `held`: its links that wait; `brake`: since when, or None."""

    source: str
    recent: float
    recent_records: int
    usual: float
    usual_records: int
    held: int
    brake: datetime | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """How things stand. `counted_at`: when sizes and bridges were counted; None: never yet."""

    counted_at: datetime | None
    largest: tuple[Large, ...]
    bridged_count: int
    bridged: tuple[Bridged, ...]
    generic_count: int
    generic: tuple[Generic, ...]
    rates: tuple[MergeRate, ...]
    reviews: int

    def told(self, large: int) -> list[str]:
        """What a person should look at, a sentence each. `large`: records from which a profile is an alarm."""
        return list(_told(self, large))


class Watch:
    """Counts, and tells."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self.store, self.clock = store, clock

    def count(self, workspace: str) -> None:
        """Count sizes and bridges anew, and keep them; forget what is no news any more."""
        now = self.clock()
        with self.store.reading() as connection:
            shapes = _shapes(connection, workspace)
        with self.store.transaction() as connection:
            alarms.keep(connection, workspace, SHAPES, shapes, micros(now))
            alarms.forget(connection, workspace, micros(now - KNOWN))

    def now(self, workspace: str) -> Alarms:
        """How things stand."""
        since = micros(self.clock() - NEWS)
        with self.store.reading() as connection:
            shapes, at = alarms.kept(connection, workspace, SHAPES) or ({}, None)
            generic = alarms.turned(connection, workspace, since, MOST)
            keys = brakes.keys(connection, [each.record_id for each in generic])
            return Alarms(
                counted_at=moment(at),
                largest=tuple(Large(**each) for each in shapes.get("largest", ())),
                bridged_count=shapes.get("bridged_count", 0),
                bridged=tuple(Bridged(**each | {"parts": tuple(each["parts"])}) for each in shapes.get("bridged", ())),
                generic_count=alarms.count_turned(connection, workspace, since),
                generic=tuple(
                    Generic(
                        kind=each.kind,
                        standing=each.standing,
                        record=key_of(*keys[each.record_id]),
                        source=each.source,
                        at=moment(each.at),
                    )
                    for each in generic
                ),
                rates=tuple(_rates(connection, workspace)),
                reviews=alarms.count_reviews(connection, workspace),
            )


def _shapes(connection: Connection, workspace: str) -> dict:
    largest: list[Large] = []
    bridged: list[Bridged] = []
    count = 0
    for page in alarms.sizes(connection, workspace, LEAST):
        largest = nlargest(MOST, [*largest, *(Large(profile_id=name, records=size) for name, size in page)], _size)
        found = list(_bridged(connection, workspace, dict(page)))
        count += len(found)
        bridged = nlargest(MOST, [*bridged, *found], lambda each: (each.parts[0], each.records, each.profile_id))
    return {
        "largest": [asdict(each) for each in largest],
        "bridged_count": count,
        "bridged": [asdict(each) for each in bridged],
    }


def _size(large: Large) -> tuple[int, str]:
    return large.records, large.profile_id


def _bridged(connection: Connection, workspace: str, sizes: Mapping[str, int]) -> Iterator[Bridged]:
    """Of these profiles those that one link holds together, two or more records on either side, and no person made."""
    # A guest's orders are one for this: what one of them says, all do.
    judged = members.judged_of(connection, workspace, sizes)
    owner = {each: name for each, name in members.members_of(connection, workspace, sizes).items() if each in judged}
    links: dict[str, dict[tuple[int, int], str]] = defaultdict(dict)
    for pair, rule in alarms.links_within(connection, owner).items():
        if owner[pair[0]] == owner[pair[1]]:
            links[owner[pair[0]]][pair] = rule
    pinned = _pinned(connection, workspace, owner) if pins.any_of(connection, workspace) else frozenset()
    records: dict[str, list[int]] = defaultdict(list)
    for record_id, name in owner.items():
        records[name].append(record_id)
    for name in sizes.keys() - pinned:
        splits = [split for split in bridges(records[name], links[name]) if min(map(len, split.parts)) > 1]
        if splits:
            worst = max(splits, key=lambda split: min(map(len, split.parts)))
            small, large = sorted(map(len, worst.parts))
            rule = links[name][tuple(sorted(worst.without))]
            yield Bridged(profile_id=name, records=sizes[name], parts=(small, large), rule=rule)


def _pinned(connection: Connection, workspace: str, owner: Mapping[int, str]) -> frozenset[str]:
    """The profiles in which people joined records: they know what holds these together."""
    ids = {key_of(*key): record_id for record_id, key in brakes.keys(connection, owner).items()}
    ends = {end for pin in pins.on(connection, workspace, ids) if pin.what == "link" for end in (pin.left, pin.right)}
    return frozenset(owner[ids[end]] for end in ends if end in ids)


def _rates(connection: Connection, workspace: str) -> Iterator[MergeRate]:
    held = brakes.count_held(connection, workspace)
    on: dict[str, Brake] = {brake.source: brake for brake in brakes.on(connection, workspace)}
    counted = brakes.rates(connection, workspace)
    for source in sorted({*counted, *held, *on}):
        rate = rate_of(counted.get(source, brakes.Counted()))
        yield MergeRate(
            source=source,
            recent=rate.recent.rate,
            recent_records=rate.recent.records,
            usual=rate.usual.rate,
            usual_records=rate.usual.records,
            held=held.get(source, 0),
            brake=moment(on[source].since) if source in on else None,
            why=on[source].why if source in on else "",
        )


def _told(alarms: Alarms, large: int) -> Iterator[str]:
    for rate in alarms.rates:
        if rate.brake:
            yield f"{rate.source}: its new links wait, {rate.held:,} so far: {rate.why}"
    big = [each for each in alarms.largest if each.records >= large]
    if big:
        yield f"{big[0].profile_id}: has {big[0].records:,} records, and {len(big)} profiles have {large} or more"
    if alarms.bridged_count:
        first = alarms.bridged[0]
        yield (
            f"{alarms.bridged_count:,} profiles hang on one link; the first is {first.profile_id}, "
            f"{first.parts[0]} and {first.parts[1]} records by {first.rule}"
        )
    if alarms.generic_count:
        yield f"{alarms.generic_count:,} values turned generic within {NEWS.days} days: nobody is compared by them"
