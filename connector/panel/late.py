"""Which sources' word is old or missing, said where an agent reads it before trusting a card."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# A source's state -> what that means for the card: with an earlier word of it, and without one.
MEANS = {
    "failed": ("cannot be read: what it says here is as of", "cannot be read: nothing here is from it"),
    "partial": ("was read only in part: its last whole reading was", "is read only in part so far"),
    "stale": ("was not read for long: what it says here is as of", "was not read for long"),
    "unknown": ("may be older than it seems: last seen to be read", "may be missing"),
    "never": ("was last read", "was not read yet: nothing here is from it"),
    "running": (None, "is being read for the first time: much may be missing"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """A source that needs a word of warning; `since` goes behind what is said, if it is known."""

    source: str
    state: str
    says: str
    since: str | None


def late(sources: Iterable[Mapping[str, Any]]) -> list[Late]:
    """Those whose part of a card may be old or missing. What is being read again is neither."""
    found = []
    for each in sources:
        since = each["last_success"]
        earlier, nothing = MEANS.get(each["state"], (None, None))
        if says := earlier if since else nothing:
            found.append(Late(source=each["source"], state=each["state"], says=says, since=since))
    return found
