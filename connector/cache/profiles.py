"""Built profiles in Redis, and whose a handle is: one round trip from an identifier to a document.

May be emptied at any moment, wholly or in part: what is missing is read from the store and
put back. What is there is never older than what was there before, because each document
has a version; and whose a handle is gets written only by who asked the store after the
last change was announced (`reserve`, then `fill`). Redis being away is no error: every
question is answered "not here", at once for a second after each failure.
"""

import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import redis
from redis.exceptions import NoScriptError, RedisError

from connector.cache import keys, scripts

# Seconds for which a Redis that failed is not asked again.
PAUSE = 1.0

# Seconds in which who reserved a handle has to fill it.
RESERVED = 30

# Seconds for which a dropped profile's version is remembered, against those who read it just before.
REMEMBERED = 60

# Documents, and handles, sent at once.
DOCUMENTS, HANDLES = 100, 500

# What is filled in when a handle has several owners. Who they are is asked of the store.
SEVERAL = "*"

Handle = tuple[str, str]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cached:
    """A document as it is served."""

    etag: str
    document: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Whose a handle is: one profile (with its document, unless that was dropped), or `several`."""

    profile_id: str | None
    cached: Cached | None = None
    several: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A document to be put; without one, the profile is dropped."""

    profile_id: str
    version: int
    etag: str | None
    document: bytes | None


class ProfileCache:
    """`ttl`: seconds after which a document that nobody renewed is forgotten; None: never.

    The client answers bytes (no `decode_responses`) and should give up soon (see `connector.bootstrap.connect`).
    """

    def __init__(
        self, client: redis.Redis, ttl: int | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.redis, self.ttl, self.monotonic = client, ttl, monotonic
        self._away_until = 0.0

    def find(self, workspace: str, kind: str, value: str) -> Hit | None:
        """Whose this handle is, in one round trip; None when the cache does not know."""
        told = self._asked(lambda: self._find(keys.handle(workspace, kind, value), keys.profiles(workspace)))
        if not told:
            return None
        owner, etag, document = told
        if owner == b"*":
            return Hit(profile_id=None, several=True)
        return Hit(profile_id=owner.decode(), cached=_cached(etag, document))

    def get(self, workspace: str, profile_id: str) -> Cached | None:
        told = self._asked(lambda: self.redis.hmget(keys.profile(workspace, profile_id), "etag", "document"))
        return _cached(*told) if told else None

    def put_many(self, workspace: str, entries: Sequence[Entry]) -> bool:
        """Put (or drop) these, unless newer ones are there; whether Redis took them."""
        return all(
            self._asked(lambda part=part: self._put(workspace, part)) is not None for part in _parts(entries, DOCUMENTS)
        )

    def drop(self, workspace: str, profile_id: str) -> bool:
        """Forget a profile now; whether Redis did. The next lookup reads the store."""
        return self._asked(lambda: self.redis.delete(keys.profile(workspace, profile_id))) is not None

    def reserve(self, workspace: str, handles: Iterable[Handle], *, anew: bool = True) -> str | None:
        """Take away whose these are; a token for `fill`, or None when Redis is away.

        Ask the store only afterwards. `anew` False leaves the reservations of others alone.
        """
        token = "?" + secrets.token_hex(8)
        script = scripts.RESERVE if anew else scripts.RESERVE_MISSING
        told = [keys.handle(workspace, kind, value) for kind, value in handles]
        for part in _parts(told, HANDLES):
            if self._asked(lambda part=part: self.redis.eval(script, len(part), *part, token, RESERVED)) is None:
                return None
        return token

    def fill(self, workspace: str, token: str, owners: Mapping[Handle, Sequence[str]]) -> bool:
        """Say whose these are, as far as nobody reserved them since; whether Redis took it."""
        told = [(keys.handle(workspace, *handle), _owner(owner)) for handle, owner in owners.items()]
        for part in _parts(told, HANDLES):
            values = [*(key for key, _ in part), token, *(owner for _, owner in part)]
            if self._asked(lambda part=part, values=values: self.redis.eval(scripts.FILL, len(part), *values)) is None:
                return False
        return True

    def clear(self, workspace: str) -> None:
        """Forget all profiles and handles of a workspace. Raises redis.RedisError."""
        for kind in ("profile:*", "handle:*"):
            batch: list[bytes] = []
            for key in self.redis.scan_iter(match=keys.workspace(workspace) + kind, count=1000):
                batch.append(key)
                if len(batch) >= HANDLES:
                    self.redis.unlink(*batch)
                    batch.clear()
            if batch:
                self.redis.unlink(*batch)

    def _find(self, key: str, profiles: str) -> Any:
        try:
            return self.redis.evalsha(scripts.FIND_SHA, 1, key, profiles) or ()
        except NoScriptError:
            return self.redis.eval(scripts.FIND, 1, key, profiles) or ()

    def _put(self, workspace: str, entries: Sequence[Entry]) -> int:
        pipeline = self.redis.pipeline(transaction=False)
        for entry in entries:
            key = keys.profile(workspace, entry.profile_id)
            if entry.document is None:
                pipeline.eval(scripts.DROP, 1, key, entry.version, REMEMBERED)
            else:
                pipeline.eval(scripts.PUT, 1, key, entry.version, entry.etag, entry.document, self.ttl or 0)
        return sum(pipeline.execute())

    def _asked(self, question: Callable[[], T]) -> T | None:
        """The answer, or None when Redis is away."""
        if self._away_until and self.monotonic() < self._away_until:
            return None
        try:
            answer = question()
        except RedisError:
            self._away_until = self.monotonic() + PAUSE
            return None
        self._away_until = 0.0
        return answer


def _cached(etag: bytes | None, document: bytes | None) -> Cached | None:
    return Cached(etag=etag.decode(), document=document) if etag is not None and document is not None else None


def _owner(owners: Sequence[str]) -> str:
    return owners[0] if len(owners) == 1 else SEVERAL if owners else ""


def _parts(values: Sequence[T], size: int) -> Iterable[Sequence[T]]:
    return (values[start : start + size] for start in range(0, len(values), size))
