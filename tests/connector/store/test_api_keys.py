"""API keys: only a hash is kept, and revoking ends a key."""

import pytest
from sqlalchemy import text

from connector.store import api_keys


def created(store, clock, scopes=("profiles:read",), workspace="acme"):
    with store.transaction() as connection:
        return api_keys.create(connection, workspace, "helpdesk", scopes, clock())


def found(store, key):
    with store.reading() as connection:
        return api_keys.find(connection, api_keys.digest(key))


def test_a_key_is_found_by_its_text(store, clock):
    made = created(store, clock)
    seen = found(store, made.text)
    assert (seen.id, seen.workspace, seen.scopes) == (made.id, "acme", ("profiles:read",))
    assert made.created_at == clock()


def test_the_key_itself_is_nowhere_in_the_store(store, clock):
    key = created(store, clock).text
    with store.reading() as connection:
        rows = connection.execute(text("SELECT * FROM api_keys")).all()
    assert len(rows) == 1
    assert key.removeprefix("vk_") not in repr(rows)


def test_another_text_finds_nothing(store, clock):
    key = created(store, clock).text
    assert found(store, key + "x") is None
    assert found(store, "\udcff") is None


def test_a_revoked_key_is_not_found_and_stays_listed(store, clock):
    made = created(store, clock)
    clock.advance(60)
    with store.transaction() as connection:
        assert api_keys.revoke(connection, made.id, clock())
        assert not api_keys.revoke(connection, made.id, clock())
    assert found(store, made.text) is None
    with store.reading() as connection:
        (listed,) = api_keys.list_(connection, "acme")
        assert api_keys.living(connection, [made.id]) == frozenset()
    assert listed.revoked_at == clock()


def test_keys_are_listed_by_workspace(store, clock):
    made = created(store, clock)
    with store.reading() as connection:
        assert [key.id for key in api_keys.list_(connection, "acme")] == [made.id]
        assert api_keys.list_(connection, "other") == []


def test_the_text_of_a_key_is_not_in_its_repr(sqlite_store, clock):
    made = created(sqlite_store, clock)
    assert made.text not in repr(made)


@pytest.mark.parametrize("scopes", [(), ("profiles:read", "everything")])
def test_unknown_or_missing_scopes_are_refused_with_the_known_ones(sqlite_store, clock, scopes):
    with pytest.raises(ValueError, match=r"known: profiles:read"):
        created(sqlite_store, clock, scopes)


def test_admin_may_do_everything_and_others_only_theirs(sqlite_store, clock):
    admin = created(sqlite_store, clock, ("admin",))
    reader = created(sqlite_store, clock, ("profiles:read",))
    assert all(admin.may(scope) for scope in api_keys.SCOPES)
    assert [scope for scope in api_keys.SCOPES if reader.may(scope)] == ["profiles:read"]
