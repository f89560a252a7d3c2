"""Who sits at the panel: somebody who showed an API key, remembered by a signed cookie.

The cookie names the key, it is not the key: whoever finds it can do what the panel
does until it ends, and no more. A revoked key ends its sessions within seconds.
"""

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import redis
from flask import Request, Response
from itsdangerous import BadSignature, URLSafeTimedSerializer

from connector.errors import NotAllowedError, NotAuthenticatedError
from connector.settings import Settings
from connector.store import Store, api_keys
from connector.store.api_keys import ApiKey

COOKIE = "visavis_panel"

# Seconds: a shift, and the time that a sign-in link may take from the terminal to the browser.
SESSION, LINK = 12 * 3600, 600

# Seconds for which a key that was looked up is believed.
BELIEVED = 3.0

# What a key must allow for its owner to use the panel.
NEEDED = "profiles:read"


@dataclass(slots=True)
class Sessions:
    """Writes and reads the panel's cookies and one-time links."""

    settings: Settings
    store: Store
    redis: redis.Redis
    _seen: dict[str, tuple[float, ApiKey]] = field(default_factory=dict)

    def key(self, request: Request) -> ApiKey | None:
        """The key behind this request's cookie; None when there is no session, or no longer."""
        try:
            key_id = self._signer("session").loads(request.cookies.get(COOKIE, ""), max_age=SESSION)
        except BadSignature:
            return None
        seen = self._seen.get(key_id)
        if seen and time.monotonic() - seen[0] < BELIEVED:
            return seen[1]
        with self.store.reading() as connection:
            key = api_keys.by_id(connection, key_id)
        self._seen.pop(key_id, None)
        if key:
            self._seen[key_id] = time.monotonic(), key
        return key

    def begin(self, response: Response, key: ApiKey) -> None:
        """Set the cookie. Raises NotAllowedError for a key that may not look people up."""
        if not key.may(NEEDED):
            raise NotAllowedError(f"this key lacks the scope {NEEDED}")
        response.set_cookie(COOKIE, self._signer("session").dumps(key.id), max_age=SESSION, **self._cookie())

    def end(self, response: Response) -> None:
        response.delete_cookie(COOKIE, **self._cookie())

    def link(self, key_id: str) -> str:
        """A word that signs its bearer in, once, within ten minutes; for a terminal that opens a browser."""
        return self._signer("link").dumps([key_id, secrets.token_hex(8)])

    def redeem(self, text: str) -> ApiKey:
        """The key that a link is for. Raises NotAuthenticatedError for one that is wrong, old or used."""
        try:
            key_id, once = self._signer("link").loads(text, max_age=LINK)
        except BadSignature:
            raise NotAuthenticatedError("this link is wrong or too old; sign in with an API key") from None
        if not self.redis.set(f"visavis:link:{once}", 1, nx=True, ex=LINK):
            raise NotAuthenticatedError("this link was used already; sign in with an API key")
        with self.store.reading() as connection:
            key = api_keys.by_id(connection, key_id)
        if key is None:
            raise NotAuthenticatedError("the key of this link is revoked")
        return key

    def word(self, key: ApiKey) -> str:
        """What a form of ours carries, so that no other site can send it for whoever sits here."""
        return self._signer("form").dumps(key.id)

    def is_word(self, key: ApiKey, text: str) -> bool:
        """Whether the form is ours, made for this key within this shift."""
        try:
            return self._signer("form").loads(text, max_age=SESSION) == key.id
        except BadSignature:
            return False

    def _signer(self, salt: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.settings.secret_key(), salt=f"visavis.panel.{salt}")

    def _cookie(self) -> dict[str, Any]:
        secure = self.settings.web_url.startswith("https:")
        # Inside another site's frame a browser sends only such cookies, and keeps them apart for each such site.
        embedded = secure and bool(self.settings["web.frame_ancestors"])
        return {
            "httponly": True,
            "secure": secure,
            "samesite": "None" if embedded else "Lax",
            "partitioned": embedded,
            "path": "/panel",
        }
