"""docs/settings.md lists what can be set, all of it and nothing else."""

import re
from pathlib import Path

from adapters.base.settings import COMMON
from connector.settings import OPTIONS

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
