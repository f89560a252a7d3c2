"""What the streams share: asking for what an org has of an object, page by page or by id."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from adapters.base import Page, Raw, Stream
from adapters.salesforce.cursor import Cursor, written
from adapters.salesforce.facts import MOST_ROWS
from adapters.salesforce.org import LostLocatorError
from adapters.salesforce.soql import Children, Selection
from adapters.salesforce.words import at
from schemas.identifiers import salesforce_id

ID = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")

# Salesforce's last change to a row; the second where a describe says that the first can't be filtered by.
STAMPS = ("SystemModstamp", "LastModifiedDate")

# As many ids as leave a query's URL well below the 16,384 bytes that Salesforce reads.
IDS_AT_ONCE = 200


class SalesforceStream(Stream):
    """One object. A subclass states its name, fields and translation.

    An org may lack any of the `fields` besides those of ALWAYS (an edition, a feature that is off, a permission):
    what it lacks is not asked for. `children` are lists below the object.
    """

    object: ClassVar[str]
    fields: ClassVar[tuple[str, ...]]
    children: ClassVar[Children] = {}
    # What is purged from the recycle bin is in no query: only a full read finds out.
    complete = True

    ALWAYS: ClassVar[tuple[str, ...]] = ("Id", "IsDeleted", "SystemModstamp", "CreatedDate")

    def fetch(self, cursor: str | None) -> Page:
        here = Cursor.of(cursor, self.adapter.clock())
        limit = max(1, min(self.adapter.settings["page_size"], MOST_ROWS))
        rows, done, selection = self.adapter.org.rows(
            self._selection(), lambda wanted: wanted.page(here.position, limit), limit
        )
        is_last = done and len(rows) < limit
        total = here.total if here.seen else self._total(here, selection, None if here.is_full else is_last, rows)
        here = here.after(rows[-1], selection.stamp, len(rows), total) if rows else here
        # Some servers cap their pages without saying so: then the count knows that there is more.
        more = bool(rows) and (not is_last or here.seen < (total or 0))
        ended = here if more else here.ended(self.adapter.settings["lookback_seconds"])
        return Page(items=rows, cursor=ended.text(), more=more, total=total)

    def read(self, external_ids: Sequence[str]) -> Iterable[Raw]:
        asked = list(dict.fromkeys(map(salesforce_id, external_ids)))
        known = [each for each in asked if ID.fullmatch(each)]
        found = set()
        for start in range(0, len(known), IDS_AT_ONCE):
            some = known[start : start + IDS_AT_ONCE]
            rows, done, _ = self.adapter.org.rows(
                self._selection(), lambda wanted, some=some: wanted.of(some), len(some)
            )
            if not done and len(rows) < len(some):
                # Half of an answer must not make the other half seem gone.
                raise LostLocatorError(f"{self.adapter.source}.{self.name} items: the rest of an answer was lost")
            found.update(salesforce_id(row["Id"]) for row in rows)
            yield from rows
        for each in asked:
            if each not in found:
                yield from self.gone(each)

    def gone(self, row_id: str) -> Iterable[Raw]:
        """Items for a row that no query brings any more: it is purged, or hidden from this user."""
        yield {"Id": row_id, "IsDeleted": True, "SystemModstamp": written(self.adapter.clock())}

    def translate(self, raw: Raw) -> dict[str, Any]:
        told: dict[str, Any] = {"external_id": salesforce_id(raw["Id"]), "updated_at": self.changed(raw)}
        if raw.get("IsDeleted"):
            winner = raw.get("MasterRecordId")
            merged = {"reason": "merged", "merged_into": salesforce_id(winner)} if winner else {}
            return told | {"deleted": True} | merged
        return told | {"created_at": raw.get("CreatedDate"), "url": self.url(raw)} | self.told(raw) | self.mapped(raw)

    def told(self, raw: Raw) -> dict[str, Any]:
        """What this object's own fields say."""
        raise NotImplementedError

    def changed(self, raw: Raw) -> Any:
        return next((raw[stamp] for stamp in STAMPS if raw.get(stamp)), None)

    def mapped(self, raw: Raw) -> dict[str, Any]:
        """The company's own fields for ours, where they say something."""
        said = {ours: at(raw, theirs) for ours, theirs in self._setting("fields", {}).items()}
        return {ours: value for ours, value in said.items() if value is not None}

    def url(self, raw: Raw) -> str | None:
        base = self.adapter.settings["web_url"]
        return f"{base.rstrip('/')}/lightning/r/{self.object}/{raw['Id']}/view" if base else None

    def own_fields(self) -> Iterable[str]:
        """All fields that the settings name."""
        yield from self._stated()

    def unknown_fields(self) -> list[str]:
        """Those that the settings name for this stream and the org lacks, or hides from this user."""
        return [each for each in self._stated() if not self._has(self.object, each)]

    def _stated(self) -> list[str]:
        return [*self._setting("fields", {}).values(), *self._setting("extra_fields", [])]

    def _setting(self, name: str, default: Any) -> Any:
        return (self.adapter.settings[name] or {}).get(self.name) or default

    def _total(self, here: Cursor, selection: Selection, is_last: bool | None, rows: list[Raw]) -> int | None:
        if is_last:
            return len(rows)
        return self.adapter.org.count(selection.count(here.position))

    def _selection(self) -> Selection:
        org = self.adapter.org
        shape = org.shape(self.object)
        stamp = next((each for each in STAMPS if each in shape.filterable), STAMPS[0])
        wanted = dict.fromkeys((*self.ALWAYS, stamp, *self.fields, *self.own_fields()))
        children = {
            name: tuple(each for each in fields if self._has(shape.children.get(name, ""), each))
            for name, fields in self.children.items()
            if not shape.is_known or name in shape.children
        }
        return Selection(
            object=self.object,
            fields=tuple(each for each in wanted if each in ("Id", stamp) or self._has(self.object, each)),
            needed=frozenset({"Id", stamp}),
            children={name: fields for name, fields in children.items() if fields},
            stamp=stamp,
        )

    def _has(self, object_name: str, field: str) -> bool:
        """Whether the org has it; what cannot be known is asked for, and left out when the org complains."""
        if not object_name:
            return True
        shape = self.adapter.org.shape(object_name)
        parent, _, name = field.partition(".")
        if not shape.is_known:
            return True
        if not name:
            return field in shape.fields
        targets = shape.parents.get(parent)
        if targets is None:
            return False
        # A field of several objects (an owner is a user or a queue) is of their common kind, which has no describe.
        return len(targets) != 1 or self._has(targets[0], name)
