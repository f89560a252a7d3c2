"""Items into records: what both ways in, pull and push, do with what a source brings."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from adapters.base import RecordError, Stream
from connector.store import quarantine
from connector.store.quarantine import Broken
from schemas.records import Record


@dataclass(slots=True)
class Read:
    """The records of some items, and the items that are none."""

    records: list[Record] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)

    def add(self, stream: Stream, raws: Iterable[Any]) -> None:
        """Translate items; a broken one is set aside and stops nothing."""
        for raw in raws:
            try:
                self.records.append(stream.record(raw))
            except RecordError as error:
                self.broken.append(broken(stream.name, raw, error))

    def settle(self, connection: Connection, workspace: str, source: str, at: int) -> None:
        """Written with the records: what is broken into quarantine, and out of it what arrived whole."""
        quarantine.clear(connection, workspace, source, ((each.stream, each.external_id) for each in self.records))
        quarantine.put(connection, workspace, source, self.broken, at)


def broken(stream: str, raw: Any, error: RecordError) -> Broken:
    # An item may be anything that JSON can say; what is kept is always an object.
    kept = raw if hasattr(raw, "items") else {"item": raw}
    return Broken(stream=stream, external_id=error.external_id, reason=str(error), fields=error.fields, raw=kept)
