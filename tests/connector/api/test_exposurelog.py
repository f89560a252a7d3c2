"""Which hints were on a card: once a day, both arms by one rule, and never lost to a store that is away for a while."""

from types import SimpleNamespace

import orjson
import pytest

from connector.api import exposurelog
from connector.api.exposurelog import ExposureLog
from connector.errors import StoreUnavailableError
from connector.recommendations.holdout import HELD_OUT, arm, held_back

HALF = 0.5
OFFERED_ID = next(one for one in map("p_{}".format, range(99)) if arm("acme", one, HALF) != HELD_OUT)
HELD_ID = next(one for one in map("p_{}".format, range(99)) if arm("acme", one, HALF) == HELD_OUT)


class Written:
    """Takes rows, unless it is away."""

    def __init__(self):
        self.rows, self.away = [], False

    def __call__(self, rows):
        if self.away:
            raise StoreUnavailableError("away")
        self.rows += rows


@pytest.fixture
def written():
    return Written()


@pytest.fixture
def log(written, clock):
    return ExposureLog(written, clock, HALF)


def hints(*ids):
    return [{"id": each, "product_id": f"product {each}", "model": "m1", "kind": "bought"} for each in ids]


def told(due=(), may_like=()):
    return {"due": hints(*due), "may_like": hints(*may_like), "withheld": [], "note": None}


def card(profile_id, recommendations, etag="e1", **more):
    document = {"id": profile_id, **more, "recommendations": recommendations}
    return SimpleNamespace(profile_id=profile_id, etag=etag, document=orjson.dumps(document))


def saw(log, *cards):
    for each in cards:
        log.saw("acme", each)
    log.flush()


def test_a_card_with_hints_leaves_them_behind(log, written, clock):
    saw(log, card(OFFERED_ID, told(due=["h1"], may_like=["h2"])))
    (row,) = written.rows
    assert (row["workspace"], row["profile_id"], row["arm"]) == ("acme", OFFERED_ID, "offered")
    assert row["hints"] == [
        {"id": "h1", "product": "product h1", "list": "due", "model": "m1", "kind": "bought"},
        {"id": "h2", "product": "product h2", "list": "may_like", "model": "m1", "kind": "bought"},
    ]
    assert row["at"] == 1777636800000000
    assert row["day"] == row["at"] // 86_400_000_000


def test_both_arms_are_counted_by_the_same_rule(log, written):
    both, nothing = told(due=["h1"]), told()
    saw(log, card(OFFERED_ID, both), card(HELD_ID, held_back(both)))
    assert [row["arm"] for row in written.rows] == ["offered", "held_out"]
    saw(log, card(OFFERED_ID, nothing, "e2"), card(HELD_ID, held_back(nothing), "e2"))
    assert len(written.rows) == 2


def test_what_a_held_out_customer_was_not_shown_is_not_kept(log, written):
    saw(log, card(HELD_ID, held_back(told(due=["h1"]))))
    assert written.rows[0]["hints"] == []


def test_a_card_is_read_once_a_day(log, written, clock):
    for _ in range(3):
        saw(log, card(OFFERED_ID, told(due=["h1"])))
    assert len(written.rows) == 1
    clock.advance(86_400)
    log.flush()
    saw(log, card(OFFERED_ID, told(due=["h1"])))
    assert len({row["day"] for row in written.rows}) == 2


def test_the_same_hints_on_a_card_that_changed_are_the_same_exposure(log, written):
    saw(log, card(OFFERED_ID, told(due=["h1", "h2"])), card(OFFERED_ID, told(due=["h2", "h1"]), "e2"))
    assert len({row["digest"] for row in written.rows}) == 1
    saw(log, card(OFFERED_ID, told(due=["h1"]), "e3"))
    assert len({row["digest"] for row in written.rows}) == 2


def test_without_a_holdout_nobody_can_be_compared(written, clock):
    log = ExposureLog(written, clock, 0.0)
    saw(log, card(HELD_ID, told(due=["h1"])), card(OFFERED_ID, held_back(told(due=["h1"]))))
    assert [row["arm"] for row in written.rows] == ["open"]


def test_a_customers_text_is_not_taken_for_hints(log, written):
    evil = '"recommendations":{"due":[{"id":"x"}]}'
    saw(log, card(OFFERED_ID, told(due=["h1"]), fields={"name": evil, "recommendations": {"due": []}}))
    assert [hint["id"] for hint in written.rows[0]["hints"]] == ["h1"]


def test_a_card_without_recommendations_is_none(log, written):
    saw(log, SimpleNamespace(profile_id="p_1", etag="e", document=b'{"id":"p_1"}'))
    saw(log, SimpleNamespace(profile_id=None, etag=None, document=None))
    assert written.rows == []


def test_what_the_store_does_not_take_waits_in_its_order(log, written):
    written.away = True
    saw(log, card("p_1", told(due=["h1"])), card("p_2", told(due=["h2"])))
    written.away = False
    saw(log, card("p_3", told(due=["h3"])))
    assert [row["profile_id"] for row in written.rows] == ["p_1", "p_2", "p_3"]


def test_memory_is_bounded_while_the_store_is_away(log, written, monkeypatch):
    monkeypatch.setattr(exposurelog, "REMEMBERED", 5)
    for number in range(20):
        saw(log, card(f"p_{number}", told(due=["h1"])))
    assert len(log._today) <= 6
