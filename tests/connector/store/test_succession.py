"""Which profile lives where now."""

from connector.store import members, succession


def test_every_retired_id_is_led_to_where_it_lives_now(store):
    with store.transaction() as connection:
        members.open_profiles(connection, "default", ["p_a", "p_b", "p_c", "p_d"], 1)
        members.retire(connection, "default", {"p_a": "p_b", "p_b": "p_c"})
        assert succession.heads(connection, "default", ["p_a", "p_b", "p_c", "p_d", "p_x"]) == {
            "p_a": "p_c",
            "p_b": "p_c",
        }


def test_all_ids_of_a_profile_are_found(store):
    with store.transaction() as connection:
        members.open_profiles(connection, "default", ["p_a", "p_b", "p_c", "p_d"], 1)
        members.retire(connection, "default", {"p_a": "p_b", "p_b": "p_c"})
        found = succession.joined(connection, "default", ["p_c", "p_d"])
    assert found == {"p_a": "p_c", "p_b": "p_c", "p_c": "p_c", "p_d": "p_d"}


def test_a_circle_ends(store):
    with store.transaction() as connection:
        members.open_profiles(connection, "default", ["p_a", "p_b"], 1)
        members.retire(connection, "default", {"p_a": "p_b", "p_b": "p_a"})
        assert set(succession.heads(connection, "default", ["p_a"])) == {"p_a"}
