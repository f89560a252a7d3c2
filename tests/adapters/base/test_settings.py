"""Settings of a source: all problems at once, and secrets that do not show themselves."""

import copy
import pickle

import pytest

from adapters.base import ConfigError, Secret, Setting
from adapters.base.settings import read

KNOWN = (
    Setting(name="token", help="Made in the shop.", required=True, secret=True),
    Setting(name="account", help="The shop's name.", required=True),
    Setting(name="page_size", help="Items.", type=int, default=50),
    Setting(name="archived", help="Read those too.", type=bool, default=False),
    Setting(name="columns", help="Which column is what.", type=dict),
)
GOOD = {"token": "t0ken-0001", "account": "tea"}


def problems(**given):
    with pytest.raises(ConfigError) as caught:
        read("shop", KNOWN, given)
    return caught.value.problems


def test_everything_that_is_wrong_is_told_at_once():
    told = problems(tokn="t0ken-0001", page_size="many", base_url="ftp://x")
    assert [problem.split(";")[0] for problem in told] == [
        "shop: unknown setting tokn",
        "shop: base_url is not an address like https://host/path",
        "shop: page_size is not a int",
        "shop: token is missing (Made in the shop.)",
        "shop: account is missing (The shop's name.)",
    ]


def test_a_misspelt_name_is_answered_with_the_likely_one():
    assert "did you mean account?" in problems(**GOOD, acount="tea")[0]


def test_no_problem_repeats_a_value():
    told = problems(token="s3cret-value", account="tea", page_size="s3cret-value", base_url="s3cret-value")
    assert "s3cret-value" not in "".join(told)


def test_defaults_are_the_adapters_own_before_the_common_ones():
    settings = read("shop", KNOWN, GOOD)
    assert (settings["page_size"], settings["read_timeout"], settings["base_url"]) == (50, 30.0, None)


def test_none_is_as_good_as_not_said():
    assert read("shop", KNOWN, {**GOOD, "page_size": None})["page_size"] == 50


@pytest.mark.parametrize(("told", "means"), [("yes", True), ("0", False), (True, True), ("False", False)])
def test_a_yes_or_no_may_be_a_word(told, means):
    assert read("shop", KNOWN, {**GOOD, "archived": told})["archived"] is means


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("page_size", 0),
        ("page_size", 2.5),
        ("page_size", True),
        ("page_size", [1]),
        ("read_timeout", 0),
        ("read_timeout", "nan"),
        ("answer_timeout", "inf"),
        ("lookback_seconds", -1),
        ("archived", "perhaps"),
        ("columns", "name"),
        ("account", {"a": 1}),
        ("base_url", "https://user:word@shop.example.com"),
        ("base_url", "shop.example.com"),
        ("base_url", "https://shop.example.com/?key=1"),
        ("region", "England"),
    ],
)
def test_a_value_out_of_reason_is_refused(name, value):
    assert name in problems(**{**GOOD, name: value})[0]


def test_a_secret_shows_itself_to_nobody_but_who_asks():
    secret = Secret("t0ken-0001")
    assert "t0ken" not in f"{secret} {secret!r} {secret!s} {[secret]}"
    assert secret.reveal() == "t0ken-0001"


def test_a_secret_is_copied_with_its_settings_but_never_written_out():
    secret = Secret("t0ken-0001")
    assert copy.deepcopy({"token": secret}) == {"token": secret}
    with pytest.raises(TypeError):
        pickle.dumps(secret)
