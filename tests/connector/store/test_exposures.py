"""Cards as they were seen."""

import pytest

from connector.store import exposures, members

HINTS = [{"id": "p_a.0123456789ab", "product": "50%_off", "list": "due", "model": "m1"}]


def row(profile_id="p_a", **more):
    told = {"workspace": "default", "profile_id": profile_id, "arm": "offered", "digest": "d1", "day": 20_000}
    return told | {"hints": HINTS, "at": 5} | more


@pytest.fixture
def seen(store):
    def see(*rows):
        with store.transaction() as connection:
            exposures.put(connection, rows)

    return see


def test_what_was_seen_comes_back_the_oldest_first(store, seen):
    seen(row(), row(digest="d2", at=3, hints=[]), row("p_b"), row(workspace="other", at=1))
    with store.reading() as connection:
        found = exposures.of_profiles(connection, "default", ["p_a"])
    assert [(one.at, one.arm, list(one.hints)) for one in found] == [(3, "offered", []), (5, "offered", HINTS)]


def test_the_same_hints_on_the_same_day_are_kept_once(store, seen):
    seen(row(), row(at=9))
    seen(row(at=7), row(day=20_001, at=8))
    with store.reading() as connection:
        assert [one.at for one in exposures.of_profiles(connection, "default", ["p_a"])] == [5, 8]


def test_a_hint_is_found_where_it_was_seen(store, seen):
    seen(row(), row("p_b", hints=[HINTS[0] | {"id": "p_b.0123456789ab"}]))
    with store.reading() as connection:
        assert exposures.hint(connection, "default", "p_a", "p_a.0123456789ab") == HINTS[0]
        assert exposures.hint(connection, "default", "p_a", "p_a.0123456789a") is None
        assert exposures.hint(connection, "default", "p_a", "p_a.____________") is None
        assert exposures.hint(connection, "default", "p_b", "p_a.0123456789ab") is None
        assert exposures.hint(connection, "other", "p_a", "p_a.0123456789ab") is None


def test_what_was_seen_of_a_joined_profile_counts_for_its_successor(store, seen):
    seen(row(), row("p_b", at=7))
    with store.transaction() as connection:
        members.open_profiles(connection, "default", ["p_a", "p_b"], 1)
        members.retire(connection, "default", {"p_a": "p_b"})
        assert [(one.profile_id, one.at) for one in exposures.of_profiles(connection, "default", ["p_b"])] == [
            ("p_b", 5),
            ("p_b", 7),
        ]
        assert exposures.seen_after(connection, "default", "", 9) == ["p_a", "p_b"]
        assert exposures.seen_after(connection, "default", "p_a", 9) == ["p_b"]
