"""The report as it was last worked out."""

import redis as client

from connector.cache import reports


def test_each_workspace_has_its_own(redis):
    reports.put(redis, "acme", {"at": "now"})
    assert reports.get(redis, "acme") == {"at": "now"}
    assert reports.get(redis, "other") is None


def test_without_redis_there_is_none():
    assert reports.get(client.Redis(port=1, socket_connect_timeout=0.1), "acme") is None
