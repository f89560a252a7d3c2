"""Feedback: what came of a hint, told by whoever talked to the customer.

An outcome is kept with what the hint was (product, list, model), and its profile is marked in the same transaction, so
that the next card knows of it. The hint is looked up where it stands now, and else where it was seen: a card may have
changed while somebody talked.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import Connection

from connector.clock import micros
from connector.errors import InvalidRequestError, NotFoundError
from connector.recommendations.hint_id import List, profile_of
from connector.store import Store, exposures, json, outcomes, profiles
from connector.store.outcomes import Outcome

# What can come of a hint. Only `shown` is no answer.
OUTCOMES = ("shown", "accepted", "declined", "ignored")

# Characters of a reason.
LONGEST_REASON = 500


class Feedback:
    """Takes outcomes. `ring(workspace, profile_id)`: asks for the profile to be built soon."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        ring: Callable[[str, str], None] = lambda workspace, profile_id: None,
    ) -> None:
        self.store, self.clock, self.ring = store, clock, ring

    def tell(self, workspace: str, hint_id: str, outcome: str, reason: str | None = None, *, by: str) -> Outcome:
        """Keep an outcome; as it is kept, which for one that was told before is as it was told first.

        `by`: the key or session that tells. Raises NotFoundError for a hint that was never made, InvalidRequestError
        for an outcome that is none.
        """
        if outcome not in OUTCOMES:
            raise InvalidRequestError("wrong: outcome", {"outcome": [f"Must be one of: {', '.join(OUTCOMES)}."]})
        at = micros(self.clock())
        with self.store.transaction() as connection:
            named, now, hint = self._hint(connection, workspace, hint_id)
            told = Outcome(
                hint_id=hint_id,
                profile_id=named,
                product=hint["product"],
                list=hint["list"],
                model=hint["model"],
                outcome=outcome,
                reason=_cleaned(reason),
                told_by=by[:255],
                at=at,
            )
            is_new = outcomes.put(connection, workspace, told)
            if is_new:
                # Written with the outcome, so that a crash can delay a rebuild but never lose one.
                profiles.mark_stale(connection, workspace, [now], at)
            kept = next(one for one in outcomes.of_hint(connection, workspace, hint_id) if one.outcome == outcome)
        if is_new:
            self.ring(workspace, now)
        return kept

    def _hint(self, connection: Connection, workspace: str, hint_id: str) -> tuple[str, str, Mapping[str, Any]]:
        """The profile that the id names, the one that it is now, and what the hint was."""
        named = profile_of(hint_id)
        now = profiles.current(connection, workspace, named) if named else None
        if named is None or now is None:
            raise NotFoundError("there is no such hint")
        # An outcome that is told of a hint twice needs no card that still holds it.
        known = outcomes.of_hint(connection, workspace, hint_id)
        hint = _of_outcome(known[0]) if known else _on_card(connection, workspace, named, hint_id)
        hint = hint or exposures.hint(connection, workspace, named, hint_id)
        if hint is None:
            raise NotFoundError("there is no such hint")
        return named, now, hint


def _of_outcome(told: Outcome) -> dict[str, Any]:
    return {"product": told.product, "list": told.list, "model": told.model}


def _on_card(connection: Connection, workspace: str, profile_id: str, hint_id: str) -> dict[str, Any] | None:
    """The hint as it stands in the profile's document now."""
    document = profiles.documents(connection, workspace, [profile_id]).get(profile_id)
    told = json.load(document)["recommendations"] if document else {}
    for name in get_args(List):
        for hint in told.get(name, ()):
            if hint["id"] == hint_id:
                return {"product": hint["product_id"], "list": name, "model": hint["model"]}
    return None


def _cleaned(reason: str | None) -> str | None:
    """Without what a database refuses; None when there is nothing in it."""
    return json.clean(reason).strip()[:LONGEST_REASON] or None if reason else None
