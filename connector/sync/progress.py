"""What a run tells of itself: after each page, and at its end."""

from collections.abc import Callable
from dataclasses import dataclass

# How a stream's run stands or ended. Busy: another worker reads it now.
RUNNING, OK, PARTIAL, FAILED, BUSY = "running", "ok", "partial", "failed", "busy"
# Between two tries: the source did not answer, or asked for patience.
WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the run of one stream is: items read, of how many (when the source says), and set aside.

    `wait`: seconds until the source is asked again, when it is waited for.
    """

    source: str
    stream: str
    done: int
    total: int | None
    quarantined: int
    state: str
    wait: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamReport:
    """How one stream's run ended: items read, records that were news, items set aside, records found gone.

    `reason` says, in a sentence, why it did not end well; `error_kind` sorts it.
    """

    source: str
    stream: str
    state: str
    read: int = 0
    changed: int = 0
    quarantined: int = 0
    gone: int = 0
    reason: str | None = None
    error_kind: str | None = None

    @property
    def taken(self) -> int:
        return self.changed


Watcher = Callable[[Progress], None]
