from connector.store import rotated


def test_the_newest_value_is_kept(store, clock):
    for value in ("first", "second"):
        with store.transaction() as connection:
            rotated.put(connection, "w", "crm", "refresh_token", value, clock())
    with store.reading() as connection:
        assert rotated.get(connection, "w", "crm", "refresh_token") == "second"
        assert rotated.get(connection, "w", "crm", "other") is None
        assert rotated.get(connection, "other", "crm", "refresh_token") is None
