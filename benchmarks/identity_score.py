"""How good clusters are, against the truth."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from connector.identity.evidence.record import Evidence

# Values that lead to a person, and not merely near one: what a match may honestly be asked of.
LEADS = "epdsixabqf"
# ... and to one who gives no given name: a phone or a home is never enough by itself.
LEADS_NAMELESS = "esix"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Pairs of records are counted: two of one person, in one cluster, or both.

    `false_merges`: joins too many. `exposed`: customers in a cluster with another. `allowed`: pairs of one
    person that hang together by values which its own records share and no office or crowd does; nobody can find
    the others.
    """

    records: int
    entities: int
    true_pairs: int
    found_pairs: int
    right_pairs: int
    allowed: int
    allowed_found: int
    false_merges: int
    exposed: int
    largest_wrong: int

    @property
    def precision(self) -> float:
        return self.right_pairs / self.found_pairs if self.found_pairs else 1.0

    @property
    def recall(self) -> float:
        return self.right_pairs / self.true_pairs if self.true_pairs else 1.0

    @property
    def allowed_recall(self) -> float:
        return self.allowed_found / self.allowed if self.allowed else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    @property
    def false_pairs(self) -> int:
        return self.found_pairs - self.right_pairs


def score(
    clusters: Iterable[tuple[str, ...]],
    truth: Mapping[str, str],
    evidence: Mapping[str, Evidence],
    leads: Callable[[str], bool],
) -> Score:
    """The score of these clusters. Records without a truth are left out. `leads`: a value that is no crowd's."""
    of_cluster = [[key for key in cluster if key in truth] for cluster in clusters]
    cluster_of = {key: turn for turn, cluster in enumerate(of_cluster) for key in cluster}
    entities: dict[str, list[str]] = defaultdict(list)
    for key in cluster_of:
        entities[truth[key]].append(key)
    right = sum(
        _pairs(count) for keys in entities.values() for count in Counter(cluster_of[key] for key in keys).values()
    )
    people = [len({truth[key] for key in cluster}) for cluster in of_cluster]
    wrong = [(len(cluster), count) for cluster, count in zip(of_cluster, people, strict=True) if count > 1]
    parts = [part for keys in entities.values() for part in _together(keys, evidence, leads)]
    return Score(
        records=len(cluster_of),
        entities=len(entities),
        true_pairs=sum(_pairs(len(keys)) for keys in entities.values()),
        found_pairs=sum(_pairs(len(cluster)) for cluster in of_cluster),
        right_pairs=right,
        allowed=sum(_pairs(len(part)) for part in parts),
        allowed_found=sum(
            _pairs(count) for part in parts for count in Counter(cluster_of[key] for key in part).values()
        ),
        false_merges=sum(count - 1 for _, count in wrong),
        exposed=len(
            {truth[key] for cluster, count in zip(of_cluster, people, strict=True) if count > 1 for key in cluster}
        ),
        largest_wrong=max((size for size, _ in wrong), default=0),
    )


def _together(keys: list[str], evidence: Mapping[str, Evidence], leads: Callable[[str], bool]) -> list[list[str]]:
    """The parts of one person's records that hang together by shared values."""
    parts: list[tuple[set[str], list[str]]] = []
    for key in keys:
        kinds = LEADS if len(evidence[key].name.first) > 1 else LEADS_NAMELESS
        mine = {value for value in evidence[key].values if value[0] in kinds and leads(value)}
        joined = [part for part in parts if part[0] & mine]
        for part in joined:
            parts.remove(part)
        parts.append(
            (mine.union(*(values for values, _ in joined)), [key, *(each for _, ends in joined for each in ends)])
        )
    return [part for _, part in parts]


def _pairs(count: int) -> int:
    return count * (count - 1) // 2
