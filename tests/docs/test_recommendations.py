"""docs/recommendations.md says of each rule what the rule says of itself, and names the settings that it heeds."""

import re
from pathlib import Path

import pytest

from connector.recommendations.reasons import KINDS
from connector.recommendations.sentiment import patterns
from connector.recommendations.suppression import OF_CUSTOMER, OF_PRODUCT
from connector.settings import OPTIONS

PAGE = Path("docs/recommendations.md").read_text("utf-8")
ROWS = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]*) ?\|$", PAGE, re.MULTILINE)
RULES = [*OF_CUSTOMER, *OF_PRODUCT]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_rule_is_told_in_its_own_words(rule):
    told = " ".join(rule.__doc__.split())
    assert f"| `{rule.__name__}` | {told} |" in PAGE, (
        f"docs/recommendations.md: the row of {rule.__name__} should say:\n{told}"
    )


def test_the_rules_stand_in_the_order_in_which_they_are_looked_at():
    names = [rule.__name__ for rule in RULES]
    assert [name for name, _, _ in ROWS if name in names] == names


def test_the_settings_that_are_named_exist():
    known = {option.name for option in OPTIONS if option.table == "recommendations"}
    rules = {rule.__name__ for rule in RULES}
    named = {one for name, _, cell in ROWS if name in rules for one in re.findall(r"`(\w+)`", cell)}
    assert named and named <= known


def test_every_kind_of_reason_is_explained():
    assert set(KINDS) <= {name for name, _, _ in ROWS}


def test_the_languages_are_counted_right():
    assert len(patterns()) == 10 and "in ten languages" in PAGE
