"""What a request to X asks for, checked as X checks it."""

from base64 import b32decode, b32encode
from collections.abc import Mapping
from typing import Any


class InvalidError(Exception):
    """400 in X's words: which parameter, and why."""

    def __init__(self, parameter: str, value: str, why: str) -> None:
        super().__init__(parameter)
        self.body: dict[str, Any] = {
            "errors": [{"parameters": {parameter: [value]}, "message": f"'{parameter}' {why}"}],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": "https://api.twitter.com/2/problems/invalid-request",
        }


class Query:
    """The parameters of one request."""

    def __init__(self, args: Mapping[str, str], fewest: int = 5) -> None:
        self.args = args
        self.since = self._id("since_id")
        self.until = self._id("until_id")
        self.size = self._size(fewest)
        name = "next_token" if args.get("next_token") else "pagination_token"
        self.behind = untoken(name, args[name]) if args.get(name) else None
        self.fields = {"id", "text", "edit_history_tweet_ids", *self.words("tweet.fields")}
        self.expansions = self.words("expansions")

    def words(self, name: str) -> list[str]:
        return [word for word in self.args.get(name, "").split(",") if word]

    def text(self, name: str) -> str:
        if not self.args.get(name):
            raise InvalidError(name, "", "can not be empty")
        return self.args[name]

    def ids(self) -> list[str]:
        ids = self.text("ids").split(",")
        if len(ids) > 100 or not all(one.isdigit() for one in ids):
            raise InvalidError("ids", self.args["ids"][:100], "is not 1 to 100 ids")
        return ids

    def fits(self, post_id: str) -> bool:
        """Whether a post lies where the request looks: newer than since_id, older than until_id and the token."""
        number = int(post_id)
        if self.since and number <= int(self.since):
            return False
        return all(number < int(limit) for limit in (self.until, self.behind) if limit)

    def _id(self, name: str) -> str | None:
        told = self.args.get(name)
        if told and not (told.isdigit() and 0 < int(told) < 2**63):
            raise InvalidError(name, told, "is not a valid tweet id")
        return told

    def _size(self, fewest: int) -> int:
        told = self.args.get("max_results", "10")
        if not told.isdigit() or not fewest <= int(told) <= 100:
            raise InvalidError("max_results", told, f"is not between {fewest} and 100")
        return int(told)


def token(post_id: str) -> str:
    """Where a page ended, as X hides it."""
    return "7140" + b32encode(post_id.encode()).decode().rstrip("=").lower()


def untoken(parameter: str, told: str) -> str:
    text = told.removeprefix("7140").upper()
    try:
        post_id = b32decode(text + "=" * (-len(text) % 8)).decode()
    except ValueError:
        post_id = ""
    if not told.startswith("7140") or not post_id.isdigit():
        raise InvalidError(parameter, told, "is not a valid token")
    return post_id
