"""Brakes in the store: which links have to wait now, and which sources have just begun to join too many.

Two things hold a link: the brake of a source, pulled by a jump of its merge rate, and the
undoing of an import, which a person asked for. Either stands in the store, so that every
worker goes by it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Connection

from connector.identity.brake import Rate, Thresholds, Took, Waits
from connector.identity.evidence.record import Evidence
from connector.identity.partition import Cluster, Key
from connector.store import brakes
from connector.store.brakes import Brake, Counted

# When nothing else is set.
USUAL = Thresholds()

IdOf = Callable[[Key], int | None]


@dataclass(frozen=True, slots=True)
class Brakes:
    """What the resolver asks. `when`: the thresholds of a jump, or None: no source is ever stopped."""

    when: Thresholds | None = USUAL

    def waits(self, connection: Connection, workspace: str, id_of: IdOf) -> Waits:
        """Whether the link of two records has to wait, as things stand when it is first asked."""

        @cache
        def standing() -> tuple[set[str], bool]:
            # Most changes begin no link.
            return {brake.source for brake in brakes.on(connection, workspace)}, brakes.any_undone(
                connection, workspace
            )

        def waits(left: Evidence, right: Evidence) -> bool:
            braked, has_undone = standing()
            if left.source in braked or right.source in braked:
                return True
            ends = (id_of(left.key), id_of(right.key)) if has_undone else (None, None)
            return None not in ends and brakes.is_undone(connection, *ends)

        return waits

    def took(self, connection: Connection, workspace: str, told: Mapping[str, Took], at: int) -> list[str]:
        """Count what was taken in, by source; the sources that have jumped, whose brake is on from here."""
        if self.when is None or not told:
            return []
        braked = {brake.source for brake in brakes.on(connection, workspace)}
        # What comes while a brake is on joins nobody, and says nothing of what is usual.
        counted = {source: took for source, took in told.items() if source not in braked}
        known = brakes.rates(connection, workspace, counted)
        rates = {source: rate_of(known.get(source, Counted())) for source in counted}
        jumped = sorted(source for source, took in counted.items() if rates[source].jumped(took, self.when))
        after = {
            source: Rate(recent=rates[source].recent + took, usual=rates[source].usual)
            if source in jumped
            else rates[source].after(took)
            for source, took in counted.items()
        }
        brakes.put_rates(connection, workspace, {source: counted_of(rate) for source, rate in after.items()}, at)
        brakes.pull(connection, workspace, [_brake(source, after[source], at) for source in jumped])
        return jumped


# For what is no sync: nothing is counted. What waits goes on waiting.
NO_BRAKES = Brakes(when=None)


def by_source(
    changed: Iterable[Key], clusters: Iterable[Cluster], before: Callable[[Key], str | None]
) -> dict[str, Took]:
    """What each source's changed records did: how many there are, and how many profiles they joined to others.

    `before`: the profile of a record before. What a cluster joined counts for the first of its changed records.
    """
    taken = set(changed)
    counted: Counter[str] = Counter(map(_source, taken))
    joined: Counter[str] = Counter()
    for cluster in clusters:
        met = {profile for key in cluster if (profile := before(key))}
        new = [key for key in cluster if key in taken]
        if len(met) > 1 and new:
            joined[_source(min(new))] += len(met) - 1
    return {source: Took(count, joined[source]) for source, count in counted.items()}


def rate_of(told: Counted) -> Rate:
    return Rate(recent=Took(told.recent_records, told.recent_joins), usual=Took(told.usual_records, told.usual_joins))


def counted_of(rate: Rate) -> Counted:
    return Counted(rate.recent.records, rate.recent.joins, rate.usual.records, rate.usual.joins)


def _brake(source: str, rate: Rate, at: int) -> Brake:
    why = (
        f"{rate.recent.joins:,} of its last {rate.recent.records:,} records joined people who were apart "
        f"({rate.recent.rate:.1%}; usual: {rate.usual.rate:.1%})"
    )
    return Brake(source, at, why, "")


def _source(key: Key) -> str:
    return key.partition(":")[0]
