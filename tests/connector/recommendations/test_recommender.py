from dataclasses import replace

import numpy as np
import pytest

from connector.recommendations import reasons as told
from connector.recommendations.fit import fit
from connector.recommendations.history import Basket, HistoryBuilder
from connector.recommendations.recommender import Recommender
from connector.recommendations.signals import OWN, SHARED
from tests.connector.recommendations.shop import history_of

DAY = 18_200


def weekly(product, times=6):
    return [Basket(f"o{place}", DAY + 7 * place, (product, f"p{place}")) for place in range(times)]


def test_due_holds_what_was_bought_and_may_like_what_never_was(recommender, people):
    for who in ("c1", "c2", "c3"):
        hints = recommender.hints(recommender.orders(people[who]), who)
        bought = {item for basket in people[who] for item in basket.items}
        assert {hint.product for hint in hints.due} <= bought
        assert not {hint.product for hint in hints.may_like} & bought
        assert hints.model == recommender.model.version


def test_a_weekly_product_is_due_a_week_after_the_last_time(recommender):
    hints = recommender.hints(recommender.orders(weekly("p20")))
    [hint] = [hint for hint in hints.due if hint.product == "p20"]
    assert hints.due[0] == hint
    assert (hint.every_days, hint.due_day) == (7.0, DAY + 42)
    assert hint.evidence == ("o5", "o4", "o3", "o2", "o1")
    reason = hint.reasons[0]
    assert told.sentence(reason, today=DAY + 35 + 35) == "bought in 6 of the last 6 orders, last time 5 weeks ago"


def test_what_was_bought_once_has_no_rhythm(recommender):
    hints = recommender.hints(recommender.orders(weekly("p20")))
    assert all(hint.due_day is None for hint in hints.due if hint.product != "p20")


def test_ink_follows_the_printer(recommender):
    orders = recommender.orders([Basket("a", DAY, ("p1",)), Basket("b", DAY + 9, ("printer",))])
    hints = recommender.hints(orders)
    assert "ink" in [hint.product for hint in hints.may_like[:3]]
    [ink] = [hint for hint in hints.may_like if hint.product == "ink"]
    said = [told.sentence(reason, names={"printer": "Printer"}) for reason in ink.reasons]
    assert "often follows Printer" in said
    assert "b" in ink.evidence


def test_every_hint_has_a_reason_in_words_and_a_likelihood(recommender, people):
    for who, baskets in list(people.items())[:20]:
        hints = recommender.hints(recommender.orders(baskets), who)
        for hint in (*hints.due, *hints.may_like):
            assert 0 < hint.likelihood < 1
            assert hint.reasons and all(told.sentence(reason, today=DAY + 400) for reason in hint.reasons)


def test_every_signal_belongs_to_one_kind_of_reason():
    signals = [name for names in told.KINDS.values() for name in names]
    assert sorted(signals) == sorted((*OWN, *SHARED)), "Name the new signal in reasons.KINDS."
    assert told.KINDS.keys() == told.FACTS.keys() == told.SENTENCES.keys()


def test_a_new_order_counts_at_once_and_as_if_it_had_always_been_there(recommender, people):
    baskets = people["c4"]
    stepwise = recommender.ingest(recommender.orders(baskets[:-1]), baskets[-1])
    at_once = recommender.orders(baskets)
    assert stepwise.holding == at_once.holding
    assert np.allclose(stepwise.customer.share, at_once.customer.share)
    assert recommender.top(stepwise, "c4") == recommender.top(at_once, "c4")


def test_an_order_that_arrives_late_is_put_in_its_place(recommender, people):
    baskets = people["c4"]
    late = recommender.ingest(recommender.orders(baskets[1:]), baskets[0])
    assert recommender.hints(late, "c4") == recommender.hints(recommender.orders(baskets), "c4")


def test_asking_twice_gives_the_same(recommender, people):
    orders = recommender.orders(people["c5"])
    assert recommender.hints(orders, "c5") == recommender.hints(orders, "c5")


def test_without_orders_what_many_buy_is_said_to_be_just_that(recommender):
    hints = recommender.hints(recommender.orders([]))
    assert not hints.due and hints.may_like
    assert hints.note == "No orders yet: what most customers buy."
    assert {reason.kind for hint in hints.may_like for reason in hint.reasons} == {"popular"}


def test_one_order_is_enough_for_both_lists(recommender):
    hints = recommender.hints(recommender.orders([Basket("a", DAY, ("p1", "p2"))]))
    assert {hint.product for hint in hints.due} == {"p1", "p2"}
    assert hints.may_like


def test_an_unknown_product_is_kept_but_never_suggested(recommender):
    orders = recommender.orders([Basket("a", DAY, ("p1", "brand-new"))])
    assert orders.unknown == 1
    assert "brand-new" not in recommender.top(orders)
    only = recommender.hints(recommender.orders([Basket("a", DAY, ("brand-new",))]))
    assert not only.due and "None of the products" in only.note


def test_all_orders_on_one_day_have_no_rhythm(recommender):
    hints = recommender.hints(recommender.orders([Basket(str(n), DAY, ("p1",)) for n in range(5)]))
    assert hints.due[0].product == "p1"
    assert hints.due[0].due_day is None
    assert "rhythm" not in {reason.kind for reason in hints.due[0].reasons}


def test_without_times_nothing_is_said_of_days():
    builder = HistoryBuilder()
    for person in range(60):
        for _basket in range(4):
            builder.add(f"c{person}", None, [f"p{person % 7}", f"p{person % 3}"])
    recommender = Recommender(fit(builder.build()))
    hints = recommender.hints(recommender.orders([Basket("a", None, ("p1",)), Basket("b", None, ("p1",))]))
    assert hints.due[0].due_day is None
    facts = [reason.facts for hint in hints.due for reason in hint.reasons]
    assert not any("last_day" in fact or "every_days" in fact for fact in facts)


def test_ten_thousand_orders_are_as_good_as_the_latest_thousand(recommender):
    many = [Basket(str(n), DAY + n, ("p1", f"p{n % 40}")) for n in range(10_000)]
    orders = recommender.orders(many)
    assert orders.customer.baskets == 1_000
    assert recommender.hints(orders) == recommender.hints(recommender.orders(many[-1_000:]))


def test_a_hundred_thousand_products_are_no_trouble():
    many = {
        f"c{person}": [
            Basket("x", 1, [f"p{person * 1000 + item}" for item in range(1000)]),
            Basket("y", 2, [f"p{person * 1000}"]),
        ]
        for person in range(100)
    }
    recommender = Recommender(fit(history_of(many)))
    assert len(recommender.model.items) == 100_000
    assert recommender.top(recommender.orders(many["c7"]), "c7", count=1) == ["p7000"]


def test_nobody_is_their_own_neighbour(recommender, people):
    orders = recommender.orders(people["c6"])
    row = recommender.model.customer_rows["c6"]
    assert row in recommender.model.find(orders.customer, None).nearest
    assert row not in recommender.model.find(orders.customer, "c6").nearest


@pytest.mark.parametrize(
    ("days", "said"), [(0, "0 days"), (1, "1 day"), (13, "13 days"), (35, "5 weeks"), (92, "3 months")]
)
def test_spans_are_said_as_a_person_would(days, said):
    assert told.span(days) == said


def test_hints_are_values(recommender, people):
    hint = recommender.hints(recommender.orders(people["c1"])).due[0]
    assert replace(hint) == hint
