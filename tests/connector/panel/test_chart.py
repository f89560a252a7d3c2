from decimal import Decimal

import pytest

from connector.panel.chart import HEIGHT, charts


def month(name: str, net: str, count: int = 1, currency: str = "EUR") -> dict:
    return {"month": name, "net": net, "count": count, "currency": currency}


def test_months_without_an_order_have_their_place():
    (chart,) = charts([month("2025-12", "10"), month("2026-03", "20")])
    assert [bar.month for bar in chart.bars[-4:]] == ["2025-12", "2026-01", "2026-02", "2026-03"]
    assert [bar.height > 0 for bar in chart.bars[-4:]] == [True, False, False, True]


def test_currencies_have_charts_of_their_own_the_busiest_first():
    found = charts([month("2026-01", "10", 1, "USD"), month("2026-01", "5", 9, "EUR")])
    assert [chart.currency for chart in found] == ["EUR", "USD"]


def test_net_refunds_hang_below_the_line():
    (chart,) = charts([month("2026-01", "30"), month("2026-02", "-30", 0)])
    up, down = chart.bars[-2:]
    assert up.y + up.height == chart.zero == down.y == HEIGHT / 2


@pytest.mark.parametrize("first", ["2020-01", "2026-01"])
def test_it_always_shows_the_year_up_to_the_newest_month(first):
    (chart,) = charts([month(first, "1"), month("2026-01", "1")])
    assert [bar.month for bar in chart.bars] == [*(f"2025-{number:02}" for number in range(2, 13)), "2026-01"]


def test_a_single_month_of_nothing_is_drawn():
    (chart,) = charts([month("2026-01", "0", 1)])
    assert chart.bars[-1].net == Decimal(0)
    assert chart.bars[-1].height > 0


def test_the_summary_says_what_the_bars_show():
    (chart,) = charts([month("2026-01", "30.50", 2), month("2026-02", "10", 1)])
    assert chart.summary == "3 orders from 2025-03 to 2026-02, 40.50 EUR in all; most in 2026-01: 30.50 EUR"


def test_no_orders_no_chart():
    assert charts([]) == []
