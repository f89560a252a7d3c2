"""Who is calling: an API key in `Authorization: Bearer vk_...`, looked up by its hash.

A key that was looked up is believed for a few seconds, so that a warm lookup asks no
database. A revoked one therefore works that much longer. When the store cannot be
reached, a key that was good a minute ago still is: the cards of known customers are
in the cache, and somebody is on the phone.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import g, request
from flask_smorest.utils import deepupdate

from connector.api.desk import desk
from connector.errors import NotAllowedError, NotAuthenticatedError, StoreUnavailableError
from connector.store import Store, api_keys
from connector.store.api_keys import SCOPES, ApiKey

View = TypeVar("View", bound=Callable[..., Any])

SCHEME = "Bearer "

# Seconds for which a key is believed, and for which it is while the store is away.
BELIEVED, BELIEVED_WITHOUT_STORE = 3.0, 60.0

# More keys than any workspace has; beyond it the memory is emptied.
MOST = 10_000


class Keys:
    """The keys that this process has seen lately."""

    def __init__(self, store: Store, tick: Callable[[], float] = time.monotonic) -> None:
        self.store, self.tick = store, tick
        self._seen: dict[bytes, tuple[float, ApiKey]] = {}

    def of(self, header: str | None) -> ApiKey:
        """The key of an Authorization header. Raises NotAuthenticatedError for none, an unknown or a revoked one."""
        if not header or header[:7].lower() != SCHEME.lower():
            raise NotAuthenticatedError("send an API key: Authorization: Bearer vk_...")
        hashed = api_keys.digest(header[7:].strip())
        seen = self._seen.get(hashed)
        if seen and self.tick() - seen[0] < BELIEVED:
            return seen[1]
        return self._ask(hashed, seen)

    def _ask(self, hashed: bytes, seen: tuple[float, ApiKey] | None) -> ApiKey:
        now = self.tick()
        try:
            with self.store.reading() as connection:
                key = api_keys.find(connection, hashed)
        except StoreUnavailableError:
            if seen and now - seen[0] < BELIEVED_WITHOUT_STORE:
                return seen[1]
            raise
        if key is None:
            self._seen.pop(hashed, None)
            raise NotAuthenticatedError("the API key is unknown or revoked")
        if len(self._seen) >= MOST:
            self._seen.clear()
        self._seen[hashed] = now, key
        return key


def requires(scope: str) -> Callable[[View], View]:
    """A view that only keys with this scope may call; `caller()` is the key."""
    if scope not in SCOPES:
        raise ValueError(f"{scope} is no scope; known: {', '.join(SCOPES)}")

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            key = desk().keys.of(request.environ.get("HTTP_AUTHORIZATION"))
            if not key.may(scope):
                raise NotAllowedError(f"this key lacks the scope {scope}")
            g.key = key
            return view(*args, **kwargs)

        told = {"manual_doc": {"security": [{"key": []}], "x-scope": scope}}
        guarded._apidoc = deepupdate(getattr(view, "_apidoc", {}), told)  # type: ignore[attr-defined]
        return cast(View, guarded)

    return decorate


def caller() -> ApiKey:
    """The key of this request."""
    return g.key
