"""The benchmark scores as the literature does, and reads no future but to score."""

import json
from pathlib import Path

import pytest

from benchmarks import next_basket
from benchmarks.baskets import folder, score
from benchmarks.peers import Tifu, personal, popular, ranked
from tests.connector.recommendations.shop import baskets_of


@pytest.fixture
def data(tmp_path: Path) -> Path:
    people = baskets_of(seed=2, customers=60)
    write = {
        "history": {who: [list(basket.items) for basket in held[:-1]] for who, held in people.items()},
        "future": {who: list(held[-1].items) for who, held in people.items()},
        "keyset_0": {"train": list(people)[:30], "val": list(people)[30:40], "test": list(people)[40:]},
        "keyset_1": {"train": list(people)[30:], "val": list(people)[20:30], "test": list(people)[:20]},
    }
    for name, told in write.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(told))
    return tmp_path


def test_a_list_is_scored_against_the_whole_basket():
    recall, ndcg, hit = score(["a", "x"], frozenset("ab"))
    assert (recall, hit) == (0.5, 1.0)
    assert ndcg == pytest.approx(1 / (1 + 0.6309), abs=1e-3)


def test_the_ideal_is_not_cut_at_ten():
    wanted = frozenset(map(str, range(20)))
    assert score([str(item) for item in range(10)], wanted)[1] < 0.7


@pytest.mark.parametrize("method", ["ours", "tifu", "upcf", "personal", "popular"])
def test_every_method_runs_without_times_and_names(data, method, monkeypatch, capsys):
    few = {"TIFU_GRID": next_basket.TIFU_GRID[:2], "UPCF_GRID": next_basket.UPCF_GRID[:2]}
    for name, grid in few.items():
        monkeypatch.setattr(next_basket, name, grid)
    monkeypatch.setattr("sys.argv", ["next_basket", str(data), "--method", method])
    next_basket.main()
    assert method in capsys.readouterr().out


def test_nothing_is_learned_from_the_future(data):
    before = next_basket.ours(folder(data), folder(data).history()).shown
    (data / "future.json").unlink()
    assert next_basket.ours(folder(data), folder(data).history()).shown == before


def test_personal_beats_popular_where_people_have_habits(data):
    told = folder(data)
    history, truth = told.history(), told.truth()
    found = {}
    for method in (popular, personal, Tifu(neighbours=20)):
        scores = method(history)
        shown = {
            who: [history.items[item] for item in ranked(scores(row))] for row, who in enumerate(history.customers)
        }
        found[method] = sum(score(shown[who], truth[who])[0] for who in truth)
    assert found[popular] < found[personal]
    assert found[popular] < found[Tifu(neighbours=20)]
