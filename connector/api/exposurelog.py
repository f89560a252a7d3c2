"""Exposures: every card that is looked at leaves behind which hints it held.

The report compares customers by it, so both arms of the holdout leave one by the same
rule: somebody looked, and there was a hint to show. A lookup only puts the end of the
document, where the hints are, into the process's memory, and that only when this card
was not seen on this day before; the thread of the view log reads and writes it.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple, Protocol

import orjson

from connector.clock import EPOCH, micros
from connector.errors import StoreUnavailableError
from connector.recommendations.holdout import arm

# Cards that wait in each process while the store is away (some kilobytes each); beyond it the oldest are lost.
MOST = 10_000
# Cards whose day's exposure this process remembers; beyond it some are written again, which changes nothing.
REMEMBERED = 20_000

# Cards read and written in one transaction.
BATCH = 500

# Of a customer who was not chosen from, because nobody was held out then: they can't be compared with anybody.
OPEN = "open"

# Within a text its quotes would be escaped, and it is the last part of the document.
_HINTS = b'"recommendations":'


class Card(Protocol):
    """What was looked at: see `Found`."""

    profile_id: str | None
    etag: str | None
    document: bytes | None


class Seen(NamedTuple):
    """A card that waits to be written."""

    workspace: str
    profile_id: str
    end: bytes
    at: datetime


class ExposureLog:
    """Cards that wait to be written. `write(rows)` puts them into the store, in one transaction.

    `share`: of the customers who are held out, see `holdout.arm`.
    """

    def __init__(
        self, write: Callable[[Sequence[dict[str, Any]]], None], clock: Callable[[], datetime], share: float
    ) -> None:
        self.write, self.clock, self.share = write, clock, share
        self._waiting: deque[Seen] = deque(maxlen=MOST)
        self._today: set[tuple[str, str | None, str | None]] = set()
        self._day = (clock() - EPOCH).days
        self._flushing = threading.Lock()

    def saw(self, workspace: str, card: Card) -> None:
        """Somebody looks at this card now."""
        known = workspace, card.profile_id, card.etag
        if known in self._today or card.document is None:
            return
        self._today.add(known)
        at = card.document.rfind(_HINTS)
        if at >= 0 and card.profile_id:
            self._waiting.append(Seen(workspace, card.profile_id, card.document[at:], self.clock()))

    def flush(self) -> None:
        """Write what waits. What the store does not take now waits on."""
        with self._flushing:
            self._forget()
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
                rows = [row for seen in batch if (row := self._row(seen))]
                try:
                    if rows:
                        self.write(rows)
                except StoreUnavailableError:
                    room = MOST - len(self._waiting)
                    self._waiting.extendleft(reversed(batch[max(0, len(batch) - room) :]))
                    return

    def _forget(self) -> None:
        """A new day sees every card anew."""
        day = (self.clock() - EPOCH).days
        if day != self._day or len(self._today) > REMEMBERED:
            self._day, self._today = day, set()

    def _row(self, seen: Seen) -> dict[str, Any] | None:
        told = orjson.loads(b"{" + seen.end)["recommendations"]
        hints = [
            {
                "id": hint["id"],
                "product": hint["product_id"],
                "list": name,
                "model": hint["model"],
                "kind": hint.get("kind"),
            }
            for name in ("due", "may_like")
            for hint in told.get(name, ())
        ]
        if not hints and not (self.share and told.get("held_out")):
            return None
        group = arm(seen.workspace, seen.profile_id, self.share) if self.share else OPEN
        ids = "\n".join([group, *sorted(hint["id"] for hint in hints)])
        return {
            "workspace": seen.workspace,
            "profile_id": seen.profile_id,
            "arm": group,
            "digest": blake2b(ids.encode(), digest_size=16).hexdigest(),
            "day": (seen.at - EPOCH).days,
            "hints": hints,
            "at": micros(seen.at),
        }
