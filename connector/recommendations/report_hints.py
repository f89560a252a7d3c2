"""The report's part on hints: how many were shown, and what came of them, by list, kind of reason and model."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from connector.recommendations.attribution import Touch, credited
from connector.recommendations.statistics import wilson
from connector.store.exposures import Exposure
from connector.store.outcomes import Outcome
from connector.store.sales import Order

ANSWERS = ("accepted", "declined", "ignored")
GROUPS = ("list", "kind", "model")

# Different reasons that are counted apart, and those that are told. Free text has as many as there are declines.
MOST_REASONS, TOLD_REASONS = 10_000, 10
OTHER = "(other)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `since` (included) to `until` (not included); None: without that end. Microseconds."""

    since: int | None = None
    until: int | None = None

    def holds(self, at: int) -> bool:
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


@dataclass(slots=True)
class Fate:
    """One hint: what it was, when it was first seen or told of, and the last answer to it."""

    first: int
    told: Mapping[str, Any]
    answer: str | None = None
    reason: str | None = None


def fates(exposures: Iterable[Exposure], outcomes: Iterable[Outcome]) -> dict[str, Fate]:
    """One customer's hints by id. Both are in the order of time."""
    found: dict[str, Fate] = {}
    for seen in exposures:
        for hint in seen.hints:
            found.setdefault(hint["id"], Fate(seen.at, hint))
    for one in outcomes:
        told = {"product": one.product, "list": one.list, "model": one.model}
        fate = found.setdefault(one.hint_id, Fate(one.at, told))
        fate.first = min(fate.first, one.at)
        if one.outcome in ANSWERS:
            fate.answer, fate.reason = one.outcome, one.reason
    return found


def touches(
    exposures: Iterable[Exposure], outcomes: Iterable[Outcome], known: Mapping[str, Fate], period: Period
) -> list[Touch]:
    """Every moment at which the customer may have heard of a hint; not of those that were declined or passed over."""
    moments = [(hint["id"], seen.at) for seen in exposures for hint in seen.hints]
    moments += [(one.hint_id, one.at) for one in outcomes if one.outcome in ("shown", "accepted")]
    found = []
    for hint_id, at in moments:
        fate = known[hint_id]
        if fate.answer in (None, "accepted") and period.holds(at):
            told = {name: fate.told[name] for name in ("product", "list", "model")}
            found.append(Touch(at=at, accepted=fate.answer == "accepted", **told))
    return found


@dataclass(slots=True)
class Hints:
    """Counts hints, customer by customer; memory grows with lists, kinds, models, currencies and reasons only."""

    period: Period
    days: int
    counts: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    credit: dict[tuple[str, str, bool], tuple[int, Decimal]] = field(default_factory=dict)

    def add(self, exposures: Sequence[Exposure], outcomes: Sequence[Outcome], orders: Sequence[Order]) -> None:
        known = fates(exposures, outcomes)
        for fate in known.values():
            if self.period.holds(fate.first):
                self._count(fate)
        for each in credited(touches(exposures, outcomes, known, self.period), orders, self.days):
            place = each.touch.list, each.currency, each.touch.accepted
            lines, amount = self.credit.get(place, (0, Decimal(0)))
            self.credit[place] = lines + 1, amount + each.amount

    def _count(self, fate: Fate) -> None:
        for group in ("all", *GROUPS):
            name = "all" if group == "all" else str(fate.told.get(group) or "unknown")
            counter = self.counts.setdefault((group, name), Counter())
            counter["shown"] += 1
            counter[fate.answer or "unanswered"] += 1
        if fate.answer == "declined" and fate.reason:
            reason = fate.reason.strip().casefold()
            known = reason in self.reasons or len(self.reasons) < MOST_REASONS
            self.reasons[reason if known else OTHER] += 1

    def shown(self) -> dict[str, Any]:
        """As the report tells it."""
        return {
            "all": _told("all", self.counts.get(("all", "all"), Counter())),
            **{
                f"by_{group}": [_told(name, self.counts[at, name]) for at, name in self._ordered() if at == group]
                for group in GROUPS
            },
            "declined_because": [{"reason": reason, "count": count} for reason, count in self._commonest()],
            "orders_after": [
                {"list": name, "currency": currency, "accepted": accepted, "lines": lines, "amount": str(amount)}
                for (name, currency, accepted), (lines, amount) in sorted(self.credit.items())
            ],
        }

    def _commonest(self) -> list[tuple[str, int]]:
        return sorted(self.reasons.items(), key=lambda each: (-each[1], each[0]))[:TOLD_REASONS]

    def _ordered(self) -> list[tuple[str, str]]:
        """The most shown first."""
        return sorted(self.counts, key=lambda place: (-self.counts[place]["shown"], place))


def _told(name: str, counter: Counter[str]) -> dict[str, Any]:
    told = {"name": name, **{word: counter[word] for word in ("shown", *ANSWERS, "unanswered")}}
    rate = wilson(counter["accepted"], counter["shown"])
    return told | {"rate": rate.estimate if rate else None, "low": rate and rate.low, "high": rate and rate.high}
