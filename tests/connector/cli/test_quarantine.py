import re

import pytest

from tests.connector.cli.conftest import CUSTOMERS

BROKEN = CUSTOMERS.replace("1815-12-10", "born in winter").replace("1906-12-09", "1906-99-99")


@pytest.fixture
def company(company):
    company.customers(BROKEN)
    company.run("sync")
    return company


def numbers(company) -> list[str]:
    return re.findall(r"^ *(\d+) +shop", company.run("quarantine", "list").out, re.MULTILINE)


def test_the_list_names_item_and_reason_and_no_value(company):
    answer = company.run("quarantine", "list", "--source", "shop")
    assert answer.code == 0
    assert answer.out.count("born: cannot be read") == 2
    assert "born in winter" not in answer.out


def test_an_item_shows_its_fields_and_its_data_only_when_asked(company):
    number = numbers(company)[-1]
    answer = company.run("quarantine", "show", number)
    assert answer.out.startswith("shop contacts 1")
    assert "born: " in answer.out
    assert "born in winter" not in answer.out
    assert "born in winter" in company.run("quarantine", "show", number, "--raw").out


def test_what_is_still_broken_stays(company):
    answer = company.run("quarantine", "replay", "--source", "shop")
    assert (answer.code, answer.out) == (1, "0 taken in, 2 still broken\n")
    assert len(numbers(company)) == 2


def test_after_a_fix_of_the_mapping_it_is_taken_in(company):
    settings = (company.folder / "visavis.toml").read_text()
    company.settings(settings.replace('birth_date = "born"\n', ""))
    answer = company.run("quarantine", "replay", *numbers(company)[:1])
    assert (answer.code, answer.out) == (0, "1 taken in, 0 still broken\n")
    assert company.run("lookup", "grace@example.com").code == 0
    company.run("quarantine", "replay", "--source", "shop")
    assert company.run("quarantine", "list").out == "nothing is set aside\n"


def test_a_corrected_item_leaves_by_itself(company):
    company.customers(CUSTOMERS)
    company.run("sync")
    assert numbers(company) == []


@pytest.mark.parametrize("words", [["show", "999"], ["replay", "999"]])
def test_a_number_that_is_not_there_is_said(company, words):
    answer = company.run("quarantine", *words)
    assert answer.code == 1
    assert "there is no item 999" in answer.err


@pytest.mark.parametrize("words", [[], ["1", "--source", "shop"], ["--source", "nope"]])
def test_a_replay_says_what_of(company, words):
    assert company.run("quarantine", "replay", *words).code == 2
