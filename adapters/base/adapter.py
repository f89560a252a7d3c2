"""The interface of a source: streams that are fetched and translated, and signed deliveries that are unwrapped.

An adapter states facts. `Stream.fetch` is the only I/O of a poll (`Stream.read` the
only one of a re-read), `translate` is pure, and callers use the guarded versions
(`pull`, `reread`, `record`, `changes`), which turn every failure into an AdapterError.
So a vendor's file needs no try/except, no retries and no logging.
"""

import re
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import PurePath
from types import FrameType
from typing import Any, ClassVar, TypeVar

from marshmallow import ValidationError

from adapters.base.errors import AdapterError, RecordError, SourceChangedError, UnavailableError, UnsupportedError
from adapters.base.http import UNREACHABLE, Answer, RedirectedError, sort
from adapters.base.settings import Setting, read
from schemas.records import SCHEMAS, Record, RecordSchema, TombstoneSchema, load

Raw = Mapping[str, Any]
T = TypeVar("T")

# What reading a strange answer raises. Its shape is not what we know: nothing that asking again could mend.
SURPRISES = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
# What a field's name looks like.
FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,60}")


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer of a source.

    `cursor` resumes behind it and is what the store keeps; None only when there was nothing to
    remember. `more` says that another page waits now. `total` is how many items the run will
    bring, when the source says, for the progress display. `gap` says, in one sentence for people,
    that the source could no longer give all that changed since the last run.
    """

    items: Sequence[Raw]
    cursor: str | None
    more: bool
    total: int | None = None
    gap: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One webhook request: the bytes as they came, and the public URL that the vendor called."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One item of a delivery: the item itself, or only its id, and then it is read again from the source."""

    stream: str
    raw: Raw | None = None
    external_id: str | None = None


class Stream:
    """One kind of thing in a source. A vendor's subclass states `name` and `schema`, fetches and translates."""

    name: ClassVar[str]
    schema: ClassVar[type[RecordSchema]]
    # True when a full read lists all that exists: then what it did not list is gone.
    complete: ClassVar[bool] = False
    # True when the source tells of a deletion only to who asks for the thing by its id: then `read` is called
    # once a day for all that we hold.
    asks_again: ClassVar[bool] = False

    def __init__(self, adapter: "Adapter") -> None:
        self.adapter = adapter
        self._schemas, self._tombstone = _schemas(adapter.settings["region"])

    def fetch(self, cursor: str | None) -> Page:
        """The page behind `cursor`; None starts a full read. The last page's cursor starts the next incremental run.

        Any cursor may be used again, after a crash or a day later, and loses nothing. Look-back is the
        cursor's matter: the last page's cursor already lies `lookback_seconds` behind what was seen.
        """
        raise UnsupportedError(f"{self.adapter.name}.{self.name}: cannot be fetched")

    def read(self, external_ids: Sequence[str]) -> Iterable[Raw]:
        """These items as `fetch` would bring them; for those that are gone, items that translate to tombstones."""
        raise UnsupportedError(f"{self.adapter.name}.{self.name}: cannot be read by id")

    def translate(self, raw: Raw) -> dict[str, Any]:
        """The item in the language of `schemas`: the fields of `schema`, or a tombstone's (`deleted: True`).

        Pure: same item, same answer, no clock. May name another `kind` when a stream brings several.
        """
        raise UnsupportedError(f"{self.adapter.name}.{self.name}: cannot be translated")

    # What callers use.

    def pull(self, cursor: str | None) -> Page:
        """`fetch`, with every failure turned into the AdapterError that says what to do next."""
        page = self.adapter.guarded(f"{self.name} page", lambda: self.fetch(cursor))
        if page.more and page.cursor == cursor:
            raise SourceChangedError(f"{self.adapter.name}.{self.name} page: the cursor did not advance")
        return page

    def reread(self, external_ids: Sequence[str]) -> Sequence[Raw]:
        """`read`, guarded like `pull`."""
        return self.adapter.guarded(f"{self.name} items", lambda: list(self.read(external_ids)))

    def record(self, raw: Raw) -> Record:
        """`translate`, checked by the schema. Raises RecordError, which names fields and never values."""
        where, told = f"{self.adapter.source}.{self.name}", {}
        try:
            told = dict(self.translate(raw))
            schema = self._schemas[told.pop("kind", self.schema.kind)]
            return load(
                told, source=self.adapter.source, stream=self.name, schema=schema, tombstone=self._tombstone, raw=raw
            )
        except ValidationError as error:
            fields = error.normalized_messages()
            raise _item_error(where, told, "wrong: " + ", ".join(_paths(fields)), fields) from None
        except KeyError as error:
            name = _field_name(error, raw)
            if name is None:
                raise _item_error(where, told, f"the item has a word we do not know{_spot(error, self)}", {}) from None
            raise _item_error(where, told, f"the item lacks {name}", {name: ["Missing."]}) from None
        except SURPRISES as error:
            raise _item_error(
                where, told, f"the item has an unknown shape ({type(error).__name__}{_spot(error, self)})", {}
            ) from None


class Adapter:
    """Our code for one source. A vendor's subclass states `name`, `streams` and `settings`.

    `source` is the name under which this company set it up (two shops, one adapter);
    `clock` gives aware UTC, `sleep` takes seconds: both may be replaced.
    """

    name: ClassVar[str]
    stream_types: ClassVar[tuple[type[Stream], ...]]
    known_settings: ClassVar[tuple[Setting, ...]] = ()

    def __init__(
        self,
        settings: Mapping[str, Any],
        *,
        source: str | None = None,
        clock: Callable[[], datetime] = now,
        sleep: Callable[[float], None] = time.sleep,
        remember: Callable[[str, str], None] | None = None,
        recall: Callable[[str], str | None] | None = None,
    ) -> None:
        self.source = source or self.name
        also = [f"{self.source}: {problem}" for problem in self.contradictions(settings)]
        self.settings = read(self.source, self.known_settings, settings, also)
        self.clock = clock
        self.sleep = sleep
        # Where a rotated refresh token is kept: (name, value) before the access token is used.
        self.remember = remember or (lambda name, value: None)
        self.recall = recall or (lambda name: None)
        self.prepare()
        self.streams = {stream.name: stream(self) for stream in self.stream_types}

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterable[str]:
        """What is wrong with the settings taken together, a sentence each; told with what is missing or unknown."""
        return ()

    def prepare(self) -> None:
        """Build clients from the settings. No I/O; raise ConfigError for settings that contradict each other."""

    def check(self) -> None:
        """The cheapest call that proves access."""
        raise UnsupportedError(f"{self.name}: has no check")

    def verify(self, delivery: Delivery) -> None:
        """Raise WebhookRejectedError unless the source signed these bytes."""
        raise UnsupportedError(f"{self.name}: takes no webhooks")

    def unwrap(self, delivery: Delivery) -> Iterable[Change]:
        """What a verified delivery says, item by item."""
        raise UnsupportedError(f"{self.name}: takes no webhooks")

    def challenge(self, query: Mapping[str, str]) -> Mapping[str, Any]:
        """The answer to a vendor's GET that asks whether the webhook URL is ours."""
        raise UnsupportedError(f"{self.name}: answers no challenge")

    def answer_of(self, error: Exception) -> Answer | None:
        """The HTTP answer inside an exception of the vendor's client, or None when it isn't one."""
        return None

    def sort(self, where: str, answer: Answer) -> AdapterError:
        """The error that an HTTP answer stands for; a vendor adds what only it means."""
        return sort(where, answer, self.clock)

    # What callers use.

    def checked(self) -> None:
        """`check`, guarded."""
        self.guarded("check", self.check)

    def changes(self, delivery: Delivery) -> list[Change]:
        """The changes of a delivery, after `verify`. Raises WebhookRejectedError, or SourceChangedError on nonsense."""
        self.guarded("webhook", lambda: self.verify(delivery))
        return self.guarded("webhook", lambda: list(self.unwrap(delivery)))

    def guarded(self, what: str, call: Callable[[], T]) -> T:
        """The call's result, with every failure turned into an AdapterError that holds no value of the source's."""
        where = f"{self.source}.{what}"
        try:
            return call()
        except (AdapterError, AssertionError):
            raise
        except Exception as error:  # noqa: BLE001 - the one place that sorts what clients of all vendors raise
            raise self._sorted(where, error) from None

    def _sorted(self, where: str, error: Exception) -> AdapterError:
        answer = self.answer_of(error)
        if answer is not None:
            return self.sort(where, answer)
        if isinstance(error, UNREACHABLE):
            return UnavailableError(f"{where}: no answer ({type(error).__name__})")
        name = _field_name(error)
        if name:
            what = f"KeyError {name!r}"
        elif isinstance(error, RedirectedError):
            what = "redirected to another host; if the source has moved, set base_url"
        elif isinstance(error, SURPRISES):
            what = f"the answer has an unknown shape ({type(error).__name__})"
        else:
            what = f"failed ({type(error).__name__})"
        return SourceChangedError(f"{where}: {what}{_spot(error, self)}")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.source}>"


@lru_cache
def _schemas(region: str | None) -> tuple[Mapping[str, RecordSchema], TombstoneSchema]:
    """Every kind's schema for a region. They keep nothing of what they load, and take long to make."""
    return {kind: schema(region=region) for kind, schema in SCHEMAS.items()}, TombstoneSchema(region=region)


def _item_error(where: str, told: Mapping[str, Any], what: str, fields: Mapping[str, Any]) -> RecordError:
    external_id = told.get("external_id")
    known = str(external_id) if isinstance(external_id, str | int) else None
    # The id stays out of the message: some sources take a mail address for one.
    return RecordError(f"{where} item: {what}", external_id=known, fields=fields)


def _field_name(error: Exception, raw: Any = None) -> str | None:
    """The name that a KeyError is about; None when it may be a value: a table was asked for a word of the item's."""
    name = error.args[0] if isinstance(error, KeyError) and error.args else None
    if not isinstance(name, str) or not FIELD.fullmatch(name) or name in _leaves(raw):
        return None
    return name


def _leaves(value: Any) -> Iterator[Any]:
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else None
    if inner is None:
        yield value
    for part in inner or ():
        yield from _leaves(part)


def _spot(error: BaseException, of: object) -> str:
    """Where it happened, for the adapter's author, who gets no traceback: that would show values."""
    package = type(of).__module__.partition(".")[0]
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    own = [frame for frame in frames if _module(frame).partition(".")[0] == package and _module(frame) != __name__]
    return f", {PurePath(own[-1].f_code.co_filename).name} line {own[-1].f_lineno}" if own else ""


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__"))


def _paths(fields: Mapping[Any, Any], above: str = "") -> list[str]:
    paths = []
    for name, inner in fields.items():
        path = f"{above}{name}"
        paths += _paths(inner, path + ".") if isinstance(inner, Mapping) else [path]
    return paths
