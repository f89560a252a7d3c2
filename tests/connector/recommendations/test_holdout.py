"""Who is shown nothing, and what their card says instead."""

from hypothesis import given
from hypothesis import strategies as some
from scipy.stats import binomtest, chi2_contingency

from connector.recommendations.holdout import HELD_OUT, NOTE, OFFERED, arm, held_back

IDS = [f"p_{number:020x}" for number in range(20_000)]
TOLD = {
    "due": [{"id": "p_a.1", "product_id": "tea"}],
    "may_like": [{"id": "p_a.2", "product_id": "pot"}, {"id": "p_a.3", "product_id": "cup"}],
    "withheld": [
        {"rule": "out_of_stock", "why": "out of stock", "product": "kettle"},
        {"rule": "open_complaint", "why": "open complaint T-104", "product": None},
    ],
    "note": None,
    "likelihood": [{"text": "likely to order again within 4 weeks"}],
    "model": "m1",
}


def test_about_the_share_is_held_out():
    held = sum(arm("default", one, 0.05) == HELD_OUT for one in IDS)
    assert binomtest(held, len(IDS), 0.05).pvalue > 0.01


def test_nobody_is_held_out_without_a_share_and_everybody_with_all_of_it():
    assert {arm("default", one, 0.0) for one in IDS} == {OFFERED}
    assert {arm("default", one, 1.0) for one in IDS} == {HELD_OUT}


@given(some.text(), some.floats(0, 1), some.floats(0, 1))
def test_a_larger_share_keeps_those_who_were_held_out(profile_id, one, other):
    small, large = sorted((one, other))
    if arm("default", profile_id, small) == HELD_OUT:
        assert arm("default", profile_id, large) == HELD_OUT


def test_workspaces_choose_apart():
    table = [[0, 0], [0, 0]]
    for one in IDS:
        table[arm("one", one, 0.5) == HELD_OUT][arm("other", one, 0.5) == HELD_OUT] += 1
    assert chi2_contingency(table).pvalue > 0.01


def test_the_arm_is_the_same_forever():
    # Written down: another hash would move customers between the arms of a running comparison.
    assert next(one for one in IDS if arm("default", one, 0.05) == HELD_OUT) == "p_00000000000000000032"


def test_a_held_out_card_says_how_many_and_not_which():
    told = held_back(TOLD)
    assert (told["due"], told["may_like"], told["held_out"], told["note"]) == ([], [], 3, NOTE)
    assert [each["rule"] for each in told["withheld"]] == ["open_complaint"]
    assert (told["likelihood"], told["model"]) == (TOLD["likelihood"], "m1")


def test_who_would_have_been_shown_nothing_is_not_called_held_out():
    told = held_back(TOLD | {"due": [], "may_like": [], "note": "Too few orders."})
    assert (told["held_out"], told["note"]) == (0, "Too few orders.")
