"""Strange customers and strange shops, through the store, the fit and what is served: nothing is invented."""

import time

import pytest

from connector.recommendations.history import Basket
from connector.recommendations.products import purchase
from connector.store.sales import Order
from tests.connector.recommendations.shop import baskets_of
from tests.connector.recommendations.town import Town, customer, sold
from tests.connector.records import contact, email

PEOPLE = baskets_of(customers=90)
DAY = 86_400_000_000


@pytest.fixture
def town(sqlite_store, clock) -> Town:
    return Town(sqlite_store, clock)


def bought(*days: int, currency: str = "EUR", total: str = "20.00") -> list:
    lines = [{"sku": "p1", "name": "The p1", "quantity": "1"}]
    body = {"currency": currency, "total": total, "state": "placed", "lines": lines}
    return [purchase(*Order("crm", f"{currency}{place}", day * DAY, body)) for place, day in enumerate(days)]


def reasons(town: Town) -> dict[str, str | None]:
    return {fit.name: fit.reason for fit in town.tried()}


def test_nobody_at_all(town):
    outcome = town.fit()
    assert not outcome.swapped
    assert reasons(town) == {
        "likelihood": "too little to learn from: no order has a date",
        "hints": "too little to learn from: 0 customers, 0 of whom ordered again; at least 50 and 20 are needed",
    }
    assert town.fitted() is None


def test_one_customer_only(town):
    town.people({"only": PEOPLE["c1"]})
    assert not town.fit().swapped
    assert "1 customers, 1 of whom ordered again" in reasons(town)["hints"]
    assert town.fitted() is None


def test_everybody_on_one_day(town):
    town.people({name: [Basket(one.id, 20_000, one.items) for one in held] for name, held in PEOPLE.items()})
    town.fit()
    assert "90 customers, 0 of whom ordered again" in reasons(town)["likelihood"]
    fitted = town.fitted()
    assert fitted.likelihood is None
    baskets = [Basket("x", 20_000, ("p1", "p2"))]
    for hint in fitted.recommender.hints(fitted.recommender.orders(baskets)).due:
        assert hint.due_day is None, "one day is no rhythm"


def test_orders_without_any_time(town):
    town.people({name: [Basket(one.id, None, one.items) for one in held] for name, held in PEOPLE.items()})
    town.fit()
    assert reasons(town)["likelihood"] == "too little to learn from: no order has a date"
    assert town.fitted().recommender.model.timed is False


def test_orders_without_lines_have_a_likelihood_and_no_hints(town):
    for name, held in PEOPLE.items():
        orders = [sold(f"{name}-{place}", to=name, day=one.day) for place, one in enumerate(held)]
        town.take(contact(name, email(f"{name}@example.com")), *orders)
    town.fit()
    fitted = town.fitted()
    assert fitted.recommender is None
    assert fitted.version == fitted.likelihood.version
    assert fitted.likelihood.of(bought(18_000, 18_030))[0]["probability"] > 0


def test_products_without_names_are_known_by_their_keys(town):
    records = [record for name, held in PEOPLE.items() for record in customer(name, held)]
    for record in records:
        for line in record.body.get("lines", ()):
            line["name"] = None
    town.take(*records)
    town.fit()
    fitted = town.fitted()
    assert fitted.names == {}
    assert fitted.recommender.hints(fitted.recommender.orders(PEOPLE["c1"])).due


def test_refunds_larger_than_purchases_are_no_purchases_and_break_nothing(town):
    town.people(PEOPLE)
    back = [
        sold(f"back-{name}", "p1", to=name, day=18_300, total="-9999.00", is_refund=True) for name in list(PEOPLE)[:40]
    ]
    free = [sold(f"free-{name}", "p1", to=name, day=18_310, total="0.00") for name in list(PEOPLE)[:40]]
    town.take(*back, *free)
    town.fit()
    fitted = town.fitted()
    told = next(fit.report for fit in town.tried() if fit.name == "hints")
    assert told["orders"] == sum(map(len, PEOPLE.values())) + len(free)
    worth = fitted.likelihood.of(bought(18_000, 18_050, 18_100, total="0.00"))[1]
    assert float(worth["order_value"]) > 0
    assert worth["basis"].startswith("0 repeat orders in EUR: what everybody's are worth")


def test_currencies_are_never_added(town):
    town.people(PEOPLE)
    for name, held in PEOPLE.items():
        orders = [
            sold(f"yen-{name}-{place}", *one.items, to=name, day=one.day + 1, currency="JPY", total="150000")
            for place, one in enumerate(held)
        ]
        town.take(*orders)
    town.take(sold("franc", "p1", to="c1", day=18_300, currency="CHF", total="70.00"))
    town.fit()
    likelihood = town.fitted().likelihood
    assert set(likelihood.worth) == {"EUR", "JPY"}
    told = {
        one["currency"]: one for one in likelihood.of(bought(18_000, 18_100) + bought(18_050, 18_060, currency="CHF"))
    }
    assert list(told) == [None, "CHF", "EUR"]
    assert told["CHF"]["order_value"] is None
    assert told["CHF"]["text"] == "too few customers ordered in CHF again to say what an order will be worth"
    assert 5 < float(told["EUR"]["order_value"]) < 500 < likelihood.worth["JPY"].expected(0, 0)[0]


def test_ten_thousand_orders_of_one_customer_and_a_hundred_thousand_products(town):
    heavy = [Basket(str(place), 10_000 + place, ("p1", f"p{place % 40}")) for place in range(10_000)]
    wide = {
        f"w{number}": [
            Basket("1", 18_000 + place, tuple(f"s{number}-{place}-{line}" for line in range(250))) for place in range(2)
        ]
        for number in range(200)
    }
    town.people(PEOPLE | {"heavy": heavy} | wide)
    town.fit()
    fitted = town.fitted()
    assert len(fitted.recommender.model.items) > 100_000 * 0.99
    began = time.process_time()
    orders = fitted.recommender.orders(heavy)
    middle = time.process_time()
    hints = fitted.recommender.hints(orders)
    ended = time.process_time()
    assert hints.due[0].product == "p1"
    assert middle - began < 1.0
    assert ended - middle < 0.25
    again, worth = fitted.likelihood.of([one for place, _basket in enumerate(heavy) for one in bought(10_000 + place)])
    assert again["basis"].startswith("10,000 orders in 1,428 weeks, last ")
    assert again["probability"] is not None
    assert float(worth["expected_value"]) >= 0
