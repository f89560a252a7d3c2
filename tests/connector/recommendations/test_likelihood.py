import math

import numpy as np
import pytest

from connector.recommendations.likelihood import (
    Ordering,
    TooLittleHistoryError,
    Worth,
    fit_ordering,
    fit_worth,
    summary,
)

# As published for the CDNOW sample (Fader, Hardie, Lee 2005).
CDNOW = Ordering(r=0.243, alpha=4.414, a=0.793, b=2.426, log_likelihood=-9582.4, customers=2357)


def simulated(seed=3, customers=3000, weeks=52.0, r=0.8, alpha=6.0, a=0.7, b=2.5):
    """Customers who order and leave as the BG/NBD says."""
    dice = np.random.default_rng(seed)
    told = []
    for rate, leaving in zip(dice.gamma(r, 1 / alpha, customers), dice.beta(a, b, customers), strict=True):
        repeats, last, now = 0, 0.0, dice.exponential(1 / rate)
        while now <= weeks:
            repeats, last = repeats + 1, now
            if dice.random() < leaving:
                break
            now += dice.exponential(1 / rate)
        told.append((repeats, last, weeks))
    return np.array(told).T


def test_the_published_example_customer():
    """Fader, Hardie, Lee's customer: x = 2, t_x = 30.43, T = 38.86 is expected to order 1.226 times in 39 weeks."""
    assert CDNOW.expected(39, 2, 30.43, 38.86)[0] == pytest.approx(1.226, abs=0.001)


def test_a_fit_finds_what_made_the_orders():
    found = fit_ordering(*simulated())
    assert found.r == pytest.approx(0.8, rel=0.15)
    assert found.alpha == pytest.approx(6.0, rel=0.2)
    assert found.a / (found.a + found.b) == pytest.approx(0.7 / 3.2, rel=0.2)


def test_the_unit_of_time_changes_nothing_but_alpha():
    x, last, observed = simulated(customers=800)
    weeks, days = fit_ordering(x, last, observed), fit_ordering(x, last * 7, observed * 7)
    assert days.alpha == pytest.approx(weeks.alpha * 7, rel=0.01)
    assert days.expected(28, 3, 70, 210)[0] == pytest.approx(weeks.expected(4, 3, 10, 30)[0], rel=0.01)


def test_who_has_long_been_quiet_is_probably_gone():
    recent, quiet = CDNOW.alive([6, 6], [38, 10], [39, 39])
    assert recent > 0.85
    assert quiet < 0.1


def test_longer_horizons_expect_more_and_any_order_stays_a_probability():
    x, last, observed = simulated(customers=300)
    few, many = (CDNOW.expected(weeks, x, last, observed) for weeks in (4, 40))
    assert (many > few).all() and (few >= 0).all()
    assert ((CDNOW.any_order(4, x, last, observed) >= 0) & (CDNOW.any_order(400, x, last, observed) <= 1)).all()


def test_ten_thousand_orders_stay_finite():
    assert np.isfinite(CDNOW.expected(12, 10_000, 500, 501)).all()
    assert np.isfinite(CDNOW.alive(10_000, 500, 501)).all()


@pytest.mark.parametrize("customers", [0, 10, 49])
def test_too_few_customers_are_refused(customers):
    with pytest.raises(TooLittleHistoryError, match=f"{customers} customers"):
        fit_ordering(np.ones(customers), np.ones(customers), np.full(customers, 2.0))


def test_customers_who_never_came_back_are_refused():
    with pytest.raises(TooLittleHistoryError):
        fit_ordering(np.zeros(500), np.zeros(500), np.full(500, 20.0))


def test_impossible_times_are_refused():
    with pytest.raises(ValueError, match="last <= observed"):
        fit_ordering(np.ones(60), np.full(60, 9.0), np.full(60, 3.0))


def worth_of(seed=4, p=6.0, q=4.0, gamma=15.0, customers=4000):
    dice = np.random.default_rng(seed)
    rate = dice.gamma(q, 1 / gamma, customers)
    x = dice.integers(1, 8, customers)
    return x, dice.gamma(p * x) / (rate * x)


def test_worth_is_found_in_any_currency_unit():
    x, value = worth_of()
    euros, cents = fit_worth(x, value), fit_worth(x, value * 100)
    assert (euros.p, euros.q, euros.gamma) == pytest.approx((6.0, 4.0, 15.0), rel=0.2)
    assert cents.gamma == pytest.approx(euros.gamma * 100, rel=0.02)


def test_refunds_and_gifts_are_worth_what_everybody_is():
    worth = Worth(p=6.25, q=3.74, gamma=15.44, log_likelihood=0.0, customers=946)
    everybody = worth.p * worth.gamma / (worth.q - 1)
    assert worth.expected([0, 3, 3], [0.0, 0.0, -20.0]) == pytest.approx([everybody] * 3)
    assert worth.expected(500, 80.0)[0] == pytest.approx(80.0, rel=0.01)


def test_refunded_customers_do_not_count_as_history():
    with pytest.raises(TooLittleHistoryError):
        fit_worth(np.full(100, 3), np.full(100, -5.0))


def test_orders_of_one_day_are_one():
    assert summary([10, 10, 24, 31], 45) == (2, 3.0, 5.0)
    assert summary([10], 10) == (0, 0.0, 0.0)
    assert summary([], 10) is None


def test_an_order_dated_later_than_today_is_not_counted():
    assert summary([10, 99], 17) == (0, 0.0, 1.0)


def test_a_near_one_has_no_hole():
    values = [
        Ordering(r=0.2, alpha=4, a=a, b=2, log_likelihood=0, customers=1).expected(4, 2, 3, 5)[0]
        for a in (0.999, 1.0, 1.001)
    ]
    assert math.isclose(values[0], values[2], rel_tol=0.01) and values[0] > values[1] > values[2]
