"""Promises about signed deliveries, and about push, pull and re-read saying the same."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace

from adapters.base.adapter import Adapter, Change, Delivery, Raw, Stream
from adapters.base.errors import AdapterError, UnsupportedError, WebhookRejectedError
from adapters.base.testing.facts import Facts
from schemas.records import Record

A_DAY = 86_400.0


class WebhookPromises(Facts):
    def test_delivered(self) -> None:
        """21. Signed deliveries become records."""
        adapter, became = self.build(), 0
        for delivery in self._deliveries():
            changes = adapter.changes(delivery)
            for change in changes:
                assert change.stream in adapter.streams, f"a change is for {change.stream}, which is no stream"
                assert (change.raw is None) != (change.external_id is None), "a change is an item, or only its id"
                found = self._records(adapter, change)
                assert found, f"{change.stream}: a change becomes no record, not even a tombstone"
                became += len(found)
        assert became, "no delivery brings a change"

    def test_forged(self) -> None:
        """22. Deliveries that are unsigned, altered or signed with another secret are rejected."""
        for delivery in self._deliveries():
            for how, forged in _forgeries(delivery):
                self._rejected(self.build(), forged, how)
            self._rejected(self.build(self._other_secrets()), delivery, "signed with another secret")

    def test_replayed(self) -> None:
        """23. A delivery that is replayed a day later, or comes from a day ahead, is rejected."""
        for delivery in self._deliveries():
            adapter = self.build()
            self.clock.advance(A_DAY)
            self._rejected(adapter, delivery, "a day old")
            self.clock.advance(-2 * A_DAY)
            self._rejected(adapter, delivery, "signed a day ahead")
            self.clock.advance(A_DAY)

    def test_push_is_pull(self) -> None:
        """24. Push and pull say the same of the same item, and so does reading it by its id."""
        adapter, compared = self.build(), 0
        pulled = {stream: self._pulled(adapter, stream) for stream in self.streams(24)}
        changes = [change for delivery in self._deliveries() for change in adapter.changes(delivery)]
        for change in (change for change in changes if change.stream in pulled):
            for record in self._records(adapter, change):
                compared += self._same(change.stream, record, pulled[change.stream], "push")
        for stream, records in pulled.items():
            living = [record.external_id for record in records.values() if not record.deleted]
            for record in self._read_again(adapter, stream, living[:1] + living[-1:]):
                self._same(stream, record, records, "reading by id")
        assert compared, "no delivery is about an item that the upstream also lists: make one that is"

    def test_reading_by_id(self) -> None:
        """25. What is read by its id is that item, and what a delivery names by its id can be read."""
        adapter = self.build()
        deliveries = () if self.adapter.verify is Adapter.verify else self.deliveries()
        named = {change.stream for one in deliveries for change in adapter.changes(one) if change.external_id}
        for stream in self.streams(25):
            living = [record.external_id for record in self._pulled(adapter, stream).values() if not record.deleted]
            if type(adapter.streams[stream]).read is Stream.read:
                assert stream not in named, f"{stream}: deliveries name items by id, so write read()"
                continue
            found = {record.external_id for record in self._read_again(adapter, stream, living)}
            assert found == set(living), f"{stream}: read() brings {len(found)} of {len(living)} items"

    def _deliveries(self) -> list[Delivery]:
        if self.adapter.verify is Adapter.verify and not self.deliveries():
            raise AssertionError('it takes no webhooks: say so in exempt, e.g. {21: "the source has no webhooks"}')
        found = list(self.deliveries())
        assert found, f"no delivery to try: write deliveries(), or save some in {self.folder / 'deliveries'}"
        return found

    def _records(self, adapter: Adapter, change: Change) -> list[Record]:
        stream = adapter.streams[change.stream]
        raws = [change.raw] if change.raw is not None else stream.reread([str(change.external_id)])
        return [stream.record(raw) for raw in raws]

    def _pulled(self, adapter: Adapter, stream: str) -> dict[tuple[str, str], Record]:
        records = self.records(adapter, stream, self.walk(stream).items)
        newest: dict[tuple[str, str], Record] = {}
        for record in records:
            known = newest.get(record.key[1:])
            if known is None or str(known.updated_at) <= str(record.updated_at):
                newest[record.key[1:]] = record
        return newest

    def _read_again(self, adapter: Adapter, stream: str, ids: list[str]) -> list[Record]:
        try:
            raws: list[Raw] = list(adapter.streams[stream].reread(ids)) if ids else []
        except UnsupportedError:
            return []
        return [adapter.streams[stream].record(raw) for raw in raws]

    def _same(self, stream: str, record: Record, known: Mapping[tuple[str, str], Record], how: str) -> int:
        other = known.get(record.key[1:])
        if other is None or other.updated_at != record.updated_at:
            return 0
        names = [field.name for field in fields(Record) if field.name != "raw"]
        wrong = [name for name in names if getattr(record, name) != getattr(other, name)]
        assert not wrong, f"{stream}: {how} and pull differ about {', '.join(wrong)} of the same item"
        return 1

    def _other_secrets(self) -> dict[str, object]:
        secret = {setting.name for setting in self.adapter.known_settings if setting.secret}
        plain = {name: value for name, value in self.settings.items() if name in secret and "\n" not in str(value)}
        return {**self.given(), **{name: f"another-{value}" for name, value in plain.items()}}

    def _rejected(self, adapter: Adapter, delivery: Delivery, how: str) -> None:
        try:
            adapter.changes(delivery)
        except WebhookRejectedError:
            return
        except AdapterError as error:
            raise AssertionError(f"a delivery {how} must be a WebhookRejectedError, not {error!r}") from error
        raise AssertionError(f"a delivery {how} is accepted: compare the signature of the raw body before reading it")


def _forgeries(delivery: Delivery) -> Iterator[tuple[str, Delivery]]:
    yield "without any header", replace(delivery, headers={})
    for name, value in delivery.headers.items():
        if _is_signature(name):
            yield f"without {name}", replace(delivery, headers=_without(delivery.headers, name))
            yield f"with an empty {name}", replace(delivery, headers={**delivery.headers, name: ""})
            yield f"with a strange {name}", replace(delivery, headers={**delivery.headers, name: "sïgned"})
            yield f"with a shortened {name}", replace(delivery, headers={**delivery.headers, name: value[:-1]})
            yield f"with an altered {name}", replace(delivery, headers={**delivery.headers, name: _altered(value)})
    for place in {0, len(delivery.body) // 2, len(delivery.body) - 1}:
        letter = bytes([delivery.body[place] ^ 1])
        body = delivery.body[:place] + letter + delivery.body[place + 1 :]
        yield f"altered at byte {place}", replace(delivery, body=body)
    yield "with more behind it", replace(delivery, body=delivery.body + b" ")
    yield "without its end", replace(delivery, body=delivery.body[:-1])
    yield "without a body", replace(delivery, body=b"")


def _is_signature(name: str) -> bool:
    return any(word in name.lower() for word in ("signature", "hmac", "sign", "digest"))


def _without(headers: Mapping[str, str], name: str) -> dict[str, str]:
    return {other: value for other, value in headers.items() if other != name}


def _altered(value: str) -> str:
    place = len(value) // 2
    return value[:place] + ("A" if value[place] != "A" else "B") + value[place + 1 :]
