"""Serving: the models of each workspace, as they stand in the store, loaded once per process."""

import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
import structlog

from connector.errors import StoreUnavailableError
from connector.recommendations import storage
from connector.recommendations.likelihood import Ordering, Worth
from connector.recommendations.model import Model
from connector.recommendations.outlook import Likelihood
from connector.recommendations.recommender import Recommender
from connector.store import Store, models

log = structlog.get_logger()

HINTS, LIKELIHOOD = "hints", "likelihood"
# How often the store is asked which models serve.
EVERY = timedelta(seconds=3)
# Bytes in a part, before it is packed.
PART = 4 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """What serves in a workspace. `version` is that of the hints model, or of the likelihood where there are no hints.

    `names`: a product's key to its name, for the products that have one.
    """

    version: str
    recommender: Recommender | None = None
    likelihood: Likelihood | None = None
    names: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(slots=True)
class _Held:
    asked: datetime
    signs: Mapping[str, Any]
    fitted: Fitted | None


class Models:
    """Hands out what serves. Threads may share it; each asks, one loads, and the others go on with what there was."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self.store, self.clock = store, clock
        self._held: dict[str, _Held] = {}
        self._loading = threading.Lock()

    def of(self, workspace: str) -> Fitted | None:
        """What serves there now (a few seconds ago, at most); None while nothing does. Never raises for the store."""
        held = self._held.get(workspace)
        now = self.clock()
        if held and held.asked <= now < held.asked + EVERY:
            return held.fitted
        # Whoever asks first has to wait; later a new model is loaded by one, and nobody waits.
        if not self._loading.acquire(blocking=held is None):
            return held.fitted
        try:
            return self._renewed(workspace, now)
        finally:
            self._loading.release()

    def _renewed(self, workspace: str, now: datetime) -> Fitted | None:
        held = self._held.get(workspace)
        try:
            with self.store.reading() as connection:
                serving = models.serving(connection, workspace)
                signs = {name: (fit.version, fit.report.get("forgotten")) for name, fit in serving.items()}
                if held is None or signs != held.signs:
                    held = _Held(now, signs, loaded(connection, workspace, serving))
        except StoreUnavailableError:
            held = held or _Held(now, {}, None)
        held.asked = now
        self._held[workspace] = held
        return held.fitted


def loaded(connection: Any, workspace: str, serving: Mapping[str, models.Fit]) -> Fitted | None:
    """What these rows stand for. A content that this program cannot read counts as none: the next fit makes another."""
    model, names, likelihood = None, {}, None
    for name, fit in serving.items():
        try:
            content = unpacked(models.parts(connection, workspace, name, fit.version))
            if name == HINTS:
                model, names = hints_of(content)
            else:
                likelihood = likelihood_of(content)
        except (storage.ModelFileError, orjson.JSONDecodeError, zlib.error, KeyError, TypeError) as error:
            log.error("model not read", workspace=workspace, model=name, reason=type(error).__name__)
    if model is None and likelihood is None:
        return None
    return Fitted(
        version=model.version if model else likelihood.version,
        recommender=Recommender(model) if model else None,
        likelihood=likelihood,
        names=names,
    )


def packed(content: bytes) -> Iterator[bytes]:
    """A content in the parts that the store keeps."""
    for start in range(0, len(content), PART):
        yield zlib.compress(content[start : start + PART], 1)


def unpacked(parts: Iterable[bytes]) -> bytes:
    return b"".join(zlib.decompress(part) for part in parts)


def hints_content(model: Model, names: Mapping[str, str]) -> bytes:
    """Names of products, then the model. The same gives the same bytes."""
    told = orjson.dumps({"names": names}, option=orjson.OPT_SORT_KEYS)
    return len(told).to_bytes(8, "big") + told + storage.dump(model)


def hints_of(content: bytes) -> tuple[Model, dict[str, str]]:
    length = int.from_bytes(content[:8], "big")
    return storage.parse(content[8 + length :]), orjson.loads(content[8 : 8 + length])["names"]


def likelihood_content(fitted: Likelihood) -> bytes:
    return orjson.dumps(asdict(fitted), option=orjson.OPT_SORT_KEYS)


def likelihood_of(content: bytes) -> Likelihood:
    told = orjson.loads(content)
    worth = {currency: Worth(**one) for currency, one in told.pop("worth").items()}
    return Likelihood(**told | {"ordering": Ordering(**told["ordering"]), "worth": worth})
