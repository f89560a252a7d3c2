"""Rulebooks: what a file may say, and that each part of it counts."""

import pytest

from connector.identity import rulebook
from connector.identity.evidence.record import Told, read
from connector.identity.linkage import Linkage
from connector.identity.memory import Memory
from connector.identity.strictness import PROFILES, STANDARD


def clusters(how, *told):
    base = Memory()
    Linkage(base, how).update({each["key"]: read(Told(**each)) for each in told})
    return base.clusters()


def test_what_is_not_named_is_as_in_the_strictness_that_it_starts_from():
    how = rulebook.read({"strictness": "balanced", "sure": 31})
    assert (how.sure, how.initials) == (31, True)
    assert rulebook.read({}) == STANDARD


@pytest.mark.parametrize("name", PROFILES)
def test_a_strictness_keeps_its_name_however_it_is_written(name):
    assert rulebook.name_of(rulebook.read({"strictness": name})) == name
    assert rulebook.read({"strictness": name, "groups": 3}).name == name


def test_the_same_rules_have_the_same_name():
    one = rulebook.read({"sure": 31, "without": ["same_handle", "own_phone"]})
    other = rulebook.read({"without": ["own_phone", "same_handle"], "sure": 31.0})
    assert one.name == other.name != rulebook.read({"sure": 32}).name
    assert one.name.startswith("own-")


def test_every_problem_is_told_at_once_and_none_with_what_was_written():
    told = {"strictness": "lax", "sure": "many", "handle": 1, "without": ["own_fone"], "sharelimit": 2, "groups": 2.5}
    with pytest.raises(rulebook.RulebookError) as caught:
        rulebook.read(told)
    assert [problem.partition(":")[0] for problem in caught.value.problems] == [
        "sharelimit",
        "sure",
        "handle",
        "without",
        "groups",
        "strictness",
    ]
    assert "did you mean share_limit?" in caught.value.problems[0]
    assert "did you mean own_phone?" in str(caught.value)


def test_a_file_that_is_none_is_told_of(tmp_path):
    with pytest.raises(rulebook.RulebookError, match="no such file"):
        rulebook.load(tmp_path / "rules.toml")
    (tmp_path / "rules.toml").write_text("sure = ")
    with pytest.raises(rulebook.RulebookError, match="rules.toml"):
        rulebook.load(tmp_path / "rules.toml")


def test_what_is_otherwise_is_told():
    new = rulebook.read({"sure": 31, "without": ["own_phone"], "shared": False})
    assert rulebook.difference(STANDARD, new) == {
        "sure": (f"{STANDARD.sure:g}", "31"),
        "shared": ("true", "false"),
        "without": ("", "own_phone"),
    }


def test_a_rule_that_is_switched_off_links_nobody():
    told = {"given_name": "John", "family_name": "Smith", "phones": ["+4915112345678"]}
    both = {"key": "a", **told}, {"key": "b", **told}
    assert clusters(STANDARD, *both) == {("a", "b")}
    assert clusters(rulebook.read({"without": ["own_phone", "shared_phone"]}), *both) == {("a",), ("b",)}


def test_the_weight_of_evidence_is_a_rule_that_can_be_switched_off():
    told = {"given_name": "Zebulon", "family_name": "Quarles", "birth_date": "1961-07-14", "postcode": "10115"}
    told |= {"street": "Hauptstr. 5", "country": "DE", "phones": ["+4915112345678"]}
    slip = told | {"given_name": "Zebulom", "family_name": "Quarls"}
    without = [name for name in ("everything_agrees", "own_phone", "name_and_home", "name_and_birth")]
    some = rulebook.read({"without": without})
    none = rulebook.read({"without": [*without, "weight_of_evidence"]})
    both = {"key": "a", **told}, {"key": "b", **slip}
    assert clusters(some, *both) == {("a", "b")}
    assert clusters(none, *both) == {("a",), ("b",)}


def test_more_than_the_share_limit_are_a_crowd():
    told = [
        {"key": str(number), "given_name": "John", "family_name": "Smith", "emails": ["js@example.com"]}
        for number in range(4)
    ]
    assert len(clusters(STANDARD, *told)) == 1
    assert len(clusters(rulebook.read({"share_limit": 3}), *told)) == 4


def test_more_first_names_than_a_household_has_are_an_office():
    names = ("John", "Jane", "John", "Mary")
    told = [
        {"key": str(number), "given_name": name, "family_name": "Smith", "emails": ["family@smith.example"]}
        for number, name in enumerate(names)
    ]
    assert ("0", "2") in clusters(STANDARD, *told)
    assert ("0", "2") not in clusters(rulebook.read({"household": 2}), *told)
