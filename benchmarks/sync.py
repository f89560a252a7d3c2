"""What a first sync costs, end to end: from the vendors' HTTP to profiles in the cache.

    python -m benchmarks.sync --people 10000 100000 --database sqlite postgresql

The vendors' stand-ins run beside it and take a share of the same cores. `of the first` compares
each size with the first one of the same database: it should not fall. `a second of work` counts only
the seconds that the sync itself was on a core, which depends less on what else the machine does.
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
    columns = "records/s", "of the first", "a second of work", "peak MiB"
    rows = table("database:", "people", "records", "profiles", "seconds", *columns)
    for database in asked.database:
        first = None
        for people in asked.people:
            records, profiles, seconds, peak, work = measure(people, database)
            rate = records / seconds
            first = first or rate
            figures = f"{people:,}", f"{records:,}", f"{profiles:,}", f"{seconds:.1f}", f"{rate:,.0f}"
            rows.add_row(database, *figures, f"{rate / first:.2f}", f"{records / work:,.0f}", f"{peak:.0f}")
            told = f"{rate:,.0f} records/s, {records / work:,.0f} a second of work"
            console.print(f"{database} {people:,}: {told}", style="dim")
    console.print(rows)


def measure(people: int, database: str) -> tuple[int, int, float, float, float]:
    """Records, profiles, seconds, peak MiB and seconds of its own work of one first sync."""
    with company(people, database) as measured:
        started = time.perf_counter()
        code, peak, work = measured.measured("sync")
        seconds = time.perf_counter() - started
        if code:
            raise SystemExit((measured.folder / "words").read_text()[-4000:])
        profiles = measured.count("profiles WHERE document IS NOT NULL")
        return measured.count("records"), profiles, seconds, peak, work


if __name__ == "__main__":
    main()
