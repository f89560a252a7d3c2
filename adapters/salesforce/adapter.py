"""The source as a whole: its settings, how it logs in, and what its refusals mean."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from adapters.base import (
    Adapter,
    AdapterError,
    Answer,
    AuthError,
    ConfigError,
    QuotaSpentError,
    RateLimitError,
    Stream,
    UnavailableError,
)
from adapters.base.http import retry_after, session
from adapters.salesforce.facts import PASSING, PASSING_LOGINS, REMEDIES, SETTINGS
from adapters.salesforce.login import Login, RefusedLoginError, private_key
from adapters.salesforce.org import Org, answer_in
from adapters.salesforce.people import Accounts, Contacts
from adapters.salesforce.sales import Cases, Opportunities, Orders
from adapters.salesforce.shape import complaint, first
from adapters.salesforce.soql import one


class Salesforce(Adapter):
    """Salesforce, read by queries. It takes no webhooks: Salesforce sends none that are signed."""

    name = "salesforce"
    stream_types: tuple[type[Stream], ...] = (Contacts, Accounts, Orders, Opportunities, Cases)
    known_settings = SETTINGS

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterable[str]:
        if given.get("refresh_token") and given.get("private_key"):
            yield "refresh_token and private_key are two ways to log in; give one of them"
        elif given.get("private_key"):
            if not given.get("username"):
                yield "username is missing (private_key logs in as that user)"
        elif not given.get("refresh_token"):
            if not given.get("client_secret"):
                yield "no way to log in; give client_secret, or username and private_key, or refresh_token"
            elif not given.get("login_url") and not given.get("base_url"):
                yield "login_url is missing (with client_secret alone it must be your My Domain)"
        known = {stream.name for stream in cls.stream_types}
        for name in ("streams", "fields", "extra_fields"):
            unknown = sorted(str(each) for each in set(given.get(name) or ()) - known)
            if unknown:
                yield f"{name} names unknown streams: {', '.join(unknown)}; known: {', '.join(sorted(known))}"

    def prepare(self) -> None:
        wanted = self.settings["streams"] or [stream.name for stream in self.stream_types]
        self.stream_types = tuple(stream for stream in self.stream_types if stream.name in wanted)
        login = Login(
            settings=self.settings,
            http=session(self.settings),
            clock=self.clock,
            remember=self.remember,
            recall=self.recall,
            key=self._key(),
        )
        self.org = Org(self.source, self.settings, login, self.clock)

    def check(self) -> None:
        self.org.query(one(next(iter(self.streams.values())).object))
        unknown = {name: stream.unknown_fields() for name, stream in self.streams.items()}
        problems = [f"{self.source}.{name}: the org has no {', '.join(each)}" for name, each in unknown.items() if each]
        if problems:
            raise ConfigError(problems)

    def answer_of(self, error: Exception) -> Answer | None:
        if isinstance(error, RefusedLoginError):
            return error.answer
        return answer_in(error, self.org.heard)

    def sort(self, where: str, answer: Answer) -> AdapterError:
        told = first(_json(answer.body))
        if isinstance(told.get("error"), str) and answer.status in (400, 401, 403):
            return _refused_login(where, told)
        code = told.get("errorCode")
        if not isinstance(code, str) or not code.isupper():
            return super().sort(where, answer)
        if code == "REQUEST_LIMIT_EXCEEDED":
            # One code for two limits: requests at a time, and requests in 24 hours.
            if complaint([told]).startswith("Concurrent"):
                return RateLimitError(f"{where}: too many requests at a time", retry_after(answer.headers, self.clock))
            return QuotaSpentError(f"{where}: the day's API requests are used up")
        if code in PASSING:
            return UnavailableError(f"{where}: answered {answer.status} {code}")
        return super().sort(f"{where}: {code}", answer)

    def _key(self) -> Any:
        """Read once, for reading checks the key, which takes a while."""
        if not self.settings["private_key"]:
            return None
        try:
            return private_key(self.settings["private_key"].reveal())
        except (ValueError, TypeError):
            raise ConfigError([f"{self.source}: private_key is no PEM key without a password"]) from None


def _refused_login(where: str, told: Mapping[str, Any]) -> AdapterError:
    described = str(told.get("error_description") or "").lower()
    if told["error"] in PASSING_LOGINS:
        return UnavailableError(f"{where}: the login failed for now")
    if "rate exceeded" in described:
        return RateLimitError(f"{where}: logged in too often")
    known = told["error"] if told["error"].replace("_", "").isalpha() else "refused"
    remedy = next((remedy for words, remedy in REMEDIES.items() if words in described), None)
    return AuthError(f"{where}: the login was refused ({known})" + (f"; {remedy}" if remedy else ""))


def _json(body: Any) -> Any:
    if not isinstance(body, bytes | str):
        return body
    try:
        return json.loads(body)
    except ValueError:
        return None
