"""What is in force: the strictness of each workspace, as the settings have it.

A workspace that says nothing of its own goes by what `identity` says for all of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from connector.identity.rulebook import RulebookError, load
from connector.identity.strictness import PROFILES, STANDARD, Strictness
from connector.settings import Settings, SettingsError


@dataclass(frozen=True, slots=True)
class InForce:
    """`usual`: where nothing else is said. `own`: what single workspaces have of their own."""

    usual: Strictness = STANDARD
    own: Mapping[str, Strictness] = field(default_factory=dict)

    def of(self, workspace: str) -> Strictness:
        """How sure is sure enough in this workspace."""
        return self.own.get(workspace, self.usual)


USUAL = InForce()


def of(settings: Settings) -> InForce:
    """As the settings have it. Raises SettingsError with all that is wrong with files of rules."""
    problems: list[str] = []
    own = {name: _read(settings, said_by(settings, name), problems) for name in settings.workspaces}
    usual = _read(settings, _said(settings, "identity"), problems)
    if problems:
        raise SettingsError(list(dict.fromkeys(problems)))
    return InForce(usual, own)


def said_by(settings: Settings, workspace: str) -> str:
    """The setting that says what is in force there: the workspace's own first, and a file before a word."""
    return _said(settings, f"workspaces.{workspace}") or _said(settings, "identity")


def _said(settings: Settings, table: str) -> str:
    return next((path for path in (f"{table}.rules", f"{table}.strictness") if settings[path]), "")


def _read(settings: Settings, path: str, problems: list[str]) -> Strictness:
    if path.endswith(".strictness"):
        return PROFILES[settings[path]]
    try:
        return load(Path(settings[path]))
    except RulebookError as error:
        problems += [f"{path}: {problem}" for problem in error.problems]
        return STANDARD
