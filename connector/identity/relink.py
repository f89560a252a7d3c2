"""Relink: all records are linked again when the rules changed, batch by batch, while everything goes on.

After an upgrade from rules of long ago, or with another strictness, a workspace's records are
judged anew in the order in which they came. It may be stopped at any moment and goes on where it was;
several processes may do it at once. Until it is done some profiles are as the old rules
left them, and what arrives meanwhile is linked by the new ones.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from connector.clock import micros
from connector.identity.resolver import Resolver
from connector.identity.rulebook import name_of
from connector.store import Store, bulk, linked, profiles
from connector.store.linked import Linked

# Grows with every change of what rules, evidence or clusters say of the same records.
RULES_VERSION = 8

# Records that are linked in one transaction.
BATCH = 500


class Relink:
    """Brings the links of whole workspaces to the rules that are in force there."""

    def __init__(self, store: Store, resolver: Resolver, clock: Callable[[], datetime]) -> None:
        self.store, self.resolver, self.clock = store, resolver, clock
        self._current: set[str] = set()

    def rules(self, workspace: str) -> str:
        """What the rules in force are called where it is kept by which ones records were linked."""
        return f"{RULES_VERSION}:{name_of(self.resolver.how.of(workspace))}"

    def begin(self, connection: Connection, workspace: str) -> None:
        """To be called before records are put: a workspace that has none begins with these rules."""
        if workspace in self._current:
            return
        if linked.by(connection, workspace) is None and linked.is_empty(connection, workspace):
            linked.note(connection, workspace, Linked(self.rules(workspace), None, micros(self.clock())))
        self._current.add(workspace)

    def has_begun(self, workspace: str) -> bool:
        """Whether this process called `begin` there: that the workspace has records and rules is known."""
        return workspace in self._current

    def is_due(self, workspace: str) -> bool:
        """Whether some records are linked by other rules."""
        with self.store.reading() as connection:
            known = linked.by(connection, workspace)
            done = known is not None and known.rules == self.rules(workspace) and known.upto is None
            return not done and not linked.is_empty(connection, workspace)

    def run(self, workspace: str | None = None, most: int | None = None) -> int:
        """Link anew what has to be, in this workspace (None: in all), `most` batches of it; how many records."""
        with self.store.reading() as connection:
            names = [workspace] if workspace else linked.workspaces(connection)
        return sum(self._run(name, most) for name in names if self.is_due(name))

    def _run(self, workspace: str, most: int | None) -> int:
        count = turn = 0
        while most is None or turn < most:
            done = self._step(workspace)
            if not done:
                break
            count, turn = count + done, turn + 1
        return count

    def _step(self, workspace: str) -> int:
        """One batch; how many records, 0 when all are linked."""
        rules = self.rules(workspace)
        with self.store.transaction() as connection:
            bulk.lock(connection, workspace)
            now = micros(self.clock())
            known = linked.by(connection, workspace)
            if known is None or known.rules != rules:
                known = Linked(rules, 0, now)
            if known.upto is None:
                return 0
            ids = linked.behind(connection, workspace, known.upto, BATCH)
            if ids:
                touched = self.resolver.resolve(connection, workspace, ids, anew=True)
                profiles.mark_stale(connection, workspace, touched, now)
            linked.note(connection, workspace, Linked(rules, ids[-1] if ids else None, known.since))
            return len(ids)
