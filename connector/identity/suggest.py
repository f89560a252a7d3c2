"""Suggest: a batch look for pairs that no rule sees, by probability (Splink on DuckDB).

It adds to the review queue and never links: what it returns are pairs with a probability and
the fields that agree, for a person to decide on. Records are read a chunk at a time into a
database file of its own, which keeps to its memory and spills to its folder; both go at the end.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from connector.identity import splink_model
from connector.identity.evidence.record import Evidence
from connector.identity.partition import Key
from connector.identity.splink_model import COLUMNS, CROWD

# Records read, and pairs told, at once.
CHUNK = 10_000

# Fewer records than this say nothing of how alike strangers are: the shipped guess is better.
MEASURED = 2_000
# Pairs of strangers that are looked at for it.
PAIRS = 2_000_000

NEEDED = "visavis identity suggest needs Splink: pip install 'visavis[identity-suggest]'"


class NoSuggesterError(Exception):
    """The libraries that suggest are not installed; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Two records that may be one person. `left` is the smaller key; `probability` as the model has it."""

    left: Key
    right: Key
    probability: float


@dataclass(slots=True, kw_only=True)
class Suggester:
    """Looks for pairs in all records that it is given.

    `memory`: MiB that DuckDB may take; `least`: the smallest probability told; `folder`: where the database file may
    be for as long as a run takes (None: the system's).
    """

    memory: int = 1024
    threads: int = 2
    least: float = 0.9
    folder: Path | None = None

    @contextmanager
    def suggestions(
        self, evidence: Iterable[Evidence], progress: Callable[[int], None] | None = None
    ) -> Iterator[Iterator[list[Suggestion]]]:
        """Chunks of suggestions, the likeliest first, for as long as the context lasts. Raises NoSuggesterError."""
        if not (find_spec("splink") and find_spec("duckdb")):
            raise NoSuggesterError(NEEDED)
        import duckdb  # noqa: PLC0415 - an extra

        with TemporaryDirectory(prefix="suggest-", dir=self.folder) as folder:
            limits = {"memory_limit": f"{self.memory}MiB", "threads": self.threads, "temp_directory": f"{folder}/spill"}
            with duckdb.connect(f"{folder}/people.duckdb", config=limits) as database:
                records = _load(database, Path(folder, "told.json"), evidence, progress)
                yield _found(database, self._predicted(database, records)) if records > 1 else iter(())

    def _predicted(self, database: Any, records: int) -> str:
        """The table of pairs and their probabilities."""
        from splink import DuckDBAPI, Linker  # noqa: PLC0415 - an extra

        people = DuckDBAPI(database).register("people")
        # Its progress is for whoever runs a notebook.
        linker = Linker(people, splink_model.settings(records), log_level=logging.ERROR)
        if records >= MEASURED:
            linker.training.estimate_u_using_random_sampling(max_pairs=PAIRS, seed=1)
        found = linker.inference.predict(threshold_match_probability=self.least, warning_mode="never")
        return found.physical_name


def _load(database: Any, told: Path, evidence: Iterable[Evidence], progress: Callable[[int], None] | None) -> int:
    """Write all records into the file `told`, and then into the table `people`; how many of them share a key."""
    count, everybody = 0, iter(evidence)
    with told.open("wb") as file:
        while part := [splink_model.row(each) for each in islice(everybody, CHUNK)]:
            file.writelines(orjson.dumps(dict(zip(COLUMNS, row, strict=True))) + b"\n" for row in part)
            count += len(part)
            if progress:
                progress(count)
    kinds = ", ".join(f"{name}: '{kind}'" for name, kind in COLUMNS.items())
    database.execute(
        f"CREATE TABLE told AS FROM read_json($file, format='newline_delimited', columns={{{kinds}}})",
        {"file": str(told)},
    )
    others = ", ".join(name for name in COLUMNS if name != "blocks")
    # Keys that one record has lead to nobody, and those of a crowd to everybody.
    database.execute("CREATE TABLE keys AS SELECT unique_id, unnest(blocks) AS block FROM told")
    database.execute(
        f"CREATE TABLE good AS SELECT block FROM keys GROUP BY block HAVING count(*) BETWEEN 2 AND {CROWD}"  # noqa: S608
    )
    database.execute(
        "CREATE TABLE met AS SELECT unique_id, list(block ORDER BY block) AS blocks "
        "FROM keys JOIN good USING (block) GROUP BY unique_id"
    )
    database.execute(f"CREATE TABLE people AS SELECT {others}, met.blocks FROM told JOIN met USING (unique_id)")  # noqa: S608
    for table in ("told", "keys", "good", "met"):
        database.execute(f"DROP TABLE {table}")
    return database.execute("SELECT count(*) FROM people").fetchall()[0][0]


def _found(database: Any, table: str) -> Iterator[list[Suggestion]]:
    told = database.execute(
        "SELECT least(unique_id_l, unique_id_r) AS one, greatest(unique_id_l, unique_id_r) AS other, "  # noqa: S608
        f"max(match_probability) AS sure FROM {table} GROUP BY one, other ORDER BY sure DESC, one, other"
    )
    while part := told.fetchmany(CHUNK):
        yield [Suggestion(left=left, right=right, probability=sure) for left, right, sure in part]
