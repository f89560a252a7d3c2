import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from connector.recommendations.ledger import lot_of
from connector.recommendations.recommender import Recommender
from connector.recommendations.validation import FEWEST_ASKED, MOST, foretold, held_below, verdict
from tests.connector.recommendations.shop import history_of

NAME = "recall at ten"


@given(st.lists(st.integers(1, 2_000_000), min_size=2, max_size=20))
def test_as_a_base_grows_nobody_is_held_back_who_was_not(sizes):
    shares = [held_below(size) for size in sorted(sizes) if size >= 200]
    assert shares == sorted(shares, reverse=True)
    assert all(
        share * size <= MOST + 1e-6 for share, size in zip(shares, sorted(s for s in sizes if s >= 200), strict=True)
    )


def test_a_small_base_keeps_everybody():
    assert held_below(199) == 0.0


def test_lots_are_even_and_never_change():
    lots = [lot_of(f"p_{number:020x}") for number in range(2000)]
    assert 0.08 < np.mean(np.array(lots) < 0.1) < 0.12
    assert lot_of("p_1") == lot_of("p_1")


def test_clearly_worse_is_refused_and_chance_is_not():
    serving = np.tile([0.2, 0.4], 50)
    noise = np.tile([0.05, -0.05, 0.02, -0.03], 25)
    assert "0.1, serving 0.3" in verdict({NAME: serving - 0.2}, {NAME: serving}).refusal
    assert verdict({NAME: serving + noise}, {NAME: serving}).refusal is None
    assert verdict({NAME: serving}, {NAME: serving}).refusal is None
    assert verdict({NAME: serving + 0.2}, {NAME: serving}).refusal is None


def test_few_customers_decide_nothing():
    few = np.full(FEWEST_ASKED - 1, 0.5)
    assert verdict({NAME: few - 0.4}, {NAME: few}).refusal is None


def test_who_has_nothing_to_foretell_is_not_asked():
    told = verdict({NAME: np.array([0.5, np.nan, 0.5])}, {NAME: np.array([np.nan, 0.2, 0.4])}).told[NAME]
    assert told == {"customers": 1, "new": 0.5, "serving": 0.4}
    assert verdict({NAME: np.array([])}, {}).told[NAME] == {"customers": 0, "new": None}


def test_what_is_foretold_is_what_would_be_served(model, people):
    history, recommender = history_of(people), Recommender(model)
    row = next(row for row, name in enumerate(history.customers) if len(people[name]) > 3)
    baskets = people[history.customers[row]]
    shown = set(recommender.top(recommender.orders(baskets[:-1])))
    wanted = set(baskets[-1].items)
    assert foretold(recommender, history, [row])[NAME].tolist() == [len(shown & wanted) / len(wanted)]
