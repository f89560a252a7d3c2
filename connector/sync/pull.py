"""Pull: reads the streams of a source, each from where it was left."""

from collections.abc import Callable, Sequence
from datetime import datetime

from adapters.base import Adapter
from connector.errors import InvalidRequestError
from connector.store import Store
from connector.sync.backoff import ATTEMPTS
from connector.sync.collecting import rarely
from connector.sync.intake import Intake
from connector.sync.progress import StreamReport, Watcher
from connector.sync.run import StreamRun

# These go for the whole source: its other streams are not asked any more.
OF_THE_SOURCE = frozenset({"auth", "quota"})


class Pull:
    """Brings what changed in a source. Whatever goes wrong there is in the reports, and raises nothing."""

    def __init__(
        self,
        store: Store,
        intake: Intake,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        *,
        attempts: int = ATTEMPTS,
    ) -> None:
        self.store, self.intake, self.clock, self.sleep, self.attempts = store, intake, clock, sleep, attempts

    def run(
        self,
        workspace: str,
        adapter: Adapter,
        streams: Sequence[str] | None = None,
        full: bool = False,
        progress: Watcher | None = None,
    ) -> list[StreamReport]:
        """Read these streams (None: all), one after another; how each ended.

        `full`: read everything again and drop what is no longer there. `progress` is told after each page.
        """
        with rarely():
            # What an upgrade or other rules left to do comes first: what is read now shall meet all that there is.
            self.intake.relink.run(workspace)
            return self._run(workspace, adapter, _chosen(adapter, streams), full, progress)

    def _run(
        self, workspace: str, adapter: Adapter, streams: Sequence[str], full: bool, progress: Watcher | None
    ) -> list[StreamReport]:
        reports: list[StreamReport] = []
        attempts, ended = self.attempts, None
        for name in streams:
            run = StreamRun(
                self.store,
                self.intake,
                self.clock,
                self.sleep,
                workspace=workspace,
                stream=adapter.streams[name],
                watch=progress,
                attempts=attempts,
            )
            report = run.refuse(ended.state, ended.reason, ended.error_kind) if ended else run.run(full=full)
            reports.append(report)
            if report.error_kind in OF_THE_SOURCE:
                ended = report
            elif report.error_kind == "unavailable":
                # One stream's patience is enough to know that the source is down.
                attempts = 1
        return reports


def _chosen(adapter: Adapter, streams: Sequence[str] | None) -> list[str]:
    unknown = set(streams or ()) - adapter.streams.keys()
    if unknown:
        known = ", ".join(adapter.streams)
        raise InvalidRequestError(f"{adapter.source}: unknown stream {', '.join(sorted(unknown))}; known: {known}")
    return [name for name in adapter.streams if streams is None or name in streams]
