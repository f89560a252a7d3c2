"""Back-off: asking a source again that did not answer, for a while that is bounded."""

from collections.abc import Callable
from typing import Any, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from adapters.base import RateLimitError, UnavailableError

T = TypeVar("T")

# How often one page is asked for before its stream is given up for this run: about a minute of waiting.
ATTEMPTS = 7


def patiently(call: Callable[[], T], *, longest: float, sleep: Callable[[float], None], attempts: int = ATTEMPTS) -> T:
    """The call's result. After UnavailableError it is made again, later each time, as the source says or doubling.

    `longest`: seconds that one wait may take. A source that wants more is not asked again: its error is raised.
    """
    retrying = Retrying(
        retry=retry_if_exception(lambda error: _is_passing(error, longest)),
        stop=stop_after_attempt(attempts),
        wait=lambda state: _wait(state, longest),
        sleep=sleep,
        reraise=True,
    )
    return retrying(call)


def _is_passing(error: BaseException, longest: float) -> bool:
    if isinstance(error, RateLimitError) and error.retry_after is not None:
        return error.retry_after <= longest
    return isinstance(error, UnavailableError)


def _wait(state: RetryCallState, longest: float) -> float:
    told: Any = state.outcome.exception() if state.outcome else None
    if isinstance(told, RateLimitError) and told.retry_after is not None:
        return told.retry_after
    return min(longest, 2.0 ** (state.attempt_number - 1))
