"""The world's posts and people in X's words.

X gives an edited post a new id with each wording. The world keeps one id per post, so a
later wording's is made here: of the time of the edit and the last bits of the first id.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sandbox.tables import Row
from sandbox.vendors.x_query import Query

EPOCH_MS = 1_288_834_974_657
LOW_BITS = (1 << 22) - 1


class Posts:
    def __init__(self, world: Any) -> None:
        self.world = world
        self.users = Users(world)
        self.tables = {kind: world.table("x", kind) for kind in ("mention", "reply")}
        # Ids of later wordings that were shown -> the post's first.
        self.firsts: dict[str, str] = {}

    def newest(self, kind: str) -> Iterator[Row]:
        """What X shows of a kind, the last written or edited first."""
        before = None
        while rows := self.tables[kind].newest(100, before):
            yield from (row for row in rows if not row.deleted)
            before = rows[-1].id

    def found(self, query: str) -> Iterator[Row]:
        """The posts that a search finds: those that name the brand, or `from:` it; others don't exist here."""
        handle = self.world.brand.values["handle"].lower()
        words = query.lower().split()
        if f"from:{handle}" in words:
            return self.newest("reply")
        return self.newest("mention") if f"@{handle}" in words else iter(())

    def last_id(self, row: Row) -> str:
        """The id of the post's present wording."""
        if row.modified <= row.created:
            return row.id
        edited = (int(row.modified.timestamp() * 1000) - EPOCH_MS) << 22
        version = str(edited | (int(row.id) & LOW_BITS))
        self.firsts[version] = row.id
        return version

    def version(self, post_id: str) -> Row | None:
        """The post that has or had this id, if X still shows it."""
        first = self.firsts.get(post_id, post_id)
        row = self.tables["mention"].get(first) or self.tables["reply"].get(first)
        return row if row and not row.deleted else None

    def written(self, post_id: str) -> datetime:
        return datetime.fromtimestamp(((int(post_id) >> 22) + EPOCH_MS) / 1000, UTC)

    def post(self, row: Row, query: Query, asked: str | None = None) -> dict[str, Any]:
        """The post with the fields asked for; `asked` is the wording that was, the last one if None."""
        values, last = row.values, self.last_id(row)
        shown = asked or last
        told: dict[str, Any] = {
            "id": shown,
            "text": values["text"] if len(values["text"]) <= 280 else values["text"][:279] + "…",
            "edit_history_tweet_ids": list(dict.fromkeys([row.id, last])),
            "author_id": values["author_id"],
            "created_at": _time(row.modified if shown != row.id else row.created),
            "conversation_id": values["conversation_id"] or row.id,
            "lang": values["language"],
        }
        if len(values["text"]) > 280:
            told["note_tweet"] = {"text": values["text"]}
        if values["in_reply_to"]:
            told["referenced_tweets"] = [{"type": "replied_to", "id": values["in_reply_to"]}]
            told["in_reply_to_user_id"] = values["in_reply_to_user_id"]
        return {name: value for name, value in told.items() if name in query.fields}

    def includes(self, rows: list[Row], query: Query) -> dict[str, Any]:
        """What the request wants beside the posts: their authors, whom and what they answer. Each once."""
        ids = [
            row.values[field]
            for row in rows
            for expansion, field in (("author_id", "author_id"), ("in_reply_to_user_id", "in_reply_to_user_id"))
            if expansion in query.expansions
        ]
        people = [self.users.get(one) for one in dict.fromkeys(ids) if one]
        told: dict[str, Any] = {"users": [self.user(row) for row in people if row]}
        if "referenced_tweets.id" in query.expansions:
            answered = dict.fromkeys(row.values["in_reply_to"] for row in rows if row.values["in_reply_to"])
            known = [(one, self.version(one)) for one in answered]
            told["tweets"] = [self.post(row, query, one) for one, row in known if row]
        return {kind: several for kind, several in told.items() if several}

    def user(self, row: Row) -> dict[str, Any]:
        return {"id": row.id, "name": row.values["name"], "username": row.values["handle"]}

    def user_named(self, handle: str) -> Row | None:
        brand = self.world.brand
        return brand if handle.lower() == brand.values["handle"].lower() else None


class Users:
    """The people that X shows; a suspended one is not among them."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.table = world.table("x", "user")

    def get(self, user_id: str | None) -> Row | None:
        row = self.world.brand if user_id == self.world.brand.id else self.table.get(user_id or "")
        return row if row and not row.deleted else None


def problem(kind: str, value: str, parameter: str) -> dict[str, Any]:
    """What X says of an id that it doesn't show, beside those that it does."""
    return {
        "value": value,
        "detail": f"Could not find {kind} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "type": "https://api.twitter.com/2/problems/resource-not-found",
    }


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
