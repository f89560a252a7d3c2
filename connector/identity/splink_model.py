"""The model by which Splink looks for pairs that no rule sees: what is compared, and what agreement is worth.

It names columns and comparisons and no database: Splink writes the SQL for DuckDB, Spark or
PostgreSQL from it. For a base that no longer fits one machine, give the rows of `COLUMNS` as
a table to `splink.SparkAPI` (or `splink.backends.postgres.PostgresAPI`) in place of DuckDB's,
with `settings` as it is; `suggest.Suggester` does no more than that.

`m`: how often two records of one person are that alike; shipped, for it is people's slips and
habits. `u`: how often two strangers are; a guess that is replaced by what is measured in the
base, once it is large enough.
"""

from collections.abc import Iterator
from typing import Any

from connector.identity.evidence.record import Evidence

# One row for each record. Lists hold what one person may have several of; `blocks` are the keys by which two
# records meet at all, without those that a crowd has.
COLUMNS = {
    "unique_id": "VARCHAR",
    "given": "VARCHAR",
    "family": "VARCHAR",
    "birth": "VARCHAR",
    "place": "VARCHAR",
    "home": "VARCHAR",
    "emails": "VARCHAR[]",
    "mailboxes": "VARCHAR[]",
    "phones": "VARCHAR[]",
    "accounts": "VARCHAR[]",
    "blocks": "VARCHAR[]",
}

# More records than this at one key are not compared by it: what a run costs is then bounded by how many there are.
CROWD = 50


def row(evidence: Evidence) -> tuple[Any, ...]:
    """What the model knows of a record, in the order of COLUMNS."""
    name, home = evidence.name, evidence.home
    return (
        evidence.key,
        " ".join(name.given) or None,
        " ".join(name.family) or None,
        _day(evidence),
        (home.place or home.city or None) if home else None,
        (f"{home.house} {home.street}".strip() or None) if home else None,
        list(evidence.emails),
        [each.partition("@")[0] for each in evidence.emails],
        list(evidence.national_phones),
        [*evidence.socials, *evidence.handles],
        sorted(set(_blocks(evidence))),
    )


def _day(evidence: Evidence) -> str | None:
    return "{:04}-{:02}-{:02}".format(*evidence.birth) if evidence.birth else None


def _blocks(evidence: Evidence) -> Iterator[str]:
    """The keys by which the rules find it, and looser ones: for what the rules do not see."""
    yield from (value for value in evidence.values if value[0] != "x")
    given, family, home = evidence.name.first, "".join(evidence.name.family), evidence.home
    if family:
        yield from (f"local {each.partition('@')[0]} {family[:2]}" for each in evidence.emails)
        if home and home.place:
            yield f"near {home.place} {family[:3]} {given[:1]}"
        if home and home.house:
            yield f"house {home.house}{home.street} {family[:2]}"
    if evidence.birth:
        yield from (f"born {_day(evidence)} {name[:3]}" for name in (given, family) if name)


def settings(records: int) -> Any:
    """Splink's settings for a base of so many records."""
    import splink.comparison_library as cl  # noqa: PLC0415 - an extra, and slow to import
    from splink import SettingsCreator, block_on  # noqa: PLC0415

    def shared(column: str, m: float, u: float) -> Any:
        return cl.ArrayIntersectAtSizes(column, 1).configure(m_probabilities=[m, 1 - m], u_probabilities=[u, 1 - u])

    def spelt(column: str, u: float) -> Any:
        like = cl.JaroWinklerAtThresholds(column, [0.92, 0.85])
        return like.configure(m_probabilities=[0.8, 0.09, 0.04, 0.07], u_probabilities=[u, u / 2, u * 2, 1 - 3.5 * u])

    slips = cl.DamerauLevenshteinAtThresholds("birth", [1, 2])
    return SettingsCreator(
        link_type="dedupe_only",
        # Each record has about one more of its person: what is usual for a base worth linking.
        probability_two_random_records_match=min(0.01, 1 / max(1, records)),
        comparisons=[
            spelt("given", 0.005),
            spelt("family", 0.002),
            slips.configure(m_probabilities=[0.9, 0.05, 0.02, 0.03], u_probabilities=[0.0001, 0.001, 0.005, 0.9939]),
            cl.ExactMatch("place").configure(m_probabilities=[0.8, 0.2], u_probabilities=[0.005, 0.995]),
            cl.JaroWinklerAtThresholds("home", [0.9]).configure(
                m_probabilities=[0.7, 0.1, 0.2], u_probabilities=[0.0005, 0.003, 0.9965]
            ),
            shared("emails", 0.6, 0.0001),
            shared("mailboxes", 0.7, 0.002),
            shared("phones", 0.6, 0.0002),
            shared("accounts", 0.3, 0.00005),
        ],
        blocking_rules_to_generate_predictions=[block_on("blocks", arrays_to_explode=["blocks"])],
        retain_matching_columns=False,
    )
