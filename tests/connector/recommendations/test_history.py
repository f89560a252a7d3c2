import numpy as np

from connector.recommendations.customer import NOBODY, customer_of
from connector.recommendations.history import HistoryBuilder
from tests.connector.recommendations.shop import baskets_of, history_of


def built(*baskets):
    builder = HistoryBuilder()
    for basket in baskets:
        builder.add(*basket)
    return builder.build()


def items_of(history, customer=0):
    return [[history.items[item] for item in items] for _day, items in history.baskets(customer)]


def test_baskets_lie_by_customer_and_day_however_they_came():
    history = built(("b", 3, ["x"]), ("a", 9, ["y"]), ("b", 1, ["z"]), ("a", 2, ["x", "x"]))
    assert history.customers == ("b", "a")
    assert items_of(history, 0) == [["z"], ["x"]]
    assert items_of(history, 1) == [["x"], ["y"]]


def test_without_times_the_order_of_arrival_counts():
    history = built(("a", None, ["x"]), ("b", None, ["x"]), ("a", None, ["y"]))
    assert not history.timed
    assert history.day.tolist() == [0, 1, 0]


def test_a_basket_without_a_day_takes_that_of_the_one_before():
    history = built(("a", 7, ["x"]), ("a", None, ["y"]), ("a", 9, ["z"]))
    assert history.day.tolist() == [7, 7, 9]


def test_an_empty_basket_is_no_basket():
    assert built(("a", 1, [])).day.size == 0


def test_the_last_baskets_can_be_taken_off():
    history = built(("a", 1, ["x"]), ("a", 2, ["y"]), ("b", 1, ["x"]))
    before = history.without_last(1)
    assert items_of(before, 0) == [["x"]]
    assert items_of(before, 1) == []


def test_one_basket_after_the_other_is_the_same_as_all_at_once():
    history = history_of(baskets_of(seed=5, customers=10))
    for row in range(10):
        at_once, step_by_step = customer_of(*history.lines(row)), NOBODY
        for day, items in history.baskets(row):
            step_by_step = step_by_step.after(day, items)
        for name in at_once.__dataclass_fields__:
            assert np.allclose(getattr(at_once, name), getattr(step_by_step, name)), name
