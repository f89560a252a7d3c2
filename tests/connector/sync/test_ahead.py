import threading

import pytest

from adapters.base import Page, UnavailableError
from connector.sync.ahead import Ahead


class Source:
    """Pages named by their cursors; notes who asked for what, and how many asked at once."""

    def __init__(self):
        self.asked, self.threads, self.free, self.met = [], [], threading.Lock(), False
        self.fails = {}
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, cursor):
        self.asked.append(cursor)
        self.threads.append(threading.current_thread())
        if not self.free.acquire(blocking=False):
            self.met = True
        try:
            self.gate.wait(5)
            if self.fails.get(cursor):
                raise self.fails.pop(cursor)
            return Page(items=[{"behind": cursor}], cursor=f"{cursor}+", more=True)
        finally:
            if self.free.locked():
                self.free.release()


@pytest.fixture
def source():
    return Source()


def test_a_page_that_was_begun_comes_from_another_thread_and_is_fetched_once(source):
    with Ahead(source) as ahead:
        ahead.begin("a")
        assert ahead.page("a").items == [{"behind": "a"}]
    assert source.asked == ["a"]
    assert source.threads[0] is not threading.current_thread()


def test_what_was_not_begun_is_fetched_here(source):
    with Ahead(source) as ahead:
        assert ahead.page(None).items == [{"behind": None}]
    assert source.threads == [threading.current_thread()]


def test_it_is_fetched_while_we_do_something_else(source):
    source.gate.clear()
    with Ahead(source) as ahead:
        ahead.begin("a")
        source.gate.set()
        assert ahead.page("a").cursor == "a+"


def test_what_failed_ahead_fails_where_it_is_asked_for_and_may_be_asked_again(source):
    source.fails["a"] = UnavailableError("teashop.contacts page: no answer")
    with Ahead(source) as ahead:
        ahead.begin("a")
        with pytest.raises(UnavailableError):
            ahead.page("a")
        assert ahead.page("a").cursor == "a+"
    assert source.asked == ["a", "a"]


def test_another_page_than_the_one_begun_waits_for_it_and_is_fetched(source):
    with Ahead(source) as ahead:
        ahead.begin("a")
        assert ahead.page("b").items == [{"behind": "b"}]
    assert source.asked == ["a", "b"]
    assert not source.met


def test_leaving_waits_until_the_source_rests(source):
    source.gate.clear()
    threading.Timer(0.05, source.gate.set).start()
    with pytest.raises(ValueError, match="the store"), Ahead(source) as ahead:
        ahead.begin("a")
        raise ValueError("the store")
    assert not source.free.locked()


def test_who_is_told_to_stop_waits_for_nothing(source):
    source.gate.clear()
    with pytest.raises(KeyboardInterrupt), Ahead(source) as ahead:
        ahead.begin("a")
        raise KeyboardInterrupt
    source.gate.set()
