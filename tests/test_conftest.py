"""What the tests say of what they could not run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent
TEST = "tests/connector/panel/test_browser.py::test_a_link_signs_in"


@pytest.fixture
def no_browser(tmp_path):
    """Runs a browser test where no Chromium can be found."""

    def run(**environ: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", TEST]
        return subprocess.run(
            command,
            cwd=REPOSITORY,
            env={**os.environ, "PATH": str(tmp_path), "REQUIRE_BROWSER": "", **environ},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_without_a_browser_its_tests_are_skipped_and_the_end_says_how_to_get_one(no_browser):
    ran = no_browser()
    assert ran.returncode == 0, ran.stdout
    assert "1 browser test: there is no Chromium on this machine" in ran.stdout
    assert "apt install chromium" in ran.stdout
    assert "1 skipped in" in ran.stdout.strip().splitlines()[-1]


def test_where_a_browser_is_required_there_must_be_one(no_browser):
    ran = no_browser(REQUIRE_BROWSER="1")
    assert ran.returncode == 1
    assert "REQUIRE_BROWSER=1 requires one" in ran.stdout
    assert "in " in ran.stdout.strip().splitlines()[-1]
