"""What a first sync costs, end to end: from the vendors' HTTP to profiles in the cache.

    python -m benchmarks.sync --people 10000 100000 --database sqlite postgresql

The vendors' stand-ins run beside it and take a share of the same cores. The last column
compares each size with the first one of the same database: it should not fall.
"""

import argparse
import time

from benchmarks.company import company
from benchmarks.machine import console, introduce, table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--database", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite"])
    asked = parser.parse_args()
    introduce("First sync, end to end")
    rows = table("database:", "people", "records", "profiles", "seconds", "records/s", "peak MiB", "of the first")
    for database in asked.database:
        first = None
        for people in asked.people:
            records, profiles, seconds, peak = measure(people, database)
            rate = records / seconds
            first = first or rate
            figures = f"{people:,}", f"{records:,}", f"{profiles:,}", f"{seconds:.1f}", f"{rate:,.0f}", f"{peak:.0f}"
            rows.add_row(database, *figures, f"{rate / first:.2f}")
            console.print(f"{database} {people:,}: {rate:,.0f} records/s", style="dim")
    console.print(rows)


def measure(people: int, database: str) -> tuple[int, int, float, float]:
    """Records, profiles, seconds and peak MiB of one first sync."""
    with company(people, database) as measured:
        started = time.perf_counter()
        code, peak = measured.measured("sync")
        seconds = time.perf_counter() - started
        if code:
            raise SystemExit((measured.folder / "words").read_text()[-4000:])
        return measured.count("records"), measured.count("profiles WHERE document IS NOT NULL"), seconds, peak


if __name__ == "__main__":
    main()
