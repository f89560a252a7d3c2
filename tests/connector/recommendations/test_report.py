"""What the report counts, what it says, and that it claims nothing that is not there."""

import random
from dataclasses import replace

import numpy as np
import pytest

from connector.recommendations import statistics
from connector.recommendations.products import DAY
from connector.recommendations.report import Customer, report, said_of_conversion, said_of_revenue
from connector.recommendations.report_hints import Period
from connector.store.exposures import Exposure
from connector.store.outcomes import Outcome
from connector.store.sales import Order

NOW = 100 * DAY
HINT = {"id": "p_a.1", "product": "tea", "list": "due", "model": "m1", "kind": "bought"}


def seen(at=10, arm="offered", *hints):
    return Exposure(profile_id="p_a", arm=arm, at=int(at * DAY), hints=hints)


def told(outcome, at=11, hint=HINT, reason=None):
    return Outcome(
        hint_id=hint["id"], profile_id="p_a", product=hint["product"], list=hint["list"], model=hint["model"],
        outcome=outcome, reason=reason, told_by="k_1", at=int(at * DAY),
    )  # fmt: skip


def order(at, total="10", currency="EUR", product="tea", **body):
    lines = [{"sku": product, "quantity": "1", "total": total}]
    known = {"currency": currency, "total": total, "state": "placed", "is_refund": False, "lines": lines}
    return Order("shop", str(at), int(at * DAY), known | body)


def customer(*exposures, outcomes=(), orders=()):
    return Customer(exposures=exposures, outcomes=outcomes, orders=orders)


def of(*customers, since=None, until=None, days=30):
    return report(customers, period=Period(since=since, until=until), days=days, as_of=NOW)


def counted(told):
    return {name: told[name] for name in ("shown", "accepted", "declined", "ignored", "unanswered") if told[name]}


def test_a_hint_counts_once_however_often_it_was_seen():
    made = of(customer(seen(10, "offered", HINT), seen(11, "offered", HINT), outcomes=[told("shown")]))
    assert counted(made["hints"]["all"]) == {"shown": 1, "unanswered": 1}


def test_the_last_answer_counts():
    outcomes = [told("declined", 11, reason="no money"), told("accepted", 12), told("shown", 13)]
    made = of(customer(seen(10, "offered", HINT), outcomes=outcomes))
    assert counted(made["hints"]["all"]) == {"shown": 1, "accepted": 1}
    assert made["hints"]["declined_because"] == []


def test_hints_are_told_apart_by_list_kind_and_model():
    other = {"id": "p_a.2", "product": "pot", "list": "may_like", "model": "m2", "kind": "popular"}
    outcomes = [told("accepted"), told("declined", hint=other, reason=" Has one "), told("shown", hint=other)]
    hints = of(customer(seen(10, "offered", HINT, other), outcomes=outcomes))["hints"]
    for group, names in (("list", ["due", "may_like"]), ("kind", ["bought", "popular"]), ("model", ["m1", "m2"])):
        assert [(one["name"], counted(one)) for one in hints[f"by_{group}"]] == [
            (names[0], {"shown": 1, "accepted": 1}),
            (names[1], {"shown": 1, "declined": 1}),
        ]
    assert hints["declined_because"] == [{"reason": "has one", "count": 1}]


def test_what_was_told_of_a_hint_that_nobody_saw_counts_too():
    by_kind = of(customer(outcomes=[told("accepted")]))["hints"]["by_kind"]
    assert [(one["name"], counted(one)) for one in by_kind] == [("unknown", {"shown": 1, "accepted": 1})]


def test_orders_after_a_hint_are_told_apart_by_whether_it_was_accepted():
    other = HINT | {"id": "p_a.2", "product": "pot"}
    orders = [order(12, "9.90"), order(13, "40", product="pot"), order(14, "7", product="cup")]
    made = of(customer(seen(10, "offered", HINT, other), outcomes=[told("accepted")], orders=orders))
    assert [(one["accepted"], one["amount"]) for one in made["hints"]["orders_after"]] == [
        (False, "40"),
        (True, "9.90"),
    ]


@pytest.mark.parametrize("answer", ["declined", "ignored"])
def test_what_was_declined_or_passed_over_gets_no_credit(answer):
    made = of(customer(seen(10, "offered", HINT), outcomes=[told(answer)], orders=[order(12)]))
    assert made["hints"]["orders_after"] == []


def test_a_customer_is_followed_from_the_first_exposure_for_the_same_days_in_both_groups():
    orders = [order(9.9), order(40), order(40.1)]
    effect = of(customer(seen(10), orders=orders), customer(seen(10, "held_out"), orders=orders[2:]))["effect"]
    assert [effect["conversion"][arm]["ordered"] for arm in ("offered", "held_out")] == [1, 0]
    assert (effect["revenue"][0]["offered"]["mean"], effect["revenue"][0]["held_out"]["mean"]) == (10, 0)


def test_who_is_still_within_their_days_waits():
    effect = of(customer(seen(70)), customer(seen(70.1)), customer(seen(99, "held_out")))["effect"]
    assert effect["waiting"] == {"offered": 1, "held_out": 1}
    assert effect["conversion"]["offered"]["customers"] == 1


def test_a_customer_stays_in_the_group_of_the_first_exposure():
    effect = of(customer(seen(10, "held_out"), seen(11, "offered", HINT), orders=[order(12)]))["effect"]
    assert effect["conversion"]["held_out"]["ordered"] == 1
    assert (effect["conversion"]["offered"]["customers"], effect["in_both"]) == (0, 1)


def test_who_was_seen_while_nobody_was_held_out_enters_when_somebody_is():
    effect = of(customer(seen(1, "open", HINT)), customer(seen(1, "open", HINT), seen(20, "held_out")))["effect"]
    assert (effect["not_chosen_from"], effect["conversion"]["held_out"]["customers"]) == (1, 1)


def test_a_period_takes_customers_by_their_first_exposure_of_all():
    made = of(customer(seen(10), seen(30, "offered", HINT)), customer(seen(30)), since=20 * DAY, until=40 * DAY)
    assert made["effect"]["conversion"]["offered"]["customers"] == 1
    assert counted(made["hints"]["all"]) == {"shown": 1, "unanswered": 1}


def test_refunds_are_taken_off_and_what_came_to_nothing_is_no_order():
    orders = [
        order(11, "50"),
        order(12, "-20", is_refund=True),
        order(13, "99", state="cancelled"),
        order(14, "9", "USD"),
    ]
    effect = of(customer(seen(10), orders=orders), customer(seen(10), orders=[order(11, state="refunded")]))["effect"]
    assert effect["conversion"]["offered"]["ordered"] == 1
    assert [(one["currency"], one["offered"]["mean"]) for one in effect["revenue"]] == [("EUR", 15), ("USD", 4.5)]


def test_nothing_at_all_is_too_little():
    effect = of()["effect"]
    assert effect["conversion"]["verdict"] == "too_little"
    assert said_of_conversion(effect).startswith("Too little to tell what hints do: 0 customers")


def world(rng, share=0.2, effect=0.0, spend=1.0, customers=2000, held_out=300):
    """Customers of a shop whose hints have this effect."""
    for number in range(customers):
        arm = "held_out" if number < held_out else "offered"
        more = effect if arm == "offered" else 0.0
        worth = f"{rng.lognormal(3, 1) * (spend if arm == 'offered' else 1.0):.2f}"
        bought = [order(11 + rng.random() * 20, worth)] if rng.random() < share + more else []
        yield customer(seen(10, arm, *([HINT] if arm == "offered" else [])), orders=bought)


def test_an_effect_is_found_and_said_in_numbers():
    effect = of(*world(np.random.default_rng(1), effect=0.2))["effect"]
    assert (effect["conversion"]["verdict"], effect["revenue"][0]["verdict"]) == ("more", "more")
    assert said_of_conversion(effect).startswith("Who was offered hints ordered more often. 40")
    assert said_of_revenue(effect["revenue"][0], 30).startswith("EUR: Who was offered hints spent more. ")


def test_harm_is_found_and_said_as_well():
    effect = of(*world(np.random.default_rng(1), share=0.4, effect=-0.2))["effect"]
    assert said_of_conversion(effect).startswith("Who was offered hints ordered less often.")


def test_without_an_effect_it_says_so():
    effect = of(*world(np.random.default_rng(1)))["effect"]
    assert said_of_conversion(effect).startswith("No effect on how many order can be told from chance.")
    assert said_of_revenue(effect["revenue"][0], 30).startswith("EUR: No effect on what customers spend")


def test_the_order_in_which_customers_come_changes_nothing():
    customers = list(world(np.random.default_rng(3), customers=800))
    customers += [customer(seen(10), outcomes=[told("declined", reason=reason)]) for reason in "ba"]
    there = of(*customers)
    random.Random(1).shuffle(customers)
    assert of(*customers) == there


def test_several_currencies_widen_each_interval():
    customers = list(world(np.random.default_rng(3)))
    twice = [
        replace(one, orders=[*one.orders, *(order(12, each.body["total"], "USD") for each in one.orders)])
        for one in customers
    ]
    (alone,), (eur, usd) = of(*customers)["effect"]["revenue"], of(*twice)["effect"]["revenue"]
    assert (alone["difference"]["confidence"], eur["difference"]["confidence"]) == (0.95, 0.975)
    assert eur["difference"]["low"] < alone["difference"]["low"]
    assert eur["difference"] == usd["difference"]


def test_where_hints_do_nothing_next_to_nothing_is_claimed(monkeypatch):
    """150 worlds without an effect: a statement errs in about one of twenty (more than 15 here: one in 500 runs)."""
    monkeypatch.setattr(statistics, "SHUFFLES", 300)
    claims = {"conversion": 0, "revenue": 0}
    for number in range(150):
        effect = of(*world(np.random.default_rng([11, number]), customers=700, held_out=150))["effect"]
        claims["conversion"] += effect["conversion"]["verdict"] in ("more", "less")
        claims["revenue"] += effect["revenue"][0]["verdict"] in ("more", "less")
    assert max(claims.values()) <= 15, claims
