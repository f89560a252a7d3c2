"""Logging in: the three OAuth grants that a server without a person can use.

simple-salesforce has no refresh grant, reads an outage as a refusal and fixes the login
host, so the requests are made here. A refresh token may be single-use: the one that
replaces it is remembered before the access token is used, or a crash in between would
lock us out (using the old one again revokes the whole family).
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from adapters.base import Answer, Secret

LOGIN = "https://login.salesforce.com"
TEST = "https://test.salesforce.com"


class RefusedLoginError(Exception):
    """The token endpoint said no."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("the login was refused")
        self.answer = answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a login gives: a token, and where it is good."""

    token: Secret
    instance_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """How this source logs in, as its settings say."""

    settings: Mapping[str, Any]
    http: requests.Session
    clock: Callable[[], datetime]
    remember: Callable[[str, str], None]
    recall: Callable[[str], str | None]
    key: PrivateKeyTypes | None = None

    def __call__(self) -> Session:
        """A new session. Raises RefusedLoginError."""
        if self.settings["refresh_token"]:
            return self._refreshed()
        if self.key:
            return self._session(self._ask(self._assertion(self.key)))
        return self._session(self._ask({"grant_type": "client_credentials"}, self._basic()))

    @property
    def url(self) -> str:
        return (self.settings["login_url"] or self.settings["base_url"] or LOGIN).rstrip("/")

    def _refreshed(self) -> Session:
        first = self.settings["refresh_token"].reveal()
        # Under the token that it descends from: a new one in the settings begins anew.
        name = "refresh_token." + hashlib.sha256(first.encode()).hexdigest()[:16]
        form = {"grant_type": "refresh_token", "refresh_token": self.recall(name) or first}
        form["client_id"] = self.settings["client_id"]
        if self.settings["client_secret"]:
            form["client_secret"] = self.settings["client_secret"].reveal()
        told = self._ask(form)
        if told.get("refresh_token"):
            self.remember(name, told["refresh_token"])
        return self._session(told)

    def _assertion(self, key: PrivateKeyTypes) -> dict[str, str]:
        claims = {
            "iss": self.settings["client_id"],
            "sub": self.settings["username"],
            "aud": self.settings["audience"] or self._audience(),
            "exp": int((self.clock() + timedelta(minutes=3)).timestamp()),
        }
        signed = jwt.encode(claims, key, algorithm="RS256")
        return {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": signed}

    def _audience(self) -> str:
        host = urlsplit(self.url).hostname or ""
        return TEST if host == urlsplit(TEST).hostname or ".sandbox." in host else LOGIN

    def _basic(self) -> tuple[str, str]:
        return self.settings["client_id"], self.settings["client_secret"].reveal()

    def _ask(self, form: Mapping[str, str], basic: tuple[str, str] | None = None) -> dict[str, Any]:
        response = self.http.post(f"{self.url}/services/oauth2/token", data=form, auth=basic, allow_redirects=False)
        if response.status_code != 200:
            raise RefusedLoginError(Answer.of(response))
        return response.json()

    def _session(self, told: Mapping[str, Any]) -> Session:
        # A base URL in the settings outranks what the login says: it may be a proxy.
        return Session(
            token=Secret(told["access_token"]), instance_url=self.settings["base_url"] or told["instance_url"]
        )


def private_key(pem: str) -> PrivateKeyTypes:
    """The key in a PEM text, whose line ends an environment variable often has as backslash and n.

    Raises ValueError or TypeError when it is none, or needs a password.
    """
    return load_pem_private_key(pem.replace("\\n", "\n").encode(), None)
