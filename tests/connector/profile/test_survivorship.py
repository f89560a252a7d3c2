"""Survivorship: each rule, and that what lost is still told."""

import itertools
from pathlib import Path

import pytest

from connector.profile.survivorship import FIELDS, MOST_BEATEN, RULES, Claim, survive


def claim(value, source="crm", changed=1, external_id="1", **more):
    return Claim(value=value, source=source, external_id=external_id, changed=changed, seen_at=changed, **more)


CASES = {
    "the newest": ("job_title", [("Buyer", "crm", 1), ("Head Buyer", "shop", 2)], "Head Buyer"),
    "the written-out name": ("name", [("Anna Example", "crm", 1), ("A. Example", "shop", 2)], "Anna Example"),
    "the full name over one word": ("name", [("Anna Example", "crm", 1), ("Anna", "shop", 2)], "Anna Example"),
    "the newer of two written-out names": ("name", [("Anna Old", "crm", 1), ("Anna New", "shop", 2)], "Anna New"),
    "the spelling that most agree on": (
        "name",
        [("Anna Roux", "crm", 1), ("anna roux", "hub", 2), ("Roux Anna", "shop", 9)],
        "anna roux",
    ),
    "what most agree on": (
        "birth_date",
        [("1990-01-02", "crm", 1), ("1990-01-02", "shop", 2), ("1970-01-01", "hub", 9)],
        "1990-01-02",
    ),
    "the newest when nobody agrees": ("birth_date", [("1990-01-02", "crm", 1), ("1970-01-01", "hub", 9)], "1970-01-01"),
    "the fuller address": (
        "address",
        [({"city": "Leeds", "country": "GB"}, "crm", 1), ({"city": "York"}, "shop", 9)],
        {"city": "Leeds", "country": "GB"},
    ),
    "the no": ("marketing_consent", [(False, "crm", 1), (True, "shop", 9)], False),
    "the id when all else is equal": ("company", [("Acme", "crm", 1), ("Zeta", "shop", 1)], "Zeta"),
}


@pytest.mark.parametrize("field, told, expected", CASES.values(), ids=CASES)
def test_the_survivor_in_every_order_of_arrival(field, told, expected):
    for order in itertools.permutations(told):
        survivor = survive(field, [claim(value, source, changed) for value, source, changed in order])
        assert survivor["value"] == expected
        assert survivor["rule"] == FIELDS[field].__name__


def test_the_preferred_source_wins_even_when_older():
    claims = [claim("Old", "crm", 1), claim("New", "shop", 9), claim("Other", "hub", 5)]
    survivor = survive("company", claims, ["erp", "crm", "shop"])
    assert (survivor["value"], survivor["rule"]) == ("Old", "preferred_source")


def test_a_preference_for_a_silent_source_changes_nothing():
    assert survive("company", [claim("Acme")], ["erp"])["rule"] == "newest"


def test_a_display_name_loses_even_when_newer_and_longer():
    claims = [claim("Anna", "crm", 1), claim("Anna Banana Party", "x", 9, is_display=True)]
    assert survive("name", claims)["value"] == "Anna"


def test_what_was_beaten_is_told_once_per_value_with_its_source():
    claims = [
        claim("Acme Ltd", "crm", 9),
        claim("ACME  ltd", "hub", 1),
        claim("Zeta", "shop", 2),
        claim("zeta", "erp", 3),
    ]
    survivor = survive("company", claims)
    assert [(one["value"], one["source"]) for one in survivor["beat"]] == [("zeta", "erp")]
    assert survivor["source"] == "crm"
    assert survivor["seen_at"] == "1970-01-01T00:00:00.000009Z"


def test_the_beaten_are_bounded_and_long_values_cut():
    claims = [claim(f"{n}" * 900, changed=n, external_id=str(n)) for n in range(20)]
    survivor = survive("company", claims)
    assert len(survivor["beat"]) == MOST_BEATEN
    assert len(survivor["value"]) == 200


def test_no_claim_is_no_value():
    assert survive("company", []) is None


@pytest.mark.parametrize("name", RULES)
def test_every_rule_says_what_it_does(name):
    assert RULES[name].__doc__, f"Give {name} a docstring: people read it under “why?”."


def test_every_field_has_a_known_rule():
    assert set(FIELDS.values()) <= set(RULES.values())


@pytest.mark.parametrize("name", RULES)
def test_the_documentation_says_of_every_rule_what_the_rule_says(name):
    row = f"| `{name}` | {' '.join(RULES[name].__doc__.split())} |"
    assert row in (Path(__file__).parents[3] / "docs/profile.md").read_text(), f"Put into docs/profile.md: {row}"
