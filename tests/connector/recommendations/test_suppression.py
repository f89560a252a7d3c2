"""When hints are silent: each rule, by what people are told."""

import pytest

from connector.recommendations import suppression
from connector.recommendations.limits import DAY, Limits
from connector.recommendations.suppression import OF_CUSTOMER, OF_PRODUCT, Told
from tests.connector.recommendations.customers import (
    NOW,
    TODAY,
    iso,
    mention,
    order,
    products_of,
    refund,
    said,
    thing,
    ticket,
)

BOUGHT = order("1", "pot", day=TODAY - 200)
ANGRY = "Terrible. The pot arrived broken and nobody answers."


def why(*things, **more):
    """What the withheld product `pot` (else everything) is withheld for; None when it is suggested."""
    shown = said(*things, due=("pot",), **more).shown
    assert bool(shown["due"]) is not bool(shown["withheld"])
    return (shown["withheld"][0]["rule"], shown["withheld"][0]["why"]) if shown["withheld"] else None


def rule(*things, **more):
    found = why(*things, **more)
    return found and found[0]


def test_nothing_in_the_way_is_no_silence():
    assert why(BOUGHT) is None


# About the customer.


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"type": "Complaint"}, ("open_complaint", "open complaint T-104")),
        ({"type": "PRODUCT_ISSUE; complaint"}, ("open_complaint", "open complaint T-104")),
        ({"type": "Question"}, None),
        ({"type": None}, None),
        ({"type": "Complaint", "is_open": False}, None),
        ({"priority": "High"}, ("severe_ticket", "open ticket T-104 with priority high")),
        ({"priority": "URGENT"}, ("severe_ticket", "open ticket T-104 with priority urgent")),
        ({"priority": "medium"}, None),
        ({"priority": "High", "is_open": False}, None),
    ],
)
def test_who_waits_for_help_is_offered_nothing(told, expected):
    assert why(BOUGHT, ticket("104", **told)) == expected


def test_the_oldest_complaint_is_named_and_an_untold_number_is_its_id():
    things = [ticket("2", day=TODAY - 2, type="complaint"), ticket("1", day=TODAY - 5, type="complaint", number=None)]
    assert why(BOUGHT, *things) == ("open_complaint", "open complaint 1")


def test_a_company_says_what_a_complaint_is():
    limits = Limits(complaint_types=frozenset({"beschwerde"}))
    assert rule(BOUGHT, ticket("1", type="Beschwerde"), limits=limits) == "open_complaint"
    assert rule(BOUGHT, ticket("1", type="Complaint"), limits=limits) is None


def rated(number, satisfaction, day):
    return ticket(number, day=day - 3, is_open=False, satisfaction=satisfaction, rated_at=iso(day))


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [
        ([rated("1", "0.25", TODAY - 29)], ("low_satisfaction", "low satisfaction with ticket T-1 on 2026-01-18")),
        ([rated("1", "0.2501", TODAY - 29)], None),
        ([rated("1", "0", TODAY - 31)], None),
        ([rated("1", "0", TODAY - 9), rated("2", "1", TODAY - 8)], None),
        ([rated("1", "1", TODAY - 9), rated("2", "0", TODAY - 8)], ("low_satisfaction",)),
    ],
)
def test_a_low_rating_silences_for_a_while_and_a_better_one_lifts_it(ratings, expected):
    found = why(BOUGHT, *ratings)
    assert found == expected or (found and expected and found[0] == expected[0])


def test_a_rating_without_a_time_counts_from_when_the_ticket_was_closed():
    one = ticket("1", day=TODAY - 60, is_open=False, satisfaction="0", closed_at=iso(TODAY - 10))
    assert "on 2026-02-06" in why(BOUGHT, one)[1]


def test_an_angry_post_silences_until_somebody_answers_or_it_is_old():
    angry = mention("m", ANGRY, day=TODAY - 2)
    assert why(BOUGHT, angry)[1].startswith("unanswered negative post of 2026-02-14: “Terrible. The pot arrived")
    answered = thing("mention", "r", day=TODAY - 1, source="x", is_ours=True, in_reply_to="m", text="Sorry!")
    assert rule(BOUGHT, angry, answered) is None
    assert rule(BOUGHT, mention("m", ANGRY, day=TODAY - 31)) is None
    assert rule(BOUGHT, mention("m", "Lovely tea, thank you!")) is None
    assert rule(BOUGHT, mention("m", ANGRY, language=None)) is None
    assert rule(BOUGHT, mention("m", "Lovely", sentiment="negative")) == "negative_mention"


def answers(outcome, *days, product="other"):
    return [Told(product=product, outcome=outcome, at=day * DAY) for day in days]


def test_who_declined_several_hints_is_left_alone_for_a_while():
    recently = answers("declined", TODAY - 20, TODAY - 9, TODAY - 1)
    offered = said(BOUGHT, due=("pot",), told=recently)
    assert offered.shown["withheld"][0]["why"] == "declined 3 hints since 2026-01-27"
    assert offered.revisit_at == (TODAY + 10) * DAY
    assert rule(BOUGHT, told=recently[1:]) is None
    assert rule(BOUGHT, told=answers("declined", TODAY - 40, TODAY - 9, TODAY - 1)) is None
    assert rule(BOUGHT, told=answers("accepted", TODAY - 3, TODAY - 2, TODAY - 1)) is None


def test_several_reasons_are_all_told():
    shown = said(BOUGHT, ticket("1", type="complaint"), mention("m", ANGRY), due=("pot",)).shown
    assert [one["rule"] for one in shown["withheld"]] == ["open_complaint", "negative_mention"]
    assert shown["note"].startswith("Nothing is suggested: open complaint T-1; unanswered negative post")


def test_an_objection_is_all_that_is_said():
    shown = said(BOUGHT, ticket("1", type="complaint"), contacts=({"marketing_consent": False},)).shown
    assert [one["rule"] for one in shown["withheld"]] == ["no_consent"]


# About a product.


def test_what_came_back_rests_for_a_while():
    assert why(BOUGHT, refund("9", "pot", day=TODAY - 10)) == ("returned", "refunded on 2026-02-06 (N-9)")
    assert why(order("9", "pot", day=TODAY - 10, state="refunded"), BOUGHT)[0] == "returned"
    assert rule(BOUGHT, refund("9", "cup", day=TODAY - 10)) is None
    assert rule(order("1", "pot", day=TODAY - 400), refund("9", "pot", day=TODAY - 181)) is None


def test_what_lasts_is_not_sold_twice():
    lasting = products_of(pot={"is_durable": True})
    assert why(BOUGHT, products=lasting) == ("owned", "bought on 2025-07-31, and it lasts")
    assert rule(order("2", "cup"), products=lasting) is None
    kettles = {"products": products_of(pot={"category": "Kettles"})}
    assert rule(BOUGHT, **kettles) is None
    assert rule(BOUGHT, limits=Limits(durable_categories=frozenset({"kettles"})), **kettles) == "owned"


def test_what_lasts_and_was_brought_back_is_not_owned():
    lasting = products_of(pot={"is_durable": True})
    long_ago = [order("1", "pot", day=TODAY - 400), refund("9", "pot", day=TODAY - 300)]
    assert rule(*long_ago, products=lasting) is None
    assert rule(*long_ago, order("2", "pot", day=TODAY - 200), products=lasting) == "owned"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"is_available": False}, "out_of_stock"),
        ({"is_available": None}, None),
        ({"is_withdrawn": True, "is_available": True}, "withdrawn"),
        ({"margin": -0.01}, "low_margin"),
        ({"margin": 0.0}, None),
        ({"margin": None}, None),
    ],
)
def test_what_cannot_or_should_not_be_sold_is_not_suggested(facts, expected):
    assert rule(BOUGHT, products=products_of(pot=facts)) == expected


def test_the_company_says_how_much_must_be_left():
    limits = Limits(least_margin=0.15)
    assert why(BOUGHT, limits=limits, products=products_of(pot={"margin": 0.12})) == ("low_margin", "margin below 15%")
    assert rule(BOUGHT, limits=limits, products=products_of(pot={"margin": 0.15})) is None


def test_the_company_says_what_may_be_suggested():
    pots = {"products": products_of(pot={"category": "Pots"})}
    assert rule(BOUGHT, limits=Limits(allowed_categories=frozenset({"pots"})), **pots) is None
    assert rule(BOUGHT, limits=Limits(allowed_categories=frozenset({"tea"})), **pots) == "not_allowed"
    assert rule(BOUGHT, limits=Limits(allowed_categories=frozenset({"tea"}))) == "not_allowed"
    assert rule(BOUGHT, limits=Limits(allowed_products=frozenset({"pot"}))) is None
    assert rule(BOUGHT, limits=Limits(allowed_products=frozenset())) == "not_allowed"


def test_what_was_declined_or_accepted_rests():
    assert why(BOUGHT, told=answers("declined", TODAY - 89, product="pot")) == ("declined", "declined on 2025-11-19")
    assert rule(BOUGHT, told=answers("declined", TODAY - 91, product="pot")) is None
    assert rule(BOUGHT, told=answers("accepted", TODAY - 29, product="pot")) == "accepted"
    assert rule(BOUGHT, told=answers("accepted", TODAY - 31, product="pot")) is None
    assert rule(BOUGHT, told=answers("ignored", TODAY - 1, product="pot")) is None


def test_what_was_shown_on_several_days_rests_until_the_first_is_old():
    days = {TODAY - 20, TODAY - 9, TODAY - 8, TODAY - 2, TODAY}
    offered = said(BOUGHT, due=("pot",), shown={"pot": days})
    assert offered.shown["withheld"][0]["why"] == "shown on 5 days without an answer"
    assert offered.revisit_at == (TODAY + 10) * DAY
    assert rule(BOUGHT, shown={"pot": days - {TODAY}}) is None
    assert rule(BOUGHT, shown={"pot": {TODAY - 40, *days} - {TODAY}}) is None
    assert rule(BOUGHT, shown={"cup": days}) is None


@pytest.mark.parametrize("span", ["satisfaction_span", "mention_span", "refund_span", "declined_span", "shown_span"])
def test_each_silence_that_ends_says_when_and_then_it_has(span):
    limits = Limits(**{span: 7 * DAY})
    cause = {
        "satisfaction_span": ([rated("1", "0", TODAY)], {}),
        "mention_span": ([mention("m", ANGRY, day=TODAY)], {}),
        "refund_span": ([refund("9", "pot", day=TODAY)], {}),
        "declined_span": ([], {"told": answers("declined", TODAY, product="pot")}),
        "shown_span": ([], {"told": answers("accepted", TODAY, product="pot")}),
    }
    things, more = cause[span]
    offered = said(BOUGHT, *things, due=("pot",), limits=limits, **more)
    assert offered.revisit_at == (TODAY + 7) * DAY
    assert rule(BOUGHT, *things, limits=limits, now=offered.revisit_at - 1, **more)
    assert rule(BOUGHT, *things, limits=limits, now=offered.revisit_at, **more) is None
    assert offered.revisit_at > NOW


def test_an_undated_refund_or_purchase_breaks_nothing():
    assert rule(BOUGHT, refund("9", "pot", day=None)) is None
    lasting = products_of(pot={"is_durable": True})
    assert why(order("1", "pot", day=None), products=lasting) == ("owned", "bought, and it lasts")


@pytest.mark.parametrize("one", [*OF_CUSTOMER, *OF_PRODUCT], ids=lambda one: one.__name__)
def test_every_rule_says_what_it_does(one):
    assert one.__doc__ and one.__doc__.split("\n")[0].strip().endswith(".")


def test_consent_is_looked_at_first():
    assert OF_CUSTOMER[0] is suppression.no_consent
