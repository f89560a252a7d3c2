"""X's posts and people in the language of the schemas. Pure: no request, no clock."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import unescape
from typing import Any

from adapters.base import Raw
from adapters.x.place import written_ms


def items(posts: Sequence[Mapping[str, Any]], includes: Mapping[str, Any], brand: str) -> Iterator[Raw]:
    """The items of an answer: its people once each, then its posts. A post passed on unchanged is none."""
    people = {user["id"]: user for user in includes.get("users", ())}
    known = {post["id"]: post for post in includes.get("tweets", ())}
    wanted = [post for post in posts if "retweeted" not in referenced(post)]
    involved = [post.get(field) for post in wanted for field in ("author_id", "in_reply_to_user_id")]
    yield from ({"user": people[one]} for one in dict.fromkeys(involved) if one in people and one != brand)
    for post in wanted:
        yield {
            "post": post,
            "author": people.get(post["author_id"]),
            "ours": post["author_id"] == brand,
            "replied_to": known.get(referenced(post).get("replied_to", "")),
        }


def contact(user: Mapping[str, Any]) -> dict[str, Any]:
    handle = user["username"]
    told = {"kind": "social", "platform": "x", "user_id": user["id"], "handle": handle, "verified": True}
    return {
        "kind": "contact",
        "external_id": user["id"],
        "name": user.get("name"),
        "identifiers": [told],
        "url": f"https://x.com/{handle}",
    }


def mention(item: Raw) -> dict[str, Any]:
    post, author, answered = item["post"], item["author"] or {}, item["replied_to"]
    replied_to = post.get("in_reply_to_user_id")
    about = (replied_to if replied_to != post["author_id"] else None) if item["ours"] else post["author_id"]
    return {
        "kind": "mention",
        "external_id": identity(post),
        "updated_at": post["created_at"],
        "posted_at": written(post),
        "platform": "x",
        # X writes & < > as HTML does, and nothing else.
        "text": unescape((post.get("note_tweet") or post)["text"]),
        "language": language(post.get("lang")),
        "author_handle": author.get("username"),
        "conversation_id": post.get("conversation_id"),
        "in_reply_to": identity(answered) if answered else referenced(post).get("replied_to"),
        "is_ours": item["ours"],
        "contact_ids": [about] if about else [],
        "url": f"https://x.com/{author.get('username', 'i')}/status/{post['id']}",
    }


def language(code: str | None) -> str | None:
    """X tags what is no language by "und" and codes of three letters (qme: only media), and "in", "iw" as of old."""
    known = {"in": "id", "iw": "he"}.get(code or "", code or "")
    return known.partition("-")[0] if len(known.partition("-")[0]) == 2 else None


def identity(post: Mapping[str, Any]) -> str:
    """An edited post gets a new id with each wording; the first one stays its name."""
    return (post.get("edit_history_tweet_ids") or [post["id"]])[0]


def written(post: Mapping[str, Any]) -> str | datetime:
    """When the first wording was written, which a later one only says by its id."""
    first = identity(post)
    moment = None if first == post["id"] else written_ms(first)
    # In whole seconds, as X told it of the first wording.
    return datetime.fromtimestamp(moment // 1000, UTC) if moment else post["created_at"]


def referenced(post: Mapping[str, Any]) -> dict[str, str]:
    """The posts that it builds on, by how: replied_to, quoted, retweeted."""
    return {one["type"]: one["id"] for one in post.get("referenced_tweets") or ()}
