"""What the README claims is so: its links, its settings, its table of sources, its commands."""

import re
import tomllib
from pathlib import Path

import pytest

from adapters.base import registry
from connector.bootstrap import check_sources
from connector.cli import cli
from connector.settings import build

README = Path("README.md").read_text()
PAGES = [Path("README.md"), Path("CONTRIBUTING.md"), *Path("docs").rglob("*.md")]

SECRETS = {
    "VISAVIS_SOURCES_SALESFORCE_CLIENT_SECRET": "s3cret",
    "VISAVIS_SOURCES_HUBSPOT_ACCESS_TOKEN": "pat-1",
}


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_to_a_file_leads_somewhere(page):
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text())
    missing = [link for link in links if not (page.parent / link).exists()]
    assert not missing, f"{page} links to what is not there: {missing}"


def test_the_settings_it_shows_are_right():
    (shown,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    check_sources(build(tomllib.loads(shown), SECRETS))


def test_every_adapter_has_its_row():
    rows = set(re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE))
    assert rows == set(registry.names()), "README.md's table of sources and the adapters differ."


def test_every_command_it_shows_exists():
    for command in re.findall(r"\.venv/bin/visavis (\w+)", README):
        assert command in cli.commands


def test_every_top_folder_is_in_the_map():
    shown = re.search(r"```\napp\.py.*?```", README, re.DOTALL)[0]
    for folder in ("schemas", "adapters", "connector", "sandbox", "benchmarks", "tests", "docs"):
        assert f"\n{folder}/" in shown
