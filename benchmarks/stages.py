"""Where the time of a first sync goes: each stage by itself, in one process and one after another.

    python -m benchmarks.stages --people 2000

Seconds are told twice: by the clock, and of this process's own work, which depends less
on what else the machine does (the stand-ins, the database server and Valkey have their own).
A record passes all stages but the last two, which are told in profiles.
"""

import argparse
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from adapters.base import RecordError, Stream, UnsupportedError
from benchmarks.company import Company, company
from benchmarks.machine import console, introduce, table
from connector.bootstrap import Parts, assemble
from connector.settings import load

ABOUT = {
    "fetch": "the vendor's HTTP, page by page",
    "translate": "the adapter's own words into ours",
    "schema": "the check, and handles made equal",
    "intake": "records, links and members into the store",
    "rebuild": "from the store to documents and back",
    "cache": "documents and handles into Valkey",
}
OF_PROFILES = ("rebuild", "cache")


@dataclass(slots=True)
class Watch:
    """Seconds by the clock and of work, for each stage."""

    clock: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    work: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    @contextmanager
    def on(self, stage: str) -> Iterator[None]:
        clock, work = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.clock[stage] += time.perf_counter() - clock
            self.work[stage] += time.process_time() - work

    def watched(self, stage: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **options: Any) -> Any:
            with self.on(stage):
                return call(*args, **options)

        return timed

    def take_out(self, inner: str, outer: str) -> None:
        """What `inner` took was counted in `outer` too."""
        for seconds in (self.clock, self.work):
            seconds[outer] -= seconds[inner]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--streams", action="store_true", help="a table per stream too")
    asked = parser.parse_args()
    introduce(f"A first sync of {asked.people:,} people by stages ({asked.database})")
    with company(asked.people, asked.database) as measured, program(measured) as parts:
        watch, records = Watch(), 0
        for source in parts.sources.names():
            for stream in parts.adapter(source).streams.values():
                each = Watch()
                count = read(parts, stream, each)
                records += count
                for stage in each.clock:
                    watch.clock[stage] += each.clock[stage]
                    watch.work[stage] += each.work[stage]
                if asked.streams and count:
                    show(each, count, 0, f"{source} {stream.name}")
        show(watch, records, rebuild(parts, watch), "all")


@contextmanager
def program(measured: Company) -> Iterator[Parts]:
    """The program's parts as the company set them up, in this process."""
    with mock.patch.dict(os.environ, measured.environ):
        settings = load(measured.environ)
    with assemble(settings) as parts:
        yield parts


def read(parts: Parts, stream: Stream, watch: Watch) -> int:
    """Read a stream to its end, each page through all stages; how many records it brought."""
    count, cursor, more = 0, None, True
    workspace = parts.sources.workspace(stream.adapter.source)
    while more:
        try:
            with watch.on("fetch"):
                page = stream.pull(cursor)
        except UnsupportedError:
            # It only comes by webhook.
            break
        cursor, more = page.cursor, page.more
        with watch.on("translate"):
            for raw in page.items:
                stream.translate(raw)
        with watch.on("schema"):
            records = [record for record in map(lambda raw: _record(stream, raw), page.items) if record]
        with watch.on("intake"):
            parts.intake.take(workspace, records)
        count += len(records)
    watch.take_out("translate", "schema")
    return count


def rebuild(parts: Parts, watch: Watch) -> int:
    """Build what is marked; how many profiles."""
    names = ("reserve", "fill", "put_many")
    timed = {name: watch.watched("cache", getattr(parts.cache, name)) for name in names}
    timed_events = watch.watched("cache", parts.events.publish_many)
    with (
        mock.patch.multiple(parts.cache, **timed),
        mock.patch.object(parts.events, "publish_many", timed_events),
        watch.on("rebuild"),
    ):
        built = parts.rebuild.run()
    watch.take_out("cache", "rebuild")
    return built


def show(watch: Watch, records: int, profiles: int, title: str) -> None:
    rows = table("stage:", "seconds", "of all", "a second", "of work", "a second of work", "what:")
    whole = sum(watch.clock.values())
    for stage, about in ABOUT.items():
        if stage in watch.clock:
            clock, work = max(watch.clock[stage], 1e-9), max(watch.work[stage], 1e-9)
            count = profiles if stage in OF_PROFILES else records
            figures = f"{clock:.2f}", f"{clock / whole:.0%}", f"{count / clock:,.0f}", f"{work:.2f}"
            rows.add_row(stage, *figures, f"{count / work:,.0f}", about)
    console.print(rows)
    work = sum(watch.work.values())
    console.print(
        f"{title}: {records:,} records and {profiles:,} profiles in {whole:.1f} s "
        f"({records / whole:,.0f} records/s; {records / work:,.0f} a second of work)"
    )


def _record(stream: Stream, raw: Any) -> Any:
    try:
        return stream.record(raw)
    except RecordError:
        return None


if __name__ == "__main__":
    main()
