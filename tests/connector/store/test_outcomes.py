"""What came of hints, kept and asked for."""

from dataclasses import replace

import pytest

from connector.store import members, outcomes
from connector.store.outcomes import Outcome

TOLD = Outcome(
    hint_id="p_a.0123456789ab",
    profile_id="p_a",
    product="sku-1",
    list="due",
    model="m1",
    outcome="shown",
    reason=None,
    told_by="k_1",
    at=1,
)
DECLINED = replace(TOLD, outcome="declined", reason="has one", at=2)


@pytest.fixture
def told(store):
    def tell(*those, workspace="default"):
        with store.transaction() as connection:
            for one in those:
                outcomes.put(connection, workspace, one)

    return tell


def of_profiles(store, *profile_ids, workspace="default"):
    with store.reading() as connection:
        return outcomes.of_profiles(connection, workspace, profile_ids)


def join(store, successors):
    with store.transaction() as connection:
        members.open_profiles(connection, "default", ["p_a", "p_b", "p_c"], 1)
        members.retire(connection, "default", successors)


def test_what_was_told_comes_back_in_the_order_of_time(store, told):
    told(DECLINED, TOLD)
    assert of_profiles(store, "p_a", "p_b") == [TOLD, DECLINED]


def test_the_same_told_twice_is_one_row_as_told_first(store, told):
    told(TOLD, replace(TOLD, at=9, told_by="k_2"))
    assert of_profiles(store, "p_a") == [TOLD]


def test_contradictions_are_both_kept(store, told):
    told(DECLINED, replace(TOLD, outcome="accepted", at=3))
    with store.reading() as connection:
        assert [one.outcome for one in outcomes.of_hint(connection, "default", TOLD.hint_id)] == [
            "declined",
            "accepted",
        ]


def test_another_workspaces_outcomes_are_not_seen(store, told):
    told(TOLD, workspace="other")
    assert of_profiles(store, "p_a") == []


def test_a_joined_profiles_outcomes_count_for_its_successor(store, told):
    told(TOLD)
    join(store, {"p_a": "p_b", "p_b": "p_c"})
    assert of_profiles(store, "p_c") == [replace(TOLD, profile_id="p_c")]


def test_an_undone_join_gives_them_back(store, told):
    told(TOLD)
    join(store, {"p_a": "p_b"})
    join(store, {})
    assert of_profiles(store, "p_a", "p_b") == [TOLD]


def test_a_circle_of_successors_ends(store, told):
    told(TOLD)
    join(store, {"p_a": "p_b", "p_b": "p_a"})
    assert [one.profile_id for one in of_profiles(store, "p_a")] == ["p_a"]
