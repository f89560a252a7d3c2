"""X through tweepy: how it is reached, what its refusals mean, what it signs.

tweepy neither limits the time of a request nor can be sent elsewhere, sleeps through rate limits
and writes bearer tokens into its debug log. All four are seen to here.
"""

import logging
from collections.abc import Iterable, Mapping
from functools import cached_property
from json import loads
from typing import Any

import tweepy

from adapters.base import (
    Adapter,
    AdapterError,
    Answer,
    AuthError,
    Change,
    Delivery,
    QuotaSpentError,
    RateLimitError,
    Setting,
)
from adapters.base.http import session
from adapters.x import webhooks
from adapters.x.budget import Budget
from adapters.x.refusal import Refused, body_of, refuse
from adapters.x.streams import Authors, Mentions, Replies

HOSTS = ("https://api.twitter.com", "https://api.x.com")

# The kinds of problem that no waiting of minutes mends: a month's cap, spent credit, a spending limit.
SPENT = ("usage-capped", "usagecapexceeded", "credits", "spendcap", "spend-cap")


class X(Adapter):
    """X's API v2 for one brand account."""

    name = "x"
    stream_types = (Mentions, Replies, Authors)
    known_settings = (
        Setting(name="bearer_token", help="App-only bearer token of the X project.", required=True, secret=True),
        Setting(name="user_id", help="Numeric id of the brand's account, which never changes."),
        Setting(name="username", help="The brand's @username, where user_id is not given."),
        Setting(name="base_url", help="Where X's API is.", default="https://api.x.com"),
        Setting(name="page_size", help="Posts asked for at once, 5 to 100.", type=int, default=100),
        Setting(name="lookback_seconds", help="Seconds of posts that each run reads again.", type=float, default=0.0),
        Setting(name="max_posts_per_run", help="Most posts that one run of a stream reads.", type=int),
        Setting(name="max_posts_per_month", help="Most posts read in a calendar month (UTC).", type=int),
        Setting(name="fields_parameter", help="X's name of the parameter that lists fields.", default="tweet.fields"),
        Setting(
            name="consumer_secret", help="The app's consumer secret, which signs its webhook deliveries.", secret=True
        ),
    )

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterable[str]:
        if not given.get("user_id") and not given.get("username"):
            yield "user_id or username is missing (the brand's account)"
        elif given.get("user_id") and not str(given["user_id"]).isdigit():
            yield "user_id is not a number; a name goes into username"

    def prepare(self) -> None:
        self.budget = Budget(self)
        token = self.settings["bearer_token"].reveal()
        self.client = tweepy.Client(token, return_type=dict, wait_on_rate_limit=False)
        self.client.session = session(self.settings, {host: self.settings["base_url"] for host in HOSTS})
        self.client.session.hooks["response"].append(refuse)
        # At debug level tweepy logs the bearer token and every answer; a filter also holds when levels change.
        logging.getLogger("tweepy.client").addFilter(_no_debug)

    def check(self) -> None:
        self._account()

    @cached_property
    def brand(self) -> str:
        """The numeric id of the brand's account; a username is looked up once."""
        return self.settings["user_id"] or self._account()["id"]

    def _account(self) -> Mapping[str, Any]:
        user_id, username = self.settings["user_id"], self.settings["username"]
        key = {"id": user_id} if user_id else {"username": username.strip().lstrip("@")}
        answer = self.client.get_user(**key)
        if "data" not in answer and answer.get("errors"):
            raise AuthError(f"{self.source}.check: X shows no such account; see user_id and username")
        return answer["data"]

    def answer_of(self, error: Exception) -> Answer | None:
        if isinstance(error, Refused):
            return error.answer
        return Answer.of(error.response) if isinstance(error, tweepy.HTTPException) else None

    def sort(self, where: str, answer: Answer) -> AdapterError:
        body = body_of(answer)
        problem = f"{body.get('type')} {body.get('title')}".lower()
        if answer.status == 402 or (answer.status in (403, 429) and any(word in problem for word in SPENT)):
            return QuotaSpentError(f"{where}: X's allowance is used up ({answer.status})")
        reset = answer.headers.get("x-rate-limit-reset", "")
        if answer.status == 429 and "retry-after" not in answer.headers and reset.isdigit():
            # A second more, for both clocks count whole ones.
            return RateLimitError(
                f"{where}: asked too often (429)", max(0.0, int(reset) - self.clock().timestamp()) + 1
            )
        return super().sort(where, answer)

    def verify(self, delivery: Delivery) -> None:
        webhooks.verify(self.source, self.settings["consumer_secret"], delivery)

    def unwrap(self, delivery: Delivery) -> Iterable[Change]:
        return webhooks.changes(loads(delivery.body))

    def challenge(self, query: Mapping[str, str]) -> Mapping[str, Any]:
        return webhooks.challenge(self.source, self.settings["consumer_secret"], query)


def _no_debug(entry: logging.LogRecord) -> bool:
    return entry.levelno > logging.DEBUG
