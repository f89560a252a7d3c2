"""Every view is written down: who looked at whom, when and how.

A lookup only puts the view into the process's memory; a thread writes what has come
together to the store twice a second. So a lookup waits for no database, and what a
killed process (kill -9, a power cut) can lose is its last half second. A process that
is stopped in the usual way writes everything first.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from connector.errors import StoreUnavailableError

# While the store is away this many views wait in each process; beyond it the oldest are lost, and counted.
MOST = 100_000

# Views written in one transaction.
BATCH = 1_000


class ViewLog:
    """Views that wait to be written. `write(rows)` puts them into the store, in one transaction."""

    def __init__(
        self,
        write: Callable[[Sequence[dict[str, Any]]], None],
        clock: Callable[[], datetime],
        lost: Callable[[int], None] = lambda count: None,
    ) -> None:
        self.write, self.clock, self.lost = write, clock, lost
        self._waiting: deque[dict[str, Any]] = deque(maxlen=MOST)
        self._flushing = threading.Lock()

    def add(self, workspace: str, profile_id: str | None, viewer: str, way: str, reference: str | None = None) -> None:
        """Someone sees this profile now; None when nobody was found."""
        if len(self._waiting) >= MOST:
            self.lost(1)
        self._waiting.append(
            {
                "workspace": workspace,
                "profile_id": profile_id,
                "viewer": viewer,
                "way": way,
                "reference": reference,
                "at": self.clock(),
            }
        )

    def flush(self) -> None:
        """Write what waits. What the store does not take now waits on."""
        with self._flushing:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
                try:
                    self.write(batch)
                except StoreUnavailableError:
                    room = MOST - len(self._waiting)
                    self.lost(max(0, len(batch) - room))
                    self._waiting.extendleft(reversed(batch[max(0, len(batch) - room) :]))
                    return
