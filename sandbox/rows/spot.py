"""Spot: where a row stands in its table, which is all that a maker gets to know of the table."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Spot:
    """`number` is what ids of its parts are made of; `seconds` is when it was last changed."""

    system: str
    kind: str
    owner: int
    which: int
    id: str
    number: int
    seconds: int


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


DAY = 86_400
