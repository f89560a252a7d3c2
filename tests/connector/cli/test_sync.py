import subprocess
import sys

from tests.connector.cli.conftest import CUSTOMERS


def test_a_first_sync_says_how_it_went_in_plain_lines_and_a_table(company):
    answer = company.run("sync")
    assert answer.code == 0
    assert "shop contacts: ok, 4 of 4 read" in answer.err
    assert "profiles: 4 rebuilt" in answer.err
    assert "\x1b" not in answer.out + answer.err
    row = next(line.split() for line in answer.out.splitlines() if line.startswith("shop"))
    assert row == ["shop", "contacts", "ok", "4", "4", "0", "0"]


def test_a_second_sync_brings_only_what_changed(company):
    company.run("sync")
    company.customers(CUSTOMERS.replace("Ada Example", "Ada King"))
    answer = company.run("sync", "shop")
    assert "profiles: 1 rebuilt" in answer.err


def test_full_notices_what_is_gone(company):
    company.run("sync")
    company.customers(CUSTOMERS.rpartition("4,")[0])
    answer = company.run("sync", "--full")
    assert answer.code == 0
    assert answer.out.split()[-1] == "1"
    assert company.run("lookup", "shop:4").code == 1


def test_an_unknown_source_is_bad_usage_and_the_known_ones_are_named(company):
    answer = company.run("sync", "shpo")
    assert answer.code == 2
    assert answer.err == "shpo: there is no such source; known: shop\n"


def test_a_source_that_cannot_be_read_ends_with_code_1_and_says_why(company):
    (company.folder / "customers.csv").unlink()
    answer = company.run("sync")
    assert answer.code == 1
    assert "failed" in answer.out
    assert "customers.csv" in answer.out


def test_no_source_at_all_is_said_with_what_to_do(company):
    company.settings("")
    for command in ("sync", "sources", "check"):
        answer = company.run(command)
        assert answer.code == 1
        assert "visavis demo" in answer.err


def test_sources_shows_how_each_is_doing(company):
    assert "never" in company.run("sources").out
    company.run("sync")
    answer = company.run("sources")
    row = next(line.split() for line in answer.out.splitlines() if line.startswith("shop"))
    assert row[:2] == ["shop", "ok"]
    assert row[-3:] == ["contacts", "4", "0"]


def test_sources_names_what_went_wrong(company):
    (company.folder / "customers.csv").unlink()
    company.run("sync")
    answer = company.run("sources")
    assert "failed" in answer.out
    assert "customers.csv" in answer.out


def test_in_a_terminal_there_is_a_bar_for_each_stream(company):
    # `script` gives the command a terminal of its own.
    command = f"stty cols 120; {sys.executable} -m connector.cli sync"
    terminal = ["script", "-qec", command, "/dev/null"]
    shown = subprocess.run(terminal, capture_output=True, text=True, timeout=60, check=True)
    bar = next(line for line in shown.stdout.replace("\r", "\n").splitlines() if "━" in line and "4/4" in line)
    assert "shop contacts" in bar
    assert "/s" in bar
