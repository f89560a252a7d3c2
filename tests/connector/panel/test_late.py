import pytest

from connector.panel.late import MEANS, late
from connector.sync.status import GRAVEST


def source(state: str, last_success: str | None = "2026-05-01T09:00:00Z") -> dict:
    return {"source": "crm", "state": state, "last_success": last_success, "lag_seconds": 1.0}


@pytest.mark.parametrize("state", [state for state in (*GRAVEST, "never", "unknown") if state not in ("ok", "running")])
def test_a_source_whose_part_may_be_old_is_named_with_its_last_word(state):
    (found,) = late([source(state)])
    assert (found.source, found.since) == ("crm", "2026-05-01T09:00:00Z")
    assert found.says


def test_a_source_that_is_well_or_read_again_needs_no_warning():
    assert late([source("ok"), source("running")]) == []


def test_a_first_reading_that_is_under_way_is_said():
    (found,) = late([source("running", None)])
    assert "first time" in found.says
    assert found.since is None


def test_a_source_that_never_brought_anything_is_not_given_a_time():
    (found,) = late([source("failed", None)])
    assert found.says == "cannot be read: nothing here is from it"


def test_every_state_of_a_source_has_its_words():
    assert {*GRAVEST, "never", "unknown"} - {"ok"} == set(MEANS), "Give the new state its words in late.py."
