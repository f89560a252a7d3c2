"""Orders: exact money, per currency, with what came back."""

import pytest

from connector.profile.metrics import Orders
from tests.connector.profile.test_build import DAY, NOW, order


def shown(*orders):
    taker = Orders()
    for one in orders:
        taker.add(one)
    return taker.shown()


def refund(external_id, total, **more):
    return order(external_id, total=total, is_refund=True, **more)


def total(**told):
    return {"currency": "EUR", "net": "0", "gross": "0", "refunded": "0", "count": 0} | told


CASES = {
    "sales add up exactly": (
        [order("1", total="0.10"), order("2", total="0.20")],
        [total(net="0.30", gross="0.30", count=2)],
    ),
    "currencies are never added": (
        [order("1", total="1"), order("2", total="2", currency="USD")],
        [total(net="1", gross="1", count=1), total(currency="USD", net="2", gross="2", count=1)],
    ),
    "a refund comes off": (
        [order("1", total="10.00"), refund("2", "-4.50")],
        [total(net="5.50", gross="10.00", refunded="4.50", count=1)],
    ),
    "a refund without a sale is owed": ([refund("1", "-4")], [total(net="-4", refunded="4")]),
    "an order that was refunded as a whole": (
        [order("1", total="10", state="refunded")],
        [total(gross="10", refunded="10", count=1)],
    ),
    "a cancelled order is no money": ([order("1", state="cancelled")], []),
    "a draft is nothing": ([order("1", state="draft")], []),
    "large sums have no exponent": (
        [order("1", total="1E+12")],
        [total(net="1000000000000", gross="1000000000000", count=1)],
    ),
}


@pytest.mark.parametrize("orders, expected", CASES.values(), ids=CASES)
def test_totals(orders, expected):
    assert shown(*orders)["totals"] == expected


def test_counts_say_what_was_left_out():
    told = shown(order("1"), order("2", state="cancelled"), order("3", state="draft"), refund("4", "-1"))
    assert (told["count"], told["cancelled_count"], told["refund_count"]) == (2, 1, 1)
    assert {one["external_id"] for one in told["recent"]} == {"1", "2", "4"}


def test_months_are_the_newest_twelve_that_have_orders():
    told = shown(*[order(str(n), total="1", happened_at=NOW + n * 31 * DAY) for n in range(20)])
    assert len(told["months"]) == 12
    assert [one["month"] for one in told["months"]] == sorted(one["month"] for one in told["months"])
    assert told["months"][-1]["month"] == told["last_at"][:7]


def test_an_order_without_a_date_counts_but_belongs_to_no_month():
    told = shown(order("1", total="3", happened_at=None))
    assert told["totals"][0]["net"] == "3"
    assert (told["months"], told["first_at"]) == ([], None)


def test_refunds_do_not_move_the_dates_of_buying():
    told = shown(order("1"), refund("2", "-1", happened_at=NOW + 9 * DAY))
    assert told["first_at"] == told["last_at"] == "2024-10-04T00:00:00Z"


def test_an_order_shows_its_first_lines_and_counts_the_rest():
    lines = [{"name": f"tea {n}", "quantity": "1", "total": "2"} for n in range(30)]
    (recent,) = shown(order("1", lines=lines))["recent"]
    assert (len(recent["lines"]), recent["line_count"]) == (5, 30)
