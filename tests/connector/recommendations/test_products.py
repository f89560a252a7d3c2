from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.recommendations.products import LONGEST_KEY, key, purchase


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"sku": "T-1", "product_id": "9", "name": "Tea"}, "T-1"),
        ({"sku": None, "product_id": "9", "name": "Tea"}, "9"),
        ({"sku": " ", "product_id": None, "name": "Grüner TEE "}, "grüner tee"),
        ({"sku": None, "product_id": None, "name": None}, None),
        ({}, None),
    ],
)
def test_a_product_is_known_by_its_sku_else_its_id_else_its_name(line, expected):
    assert key(line) == expected


@given(st.fixed_dictionaries({}, optional={name: st.text() for name in ("sku", "product_id", "name")}))
def test_a_key_is_never_empty_and_fits_its_column(line):
    told = key(line)
    assert told is None or 0 < len(told.encode()) <= LONGEST_KEY


def test_the_same_product_sold_twice_in_an_order_is_one_with_the_name_that_is_told():
    lines = [{"sku": "T-1", "name": None}, {"sku": "T-1", "name": "Tea"}, {"sku": "C-2"}, {"note": "gift"}]
    made = purchase("shop", "7", 86_400_000_000, {"currency": "EUR", "total": "12.50", "lines": lines})
    assert made.products == {"T-1": "Tea", "C-2": None}
    assert (made.id, made.day, made.total) == ("shop:7", 1, Decimal("12.50"))
    assert made.basket.items == ("T-1", "C-2")


@pytest.mark.parametrize(
    "more", [{"is_refund": True}, {"state": "draft"}, {"state": "cancelled"}, {"state": "refunded"}]
)
def test_what_came_to_nothing_is_no_purchase(more):
    assert purchase("shop", "7", None, {"currency": "EUR", "total": "1", "lines": []} | more) is None


def test_a_purchase_without_time_has_no_day():
    assert purchase("shop", "7", None, {"currency": "EUR", "total": "1"}).day is None
