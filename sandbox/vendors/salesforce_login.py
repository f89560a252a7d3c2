"""Logging in to the stand-in: client credentials, a signed assertion, a refresh token that is good once."""

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import jwt

CLIENT_ID = "sandbox-salesforce-client"
CLIENT_SECRET = "sandbox-salesforce-secret"  # noqa: S105 - a stand-in's, good for nothing else
REFRESH_TOKEN = "sandbox-salesforce-refresh-0"  # noqa: S105
USERNAME = "visavis@sandbox.example"

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCES = ["https://login.salesforce.com", "https://test.salesforce.com"]


class RefusedLoginError(Exception):
    """The error and its description, as OAuth writes them."""


class Logins:
    """The org's sessions and refresh tokens. `public_key` (PEM) is the connected app's certificate, if it has one,
    and `leeway` how far the clocks of those who sign may be off.
    """

    def __init__(
        self,
        *,
        public_key: str | None = None,
        leeway: timedelta = timedelta(0),
        rotates: bool = True,
        lasts: float = 7200,
        timer: Callable[[], float] = time.monotonic,
        new_token: Callable[[], str] = lambda: "00D000000000001!" + secrets.token_urlsafe(48),
    ) -> None:
        self.public_key, self.leeway, self.rotates, self.lasts = public_key, leeway, rotates, lasts
        self.timer, self.new_token = timer, new_token
        self.count = 0
        self._sessions: dict[str, float] = {}
        self._refresh = REFRESH_TOKEN
        self._used: set[str] = set()
        self._revoked = False
        self._lock = threading.Lock()

    def is_good(self, token: str) -> bool:
        return self._sessions.get(token, 0) > self.timer()

    def end_sessions(self) -> None:
        """As when an administrator revokes them, or their time is up."""
        self._sessions.clear()

    def token(self, form: Mapping[str, str], basic: tuple[str, str] | None) -> dict[str, Any]:
        """What the token endpoint answers. Raises RefusedLoginError."""
        grants = {
            "client_credentials": self._client,
            "refresh_token": self._refreshed,
            JWT_BEARER: self._asserted,
        }
        grant = grants.get(form.get("grant_type", ""))
        if grant is None:
            raise RefusedLoginError("unsupported_grant_type", "grant type not supported")
        with self._lock:
            more = grant(form, basic or (form.get("client_id", ""), form.get("client_secret", "")))
            self.count += 1
            token = self.new_token()
            self._sessions[token] = self.timer() + self.lasts
        return {"access_token": token, "token_type": "Bearer", "scope": "api refresh_token", **more}

    def _client(self, form: Mapping[str, str], client: tuple[str, str]) -> dict[str, str]:
        if client[0] != CLIENT_ID:
            raise RefusedLoginError("invalid_client_id", "client identifier invalid")
        if not secrets.compare_digest(client[1], CLIENT_SECRET):
            raise RefusedLoginError("invalid_client", "invalid client credentials")
        return {}

    def _refreshed(self, form: Mapping[str, str], client: tuple[str, str]) -> dict[str, str]:
        if client[0] != CLIENT_ID:
            raise RefusedLoginError("invalid_client_id", "client identifier invalid")
        token = form.get("refresh_token", "")
        if token in self._used:
            # Used twice: one of the two users stole it, so nobody has it any more.
            self._revoked = True
        if self._revoked or token != self._refresh:
            raise RefusedLoginError("invalid_grant", "expired access/refresh token")
        if not self.rotates:
            return {}
        self._used.add(token)
        self._refresh = "sandbox-salesforce-refresh-" + secrets.token_urlsafe(24)
        return {"refresh_token": self._refresh}

    def _asserted(self, form: Mapping[str, str], client: tuple[str, str]) -> dict[str, str]:
        if self.public_key is None:
            raise RefusedLoginError("invalid_grant", "user hasn't approved this consumer")
        try:
            claims = jwt.decode(
                form.get("assertion", ""), self.public_key, algorithms=["RS256"], audience=AUDIENCES, leeway=self.leeway
            )
        except jwt.ExpiredSignatureError:
            raise RefusedLoginError("invalid_grant", "expired authorization code") from None
        except jwt.InvalidAudienceError:
            raise RefusedLoginError("invalid_grant", "audience is invalid") from None
        except jwt.InvalidTokenError:
            raise RefusedLoginError("invalid_grant", "invalid assertion") from None
        if claims.get("iss") != CLIENT_ID:
            raise RefusedLoginError("invalid_client_id", "client identifier invalid")
        if claims.get("sub") != USERNAME:
            raise RefusedLoginError("invalid_grant", "user hasn't approved this consumer")
        return {}
