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
# After the store could not be reached it is left alone for so long: somebody waits for what we hold already.
REST = timedelta(seconds=5)
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


@dataclass(frozen=True, slots=True)
class _Held:
    signs: Mapping[str, Any]
    fitted: Fitted | None


NOTHING = _Held({}, None)


class Models:
    """Hands out what serves. Threads may share it; one loads what is new, and the others go on with what there was."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self.store, self.clock = store, clock
        self._held: dict[str, _Held] = {}
        self._loading = threading.Lock()
        self._away_until: datetime | None = None

    def of(self, workspace: str) -> Fitted | None:
        """What serves there now; None while nothing does. Asks one small question; never raises for the store.

        The store is asked every time: a profile that was marked because a new model serves must be built with it.
        """
        held = self._held.get(workspace)
        if self._away_until and self.clock() < self._away_until:
            return (held or NOTHING).fitted
        try:
            return self._current(workspace, held)
        except StoreUnavailableError:
            self._away_until = self.clock() + REST
            return (held or NOTHING).fitted

    def _current(self, workspace: str, held: _Held | None) -> Fitted | None:
        if held and self._signs(workspace) == held.signs:
            return held.fitted
        # Who has nothing waits for who loads; who has the model before goes on with it.
        if not self._loading.acquire(blocking=held is None):
            return held.fitted
        try:
            return self._loaded(workspace)
        finally:
            self._loading.release()

    def _loaded(self, workspace: str) -> Fitted | None:
        with self.store.reading() as connection:
            serving = models.serving(connection, workspace)
            held = self._held.get(workspace)
            if held is None or held.signs != signs_of(serving):
                held = _Held(signs_of(serving), loaded(connection, workspace, serving))
        self._held[workspace] = held
        return held.fitted

    def _signs(self, workspace: str) -> Mapping[str, Any]:
        with self.store.reading() as connection:
            return signs_of(models.serving(connection, workspace))


def signs_of(serving: Mapping[str, models.Fit]) -> Mapping[str, Any]:
    """By what a content is known to be the one that was loaded: its version, and who was taken out of it since."""
    return {name: (fit.version, fit.report.get("forgotten")) for name, fit in serving.items()}


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
