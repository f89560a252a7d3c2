import numpy as np
import pytest

from connector.recommendations import storage
from connector.recommendations.fit import fit
from connector.recommendations.history import Basket, HistoryBuilder
from connector.recommendations.recommender import Recommender
from tests.connector.recommendations.shop import baskets_of, history_of


def test_the_same_history_gives_the_same_model(model, people):
    assert storage.dump(fit(history_of(people))) == storage.dump(model)


def test_another_basket_gives_another_version(model):
    assert fit(history_of(baskets_of(customers=79))).version != model.version


def test_a_model_comes_back_from_its_file_as_it_was(model, people, tmp_path):
    storage.save(model, tmp_path / "model.npz")
    back = storage.load(tmp_path / "model.npz")
    assert storage.dump(back) == storage.dump(model)
    orders = Recommender(model).orders(people["c1"])
    assert Recommender(back).hints(orders, "c1") == Recommender(model).hints(orders, "c1")


@pytest.mark.parametrize("content", [b"", b"no model", storage.dump.__doc__.encode()])
def test_a_broken_file_says_that_a_fit_is_needed(content, tmp_path):
    (tmp_path / "model.npz").write_bytes(content)
    with pytest.raises(storage.ModelFileError):
        storage.load(tmp_path / "model.npz")


def test_a_pickle_is_never_read(tmp_path):
    with (tmp_path / "model.npz").open("wb") as file:
        np.savez(file, format=np.array([object()], dtype=object))
    with pytest.raises(storage.ModelFileError):
        storage.load(tmp_path / "model.npz")


def test_the_report_says_what_was_chosen_and_how_well_it_did(model):
    assert {"penalty", "recall", "ndcg", "new_penalty", "new_recall", "new_ndcg"} < set(model.report)
    assert model.report["recall"] > 0.2


def test_an_empty_history_gives_an_empty_model():
    nothing = Recommender(fit(HistoryBuilder().build()))
    hints = nothing.hints(nothing.orders([Basket("1", 1, ["x"])]))
    assert (hints.due, hints.may_like) == ((), ())
    assert hints.note


def test_one_basket_in_all_the_world_is_enough_not_to_fail():
    recommender = Recommender(fit(history_of({"a": [Basket("1", 1, ["x", "y"])]})))
    assert set(recommender.top(recommender.orders([Basket("1", 1, ["x"])]))) <= {"x", "y"}


def test_whose_orders_were_erased_is_nobodys_neighbour(model):
    before, after = model.tables.slow, model.without("c1").tables.slow
    row = model.customer_rows["c1"]
    assert before.shares[[row]].nnz and not after.shares[[row]].nnz
    assert not after.index[:, [row]].nnz
    assert "c1" not in after.who


def test_likelihoods_are_about_right(model, people):
    """Among those said to be likely, more come true than among those said to be unlikely."""
    recommender = Recommender(model)
    told = []
    for who, baskets in people.items():
        hints = recommender.hints(recommender.orders(baskets[:-1]), who)
        told += [(hint.likelihood, hint.product in baskets[-1].items) for hint in hints.due]
    told.sort()
    low, high = (np.mean([hit for _likelihood, hit in part]) for part in (told[:100], told[-100:]))
    assert high > low
    assert abs(np.mean([likelihood for likelihood, _hit in told]) - np.mean([hit for _likelihood, hit in told])) < 0.1
