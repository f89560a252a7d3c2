"""The queue is only a doorbell: it says that there is work, the store says which.

A bell that rings already is not rung twice, and it is silenced before the work is
read, so that what arrives during the work rings again. A bell that is lost delays
work until the schedule comes round, and loses none.
"""

from dataclasses import dataclass

import redis
from rq import Queue

# Small work that somebody waits for, and long work.
SOON, LATER = "visavis-soon", "visavis-later"

# A bell whose worker died before it silenced it may be rung again after this many seconds.
PATIENCE = 600


@dataclass(slots=True)
class Doorbell:
    """Asks a worker to sync a source, to take in what was delivered, to build a profile, or to fit models.

    Raises redis.RedisError without a queue.
    """

    redis: redis.Redis

    def sync(self, workspace: str, source: str, *, full: bool = False) -> None:
        self._ring(LATER, "sync", workspace, source, full)

    def recheck(self, workspace: str, source: str) -> None:
        self._ring(LATER, "recheck", workspace, source)

    def delivered(self, workspace: str, source: str) -> None:
        self._ring(SOON, "take_deliveries", workspace, source)

    def rebuild(self, workspace: str, profile_id: str) -> None:
        self._ring(SOON, "rebuild", workspace, profile_id)

    def refit(self, workspace: str) -> None:
        self._ring(LATER, "refit", workspace)

    def revisit(self, workspace: str) -> None:
        self._ring(LATER, "revisit", workspace)

    def forget(self, workspace: str) -> None:
        self._ring(LATER, "forget", workspace)

    def look_after(self, workspace: str) -> None:
        self._ring(LATER, "look_after", workspace)

    def undo(self, workspace: str) -> None:
        self._ring(LATER, "undo", workspace)

    def report(self, workspace: str) -> None:
        self._ring(LATER, "report", workspace)

    def silence(self, job: str, *args: object) -> None:
        """Called first by the job that answers: from now on the bell may ring for what comes later."""
        self.redis.delete(_bell(job, args))

    def waiting(self) -> int:
        """How many jobs nobody has begun yet."""
        return sum(Queue(name, connection=self.redis).count for name in (SOON, LATER))

    def _ring(self, queue: str, job: str, *args: object) -> None:
        if not self.redis.set(_bell(job, args), 1, nx=True, ex=PATIENCE):
            return
        try:
            Queue(queue, connection=self.redis).enqueue_call(
                f"connector.worker.{job}", args=args, timeout=-1, result_ttl=0, failure_ttl=60
            )
        except redis.RedisError:
            self.silence(job, *args)
            raise


def _bell(job: str, args: tuple[object, ...]) -> str:
    return f"visavis:bell:{job}:" + ":".join(str(arg) for arg in args)
