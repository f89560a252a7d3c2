"""Promises about names, settings, credentials and addresses."""

import re
from collections import Counter

from adapters.base.adapter import Adapter
from adapters.base.errors import AuthError, ConfigError
from adapters.base.testing.facts import Facts, loopback_only
from adapters.base.testing.upstream import Fault
from schemas.records import SCHEMAS

NAME = re.compile(r"[a-z][a-z0-9_]*")


class AccessPromises(Facts):
    def test_names(self) -> None:
        """1. The adapter and its streams have names of their own, and each stream brings a kind that we know."""
        names = [stream.name for stream in self.adapter.stream_types]
        assert names, f"{self.adapter.name} names no stream: set stream_types"
        twice = [name for name, count in Counter(names).items() if count > 1]
        assert not twice, f"two streams are called {', '.join(twice)}: records of one would overwrite the other's"
        for name in (self.adapter.name, *names):
            assert NAME.fullmatch(name), f"{name!r}: a name is one lower-case word, for it is part of URLs and settings"
        for stream in self.adapter.stream_types:
            assert stream.schema in SCHEMAS.values(), f"{stream.name}: its schema is none of schemas.SCHEMAS"

    def test_settings(self) -> None:
        """2. Settings that are missing are all reported at once, before any call."""
        required = [setting.name for setting in self.adapter.known_settings if setting.required]
        secret = [setting.name for setting in self.adapter.known_settings if setting.secret]
        needed = [name for name in self.given() if self._problems_without(name)]
        problems = self._problems({})
        unnamed = [name for name in {*required, *needed} if not any(name in problem for problem in problems)]
        assert not unnamed, f"without any setting nobody is told that these are missing: {', '.join(unnamed)}"
        given = [name for name in self.settings if name in secret]
        bare = {name: value for name, value in self.given().items() if name not in secret}
        assert not given or self._problems(bare), f"without {', '.join(given)} the adapter is built: raise ConfigError"
        for name in required:
            problems = self._problems_without(name)
            assert any(name in problem for problem in problems), f"when {name} is missing, the problem must name it"
        self.build()
        assert not self.at.seen, "building the adapter calls the source: leave that to check and fetch"

    def _problems_without(self, name: str) -> list[str]:
        return self._problems({key: value for key, value in self.given().items() if key != name})

    def _problems(self, settings: dict[str, object]) -> list[str]:
        try:
            self.build(settings)
        except ConfigError as error:
            assert not self.at.seen, "the source was called before the settings were checked"
            return error.problems
        return []

    def test_refused(self) -> None:
        """3. Good credentials pass `check`, and refused ones are an AuthError."""
        assert self.adapter.check is not Adapter.check, "write check(): the cheapest call that proves access"
        self.build().checked()
        assert self.at.seen, "check() asked the source nothing, so it proves nothing"
        for status in (401, 403):
            fault = Fault(name=str(status), status=status, body=self.error_body)
            got = self.outcome(fault, lambda adapter: adapter.checked())
            assert isinstance(got, AuthError), f"check() answered {status} must raise AuthError, not {got!r}"
        if self.refused:
            adapter = self.build(**self.refused)
            try:
                adapter.checked()
            except AuthError:
                return
            raise AssertionError("check() passes with credentials that the source refuses")

    def test_addresses(self) -> None:
        """4. Every request goes where the settings say, and no credential follows a redirect to another host."""
        with loopback_only() as asked:
            self.build().checked()
            for stream in self.streams(4):
                self.walk(stream)
            assert not asked, f"asked {', '.join(sorted(set(asked)))}, which base_url does not name"
        secrets = self.secrets()
        for status in (302, 307):
            for stream in self.streams(4):
                self._redirected(stream, status, secrets)

    def _redirected(self, stream: str, status: int, secrets: list[str]) -> None:
        elsewhere = {"Location": f"{self.at.other_url}/elsewhere/"}
        fault = Fault(name="redirect", status=status, headers=elsewhere, body=b"{}")
        logins = sum(map(self.is_login, self.asks(stream)))
        adapter, before = self.build(), len(self.at.seen)
        # Behind the login, so that the credential of the data requests is at stake.
        self.at.misbehave(fault, after=logins)
        try:
            adapter.streams[stream].pull(None)
        except Exception:  # noqa: BLE001, S110 - what it raises is another promise's matter
            pass
        finally:
            self.at.heal()
        for seen in self.at.seen[before:]:
            if seen.path.startswith("/elsewhere") and seen.headers.get("host", "").startswith("localhost"):
                leaked = [secret for secret in secrets if secret in seen.text()]
                assert not leaked, f"{stream}: a redirect to another host was given our credential"
