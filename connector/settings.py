"""Settings: one file, `visavis.toml`, and the environment over it.

An option `port` of the table `[web]` is `VISAVIS_WEB_PORT` in the environment, a
source's `client_secret` is `VISAVIS_SOURCES_<NAME>_CLIENT_SECRET`. Every problem is
found before anything starts, and all of them are told at once.
"""

import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any

PREFIX = "VISAVIS_"
NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
SPAN = re.compile(r"(\d+)\s*(s|m|h|d)")

# To listen on these is to listen on every address of the machine.
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, not listened on

# What an option's type is called when something else was given.
WANTED = {int: "a whole number", float: "a share from 0 to 0.5", str: "text"}

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class SettingsError(Exception):
    """The settings are wrong. `problems` lists everything that is, a sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be set: `[table] name = default`, with what it means."""

    table: str
    name: str
    default: Any
    help: str
    secret: bool = False

    @property
    def path(self) -> str:
        return f"{self.table}.{self.name}" if self.table else self.name

    @property
    def variable(self) -> str:
        return PREFIX + self.path.replace(".", "_").upper()


OPTIONS = (
    Option("", "data_dir", "var", "Folder for the database, the embedded Valkey and the key that signs sessions."),
    Option("", "database_url", "", "SQLAlchemy URL; empty: SQLite in data_dir. DATABASE_URL sets it too.", secret=True),
    Option("", "redis_url", "", "Redis or Valkey URL; empty: an embedded Valkey. REDIS_URL sets it too.", secret=True),
    Option("", "secret_key", "", "Signs sessions and tickets; empty: made once and kept in data_dir.", secret=True),
    Option("", "log_level", "info", "debug, info, warning or error."),
    Option("web", "host", "127.0.0.1", "Address on which API and panel are served."),
    Option("web", "port", 8080, "Port of API and panel."),
    Option("web", "workers", 2, "Processes that serve API and panel."),
    Option("web", "public_url", "", "The URL by which others reach us, when a proxy is in front (webhooks sign it)."),
    Option("web", "frame_ancestors", "", "Origins that may embed the panel, separated by spaces."),
    Option("events", "host", "", "Address of the event streams; empty: the same as web."),
    Option("events", "port", 8081, "Port of the event streams."),
    Option("events", "public_url", "", "The URL by which browsers reach the event streams, when a proxy is in front."),
    Option("worker", "processes", 2, "Processes that sync and take deliveries in."),
    Option(
        "recommendations", "holdout", 0.05, "Share of customers shown no hints, to measure their effect; 0: nobody."
    ),
    Option("recommendations", "attribution_days", 30, "Days in which an order counts for the hint shown before it."),
    Option("identity", "strictness", "standard", "strict, standard or balanced: how sure a link must be to be made."),
    Option("identity", "rules", "", "File of rules of your own, which says more than strictness (docs/identity.md)."),
    Option("identity", "brake_joins", 100, "Fewer recent joins than this never stop a source's links."),
    Option("identity", "brake_percent", 10, "Joins per hundred recent records that stop a source's links, and"),
    Option("identity", "brake_times", 5, "so many times what is usual for it: both, and brake_joins, must be passed."),
    Option("identity", "alarm_records", 30, "Records from which a profile is so large that somebody should look."),
    Option("recommendations", "refit_every", "1d", "How often the models behind hints are fitted anew; empty: never."),
    Option(
        "recommendations",
        "consent",
        "objection",
        "objection: silent only after one; required: only who agreed is scored.",
    ),
    Option(
        "recommendations", "complaint_types", "complaint", "Types of tickets that are complaints, separated by commas."
    ),
    Option(
        "recommendations",
        "severe_priorities",
        "high, urgent, critical",
        "Priorities of tickets during which hints are silent, separated by commas.",
    ),
    Option("recommendations", "low_satisfaction", 0.25, "Ratings up to this share of the best are low ones."),
    Option("recommendations", "satisfaction_days", 30, "Days for which hints are silent after a low rating."),
    Option("recommendations", "mention_days", 30, "Days for which they are after an angry post that nobody answered."),
    Option("recommendations", "refund_days", 180, "Days for which a product rests that came back."),
    Option(
        "recommendations",
        "durable_categories",
        "",
        "Categories of products that nobody needs twice, separated by commas; beside those that a source marks.",
    ),
    Option(
        "recommendations", "least_margin", 0.0, "Least share of the price that must be left; 0: nothing below its cost."
    ),
    Option(
        "recommendations", "allowed_categories", "", "Categories that may be suggested, split by commas; empty: all."
    ),
    Option(
        "recommendations", "allowed_file", "", "File with the SKUs that may be suggested, one a line; empty: all may."
    ),
    Option("recommendations", "most_shown", 5, "Days on a card after which a product rests, if nothing came of it."),
    Option("recommendations", "shown_days", 30, "Days in which those count; and days of rest for what was accepted."),
    Option("recommendations", "most_declined", 3, "Hints declined in shown_days after which nothing is suggested."),
    Option("recommendations", "declined_days", 90, "Days for which a product rests that was declined."),
    Option("recommendations", "horizon_weeks", 12, "Weeks for which the card says how likely another order is."),
)

# What an option may say, where that is one of a few words.
WORDS = {
    "log_level": ("debug", "info", "warning", "error"),
    "recommendations.consent": ("objection", "required"),
    "identity.strictness": ("strict", "standard", "balanced"),
}

# What could be set once, and what came of it.
REMOVED = {"identity.share_limit": "is no more; identity.strictness says how sure a link must be"}


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
        return _span(path, self[path], [])

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
        return tuple(dict.fromkeys(source.workspace for source in self.sources)) or ("default",)

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


def _reached(host: str) -> str:
    """The name by which this machine reaches a server that listens on `host`."""
    return "127.0.0.1" if host in EVERYWHERE else f"[{host}]" if ":" in host else host


def load(environ: Mapping[str, str], file: Path | None = None) -> Settings:
    """Read file and environment. `file` (else VISAVIS_CONFIG, else ./visavis.toml) may be missing only if not named."""
    named = file or (Path(environ["VISAVIS_CONFIG"]) if environ.get("VISAVIS_CONFIG") else None)
    path = named or Path("visavis.toml")
    tables: dict[str, Any] = {}
    if named or path.exists():
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise SettingsError([f"{path}: there is no such file"]) from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError([f"{path}: {error}"]) from None
    settings = build(tables, environ)
    return Settings(values=settings.values, sources=settings.sources, file=path if path.exists() else None)


def build(tables: Mapping[str, Any], environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from what a file holds and the environment says. Raises SettingsError with all problems."""
    environ = environ or {}
    problems: list[str] = []
    sources = tables.get("sources", {})
    if not isinstance(sources, Mapping):
        problems, sources = ["sources: write each as a table, [sources.NAME]"], {}
    given = _flat(tables, problems) | _from_environment(environ, sources, problems)
    values = {option.path: _value(option, given, problems) for option in OPTIONS}
    made = [_source(name, table, environ, problems) for name, table in sources.items()]
    if problems:
        raise SettingsError(problems)
    return Settings(values=values, sources=tuple(source for source in made if source))


def _flat(tables: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    known = {option.path for option in OPTIONS}
    groups = {option.table for option in OPTIONS if option.table}
    given: dict[str, Any] = {}
    for name, value in tables.items():
        if name == "sources":
            continue
        if name in groups and isinstance(value, Mapping):
            given |= {f"{name}.{inner}": inner_value for inner, inner_value in value.items()}
        else:
            given[name] = value
    problems += [_unknown(path, sorted(known | {"sources"})) for path in given if path not in known]
    return given


def _from_environment(environ: Mapping[str, str], sources: Mapping[str, Any], problems: list[str]) -> dict[str, str]:
    known = {option.variable: option.path for option in OPTIONS}
    given = {path: environ[name] for name, path in known.items() if environ.get(name)}
    for name in ("DATABASE_URL", "REDIS_URL"):
        if environ.get(name):
            given.setdefault(name.lower(), environ[name])
    for name in environ:
        if not name.startswith(PREFIX) or name in known or name == "VISAVIS_CONFIG":
            continue
        if name.startswith(PREFIX + "SOURCES_"):
            if not any(name.startswith(_source_prefix(source)) for source in sources):
                problems.append(f"{name}: the settings have no such source; known: {', '.join(sources) or 'none'}")
        else:
            problems.append(_unknown(name, sorted(known)))
    return given


def _value(option: Option, given: Mapping[str, Any], problems: list[str]) -> Any:
    value = given.get(option.path, option.default)
    wanted = type(option.default)
    if wanted is int and isinstance(value, str) and value.strip().isdigit():
        value = int(value)
    if wanted is float:
        value = _share(value)
    if not isinstance(value, wanted) or isinstance(value, bool):
        problems.append(f"{option.path}: is not {WANTED[wanted]} ({option.help})")
        return option.default
    if option.name == "port" and not 0 <= value <= 65535:
        problems.append(f"{option.path}: is no port (0 to 65535)")
    if option.path in WORDS and value not in WORDS[option.path]:
        problems.append(f"{option.path}: is not {' or '.join(', '.join(WORDS[option.path]).rsplit(', ', 1))}")
    if option.name.endswith("_every"):
        _span(option.path, value, problems)
    if wanted is int and value < 1 and option.name != "port":
        problems.append(f"{option.path}: must be at least 1")
    return value


def _share(value: Any) -> float | None:
    """A part of all, as a fraction up to a half (more would measure no better); None when it is something else."""
    try:
        share = None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None
    return share if share is not None and 0 <= share <= 0.5 else None


def _source(name: str, table: Any, environ: Mapping[str, str], problems: list[str]) -> SourceSettings | None:
    if not isinstance(table, Mapping):
        problems.append(f"sources.{name}: write it as a table, [sources.{name}]")
        return None
    if not NAME.fullmatch(name):
        problems.append(f"sources.{name}: a source's name has small letters, digits and underscores, 32 at most")
    prefix = _source_prefix(name)
    told = {
        variable[len(prefix) :].lower(): value for variable, value in environ.items() if variable.startswith(prefix)
    }
    given = dict(table) | told
    adapter = given.pop("adapter", name)
    workspace = given.pop("workspace", "default")
    if not isinstance(workspace, str) or not NAME.fullmatch(workspace):
        problems.append(f"sources.{name}.workspace: has small letters, digits and underscores, 32 at most")
        workspace = "default"
    every = _span(f"sources.{name}.every", given.pop("every", None), problems)
    full_every = _span(f"sources.{name}.full_every", given.pop("full_every", None), problems)
    spans = {"every": every, "full_every": full_every}
    return SourceSettings(name=name, adapter=str(adapter), workspace=workspace, given=given, **spans)


def _span(path: str, text: Any, problems: list[str]) -> timedelta | None:
    if text is None or text == "":
        return None
    found = SPAN.fullmatch(str(text).strip())
    if not found or int(found[1]) == 0:
        problems.append(f'{path}: is no span of time, such as "30s", "5m", "2h" or "1d"')
        return None
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def _source_prefix(name: str) -> str:
    return f"{PREFIX}SOURCES_{name.upper()}_"


def _unknown(name: str, known: list[str]) -> str:
    removed = {path: why for path, why in REMOVED.items() if name in (path, PREFIX + path.replace(".", "_").upper())}
    if removed:
        return f"{name}: {next(iter(removed.values()))}"
    near = get_close_matches(name, known, n=1)
    return f"{name}: unknown setting; " + (f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}")
