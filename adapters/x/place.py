"""Where reading a timeline stands: X lists the newest posts first, so a run ends where the last one began.

`since` moves on only when every page of a run is stored, and then to the newest post of the
run's *first* page: posts written meanwhile are newer than that and belong to the next run.
(docs.x.com, "Paginate", read 2026-11.)
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from json import dumps, loads
from typing import Any

# A post's id holds its moment: milliseconds since this one, shifted by 22 bits.
EPOCH_MS = 1_288_834_974_657


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The cursor. Between runs only `since` is set; within one, `newest` will be the next `since`.

    `oldest` is the last post seen, to go on from when X has forgotten `token`. With
    `refused`, X no longer takes `since`: then the run itself stops there.
    """

    since: str | None = None
    token: str | None = None
    newest: str | None = None
    oldest: str | None = None
    seen: int = 0
    refused: bool = False

    @classmethod
    def of(cls, cursor: str | None) -> "Place":
        return cls(**loads(cursor)) if cursor else cls()

    def cursor(self) -> str | None:
        told = {name: value for name, value in asdict(self).items() if value}
        return dumps(told) if told else None

    def asked(self) -> dict[str, Any]:
        """The parameters that bring the page behind this place."""
        since = None if self.refused else self.since
        before = None if self.token else self.oldest
        return {"since_id": since, "pagination_token": self.token, "until_id": before}

    def behind(self, posts: Sequence[Mapping[str, Any]], meta: Mapping[str, Any]) -> "Place":
        """This place after a page."""
        ids = [post["id"] for post in posts]
        newest = self.newest or meta.get("newest_id") or max(ids, key=int, default=None)
        oldest = min(ids, key=int, default=self.oldest)
        token = None if self.overlaps(ids) else meta.get("next_token")
        return replace(self, token=token, newest=newest, oldest=oldest, seen=self.seen + len(ids))

    def overlaps(self, ids: Sequence[str]) -> bool:
        """Whether a run without `since_id` has come to what an earlier one brought."""
        return self.refused and any(not self.is_new(one) for one in ids)

    def is_new(self, post_id: str) -> bool:
        return not self.since or int(post_id) > int(self.since)

    def ended(self, lookback: float) -> "Place":
        """Where the next run begins: at the first page's newest post, less the look-back."""
        known = [one for one in (self.since, self.newest) if one]
        if not known:
            return Place()
        return Place(since=max(self.since or "0", earlier(max(known, key=int), lookback), key=int))


def earlier(post_id: str, seconds: float) -> str:
    """The id that a post written so much earlier would have."""
    return str(max(1, int(post_id) - (int(seconds * 1000) << 22))) if seconds else post_id


def written_ms(post_id: str) -> int | None:
    """When a post was written, as its id says; None for ids from before November 2010, which say nothing."""
    moment = int(post_id) >> 22
    return moment + EPOCH_MS if moment else None
