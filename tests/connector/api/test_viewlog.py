"""The view log: written in bulk, kept while the store is away, and what is lost is counted."""

import pytest

from connector.api import viewlog
from connector.api.viewlog import ViewLog
from connector.errors import StoreUnavailableError


class Written:
    """Takes rows, unless it is away."""

    def __init__(self):
        self.batches, self.away = [], False

    def __call__(self, rows):
        if self.away:
            raise StoreUnavailableError("away")
        self.batches.append([row["profile_id"] for row in rows])


@pytest.fixture
def written():
    return Written()


def seen(log, *profile_ids):
    for profile_id in profile_ids:
        log.add("acme", profile_id, "k_1", "lookup")


def test_views_are_written_together_and_once(written, clock):
    log = ViewLog(written, clock)
    seen(log, "p_1", "p_2")
    log.flush()
    log.flush()
    assert written.batches == [["p_1", "p_2"]]


def test_a_view_has_the_time_at_which_it_happened(clock):
    rows = []
    log = ViewLog(rows.extend, clock)
    at = clock()
    seen(log, "p_1")
    clock.advance(60)
    log.flush()
    assert rows[0]["at"] == at


def test_what_the_store_does_not_take_waits_in_its_order(written, clock):
    log = ViewLog(written, clock)
    seen(log, "p_1", "p_2")
    written.away = True
    log.flush()
    seen(log, "p_3")
    written.away = False
    log.flush()
    assert written.batches == [["p_1", "p_2", "p_3"]]


def test_a_long_absence_loses_the_oldest_and_says_how_many(written, clock, monkeypatch):
    monkeypatch.setattr(viewlog, "MOST", 3)
    lost = []
    log = ViewLog(written, clock, lost.append)
    written.away = True
    seen(log, "p_1", "p_2", "p_3", "p_4")
    log.flush()
    written.away = False
    log.flush()
    assert (written.batches, sum(lost)) == ([["p_2", "p_3", "p_4"]], 1)
