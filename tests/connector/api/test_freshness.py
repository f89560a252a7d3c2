"""Freshness: asked about once a second, and honest when nobody can say."""

import orjson
import pytest

from connector.api.freshness import GOOD_FOR, Freshness
from connector.errors import StoreUnavailableError


class Asked:
    def __init__(self):
        self.times, self.away, self.now = 0, False, 0.0

    def __call__(self, workspace):
        self.times += 1
        if self.away:
            raise StoreUnavailableError("away")
        return [{"source": workspace, "state": "ok", "last_success": None, "lag_seconds": 1.0}]


@pytest.fixture
def asked():
    return Asked()


def test_it_is_asked_once_for_many_answers(asked):
    freshness = Freshness(asked, lambda: asked.now)
    assert len({freshness.of("acme") for _ in range(5)}) == 1
    assert asked.times == 1
    asked.now = GOOD_FOR
    freshness.of("acme")
    assert asked.times == 2


def test_workspaces_do_not_mix(asked):
    freshness = Freshness(asked, lambda: asked.now)
    assert freshness.of("acme").body != freshness.of("other").body


def test_while_the_store_is_away_nobody_says_ok(asked):
    freshness = Freshness(asked, lambda: asked.now)
    freshness.of("acme")
    asked.away, asked.now = True, 5.0
    (source,) = orjson.loads(freshness.of("acme").body)
    assert (source["state"], source["lag_seconds"]) == ("unknown", None)


def test_a_store_that_was_never_reached_leaves_it_empty(asked):
    asked.away = True
    assert Freshness(asked, lambda: asked.now).of("acme").body == b"[]"


def test_the_mark_changes_with_a_state_and_not_with_time(asked):
    freshness = Freshness(asked, lambda: asked.now)
    first = freshness.of("acme").mark
    asked.now = 5.0
    assert freshness.of("acme").mark == first
    asked.away, asked.now = True, 10.0
    assert freshness.of("acme").mark != first
