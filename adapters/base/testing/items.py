"""Promises about items: what becomes of them, and of broken ones."""

import copy
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from unittest import mock

from adapters.base.adapter import Adapter, Raw
from adapters.base.errors import RecordError
from adapters.base.testing.canary import CANARY, broken, poisoned
from adapters.base.testing.facts import Facts
from adapters.base.testing.golden import differs, orphans

# Enough items of a stream to break; golden files come first.
ITEMS = 4


class ItemPromises(Facts):
    def test_golden(self) -> None:
        """16. Items become the records that are written down beside them."""
        lonely = orphans(self.folder)
        assert not lonely, f"{lonely[0]} has no item file: delete it, or bring the item back"
        adapter = self.build()
        for stream in self.streams(16):
            found = self.goldens(stream)
            folder = self.folder / stream
            assert found, f"{stream}: no golden file; save an item as {folder}/NAME.item.json and run again"
            wrong = [told for golden in found if (told := differs(golden, adapter))]
            assert not wrong, "\n".join(wrong)

    def test_pure(self) -> None:
        """17. Translating is pure: the same item gives the same record; no clock, no network, no change to the item."""
        for stream, raw in self._samples(17):
            adapter, before = self.build(), copy.deepcopy(raw)
            first = adapter.streams[stream].translate(raw)
            assert raw == before, f"{stream}: translate() changes the item that it was given"
            told = copy.deepcopy(first)
            adapter.clock = _forbidden("clock")
            asked = len(self.at.seen)
            with no_clock(adapter):
                second = adapter.streams[stream].translate(raw)
            assert told == second, f"{stream}: the same item was told in two ways; translate() must depend on it alone"
            assert len(self.at.seen) == asked, f"{stream}: translate() calls the source; fetch what it needs before"
            fresh = self.build().streams[stream].translate(copy.deepcopy(before))
            assert told == fresh, f"{stream}: a new adapter tells the same item in another way"

    def test_broken_item(self) -> None:
        """18. One broken item is one RecordError, whatever is missing or of another type."""
        adapter = self.build()
        for stream, raw in self._samples(18):
            for what, item in broken(raw):
                try:
                    adapter.streams[stream].record(item)
                except RecordError:
                    continue
                except Exception as error:
                    raise AssertionError(
                        f"{stream}, {what}: record() must raise RecordError, not {type(error).__name__}"
                    ) from error

    def test_no_values(self) -> None:
        """19. A RecordError names fields, never values: not in its message, nor in what is chained to it."""
        adapter = self.build()
        for stream, raw in self._samples(19):
            for what, item in poisoned(raw):
                try:
                    adapter.streams[stream].record(item)
                except RecordError as error:
                    told = "".join(traceback.format_exception(error)) + repr(error.fields)
                    assert CANARY not in told, f"{stream}, {what}: the error repeats the value: {error}"
                except Exception:  # noqa: BLE001, S112 - another promise's matter
                    continue

    def test_deletions(self) -> None:
        """20. What is deleted at the source becomes a tombstone, unless a full read tells by what it lists."""
        adapter = self.build()
        for stream in self.streams(20):
            if adapter.streams[stream].complete:
                continue
            items = [*(golden.raw() for golden in self.goldens(stream)), *self.walk(stream).items]
            gone = [record for record in self.records(adapter, stream, items) if record.deleted]
            assert gone, (
                f"{stream}: no item becomes a tombstone; save a deleted one as {self.folder / stream}/deleted.item.json"
            )

    def _samples(self, number: int) -> Iterator[tuple[str, Raw]]:
        for stream in self.streams(number):
            raws = [golden.raw() for golden in self.goldens(stream)]
            raws += list(self.fetched(self.build().streams[stream], None).items)[: max(0, ITEMS - len(raws))]
            assert raws, f"{stream}: there is no item to try; add a golden file"
            for raw in raws[: max(ITEMS, len(self.goldens(stream)))]:
                yield stream, raw


def _forbidden(what: str) -> Any:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError(f"translate() asks the {what}: the same item must always be told in the same way")

    return refuse


class _Stopped(type):
    """A class that stands for another, but has no now."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, cls.__mro__[1])


def _stopped(kind: type) -> type:
    refuse = classmethod(_forbidden("clock"))
    return _Stopped(kind.__name__, (kind,), {"now": refuse, "utcnow": refuse, "today": refuse})


@contextmanager
def no_clock(adapter: Adapter) -> Iterator[None]:
    """While it lasts, the adapter's own modules cannot tell the time."""
    place = type(adapter).__module__
    modules = [module for name, module in list(sys.modules.items()) if name == place or name.startswith(f"{place}.")]
    refuse = _forbidden("clock")
    clocks: Mapping[int, Any] = {id(datetime): _stopped(datetime), id(date): _stopped(date)}
    with mock.patch.multiple(time, time=refuse, time_ns=refuse, localtime=refuse, gmtime=refuse):
        swapped = [
            (module, name, value) for module in modules for name, value in vars(module).items() if id(value) in clocks
        ]
        for module, name, value in swapped:
            setattr(module, name, clocks[id(value)])
        try:
            yield
        finally:
            for module, name, value in swapped:
                setattr(module, name, value)
