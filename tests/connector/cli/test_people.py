import orjson
import pytest


@pytest.fixture
def company(company):
    company.run("sync")
    return company


@pytest.mark.parametrize("words", [["ADA@example.com"], ["shop:1"], ["1", "--source", "shop"], ["+49 30 901820"]])
def test_one_person_is_shown_as_a_card(company, words):
    answer = company.run("lookup", *words)
    assert answer.code == 0
    for expected in ("Ada Example", "ada@example.com", "nothing is open", "no orders", "shop ok"):
        assert expected in answer.out


def test_a_local_number_is_read_as_the_sources_read_theirs(company):
    assert "Ada Example" in company.run("lookup", "030 901820").out


def test_a_local_number_of_nowhere_is_refused_with_what_is_missing(company):
    settings = (company.folder / "visavis.toml").read_text()
    company.settings(settings.replace('region = "DE"\n', ""))
    answer = company.run("lookup", "030 901820")
    assert answer.code == 2
    assert "--region" in answer.err
    assert "Ada Example" in company.run("lookup", "030 901820", "--region", "DE").out


def test_several_are_listed_and_none_is_picked(company):
    answer = company.run("lookup", "two@example.com")
    assert answer.code == 3
    assert "nothing is picked silently" in answer.out
    assert {"Bea", "Cleo"} <= set(answer.out.split())


def test_nobody_is_no_traceback(company):
    answer = company.run("lookup", "nobody@example.com")
    assert (answer.code, answer.out, answer.err) == (1, "", "nobody is known by that identifier\n")


def test_json_is_the_document_of_the_api(company):
    told = orjson.loads(company.run("lookup", "ada@example.com", "--json").out)
    assert told["fields"]["name"]["value"] == "Ada Example"
    by_id = company.run("lookup", told["id"], "--json")
    assert orjson.loads(by_id.out) == told


def test_json_of_several_is_json_too(company):
    answer = company.run("lookup", "two@example.com", "--json")
    assert answer.code == 3
    assert len(orjson.loads(answer.out)["candidates"]) == 2


def test_an_unknown_workspace_is_bad_usage(company):
    answer = company.run("lookup", "ada@example.com", "--workspace", "acme")
    assert answer.code == 2
    assert "known: default" in answer.err
