"""X's refusals, read before tweepy does, whose own exceptions trip over bodies of another shape."""

from collections.abc import Mapping
from json import loads
from typing import Any

import requests

from adapters.base import Answer


class Refused(Exception):
    """X answered with an error."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer

    def names(self, parameter: str) -> bool:
        """Whether X objects to this parameter."""
        problems = body_of(self.answer).get("errors")
        told = [str(one) for one in problems] if isinstance(problems, list) else []
        return self.answer.status == 400 and any(parameter in one for one in told)


def refuse(response: requests.Response, **kwargs: Any) -> None:
    """A hook of the session: an error goes no further than here."""
    if response.status_code >= 400:
        raise Refused(Answer.of(response))


def body_of(answer: Answer) -> Mapping[str, Any]:
    """The body as X writes it, an object; nothing when it is anything else."""
    try:
        body = loads(answer.body or b"{}")
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
