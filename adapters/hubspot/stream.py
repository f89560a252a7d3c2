"""What HubSpot's five streams share: how they are read, what surrounds each item, what a tombstone looks like."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from adapters.base import Page, Raw, Stream
from adapters.hubspot.answers import next_after
from adapters.hubspot.items import absorbed, absorbed_ids, envelope, tombstone
from adapters.hubspot.position import Position, millis
from adapters.hubspot.values import Properties

LISTED = 100  # most that the vendor lists or reads on a page
SEARCHED = 200  # most that it finds on a page
# Property names are sent with each request: a list's URL may have 8,000 characters, a search's body 3,000.
ROOM = 1_500


class HubSpotStream(Stream):
    """A kind of CRM object. A subclass states its names, its properties, and `fields`."""

    kind: ClassVar[str]  # in URLs
    type_id: ClassVar[str]  # in the addresses that people see
    # The one by which a search finds changes. The other spelling finds nothing, and says nothing.
    modified: ClassVar[str] = "hs_lastmodifieddate"
    properties: ClassVar[tuple[str, ...]]
    linked: ClassVar[tuple[str, ...]] = ("contacts", "companies")
    staged: ClassVar[str | None] = None  # the property that names its pipeline stage
    complete = True

    @property
    def asked(self) -> list[str]:
        """The properties to ask for: ours, and those that the settings add."""
        extra = (self.adapter.settings["properties"] or {}).get(self.name, ())
        told = ("hs_object_id", self.modified, "hs_merged_object_ids", "hubspot_owner_id", *self.properties, *extra)
        return list(dict.fromkeys(told))

    # Fetch.

    def fetch(self, cursor: str | None) -> Page:
        at = Position.read(cursor).begun(self.adapter.clock())
        return {"list": self._list, "search": self._search, "archived": self._archived}[at.phase](at)

    def read(self, external_ids: Sequence[str]) -> Iterable[Raw]:
        client, asked = self.adapter.client, list(dict.fromkeys(external_ids))
        living = {str(item["id"]): item for item in client.read(self.kind, asked, self.asked)}
        became = {old: item for item in living.values() for old in absorbed_ids(item)}
        rest = [one for one in asked if one not in living and one not in became]
        gone = client.read(self.kind, rest, self.asked, archived=True)
        archived = {str(item["id"]): item for item in gone}
        yield from self._dressed([living[one] for one in asked if one in living])
        for one in asked:
            if one in became and one not in living:
                yield from absorbed(became[one], [one])
        for one in rest:
            yield archived[one] if one in archived else self._lost(one)

    def _lost(self, one: str) -> Raw:
        """A record that no batch brings: the vendor still tells what became of one that was merged."""
        item = self.adapter.client.one(self.kind, one)
        if item is not None and str(item["id"]) != one:
            return absorbed(item, [one])[0]
        # There is nothing left that could tell when it went.
        return {"id": one, "archived": True, "updatedAt": self.adapter.clock().isoformat()}

    def _list(self, at: Position) -> Page:
        total = at.total if at.after else self._count()
        told = self.adapter.client.page(self.kind, self._short, self._limit(LISTED), at.after)
        items, after = self._all(told["results"]), next_after(told)
        at = replace(at.saw(items, self.modified), after=after or "", total=total)
        return self._page(items, at if after else at.turned(self._lookback), total)

    def _search(self, at: Position) -> Page:
        told = self.adapter.client.search(self.kind, self._request(at))
        found, more = told["results"], bool(next_after(told))
        total = told["total"] if at.total is None else at.total
        after = self._last(found, at.after)
        items = self._all(found)
        at = replace(at.saw(items, self.modified), after=after, total=total)
        return self._page(items, at if more else at.turned(self._lookback), total)

    def _archived(self, at: Position) -> Page:
        at = at.sweeping(self.adapter.clock())
        told = self.adapter.client.page(self.kind, [self.modified], self._limit(LISTED), at.archived_after, True)
        moments = [millis(item.get("archivedAt")) for item in told["results"]]
        # What does not say when it was archived is told each time.
        news = [
            raw for raw, when in zip(told["results"], moments, strict=True) if not when or when >= at.archived_since
        ]
        after, pages = next_after(told), at.archived_pages + 1
        at = replace(at, archived_seen=max([at.archived_seen, *moments]), archived_pages=pages)
        if not after:
            return self._page(news, at.swept(self._lookback).ended(), None, more=False)
        at = replace(at, archived_after=after)
        if pages >= self.adapter.settings["archived_pages"]:
            return self._page(news, at.ended(), None, more=False)
        return self._page(news, at, None)

    def _page(self, items: Sequence[Raw], at: Position, total: int | None, more: bool = True) -> Page:
        return Page(items=items, cursor=str(at), more=more, total=total)

    # Requests.

    @property
    def _lookback(self) -> float:
        return self.adapter.settings["lookback_seconds"]

    @property
    def _short(self) -> list[str]:
        """What to ask a list or a search for: all, or with too many names only what a search goes by."""
        return self.asked if len(",".join(self.asked)) <= ROOM else ["hs_object_id", self.modified]

    def _limit(self, most: int) -> int:
        return max(1, min(self.adapter.settings["page_size"] or most, most))

    def _count(self) -> int | None:
        told = self.adapter.client.search(self.kind, {"filterGroups": [], "limit": 1, "properties": ["hs_object_id"]})
        return told["total"]

    def _request(self, at: Position) -> dict[str, Any]:
        filters = [(self.modified, "LTE", str(at.until)), ("hs_object_id", "GT", at.after or "0")]
        if at.since:
            filters.insert(0, (self.modified, "GTE", str(at.since)))
        named = [{"propertyName": name, "operator": how, "value": value} for name, how, value in filters]
        return {
            "filterGroups": [{"filters": named}],
            "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
            "properties": self._short,
            "limit": self._limit(SEARCHED),
        }

    @staticmethod
    def _last(found: Sequence[Raw], before: str) -> str:
        """The last id of a page. Unless each is greater than the one before, going on behind it would lose some."""
        last = int(before or 0)
        for item in found:
            if int(item["id"]) <= last:
                raise ValueError("the search does not keep its order")
            last = int(item["id"])
        return str(last)

    def _whole(self, found: Sequence[Raw]) -> Sequence[Raw]:
        if self._short == self.asked:
            return found
        ids = [str(item["id"]) for item in found]
        whole = {str(item["id"]): item for item in self.adapter.client.read(self.kind, ids, self.asked)}
        # What is missing now was deleted a moment ago.
        return [whole[one] for one in ids if one in whole]

    # What surrounds an item.

    def _all(self, found: Sequence[Raw]) -> list[Raw]:
        """The items of a page, then a tombstone for each record that one of them absorbed."""
        items = self._dressed(self._whole(found))
        named = [item for item in items if item.get("id") and isinstance(item.get("properties"), Mapping)]
        return [*items, *(gone for item in named for gone in absorbed(item, absorbed_ids(item)))]

    def _dressed(self, found: Sequence[Raw]) -> list[Raw]:
        """Each with its associations and the names of what it mentions."""
        ids = [str(item["id"]) for item in found if item.get("id")]
        links = {other: self.adapter.client.linked(self.kind, other, ids) for other in self.linked}
        around = self._around(links)
        return [self._dress(item, links, around) for item in found]

    def _dress(self, item: Raw, links: Mapping[str, Mapping[str, list[str]]], around: Mapping[str, Raw]) -> Raw:
        directory, properties = self.adapter.directory, item.get("properties") or {}
        one = str(item.get("id") or "")
        dressed = dict(item) | {f"{other}_ids": found.get(one, []) for other, found in links.items()}
        dressed["owner"] = directory.owner(properties.get("hubspot_owner_id"))
        dressed["portal"] = directory.portal()
        if self.staged:
            dressed["stage"] = directory.stage(self.kind, properties.get(self.staged))
        return dressed | self._inside(dressed, around)

    def _around(self, links: Mapping[str, Mapping[str, list[str]]]) -> Mapping[str, Raw]:
        """Other objects that belong into these items, by id."""
        return {}

    def _inside(self, item: Raw, around: Mapping[str, Raw]) -> Mapping[str, Any]:
        """What of them belongs into this one."""
        return {}

    # Translate.

    def translate(self, raw: Raw) -> dict[str, Any]:
        return tombstone(raw) or envelope(raw, self.type_id) | self.fields(raw, raw["properties"])

    def fields(self, raw: Raw, properties: Properties) -> dict[str, Any]:
        """What only this kind has."""
        raise NotImplementedError
