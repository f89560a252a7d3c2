"""The budget: X charges for each post read, so a run and a month have a most."""

from json import dumps, loads
from typing import TYPE_CHECKING

from adapters.base import QuotaSpentError

if TYPE_CHECKING:
    from adapters.x.adapter import X

# X refuses to give fewer posts at once, and gives no more.
FEWEST, MOST = 5, 100


class Budget:
    """Counts the posts read: per stream and run here, per calendar month (UTC) in the connector's store."""

    def __init__(self, adapter: "X") -> None:
        self.adapter = adapter
        # Stream -> the cursor that its run asks for next, and what that run has read.
        self.runs: dict[str, tuple[str | None, int]] = {}

    def allow(self, stream: str, cursor: str | None) -> int:
        """How many posts the next page may bring. Raises QuotaSpentError when too few are left to ask."""
        settings = self.adapter.settings
        wanted = min(MOST, max(FEWEST, settings["page_size"]))
        expected, read = self.runs.get(stream, (None, 0))
        # A run is pages that follow on each other; any other cursor begins another.
        read = read if cursor is not None and cursor == expected else 0
        self.runs[stream] = (cursor, read)
        left = [wanted]
        if settings["max_posts_per_run"] is not None:
            left.append(settings["max_posts_per_run"] - read)
        if settings["max_posts_per_month"] is not None:
            left.append(settings["max_posts_per_month"] - self.month())
        if min(left) < FEWEST:
            del self.runs[stream]
            raise QuotaSpentError(f"{self.adapter.source}.{stream}: the budget of posts to read is spent")
        return min(left)

    def spend(self, stream: str, cursor: str | None, posts: int) -> None:
        """Note what a page cost; `cursor` is where the run goes on."""
        self.runs[stream] = (cursor, self.runs.get(stream, (None, 0))[1] + posts)
        self.count(posts)

    def count(self, posts: int) -> None:
        if posts and self.adapter.settings["max_posts_per_month"] is not None:
            self.adapter.remember("posts_read", dumps({"month": self.now(), "posts": self.month() + posts}))

    def month(self) -> int:
        """Posts read in this month so far."""
        known = loads(self.adapter.recall("posts_read") or "{}")
        return known["posts"] if known.get("month") == self.now() else 0

    def now(self) -> str:
        return self.adapter.clock().strftime("%Y-%m")
