"""Which order lines came after a hint."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as some

from connector.recommendations.attribution import Touch, credited
from connector.recommendations.products import DAY
from connector.store.sales import Order


def touch(at=0, product="tea", accepted=False, model="m1"):
    return Touch(at=at * DAY, product=product, list="due", model=model, accepted=accepted)


def order(at, *lines, currency="EUR", **body):
    told = {"currency": currency, "total": "0", "state": "placed", "is_refund": False, **body}
    told["lines"] = [{"sku": product, "quantity": "1", "total": total} for product, total in lines]
    return Order("shop", str(at), None if at is None else int(at * DAY), told)


def refund(at, *lines, **body):
    return order(at, *lines, is_refund=True, **body)


def sums(touches, orders, days=30):
    return [(each.touch.at // DAY, each.currency, each.amount) for each in credited(touches, orders, days)]


def test_only_the_lines_of_the_hints_product_count():
    assert sums([touch()], [order(3, ("tea", "9.90"), ("pot", "40"))]) == [(0, "EUR", Decimal("9.90"))]


def test_a_line_counts_within_the_days_and_not_before():
    orders = [order(-0.5, ("tea", "1")), order(0, ("tea", "2")), order(30, ("tea", "3")), order(30.1, ("tea", "4"))]
    assert [amount for *_, amount in sums([touch()], orders)] == [2, 3]


def test_a_line_counts_once_and_for_the_latest_hint():
    assert sums([touch(0), touch(2), touch(9)], [order(3, ("tea", "5"))]) == [(2, "EUR", 5)]


def test_of_two_at_the_same_moment_the_accepted_one_counts():
    (credit,) = credited([touch(accepted=True, model="m2"), touch()], [order(1, ("tea", "5"))], 30)
    assert credit.touch.accepted


def test_a_refund_is_taken_off_in_its_own_currency_and_never_below_nothing():
    orders = [order(1, ("tea", "5")), order(2, ("tea", "6")), order(3, ("tea", "7"), currency="USD")]
    refunds = [refund(4, ("tea", "-8")), refund(5, ("tea", "-100"), currency="USD"), refund(6, ("pot", "-3"))]
    assert sums([touch()], orders + refunds) == [(0, "EUR", 3), (0, "EUR", 0), (0, "USD", 0)]


def test_a_refund_of_what_was_bought_before_the_hint_takes_nothing_off():
    assert sums([touch(2)], [order(1, ("tea", "5")), refund(3, ("tea", "-5")), order(4, ("tea", "6"))]) == [
        (2, "EUR", 6)
    ]


def test_what_came_to_nothing_counts_for_nothing():
    states = [order(1, ("tea", "5"), state=state) for state in ("draft", "cancelled", "refunded")]
    assert sums([touch()], [*states, order(None, ("tea", "5"))]) == []


def test_a_line_without_a_total_has_its_price_or_the_orders():
    priced = order(1, ("tea", None))
    priced.body["lines"][0] |= {"unit_price": "2.50", "quantity": "4"}
    assert sums([touch()], [priced, order(2, ("tea", None), total="7")]) == [(0, "EUR", 10), (0, "EUR", 7)]
    assert sums([touch()], [order(1, ("tea", None), ("pot", None), total="7")]) == []


TOUCHES = some.lists(some.builds(touch, some.integers(0, 60), some.sampled_from("ab"), some.booleans()), max_size=6)
ORDERS = some.lists(
    some.builds(
        lambda at, product, total, back: (refund if back else order)(at, (product, str(total))),
        some.integers(0, 90), some.sampled_from("ab"), some.integers(0, 50), some.booleans(),
    ),
    max_size=10,
)  # fmt: skip


@given(TOUCHES, ORDERS, some.integers(1, 40))
def test_never_more_is_credited_than_was_bought_nor_less_than_nothing(touches, orders, days):
    orders = sorted(orders, key=lambda each: each.happened_at)
    found = credited(touches, orders, days)
    bought = [each for each in orders if not each.body["is_refund"]]
    assert len(found) <= len(bought)
    assert all(credit.amount >= 0 and 0 <= credit.at - credit.touch.at <= days * DAY for credit in found)
    assert sum(credit.amount for credit in found) <= sum(Decimal(each.body["lines"][0]["total"]) for each in bought)
