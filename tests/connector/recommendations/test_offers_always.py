"""What holds of every card, whatever a customer did."""

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.recommendations.choosing import ON_CARD
from connector.recommendations.limits import Limits
from connector.recommendations.suppression import Known, of_product
from connector.recommendations.suppression import Told as Answer
from schemas.profile import RecommendationsSchema
from tests.connector.recommendations.customers import NOW, TODAY, draft, order, products_of, refund, round_of, ticket

PRODUCTS = [f"p{number}" for number in range(12)] + ["ink", "printer", "never heard of"]
DAYS = st.one_of(st.none(), st.integers(TODAY - 900, TODAY))
SOME = st.lists(st.sampled_from(PRODUCTS), max_size=4)
ORDERS = st.lists(st.tuples(st.sampled_from(["order", "order", "order", "refund"]), SOME, DAYS), max_size=12)
FACTS = st.dictionaries(
    st.sampled_from(PRODUCTS[:12]),
    st.fixed_dictionaries(
        {},
        optional={
            "is_available": st.booleans(),
            "is_withdrawn": st.booleans(),
            "is_durable": st.booleans(),
            "margin": st.sampled_from([-0.5, 0.0, 0.5]),
        },
    ),
    max_size=8,
)
ANSWERS = st.lists(
    st.builds(
        Answer,
        product=st.sampled_from(PRODUCTS),
        outcome=st.sampled_from(["shown", "accepted", "declined", "ignored"]),
        at=st.integers(NOW - 10**13, NOW),
    ),
    max_size=5,
)
TICKETS = st.lists(st.sampled_from(["complaint", "question"]), max_size=1)
CONSENT = st.sampled_from([None, None, True, False])


@given(orders=ORDERS, facts=FACTS, answers=ANSWERS, tickets=TICKETS, consent=CONSENT, mixed=st.randoms())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_card_keeps_every_promise(recommender, orders, facts, answers, tickets, consent, mixed):
    makers = {"order": order, "refund": refund}
    things = [makers[what](str(at), *held, day=day) for at, (what, held, day) in enumerate(orders)]
    things += [ticket(f"t{at}", type=about) for at, about in enumerate(tickets)]
    known = products_of(**facts)

    def offered():
        made = round_of(recommender, products=known)
        made.told = {"p_1": answers}
        return made.of(draft(*things, contacts=({"marketing_consent": consent},)))

    first = offered()
    shown = first.shown
    assert RecommendationsSchema().validate(orjson.loads(orjson.dumps(shown))) == {}
    due, may_like = ([one["product_id"] for one in shown[name]] for name in ("due", "may_like"))
    bought = {product for what, held, _ in orders if what == "order" for product in held}
    assert len(due) <= ON_CARD and len(may_like) <= ON_CARD
    assert len({*due, *may_like}) == len(due) + len(may_like), "Nothing is suggested twice."
    assert bought.issuperset(due) and bought.isdisjoint(may_like)
    assert all(one["reason"] for one in shown["due"] + shown["may_like"])
    if consent is False:
        assert (due, may_like, shown["likelihood"]) == ([], [], [])
    if "complaint" in tickets or consent is False:
        assert not due and not may_like and shown["note"]
    silent = Known(now=NOW, limits=Limits(), told=answers, products=known)
    assert not [product for product in [*due, *may_like] if of_product(silent, product)]
    assert first.revisit_at is None or first.revisit_at > NOW, "What changes by time changes later."
    mixed.shuffle(things)
    assert offered() == first, "The order of arrival changes nothing."
