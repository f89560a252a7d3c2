"""Settings, checked: everything that can be set, as the program asks for it."""

import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from connector.settings.values import span

# To listen on these is to listen on every address of the machine.
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, not listened on


class SettingsError(Exception):
    """The settings are wrong. `problems` lists everything that is, a sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """A source as this company set it up. `given` is for its adapter, which checks it."""

    name: str
    adapter: str
    workspace: str = "default"
    every: timedelta | None = None
    full_every: timedelta | None = None
    given: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set, checked. `values` maps an option's path to its value."""

    values: Mapping[str, Any] = field(repr=False)
    sources: tuple[SourceSettings, ...] = ()
    file: Path | None = None

    def __getitem__(self, path: str) -> Any:
        return self.values[path]

    def span(self, path: str) -> timedelta | None:
        """An option that is a span of time; None when it is empty."""
        return span(path, self[path], [])

    @property
    def data_dir(self) -> Path:
        return Path(self["data_dir"])

    @property
    def database_url(self) -> str:
        return self["database_url"] or f"sqlite:///{self.data_dir / 'visavis.db'}"

    @property
    def web_url(self) -> str:
        """Where a person on this machine, or behind the proxy, opens the panel."""
        return (self["web.public_url"] or f"http://{_reached(self['web.host'])}:{self['web.port']}").rstrip("/")

    def events_url(self, host: str | None = None) -> str:
        """Where browsers reach the event streams. `host`: the name by which one reached us, which it can again."""
        if self["events.public_url"]:
            return self["events.public_url"].rstrip("/")
        everywhere = self.events_host in EVERYWHERE
        return f"http://{host if everywhere and host else _reached(self.events_host)}:{self['events.port']}"

    @property
    def events_host(self) -> str:
        return self["events.host"] or self["web.host"]

    @property
    def workspaces(self) -> tuple[str, ...]:
        return workspaces_of(self.sources)

    def source(self, name: str) -> SourceSettings | None:
        return next((source for source in self.sources if source.name == name), None)

    def secret_key(self) -> str:
        """The key that signs sessions: as set, else one of our own that every process of this data_dir shares."""
        if self["secret_key"]:
            return self["secret_key"]
        self.data_dir.mkdir(parents=True, exist_ok=True)
        path = self.data_dir / "secret_key"
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text()
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        return path.read_text()


def workspaces_of(sources: Iterable[SourceSettings]) -> tuple[str, ...]:
    """The workspaces of these sources, each once; without sources there is one all the same."""
    return tuple(dict.fromkeys(source.workspace for source in sources)) or ("default",)


def _reached(host: str) -> str:
    """The name by which this machine reaches a server that listens on `host`."""
    return "127.0.0.1" if host in EVERYWHERE else f"[{host}]" if ":" in host else host
