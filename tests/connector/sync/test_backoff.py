import pytest

from adapters.base import AuthError, RateLimitError, UnavailableError
from connector.sync.backoff import patiently


def calls(*outcomes):
    left = list(outcomes)

    def call():
        outcome = left.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return call


def test_each_wait_is_twice_the_one_before_up_to_the_longest():
    slept = []
    patiently(calls(*[UnavailableError("x")] * 5, "done"), longest=6, sleep=slept.append)
    assert slept == [1, 2, 4, 6, 6]


def test_the_source_says_how_long():
    slept = []
    limits = RateLimitError("x", 3.5), RateLimitError("x"), RateLimitError("x", 0)
    assert patiently(calls(*limits, "done"), longest=60, sleep=slept.append) == "done"
    assert slept == [3.5, 2, 0]


def test_a_wait_that_is_too_long_is_not_begun():
    slept = []
    with pytest.raises(RateLimitError):
        patiently(calls(RateLimitError("x", 61)), longest=60, sleep=slept.append)
    assert slept == []


def test_it_gives_up_at_last_with_the_sources_own_error():
    with pytest.raises(UnavailableError, match="the last"):
        patiently(calls(UnavailableError("x"), UnavailableError("the last")), longest=1, sleep=id, attempts=2)


def test_what_asking_again_cannot_mend_is_raised_at_once():
    with pytest.raises(AuthError):
        patiently(calls(AuthError("x")), longest=1, sleep=id)
