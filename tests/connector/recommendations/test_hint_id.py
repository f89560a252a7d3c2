import pytest

from connector.recommendations.hint_id import hint_id, profile_of

HINT = ("default", "p_1", "due", "BL-0001", "v1")


def test_the_same_hint_has_the_same_id_for_ever():
    assert hint_id(*HINT) == hint_id(*HINT) == "p_1.c2c20ee6b324"


@pytest.mark.parametrize("place", range(5))
def test_another_workspace_profile_list_product_or_model_is_another_hint(place):
    other = [*HINT]
    other[place] += "x"
    assert hint_id(*other) != hint_id(*HINT)


def test_parts_do_not_run_into_each_other():
    assert hint_id("a", "p", "due", "xy", "z") != hint_id("a", "p", "due", "x", "yz")


def test_an_id_says_whose_hint_it_is():
    assert profile_of(hint_id(*HINT)) == "p_1"


@pytest.mark.parametrize("text", ["", "p_1", "p_1.", ".0123456789ab", "p_1.0123456789aZ", "p_1.0123456789abc"])
def test_anything_else_is_no_hint_id(text):
    assert profile_of(text) is None
