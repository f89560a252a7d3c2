"""`visavis identity`: explained, decided and taken back from a terminal."""

import re

import orjson
import pytest

from connector.cli.identity import by
from connector.cli.terminal import Context
from connector.store import views

PEOPLE = """id,name,email,phone,born
1,Ada Example,ada@example.com,030 901820,1815-12-10
2,Ada Example,ada@example.com,,
3,Bea Example,,030 901820,
"""


@pytest.fixture
def synced(company):
    company.customers(PEOPLE)
    assert company.run("sync").code == 0
    return company.run


def test_a_profile_is_explained_by_one_of_its_records(synced):
    told = synced("identity", "explain", "shop:1")
    assert told.code == 0
    for expected in ("2 records, one person", "which is one person's", "ada@example.com", "alone", "it would be"):
        assert expected in told.out


def test_two_records_are_explained_with_what_would_change_it(synced):
    told = synced("identity", "explain", "shop:contact:1", "shop:contact:3").out
    for expected in ("are not one person", "two given names", "shared by 2 people", "a decision that they are one"):
        assert expected in told
    assert "are one person" in synced("identity", "explain", "shop:1", "shop:2").out


def test_who_looks_is_noted(synced):
    told = orjson.loads(synced("identity", "explain", "shop:1", "--json").out)
    with Context().parts() as parts, parts.store.reading() as connection:
        (view,) = views.of_profile(connection, "default", told["profile_id"])
    assert (view["way"], view["viewer"]) == ("identity", by())


def test_what_is_told_is_json_on_demand(synced):
    told = orjson.loads(synced("identity", "explain", "shop:1", "--json").out)
    assert [record["key"] for record in told["records"]] == ["shop:contact:1", "shop:contact:2"]
    assert synced("identity", "explain", told["profile_id"], "--json").code == 0


def test_a_pin_is_made_listed_and_taken_back(synced):
    assert "nobody decided anything" in synced("identity", "pins").out
    made = synced("identity", "pin", "shop:1", "shop:3", "--why", "she changed her name")
    assert (made.code, len(set(re.findall(r"p_[0-9a-f]{20}", made.out)))) == (0, 1)
    listed = synced("identity", "pins").out
    assert "one person" in listed
    assert "she changed her name" in listed
    refused = synced("identity", "pin", "shop:3", "shop:3")
    assert refused.code == 1
    back = synced("identity", "unpin", "shop:3", "shop:1")
    assert len(set(re.findall(r"p_[0-9a-f]{20}", back.out))) == 2
    assert synced("identity", "unpin", "shop:3", "shop:1").code == 1


def test_all_that_was_decided_is_listed_with_whether_it_stands(synced):
    assert "nobody decided anything" in synced("identity", "decisions").out
    synced("identity", "pin", "shop:1", "shop:3", "--why", "she changed her name")
    synced("identity", "unpin", "shop:1", "shop:3")
    told = synced("identity", "decisions").out
    for expected in ("she changed her name", "a decision taken back (no. 1)", "taken back by no. 2", by()):
        assert expected in told
    only = orjson.loads(synced("identity", "decisions", "--record", "shop:2", "--json").out)
    assert only == {"decisions": []}


def test_only_the_decisions_about_one_customer_are_listed(synced):
    synced("identity", "pin", "shop:1", "shop:3", "--never")
    theirs, others = (
        orjson.loads(synced("identity", "decisions", "--profile", f"shop:{number}", "--json").out)["decisions"]
        for number in (2, 3)
    )
    assert [each["what"] for each in theirs] == ["never"] == [each["what"] for each in others]
    synced("identity", "unmerge", "shop:1", "shop:2")
    assert "left their profile" in synced("identity", "decisions", "--profile", "shop:2").out
    assert "left their profile" not in synced("identity", "decisions", "--profile", "shop:3").out
    assert synced("identity", "decisions", "--profile", "shop:1", "--record", "shop:1").code == 2
    assert synced("identity", "decisions", "--profile", "shop:99").code == 1


def test_a_contradiction_is_refused_with_its_chain(synced):
    synced("identity", "pin", "shop:1", "shop:3")
    synced("identity", "pin", "shop:2", "shop:3")
    refused = synced("identity", "pin", "shop:1", "shop:2", "--never")
    assert refused.code == 4
    assert "shop:contact:1 - shop:contact:3 - shop:contact:2" in refused.err


def test_records_leave_and_come_back(synced):
    left = synced("identity", "unmerge", "shop:1", "shop:2", "--why", "two people")
    assert len(set(re.findall(r"p_[0-9a-f]{20}", left.out))) == 2
    assert "two people" in synced("identity", "explain", "shop:1").out
    (number,) = re.findall(r"--undo (\d+)", left.out)
    assert len(set(re.findall(r"p_[0-9a-f]{20}", synced("identity", "unmerge", "--undo", number).out))) == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("explain", "nonsense"), 2),
        (("explain", "shop:99"), 1),
        (("explain", "shop:1", "shop:99"), 1),
        (("unmerge",), 2),
        (("unmerge", "shop:1"), 2),
        (("unmerge", "shop:1", "shop:2", "--undo", "1"), 2),
        (("unmerge", "shop:1", "shop:3"), 1),
        (("unmerge", "--undo", "9"), 1),
    ],
)
def test_what_cannot_be_done_is_said(synced, arguments, code):
    answer = synced("identity", *arguments)
    assert answer.code == code
    assert answer.err
