"""Kills a first sync at random moments and compares what comes out with an undisturbed one.

    python -m benchmarks.kill --people 2000 --kills 20

Compared are the records, their handles and evidence, the verdicts on them, who belongs to which profile, the
built documents and the quarantine. Exits with 1 when they differ.
"""

import argparse
import hashlib
import random
import signal
import subprocess
import time

import orjson
import sqlalchemy

from benchmarks.company import Company, company
from benchmarks.machine import console, introduce, table

# What each run writes anew, or what depends on when it ran.
PASSING = {"seen_at", "listed_by", "made_at", "made_by", "built_at", "created_at", "id", "etag", "raw"}

COMPARED = ("records", "identifiers", "record_contacts", "evidence", "verdicts", "members", "profiles", "quarantine")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    asked = parser.parse_args()
    introduce(f"kill -9 at {asked.kills} random moments of a first sync ({asked.database})")
    with company(asked.people, asked.database) as calm:
        started = time.perf_counter()
        _finish(calm)
        seconds = time.perf_counter() - started
        expected = fingerprint(calm)
    with company(asked.people, asked.database) as stormy:
        killed = storm(stormy, asked.kills, seconds, random.Random(asked.seed))
        _finish(stormy)
        found = fingerprint(stormy)
    rows = table("what:", "undisturbed", "killed", "equal")
    for name, (count, digest) in expected.items():
        rows.add_row(name, f"{count:,}", f"{found[name][0]:,}", "yes" if found[name] == (count, digest) else "NO")
    console.print(rows)
    console.print(f"killed {killed} times; an undisturbed sync took {seconds:.1f} s")
    if found != expected or killed < asked.kills:
        raise SystemExit(1)


def storm(stormy: Company, kills: int, seconds: float, chance: random.Random) -> int:
    """Start a sync and kill it, again and again; how often it was killed before it came to its end."""
    killed = 0
    while killed < kills:
        process = stormy.visavis("sync")
        try:
            # Long enough that each run gets somewhere, short enough that none gets to the end.
            process.wait(chance.uniform(0.3, max(1.0, seconds / 4)))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
        else:
            # It came to the end: what is killed from here on is a full read.
            while killed < kills:
                process = stormy.visavis("sync", "--full")
                time.sleep(chance.uniform(0.3, seconds))
                process.send_signal(signal.SIGKILL)
                process.wait()
                killed += 1
    return killed


def _finish(measured: Company) -> None:
    """Sync to the end, then once more, so that both have seen the same look-back."""
    for _ in range(2):
        code, *_ = measured.measured("sync")
        if code:
            raise SystemExit((measured.folder / "words").read_text()[-4000:])


def fingerprint(measured: Company) -> dict[str, tuple[int, str]]:
    """Of each table: how many rows, and a digest of what they say, whatever their row ids."""
    with measured.engine().connect() as connection:
        keys = {
            row.id: f"{row.source}/{row.kind}/{row.external_id}"
            for row in connection.execute(sqlalchemy.text("SELECT id, source, kind, external_id FROM records"))
        }
        return {name: _digest(connection, name, keys) for name in COMPARED}


def _digest(connection: sqlalchemy.Connection, name: str, keys: dict[int, str]) -> tuple[int, str]:
    said = []
    # A profile's id lasts; its version is the time at which it was built.
    passing = (PASSING | {"version"}) - {"id"} if name == "profiles" else PASSING
    for row in connection.execute(sqlalchemy.text(f"SELECT * FROM {name}")).mappings():
        kept = {column: value for column, value in row.items() if column not in passing}
        for column in ("record_id", "left_id", "right_id"):
            if column in kept:
                kept[column] = keys[kept[column]]
        if {"left_id", "right_id"} <= kept.keys():
            kept["ends"] = sorted((kept.pop("left_id"), kept.pop("right_id")))
        if kept.get("document"):
            kept["document"] = _lasting(orjson.loads(bytes(kept["document"])))
        said.append(orjson.dumps(kept, default=lambda other: bytes(other).hex(), option=orjson.OPT_SORT_KEYS))
    return len(said), hashlib.sha256(b"\n".join(sorted(said))).hexdigest()


def _lasting(value: object) -> object:
    """A document without the times at which we happened to build it and see its records."""
    if isinstance(value, dict):
        return {name: _lasting(inner) for name, inner in value.items() if name not in ("built_at", "seen_at")}
    return [_lasting(inner) for inner in value] if isinstance(value, list) else value


if __name__ == "__main__":
    main()
