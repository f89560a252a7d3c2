import pytest
import redis as redis_client
from rq import Queue

from connector.sync.doorbell import LATER, PATIENCE, SOON, Doorbell


@pytest.fixture
def bell(redis) -> Doorbell:
    return Doorbell(redis)


def jobs(redis, queue: str) -> list[tuple]:
    return [(job.func_name, tuple(job.args)) for job in Queue(queue, connection=redis).jobs]


def test_a_bell_names_the_work_and_long_work_waits_elsewhere(bell, redis):
    bell.sync("default", "crm")
    bell.delivered("default", "crm")
    assert jobs(redis, LATER) == [("connector.worker.sync", ("default", "crm", False))]
    assert jobs(redis, SOON) == [("connector.worker.take_deliveries", ("default", "crm"))]


def test_a_bell_that_rings_already_is_not_rung_twice(bell):
    for _ in range(3):
        bell.delivered("default", "crm")
    assert bell.waiting() == 1


def test_other_work_has_a_bell_of_its_own(bell):
    bell.sync("default", "crm")
    bell.sync("default", "crm", full=True)
    bell.sync("default", "shop")
    bell.sync("acme", "crm")
    assert bell.waiting() == 4


def test_what_comes_during_the_work_rings_again(bell):
    bell.delivered("default", "crm")
    bell.silence("take_deliveries", "default", "crm")
    bell.delivered("default", "crm")
    assert bell.waiting() == 2


def test_a_bell_whose_worker_died_before_it_silenced_it_rings_again_after_a_while(bell, redis):
    bell.sync("default", "crm")
    (key,) = redis.keys("visavis:bell:*")
    assert 0 < redis.ttl(key) <= PATIENCE


def test_an_emptied_queue_does_not_keep_bells_from_ringing(bell, redis):
    bell.sync("default", "crm")
    redis.flushall()
    bell.sync("default", "crm")
    assert bell.waiting() == 1


def test_without_a_queue_whoever_rings_is_told():
    nowhere = redis_client.Redis.from_url("redis://127.0.0.1:1", socket_connect_timeout=0.2)
    with pytest.raises(redis_client.RedisError):
        Doorbell(nowhere).sync("default", "crm")


def test_a_job_that_could_not_be_queued_does_not_leave_its_bell_ringing(bell, redis, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise redis_client.ResponseError("OOM")

    monkeypatch.setattr(Queue, "enqueue_call", refuse)
    with pytest.raises(redis_client.RedisError):
        bell.sync("default", "crm")
    assert redis.keys("visavis:bell:*") == []
