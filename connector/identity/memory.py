"""A base in memory: for first syncs, for benchmarks and tests, and to try out rules."""

from collections.abc import Iterable, Mapping, Sequence

from connector.identity.evidence.record import Evidence
from connector.identity.linkage import Pair
from connector.identity.partition import Cluster, Key
from connector.identity.pins import Pins
from connector.identity.verdict import Verdict

NO_LINKS: Mapping[Key, Verdict] = {}


class Memory:
    """Everything in dictionaries. `pins` are a fact of their own: they stay when a record goes and comes back."""

    def __init__(self, pins: Pins | None = None) -> None:
        self.pins = pins or Pins()
        self._evidence: dict[Key, Evidence] = {}
        # Most values have one holder, which stands there by itself.
        self._holders: dict[str, Key | set[Key]] = {}
        self._links: dict[Key, dict[Key, Verdict]] = {}
        self._clusters: dict[Key, Cluster] = {}

    def evidence(self, key: Key) -> Evidence | None:
        return self._evidence.get(key)

    def put(self, key: Key, evidence: Evidence | None) -> None:
        before = self._evidence.pop(key, None)
        for value in before.values if before else ():
            self._let_go(value, key)
        if evidence is None:
            self._clusters.pop(key, None)
            return
        self._evidence[key] = evidence
        for value in evidence.values:
            self._hold(value, key)

    def keys(self) -> Sequence[Key]:
        """Every record that is there, in order."""
        return sorted(self._evidence)

    def holders(self, value: str, limit: int) -> Sequence[Key] | None:
        held = self._holders.get(value)
        if held is None:
            return ()
        if isinstance(held, str):
            return (held,)
        return tuple(held) if len(held) <= limit else None

    def links(self, key: Key) -> Mapping[Key, Verdict]:
        return self._links.get(key, NO_LINKS)

    def link(self, pair: Pair, verdict: Verdict | None) -> None:
        for one, other in (pair, pair[::-1]):
            if verdict is not None:
                self._links.setdefault(one, {})[other] = verdict
            elif one in self._links:
                self._links[one].pop(other, None)
                if not self._links[one]:
                    del self._links[one]

    def must(self, key: Key) -> Iterable[Key]:
        return self.pins.must(key)

    def never(self, key: Key) -> Iterable[Key]:
        return self.pins.never(key)

    def place(self, clusters: Iterable[Cluster]) -> None:
        for cluster in clusters:
            for key in cluster:
                self._clusters[key] = cluster

    def cluster(self, key: Key) -> Cluster | None:
        """All records of the one whose this is."""
        return self._clusters.get(key)

    def clusters(self) -> set[Cluster]:
        """Everybody."""
        return set(self._clusters.values())

    def _hold(self, value: str, key: Key) -> None:
        held = self._holders.get(value)
        if held is None:
            self._holders[value] = key
        elif isinstance(held, set):
            held.add(key)
        elif held != key:
            self._holders[value] = {held, key}

    def _let_go(self, value: str, key: Key) -> None:
        held = self._holders.get(value)
        if isinstance(held, set):
            held.discard(key)
            if len(held) == 1:
                self._holders[value] = held.pop()
        elif held == key:
            del self._holders[value]
