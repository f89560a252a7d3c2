"""How HubSpot knows us: a private app's token, or OAuth, whose access tokens are renewed before they run out.

HubSpot says that a 401 is no sign of an old token; so `expires_in` decides. A token that
it calls expired all the same (clocks differ) is renewed once.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from hubspot import HubSpot as Sdk
from hubspot.oauth.exceptions import ApiException

from adapters.base.errors import AuthError
from adapters.base.settings import Secret

# Renewed this long before its end, or sooner when it lives less than 25 minutes.
MARGIN = timedelta(minutes=5)
REFUSED = (400, 401, 403)


class Login(Protocol):
    def token(self) -> str:
        """An access token that is good now."""

    def renew(self) -> bool:
        """Forget the access token; False when there is no other to be had."""


class PrivateApp:
    def __init__(self, token: Secret) -> None:
        self._token = token

    def token(self) -> str:
        return self._token.reveal()

    def renew(self) -> bool:
        return False


class OAuth:
    """Trades the refresh token for access tokens. A rotated refresh token is remembered before anything else."""

    def __init__(
        self,
        sdk: Sdk,
        source: str,
        settings: dict[str, Any],
        clock: Callable[[], datetime],
        remember: Callable[[str, str], None],
        recall: Callable[[str], str | None],
    ) -> None:
        self._api = sdk.oauth.tokens_api
        self._source, self._settings, self._clock = source, settings, clock
        self._remember, self._recall = remember, recall
        self._token: Secret | None = None
        self._until = clock()

    def token(self) -> str:
        if self._token is None or self._clock() >= self._until:
            self._refresh()
        return self._token.reveal()

    def renew(self) -> bool:
        self._token = None
        return True

    def _refresh(self) -> None:
        known = self._recall("refresh_token") or self._settings["refresh_token"].reveal()
        asked_at = self._clock()
        told = self._ask(known)
        lifetime = timedelta(seconds=told["expires_in"])
        token = Secret(told["access_token"])
        if told.get("refresh_token", known) != known:
            self._remember("refresh_token", told["refresh_token"])
        self._token, self._until = token, asked_at + lifetime - min(MARGIN, lifetime / 5)

    def _ask(self, refresh_token: str) -> dict[str, Any]:
        try:
            response = self._api.create(
                grant_type="refresh_token",
                client_id=self._settings["client_id"],
                client_secret=self._settings["client_secret"].reveal(),
                refresh_token=refresh_token,
                # Read here, for the client would write the answer, tokens and all, into its log.
                _preload_content=False,
                _request_timeout=(self._settings["connect_timeout"], self._settings["read_timeout"]),
            )
            return json.loads(response.data)
        except ApiException as error:
            # Here a 400 (BAD_REFRESH_TOKEN and its kin) means what a 401 means elsewhere.
            if error.status in REFUSED:
                raise AuthError(f"{self._source}.login: refused our refresh token ({error.status})") from None
            raise
