"""The background thread: it begins with the first request, and a chore that fails stops nobody."""

import threading

from structlog.testing import capture_logs

from connector.api.background import Background


def test_the_chores_are_done_again_and_again():
    done = threading.Semaphore(0)
    background = Background([done.release], every=0.01)
    background.ensure()
    background.ensure()
    assert all(done.acquire(timeout=5) for _ in range(3))
    background.stop()


def test_nothing_runs_before_the_first_request():
    before = threading.active_count()
    Background([lambda: None])
    assert threading.active_count() == before


def test_stopping_does_every_chore_once_more():
    done = []
    Background([lambda: done.append(1)], every=60).stop()
    assert done == [1]


def test_a_chore_that_fails_is_logged_without_its_words_and_the_next_is_done():
    done = []

    def fail():
        raise RuntimeError("ada@example.com")

    with capture_logs() as logs:
        Background([fail, lambda: done.append(1)]).once()
    assert done == [1]
    assert logs[0]["error"] == "RuntimeError"
    assert "ada@example.com" not in repr(logs)
