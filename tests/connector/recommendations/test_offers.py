"""What a card says of what a customer may need next."""

import orjson
import pytest

from connector.profile.build import LARGEST, finished
from connector.recommendations import holdout
from connector.recommendations.choosing import ASKED, ASKED_AGAIN, MOST_WITHHELD, NO_MODEL, ON_CARD
from connector.recommendations.hint_id import hint_id
from connector.recommendations.limits import DAY, Limits
from connector.recommendations.offers import Offers
from connector.recommendations.recommender import Recommender
from connector.recommendations.suppression import Told as Answer
from schemas.profile import RecommendationsSchema
from tests.connector.recommendations.customers import NOW, TODAY, Told, draft, hint, order, round_of, said, ticket


def names(hints):
    return [one["product_id"] for one in hints]


def test_three_of_each_list_are_shown_the_best_first():
    shown = said(order("1", "a"), due="abcde", may_like="vwxyz").shown
    assert names(shown["due"]) == ["a", "b", "c"]
    assert names(shown["may_like"]) == ["v", "w", "x"]
    assert (shown["withheld"], shown["note"], shown["model"]) == ([], None, "m1")


def test_a_hint_has_its_id_name_reason_and_orders():
    told = hint("a", score=1.23456, evidence=("shop:2", "shop:1"), due_day=TODAY + 3, kind="bought")
    told.reasons[0].facts.update(in_last=2, of_last=2, count=2, orders=2, last_day=TODAY - 30)
    made = round_of(Told(due=(told,)), names={"a": "Assam"})
    (shown,) = made.of(draft(order("1", "a"), order("2", "a"))).shown["due"]
    assert shown == {
        "id": hint_id("acme", "p_1", "due", "a", "m1"),
        "product_id": "a",
        "name": "Assam",
        "score": 1.2346,
        "likelihood": 0.5,
        "reason": "bought in 2 of the last 2 orders, last time on 2026-01-17",
        "kind": "bought",
        "evidence": [
            {"source": "shop", "external_id": "2", "number": "N-2"},
            {"source": "shop", "external_id": "1", "number": "N-1"},
        ],
        "due_on": "2026-02-19",
        "model": "m1",
    }


def test_a_product_that_only_the_customers_orders_name_is_called_by_that():
    assert said(order("1", "a"), due="ab").shown["due"][0]["name"] == "The a"
    assert said(order("1", "a"), due="ab").shown["due"][1]["name"] == "b"


def test_what_is_withheld_is_replaced_by_the_next_and_explained():
    shown = said(order("1", "a"), may_like="vwxyz", limits=Limits(allowed_products=frozenset("wxyz"))).shown
    assert names(shown["may_like"]) == ["w", "x", "y"]
    (withheld,) = shown["withheld"]
    assert (withheld["rule"], withheld["product"], withheld["name"]) == ("not_allowed", "v", "v")


def test_what_stands_behind_the_shown_is_not_explained():
    shown = said(order("1", "a"), may_like="wxyv", limits=Limits(allowed_products=frozenset("wxy"))).shown
    assert shown["withheld"] == []


def test_more_are_asked_for_than_shown_because_some_are_withheld():
    told = Told()
    round_of(told).of(draft(order("1", "a")), most=7)
    assert told.asked == [("p_1", 1, 7 + ASKED)]


def test_when_all_that_was_asked_for_is_withheld_more_is_asked_for():
    products = [f"p{number}" for number in range(40)]
    told = Told(may_like=tuple(map(hint, products)))
    made = round_of(told, limits=Limits(allowed_products=frozenset({"p30"})))
    shown = made.of(draft(order("1", "a"))).shown
    assert names(shown["may_like"]) == ["p30"]
    assert [count for _, _, count in told.asked] == [3 + ASKED, 3 + ASKED_AGAIN]
    assert [one["product"] for one in shown["withheld"]] == products[:MOST_WITHHELD]


def test_a_card_without_hints_says_why():
    assert said(order("1", "a")).shown["note"].startswith("Nothing is suggested")
    withheld = said(order("1", "a"), due="a", limits=Limits(allowed_products=frozenset("z"))).shown
    assert withheld["note"] == "Nothing is suggested: every hint is withheld."


def test_an_objection_means_that_nobody_scores_the_customer(monkeypatch):
    class Never:
        model = None

        def __getattr__(self, name):
            raise AssertionError(f"{name} was asked for")

    made = round_of(Never(), likelihood=Never())
    objected = draft(order("1", "a"), contacts=({"marketing_consent": True}, {"marketing_consent": False}))
    offered = made.of(objected)
    assert names(offered.shown["due"]) == names(offered.shown["may_like"]) == []
    assert offered.shown["likelihood"] == []
    assert [each["rule"] for each in offered.shown["withheld"]] == ["no_consent"]
    assert offered.shown["note"] == "Nothing is suggested: the customer objected to marketing."
    with pytest.raises(AssertionError, match="was asked for"):
        made.of(draft(order("1", "a")))


def test_who_has_not_agreed_is_not_scored_where_the_company_asks_for_consent():
    told = Told(may_like=(hint("v"),))
    required = Limits(consent="required")
    made = round_of(told, limits=required)
    assert made.of(draft(limits=required)).shown["withheld"][0]["rule"] == "no_consent"
    assert told.asked == []
    agreed = draft(limits=required, contacts=({"marketing_consent": True},))
    assert names(made.of(agreed).shown["may_like"]) == ["v"]


def test_an_open_complaint_withholds_everything_and_is_named():
    offered = said(order("1", "a"), ticket("104", type="Complaint"), due="a", may_like="v")
    assert offered.shown["due"] == offered.shown["may_like"] == []
    assert offered.shown["note"] == "Nothing is suggested: open complaint T-104."
    assert offered.shown["withheld"][0]["why"] == "open complaint T-104"


def test_a_customer_without_orders_is_told_what_everybody_is_and_that_is_asked_for_once():
    told = Told(may_like=(hint("v"),), note="No orders yet: what most customers buy.")
    made = round_of(told)
    shown = [made.of(draft(profile_id=f"p_{number}")).shown for number in range(3)]
    assert told.asked == [(None, 0, 3 + ASKED)]
    assert shown[0]["note"].startswith("No orders yet")
    assert len({one["may_like"][0]["id"] for one in shown}) == 3


def test_without_a_model_nothing_is_suggested_and_nothing_is_invented(clock):
    class Nothing:
        def of(self, workspace):
            return None

    shown = Offers(Nothing(), Limits(), clock).begin("acme").of(draft(order("1", "a"))).shown
    assert (shown["due"], shown["may_like"], shown["model"]) == ([], [], None)
    assert shown["note"] == NO_MODEL


def test_who_is_held_out_is_shown_no_hints_and_no_names():
    made = round_of(Told(may_like=(hint("v"), hint("w"))), share=0.5)
    people = [f"p_{number}" for number in range(40)]
    held_out = {who for who in people if holdout.arm("acme", who, 0.5) == "held_out"}
    assert 5 < len(held_out) < 35
    for who in people:
        shown = made.of(draft(order("1", "a"), profile_id=who)).shown
        assert bool(shown["may_like"]) is (who not in held_out)
        assert (shown["note"] == holdout.NOTE) is (who in held_out)


def test_the_time_at_which_it_changes_is_the_first_end_of_a_silence():
    told = [Answer(product="a", outcome="declined", at=NOW - 10 * DAY), Answer(product="b", outcome="declined", at=NOW)]
    offered = said(order("1", "a"), due="abc", told=told)
    assert names(offered.shown["due"]) == ["c"]
    assert offered.revisit_at == NOW + 80 * DAY
    later = said(order("1", "a"), due="abc", told=told, now=offered.revisit_at)
    assert names(later.shown["due"]) == ["a", "c"]


def test_nothing_changes_by_time_alone_without_a_silence_that_ends():
    assert said(order("1", "a"), due="abc").revisit_at is None
    assert said(order("1", "a"), ticket("1", type="complaint"), due="a").revisit_at is None


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_arrival_changes_nothing(recommender, people, seed):
    things = [order(basket.id, *basket.items, day=basket.day) for basket in people["c3"]]
    expected = round_of(recommender).of(draft(*things)).shown
    assert expected["due"] and expected["may_like"]
    mixed = sorted(things, key=lambda one: hash((seed, one.external_id)))
    assert round_of(recommender).of(draft(*mixed)).shown == expected


def test_a_real_model_fills_the_described_shape(recommender: Recommender, people):
    things = [order(basket.id, *basket.items, day=basket.day) for basket in people["c3"]]
    shown = round_of(recommender).of(draft(*things)).shown
    assert RecommendationsSchema().validate(orjson.loads(orjson.dumps(shown))) == {}
    assert all(one["evidence"] for one in shown["due"])
    assert all(one["reason"] and one["model"] == recommender.model.version for one in shown["due"] + shown["may_like"])
    bought = {line["sku"] for one in things for line in one.body["lines"]}
    assert bought.issuperset(names(shown["due"])) and bought.isdisjoint(names(shown["may_like"]))


def test_the_api_and_the_card_say_the_same_of_what_both_show(recommender, people):
    things = [order(basket.id, *basket.items, day=basket.day) for basket in people["c3"]]
    made = round_of(recommender)
    card, more = made.of(draft(*things)).shown, made.of(draft(*things), most=10).shown
    for which in ("due", "may_like"):
        assert more[which][: len(card[which])] == card[which]
        assert len(more[which]) > len(card[which]) or which == "due"


def test_a_new_order_changes_the_hints_of_the_same_model(recommender, people):
    things = [order(basket.id, *basket.items, day=basket.day) for basket in people["c3"]]
    new = order("new", "printer", day=things[-1].happened_at // DAY + 5)
    before, after = (round_of(recommender).of(draft(*held)).shown for held in (things, [*things, new]))
    assert "ink" not in names(before["may_like"]) and "ink" in names(after["may_like"])


def test_a_customer_with_ten_thousand_orders_has_a_small_card(recommender):
    things = [order(str(number), f"p{number % 37}", f"p{number % 11}", day=10_000 + number) for number in range(10_000)]
    made = draft(*things)
    assert len(made.notes._kept) < 2_000
    shown = round_of(recommender).of(made).shown
    document, _ = finished(made.document(), shown, "2026-05-01T12:00:00Z")
    assert len(shown["due"]) == 3 and len(document) < LARGEST + 200


@pytest.mark.parametrize(
    "things",
    [
        [],
        [order("1")],
        [order("1", "unheard of")],
        [order("1", "p1", day=None)],
        [order(str(number), "p1", "p2", day=19_000) for number in range(5)],
        [order("1", "p1", currency="EUR"), order("2", "p1", currency="JPY")],
        [order("1", "p1", total="5.00"), order("2", "p1", is_refund=True, total="-500.00")],
        [order("1", "p1", state="draft"), order("2", "p2", state="cancelled")],
        [order("1", lines=[{"name": "  Loose Tea ", "quantity": "1"}, {"quantity": "2"}])],
    ],
)
def test_odd_customers_get_sensible_answers(recommender, things):
    shown = round_of(recommender).of(draft(*things)).shown
    assert RecommendationsSchema().validate(orjson.loads(orjson.dumps(shown))) == {}
    bought = {line["sku"] for one in things for line in one.body["lines"] if line.get("sku")}
    assert set(names(shown["due"])) <= bought
    assert len(shown["may_like"]) <= ON_CARD
