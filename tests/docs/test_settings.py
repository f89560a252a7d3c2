"""docs/settings.md lists what can be set, all of it and nothing else."""

import re
from pathlib import Path

from adapters.base.settings import COMMON
from connector.settings import OPTIONS
from connector.settings.options import OF_WORKSPACES, of_workspaces

PAGE = Path("docs/settings.md").read_text()


def test_every_option_is_described_with_its_variable_and_default():
    for option in OPTIONS:
        default = f"`{option.default}`" if option.default != "" else "empty"
        row = f"| `{option.path}` | `{option.variable}` | {default} | {option.help} |"
        assert row in PAGE, f"docs/settings.md lacks this row, or has an old one:\n{row}"


def test_no_option_is_described_that_does_not_exist():
    described = set(re.findall(r"^\| `[^`]+` \| `(VISAVIS_\w+)` \|", PAGE, re.MULTILINE))
    assert described == {option.variable for option in OPTIONS}


def test_every_shared_setting_of_sources_is_described():
    for setting in COMMON:
        assert f"| `{setting.name}` |" in PAGE, f"docs/settings.md lacks {setting.name}: {setting.help}"


def test_every_setting_of_a_workspace_is_described():
    for option in OF_WORKSPACES:
        assert f"| `{option.name}` | as `identity` says | {option.help} |" in PAGE, (
            f"docs/settings.md lacks {option.name}"
        )


def test_the_variable_of_a_workspace_that_is_described_is_one():
    (told,) = set(re.findall(r"`(VISAVIS_WORKSPACES_\w+)`", PAGE))
    assert told in {option.variable for option in of_workspaces(re.findall(r"\[workspaces\.([a-z_]+)\]", PAGE))}
