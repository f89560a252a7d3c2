"""The sources: how they are doing, and asking for a sync."""

import redis as redis_client
from rq import Queue

from connector.sync.doorbell import LATER


def test_every_source_of_the_workspace_is_shown(client):
    told = client.get("/v1/sources").json["sources"]
    assert [source["source"] for source in told] == ["crm", "silent"]
    assert told[0]["state"] == "ok"
    assert told[0]["counts"] == {"contact": 3}
    assert told[0]["streams"][0]["name"] == "contacts"


def test_another_workspace_sees_none_of_them(app, key):
    header = {"Authorization": f"Bearer {key('admin', workspace='other')}"}
    assert app.test_client().get("/v1/sources", headers=header).json == {"sources": []}
    assert app.test_client().post("/v1/sources/crm/sync", headers=header).status_code == 404


def test_a_sync_is_asked_for_once_until_a_worker_begins(client, redis):
    assert client.post("/v1/sources/crm/sync").status_code == 202
    assert client.post("/v1/sources/crm/sync").status_code == 202
    (job,) = Queue(LATER, connection=redis).jobs
    assert job.args[:3] == ("acme", "crm", False)


def test_a_full_sync_can_be_asked_for(client, redis):
    assert client.post("/v1/sources/crm/sync?full=true").json == {"source": "crm", "accepted": True}
    (job,) = Queue(LATER, connection=redis).jobs
    assert job.args[:3] == ("acme", "crm", True)


def test_an_unknown_source_is_404_with_the_known_ones(client):
    answer = client.post("/v1/sources/erp/sync")
    assert answer.status_code == 404
    assert "crm, silent" in answer.json["error"]["message"]


def test_without_a_queue_it_is_503(client, parts, monkeypatch):
    def refuse(*_, **__):
        raise redis_client.ConnectionError

    monkeypatch.setattr(type(parts.queue), "sync", refuse)
    answer = client.post("/v1/sources/crm/sync")
    assert (answer.status_code, answer.json["error"]["code"]) == (503, "queue_unavailable")
