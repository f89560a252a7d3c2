import math

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.recommendations.likelihood import Ordering, Worth
from connector.recommendations.outlook import Likelihood, percent
from connector.recommendations.products import Purchase, purchase
from connector.recommendations.serving import likelihood_content, likelihood_of

DAY = 86_400_000_000
AS_OF = 20_000
FITTED = Likelihood(
    version="v1",
    as_of=AS_OF,
    ordering=Ordering(r=0.243, alpha=4.414, a=0.793, b=2.426, log_likelihood=-1.0, customers=2310),
    worth={"EUR": Worth(p=6.2, q=3.7, gamma=15.5, log_likelihood=-1.0, customers=946)},
)


def bought(*days: int | None, total: str = "30.00", currency: str = "EUR") -> list[Purchase]:
    body = {"currency": currency, "total": total}
    return [purchase("shop", str(place), None if day is None else day * DAY, body) for place, day in enumerate(days)]


def test_the_card_says_how_likely_and_on_what_basis():
    again, worth = FITTED.of(bought(AS_OF - 427, AS_OF - 300, AS_OF - 100, AS_OF - 21))
    assert again["text"] == f"{again['probability']:.0%} likely to order again within 12 weeks"
    assert again["basis"] == "4 orders in 61 weeks, last 3 weeks ago; fitted on 2,310 customers, as of 2024-10-04"
    assert 0 < again["probability"] < again["alive"] < 1
    assert worth["basis"].startswith("3 repeat orders in EUR of 30.00 on average; fitted on 946 customers")
    assert float(worth["expected_value"]) == pytest.approx(float(worth["order_value"]) * again["expected_orders"], 0.01)


def test_who_has_too_little_history_is_told_so():
    assert FITTED.of([])[0]["text"].startswith("too little history")
    assert FITTED.of(bought(None))[0]["probability"] is None
    once = FITTED.of(bought(AS_OF - 30))[0]
    assert once["text"].startswith("too little history: one order")
    assert once["alive"] is None


def test_two_orders_of_a_day_are_one_decision():
    again, worth = FITTED.of(bought(AS_OF - 70, AS_OF - 14, AS_OF - 14))
    assert again["basis"].startswith("3 orders on 2 days in 10 weeks, last 2 weeks ago")
    assert worth["basis"].startswith("1 repeat order in EUR of 60.00 on average")


def test_an_order_after_the_fit_counts_at_once():
    before, after = FITTED.of(bought(AS_OF - 300, AS_OF - 200)), FITTED.of(bought(AS_OF - 300, AS_OF - 200, AS_OF + 2))
    assert after[0]["probability"] > before[0]["probability"]
    assert ", last today;" in after[0]["basis"]


def test_a_date_in_another_century_is_a_slip():
    assert FITTED.of(bought(AS_OF - 50, AS_OF - 20, AS_OF + 30_000))[0] == FITTED.of(bought(AS_OF - 50, AS_OF - 20))[0]


def test_expected_orders_are_split_between_currencies_as_the_orders_were():
    mixed = FITTED.of(bought(AS_OF - 90, AS_OF - 60) + bought(AS_OF - 40, AS_OF - 20, currency="USD"))
    assert [one["currency"] for one in mixed] == [None, "EUR", "USD"]
    assert float(mixed[1]["expected_value"]) == pytest.approx(
        float(mixed[1]["order_value"]) * mixed[0]["expected_orders"] / 2, abs=0.02
    )
    assert mixed[2]["order_value"] is None


@given(st.lists(st.integers(AS_OF - 5000, AS_OF + 300) | st.none(), max_size=30), st.integers(1, 200))
def test_whatever_was_ordered_the_numbers_are_numbers_and_never_certain(days, weeks):
    told = FITTED.of(bought(*days), weeks)
    assert orjson.loads(orjson.dumps(told)) == told
    again = told[0]
    if again["probability"] is not None:
        assert 0 <= again["probability"] <= 1
        assert math.isfinite(again["expected_orders"])
    assert "100%" not in again["text"]
    assert FITTED.of(list(reversed(bought(*days))), weeks) == told


def test_the_same_comes_back_from_the_store():
    assert likelihood_of(likelihood_content(FITTED)) == FITTED


@pytest.mark.parametrize(("share", "words"), [(0.0, "less than 1%"), (0.5, "50%"), (0.999, "more than 99%")])
def test_nothing_is_certain(share, words):
    assert percent(share) == words
