"""Reading: one file, `visavis.toml`, and the environment over it.

An option `port` of the table `[web]` is `VISAVIS_WEB_PORT` in the environment, a
source's `client_secret` is `VISAVIS_SOURCES_<NAME>_CLIENT_SECRET`, a workspace's `strictness`
`VISAVIS_WORKSPACES_<NAME>_STRICTNESS`. Every problem is found before anything starts, and all
of them are told at once.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from connector.settings.options import OPTIONS, PREFIX, REMOVED, Option, of_workspaces
from connector.settings.settings import Settings, SettingsError, SourceSettings, workspaces_of
from connector.settings.values import checked, span

NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")

# Tables of tables whose names are the company's own.
NAMED = ("sources", "workspaces")
OF_WORKSPACE = PREFIX + "WORKSPACES_"


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
    told = tables.get("sources", {})
    if not isinstance(told, Mapping):
        problems, told = ["sources: write each as a table, [sources.NAME]"], {}
    sources = tuple(filter(None, (_source(name, table, environ, problems) for name, table in told.items())))
    options = OPTIONS + of_workspaces(workspaces_of(sources))
    given = _flat(tables, options, problems) | _from_environment(environ, options, told, problems)
    values = {option.path: checked(option, given, problems) for option in options}
    if problems:
        raise SettingsError(problems)
    return Settings(values=values, sources=sources)


def _flat(tables: Mapping[str, Any], options: Sequence[Option], problems: list[str]) -> dict[str, Any]:
    """What the file says, by the options' paths."""
    known = {option.path for option in options}
    groups = {option.table for option in OPTIONS if option.table}
    given: dict[str, Any] = {}
    for name, value in tables.items():
        if name in groups and isinstance(value, Mapping):
            given |= {f"{name}.{inner}": inner_value for inner, inner_value in value.items()}
        elif name not in NAMED:
            given[name] = value
    given |= _of_workspaces(tables.get("workspaces", {}), options, problems)
    problems += [_unknown(path, sorted({*known, *NAMED})) for path in given if path not in known]
    return given


def _of_workspaces(tables: Any, options: Sequence[Option], problems: list[str]) -> dict[str, Any]:
    """What the file says of single workspaces. One that no source has is a mistake."""
    if not isinstance(tables, Mapping):
        problems.append("workspaces: write each as a table, [workspaces.NAME]")
        return {}
    known = [option.table.partition(".")[2] for option in options if option.table.startswith("workspaces.")]
    given: dict[str, Any] = {}
    for name, table in tables.items():
        path = f"workspaces.{name}"
        if name not in known:
            problems.append(f"{path}: no source has this workspace; {_near(name, dict.fromkeys(known))}")
        elif not isinstance(table, Mapping):
            problems.append(f"{path}: write it as a table, [{path}]")
        else:
            given |= {f"{path}.{inner}": value for inner, value in table.items()}
    return given


def _from_environment(
    environ: Mapping[str, str], options: Sequence[Option], sources: Mapping[str, Any], problems: list[str]
) -> dict[str, str]:
    known = {option.variable: option.path for option in options}
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
        elif name.startswith(OF_WORKSPACE):
            theirs = [variable for variable in known if variable.startswith(OF_WORKSPACE)]
            problems.append(f"{name}: no source's workspace has such a setting; {_near(name, theirs)}")
        else:
            problems.append(_unknown(name, sorted(known)))
    return given


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
    every = span(f"sources.{name}.every", given.pop("every", None), problems)
    full_every = span(f"sources.{name}.full_every", given.pop("full_every", None), problems)
    spans = {"every": every, "full_every": full_every}
    return SourceSettings(name=name, adapter=str(adapter), workspace=workspace, given=given, **spans)


def _source_prefix(name: str) -> str:
    return f"{PREFIX}SOURCES_{name.upper()}_"


def _unknown(name: str, known: list[str]) -> str:
    removed = {path: why for path, why in REMOVED.items() if name in (path, PREFIX + path.replace(".", "_").upper())}
    if removed:
        return f"{name}: {next(iter(removed.values()))}"
    return f"{name}: unknown setting; {_near(name, known)}"


def _near(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
