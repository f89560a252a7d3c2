"""X's streams: posts that mention the brand with their authors, and what the brand itself wrote.

An item holds a post and what the same answer told about it: `{"post", "author", "ours",
"replied_to"}`, or `{"user"}`, or, for what X no longer shows, `{"gone": {"id", "at"}}`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from adapters.base import AuthError, Page, Raw, Stream
from adapters.x.items import contact, items, mention
from adapters.x.place import Place
from adapters.x.refusal import Refused
from schemas import ContactSchema, MentionSchema

if TYPE_CHECKING:
    from adapters.x.adapter import X

POST_FIELDS = [
    "author_id",
    "conversation_id",
    "created_at",
    "edit_history_tweet_ids",
    "in_reply_to_user_id",
    "lang",
    "note_tweet",
    "referenced_tweets",
]

# X looks up so many ids at once.
LOOKUP = 100


class XStream(Stream):
    """What X's streams share."""

    # X wants what was deleted, suspended or protected there gone here within a day, and tells only who asks.
    asks_again = True
    adapter: "X"

    def translate(self, raw: Raw) -> dict[str, Any]:
        if "gone" in raw:
            return {"external_id": raw["gone"]["id"], "deleted": True, "updated_at": raw["gone"]["at"]}
        return contact(raw["user"]) if "user" in raw else mention(raw)

    def gone(self, external_id: str) -> Raw:
        return {"gone": {"id": external_id, "at": self.adapter.clock().isoformat()}}


class Timeline(XStream):
    """Posts, the newest first, as far back as X shows them (`deepest`)."""

    schema = MentionSchema
    expansions: ClassVar[Sequence[str]]
    deepest: ClassVar[int]

    def list(self, **asked: Any) -> Mapping[str, Any]:
        """One page of X's timeline, through tweepy."""
        raise NotImplementedError

    def fetch(self, cursor: str | None) -> Page:
        size = self.adapter.budget.allow(self.name, cursor)
        place, answer = self._ask(Place.of(cursor), size)
        if "meta" not in answer and answer.get("errors"):
            raise AuthError(f"{self.adapter.source}.{self.name} page: X shows no such account")
        posts = answer.get("data") or []
        after = place.behind(posts, answer["meta"])
        fresh = [post for post in posts if not place.refused or place.is_new(post["id"])]
        more = after.token is not None
        follows = (after if more else after.ended(self.adapter.settings["lookback_seconds"])).cursor()
        self.adapter.budget.spend(self.name, follows, len(posts))
        return Page(
            items=list(items(fresh, answer.get("includes") or {}, self.adapter.brand)),
            cursor=follows,
            more=more,
            gap=None if more else self._gap(after, posts),
        )

    def read(self, external_ids: Sequence[str]) -> Iterator[Raw]:
        """Posts by id. One that X no longer shows was deleted, or its author is suspended or protected now."""
        for start in range(0, len(external_ids), LOOKUP):
            asked = external_ids[start : start + LOOKUP]
            answer = self._newest_versions(self._lookup(asked))
            posts = answer.get("data") or []
            yield from items(posts, answer.get("includes") or {}, self.adapter.brand)
            found = {version for post in posts for version in post.get("edit_history_tweet_ids", [post["id"]])}
            yield from (self.gone(external_id) for external_id in asked if external_id not in found)

    def fields(self) -> dict[str, Any]:
        told = self.adapter.settings["fields_parameter"]
        # tweepy writes the names that it knows with an underscore, and passes others on as they are.
        parameter = "tweet_fields" if told == "tweet.fields" else told
        return {parameter: POST_FIELDS, "expansions": list(self.expansions)}

    def _ask(self, place: Place, size: int) -> tuple[Place, Mapping[str, Any]]:
        try:
            return place, self.list(max_results=size, **place.asked(), **self.fields())
        except Refused as refusal:
            if place.token and refusal.names("pagination_token"):
                # Tokens age. What lies behind the last post that we saw is the same page.
                place = replace(place, token=None)
            elif place.since and not place.refused and refusal.names("since_id"):
                place = replace(place, refused=True)
            else:
                raise
        return self._ask(place, size)

    def _gap(self, after: Place, posts: Sequence[Mapping[str, Any]]) -> str | None:
        """What to tell when X shows no further back than it did, and we had not come to what we know."""
        reached = not after.refused or after.overlaps([post["id"] for post in posts])
        if after.since and (not reached or after.seen >= self.deepest):
            return f"{self.adapter.source}.{self.name}: X no longer shows all posts since the last run"
        return None

    def _lookup(self, ids: Sequence[str]) -> Mapping[str, Any]:
        answer = self.adapter.client.get_tweets(list(ids), **self.fields())
        self.adapter.budget.count(len(answer.get("data") or []))
        return answer

    def _newest_versions(self, answer: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer with every edited post in its last wording; an id brings the wording that it was given for."""
        posts = answer.get("data") or []
        later = {post["edit_history_tweet_ids"][-1] for post in posts if post.get("edit_history_tweet_ids")}
        later -= {post["id"] for post in posts}
        if not later:
            return answer
        edited = self._lookup(sorted(later))
        includes = [told.get("includes") or {} for told in (answer, edited)]
        return {
            "data": posts + (edited.get("data") or []),
            "includes": {kind: includes[0].get(kind, []) + includes[1].get(kind, []) for kind in ("users", "tweets")},
        }


class Mentions(Timeline):
    name = "mentions"
    expansions = ["author_id"]
    deepest = 800

    def list(self, **asked: Any) -> Mapping[str, Any]:
        return self.adapter.client.get_users_mentions(self.adapter.brand, **asked)


class Replies(Timeline):
    """What the brand wrote. What it answers comes along, because an answer may name a later wording of it."""

    name = "replies"
    expansions = ["author_id", "in_reply_to_user_id", "referenced_tweets.id"]
    deepest = 3200

    def list(self, **asked: Any) -> Mapping[str, Any]:
        return self.adapter.client.get_users_tweets(self.adapter.brand, exclude=["retweets"], **asked)


class Authors(XStream):
    """People by id, to learn who is gone. They come with the posts; there is no list of them to fetch."""

    name = "authors"
    schema = ContactSchema

    def read(self, external_ids: Sequence[str]) -> Iterable[Raw]:
        for start in range(0, len(external_ids), LOOKUP):
            asked = external_ids[start : start + LOOKUP]
            people = {user["id"]: user for user in self.adapter.client.get_users(ids=list(asked)).get("data") or []}
            yield from ({"user": people[one]} if one in people else self.gone(one) for one in asked)
