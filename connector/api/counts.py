"""Counts for the metrics: added up in each process, and put together in Redis about once a second.

So `/metrics` of any process speaks for all of them, on every machine. Labels are routes,
methods and names from the settings: never anything of a person.
"""

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator

import orjson
import redis
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric

KEY = "visavis:metrics"

# Upper bounds of the buckets of an answer's time, in seconds.
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)

# Name -> what it counts and its labels.
COUNTERS = {
    "visavis_requests": ("Requests answered.", ("method", "route", "status")),
    "visavis_lookups": ("Lookups by what came of them.", ("way", "outcome")),
    "visavis_pops_partial": ("Cards that a deadline or a failure cut short.", ("reason",)),
    "visavis_deliveries": ("Webhook deliveries.", ("source", "verdict")),
    "visavis_outcomes": ("What was told to have come of hints.", ("outcome",)),
    "visavis_views_lost": ("Views that could not be written down.", ()),
}
SECONDS = "visavis_request_seconds"

Count = tuple[str, ...]


class Counts:
    """What happened in this process since it was last told to Redis."""

    def __init__(self, client: redis.Redis) -> None:
        self.redis = client
        self._lock = threading.Lock()
        self._new: Counter[Count] = Counter()
        self._micros: Counter[str] = Counter()

    def add(self, name: str, *labels: str, by: int = 1) -> None:
        with self._lock:
            self._new[(name, *labels)] += by

    def took(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request was answered."""
        with self._lock:
            self._new["visavis_requests", method, route, str(status)] += 1
            self._new[SECONDS, route, str(bisect_left(BOUNDS, seconds))] += 1
            self._micros[route] += int(seconds * 1e6)

    def flush(self) -> None:
        """Tell Redis; what it does not take is told the next time."""
        told = self._take()
        if not told:
            return
        try:
            with self.redis.pipeline(transaction=True) as pipeline:
                for field, by in told.items():
                    pipeline.hincrby(KEY, orjson.dumps(field), by)
                pipeline.execute()
        except redis.RedisError:
            with self._lock:
                self._give_back(told)

    def families(self) -> Iterator[Metric]:
        """All counts of all processes; only this one's while Redis is away."""
        total = self._total()
        for name, (help_, labels) in COUNTERS.items():
            family = CounterMetricFamily(name, help_, labels=labels)
            for (kind, *values), count in sorted(total.items()):
                if kind == name:
                    family.add_metric(values, count)
            yield family
        yield _histogram(total)

    def _take(self) -> Counter[Count]:
        with self._lock:
            told, self._new = self._new, Counter()
            for route, micros in self._micros.items():
                told["micros", route] = micros
            self._micros = Counter()
        return told

    def _give_back(self, told: Counter[Count]) -> None:
        for field, by in told.items():
            if field[0] == "micros":
                self._micros[field[1]] += by
            else:
                self._new[field] += by

    def _total(self) -> Counter[Count]:
        self.flush()
        total: Counter[Count] = Counter()
        try:
            for field, count in self.redis.hgetall(KEY).items():
                total[tuple(orjson.loads(field))] += int(count)
        except redis.RedisError:
            with self._lock:
                total += self._new
                total += Counter({("micros", route): micros for route, micros in self._micros.items()})
        return total


def _histogram(total: Counter[Count]) -> HistogramMetricFamily:
    family = HistogramMetricFamily(SECONDS, "Seconds from a request's arrival to its answer.", labels=("route",))
    for route in sorted({field[1] for field in total if field[0] == SECONDS}):
        buckets, seen = [], 0
        for place, bound in enumerate([*map(str, BOUNDS), "+Inf"]):
            seen += total[SECONDS, route, str(place)]
            buckets.append((bound, float(seen)))
        family.add_metric([route], buckets, total["micros", route] / 1e6)
    return family
