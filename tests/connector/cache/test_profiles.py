"""The cache: never older than it was, never half of an answer, and gone without harm."""

import pytest

from connector.cache import keys
from connector.cache.profiles import Entry, Hit, ProfileCache

MAIL = ("email", "anna@example.com")


def entry(version, document=b"{}", profile_id="p_1"):
    return Entry(profile_id=profile_id, version=version, etag=f"e{version}", document=document)


@pytest.fixture
def cache(redis):
    return ProfileCache(redis)


def test_an_older_document_never_replaces_a_newer_one(cache):
    assert cache.put_many("acme", [entry(2, b"new")])
    assert cache.put_many("acme", [entry(1, b"old")])
    assert cache.get("acme", "p_1").document == b"new"


def test_who_read_a_document_before_it_went_cannot_put_it_back(cache):
    cache.put_many("acme", [entry(1)])
    cache.put_many("acme", [entry(2, None)])
    cache.put_many("acme", [entry(1)])
    assert cache.get("acme", "p_1") is None
    cache.put_many("acme", [entry(3, b"again")])
    assert cache.get("acme", "p_1").document == b"again"


def test_a_handle_is_filled_only_by_who_reserved_it_last(cache):
    cache.put_many("acme", [entry(1, b"doc")])
    early = cache.reserve("acme", [MAIL])
    late = cache.reserve("acme", [MAIL])
    cache.fill("acme", early, {MAIL: ["p_1"]})
    assert cache.find("acme", *MAIL) is None
    cache.fill("acme", late, {MAIL: ["p_1"]})
    assert cache.find("acme", *MAIL).cached.document == b"doc"


def test_a_lookup_leaves_the_reservation_of_a_rebuild_alone(cache):
    rebuild = cache.reserve("acme", [MAIL])
    lookup = cache.reserve("acme", [MAIL], anew=False)
    cache.fill("acme", lookup, {MAIL: ["p_old"]})
    cache.fill("acme", rebuild, {MAIL: ["p_new"]})
    assert cache.find("acme", *MAIL) == Hit(profile_id="p_new")


def test_several_owners_are_not_one_and_no_owner_is_no_entry(cache, redis):
    cache.fill("acme", cache.reserve("acme", [MAIL]), {MAIL: ["p_1", "p_2"]})
    assert cache.find("acme", *MAIL) == Hit(profile_id=None, several=True)
    cache.fill("acme", cache.reserve("acme", [MAIL]), {MAIL: []})
    assert redis.keys() == []


def test_a_document_lives_as_long_as_it_is_told_to(redis):
    ProfileCache(redis, ttl=50).put_many("acme", [entry(1)])
    assert 0 < redis.ttl(keys.profile("acme", "p_1")) <= 50


def test_clearing_one_workspace_leaves_the_other_and_the_events(cache, redis):
    redis.xadd(keys.events("acme"), {"type": "t"})
    for workspace in ("acme", "acme2"):
        cache.put_many(workspace, [entry(1, profile_id=f"p_{n}") for n in range(700)])
        cache.fill(workspace, cache.reserve(workspace, [MAIL]), {MAIL: ["p_1"]})
    cache.clear("acme")
    assert redis.keys(keys.workspace("acme") + "*") == [keys.events("acme").encode()]
    assert cache.find("acme2", *MAIL).profile_id == "p_1"


def test_no_key_names_a_persons_handle():
    assert "anna" not in keys.handle("acme", *MAIL)
    assert keys.handle("acme", *MAIL) != keys.handle("acme", "handle", MAIL[1])
