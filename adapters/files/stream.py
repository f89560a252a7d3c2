"""What the streams of files share: which file is read next, from where, and what its rows are.

An item is all that a file says of one thing: `{"file", "numbers", "columns", "rows"}`, and for a
row that is broken as a whole `{"file", "numbers", "broken"}`. The cursor holds the digests of the
files that were read, and the place in the one being read. What a file is called doesn't matter.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from json import dumps, loads
from typing import TYPE_CHECKING, Any

from adapters.base import Page, Raw, RecordError, Stream, UnavailableError
from adapters.base.adapter import SURPRISES
from adapters.files.cells import UnreadableError
from adapters.files.found import BLOCK, Found, look, paths
from adapters.files.mapping import Table
from adapters.files.readers import Row, read
from adapters.files.rows import Mapped, identity, rows_of
from adapters.files.spool import Group, Spool

if TYPE_CHECKING:
    from adapters.files.adapter import Files

# How many bytes show whether a file has the right columns.
GLANCE = BLOCK


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The cursor. `mapping` is the digest of the settings: with another mapping every file is read anew."""

    mapping: str
    done: tuple[str, ...] = ()
    reading: str | None = None
    row: int = 0

    @classmethod
    def of(cls, cursor: str | None, mapping: str) -> "Place":
        told = loads(cursor) if cursor else {}
        if told.get("mapping") != mapping:
            return cls(mapping=mapping)
        return cls(**{**told, "done": tuple(told.get("done", ()))})

    def cursor(self) -> str:
        return dumps({name: value for name, value in asdict(self).items() if value})


class BrokenRowError(RecordError):
    """A record error that says where in which file."""


class FileStream(Stream):
    """One kind of thing, from all the files that its settings mean."""

    adapter: "Files"
    # True when several rows make one thing; else the last row of an id is the thing.
    whole = False

    def __init__(self, adapter: "Files") -> None:
        super().__init__(adapter)
        self.table: Table = adapter.tables[self.name]
        self.complete = self.table.complete
        self.where = f"{adapter.source}.{self.name}"
        # Where the files lie doesn't change what they say.
        told = repr(replace(self.table, paths=(), complete=False))
        self.mapping = blake2b(told.encode(), digest_size=8).hexdigest()
        self._files: list[Found] = []
        self._spooled: tuple[str, Spool] | None = None
        self._next: str | None = None

    def fetch(self, cursor: str | None) -> Page:
        place, size = Place.of(cursor, self.mapping), self.adapter.settings["page_size"]
        files = self._found(cursor)
        unread = [file for file in files if file.digest not in place.done]
        # Only what lies there is remembered: a cursor does not grow with the years.
        done = tuple(dict.fromkeys(file.digest for file in files if file.digest in place.done))
        if not unread:
            return self._page([], Place(mapping=self.mapping, done=done), more=False)
        file = next((one for one in unread if one.digest == place.reading), unread[0])
        start = place.row if file.digest == place.reading else 0
        spool = self._spool(file)
        groups = spool.groups(start, size)
        items = [self._item(file, spool, group) for group in groups]
        total = spool.size if len(files) == 1 else None
        if len(groups) == size:
            after = Place(mapping=self.mapping, done=done, reading=file.digest, row=groups[-1].first)
            return self._page(items, after, more=True, total=total)
        self._close()
        after = Place(mapping=self.mapping, done=(*done, file.digest))
        return self._page(items, after, more=any(one.digest != file.digest for one in unread), total=total)

    def look(self) -> None:
        """See that the files are there and have the columns of the mapping."""
        for path in self._paths():
            read(look(path, most=GLANCE), self.table, self.where)

    def record(self, raw: Raw) -> Any:
        try:
            return super().record(raw)
        except BrokenRowError:
            raise
        except RecordError as error:
            columns = self._columns(error.fields)
            what = f"cannot be read: {', '.join(columns)}" if columns else str(error).rpartition(": ")[2]
            raise self._broken(raw, what, error.fields) from None

    def translate(self, raw: Raw) -> dict[str, Any]:
        if "broken" in raw:
            raise self._broken(raw, raw["broken"], {})
        try:
            told = self.told([Mapped(row, self.table.fields, self.table.reading) for row in rows_of(raw)])
        except UnreadableError as error:
            raise self._broken(raw, str(error), {column: [error.why] for column in error.columns}) from None
        return {name: value for name, value in told.items() if value is not None}

    def told(self, rows: list[Mapped]) -> dict[str, Any]:
        """The thing that its rows tell of."""
        raise NotImplementedError

    # Files and their rows.

    def _paths(self) -> list[Any]:
        found = paths(self.table.paths, self.adapter.settings["folder"])
        if not found:
            raise UnavailableError(f"{self.where}: there is no file at {', '.join(self.table.paths)}")
        return found

    def _found(self, cursor: str | None) -> list[Found]:
        # Within a run the files are looked at once. A cursor of somebody else's run begins another.
        if cursor is None or cursor != self._next:
            self._close()
            self._files = [look(path) for path in self._paths()]
        return self._files

    def _spool(self, file: Found) -> Spool:
        if self._spooled and self._spooled[0] == file.digest:
            return self._spooled[1]
        self._close()
        sheet = read(file, self.table, self.where)
        places = {column: place for place, column in enumerate(sheet.columns)}
        spool = Spool(sheet, lambda row: self._key(row, places), whole=self.whole, skip=self.table.derived)
        self._spooled = (file.digest, spool)
        if file.changed():
            self._close()
            self._next = None  # look again
            raise UnavailableError(f"{self.where} {file.name}: is being written to")
        return spool

    def _key(self, row: Row, places: Mapping[str, int]) -> str | None:
        """What a row belongs to; None when that cannot be read, and then it stands alone."""
        if isinstance(row, str):
            return None
        field = self.table.fields["external_id"][0]
        of_field = {column: row[places[column]] for column in field.columns} if isinstance(row, list) else row
        try:
            return identity(of_field, field)
        except UnreadableError:
            return None

    def _item(self, file: Found, spool: Spool, group: Group) -> Raw:
        told: dict[str, Any] = {"file": file.name, "numbers": [number for number, _ in group.rows]}
        rows = [row for _, row in group.rows]
        if isinstance(rows[0], str):
            return told | {"broken": rows[0]}
        return told | ({"columns": spool.columns} if spool.columns else {}) | {"rows": rows}

    def _page(self, items: list[Raw], place: Place, *, more: bool, total: int | None = None) -> Page:
        cursor = place.cursor()
        self._next = cursor if more else None
        return Page(items=items, cursor=cursor, more=more, total=total)

    def _close(self) -> None:
        if self._spooled:
            self._spooled[1].close()
        self._spooled = None

    def _broken(self, raw: Raw, what: str, fields: Mapping[str, Any]) -> "BrokenRowError":
        """The error with file and row in it, which is where a person mends it."""
        numbers = _numbers(raw)
        rows = f"row {numbers[0]}" + (f" to {numbers[-1]}" if len(numbers) > 1 else "")
        return BrokenRowError(
            f"{self.where} {raw.get('file')} {rows}: {what}", external_id=self._id(raw), fields=fields
        )

    def _id(self, raw: Raw) -> str | None:
        """Which thing a broken item is about; None when even that cannot be read."""
        try:
            return identity(rows_of(raw)[0], self.table.fields["external_id"][0])
        except SURPRISES:
            return None

    def _columns(self, fields: Mapping[str, Any]) -> list[str]:
        """The columns behind wrong fields. A field without a column is named by itself."""
        found: list[str] = []
        for name, inner in fields.items():
            of_lines = name == "lines" and isinstance(inner, dict)
            names = {part for line in inner.values() if isinstance(line, dict) for part in line} if of_lines else {name}
            mapped = self.table.lines if of_lines else self.table.fields
            for one in sorted(names):
                columns = [column for field in mapped.get(one, ()) for column in field.columns]
                found += columns or [one]
        return list(dict.fromkeys(found))


def _numbers(raw: Raw) -> list[Any]:
    told = raw.get("numbers")
    return [number for number in told if isinstance(number, int)] or ["?"] if isinstance(told, list) else ["?"]
