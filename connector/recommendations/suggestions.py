"""Suggestions: the same hints as on a profile's card, and more of them, worked out when somebody asks.

From the records as they are and the model that serves, without a fit. A process that is
asked holds the model from then on (some hundred MB for a large shop; docs/recommendations.md).
"""

from dataclasses import dataclass
from hashlib import blake2b

import orjson

from connector.profile import gathered
from connector.profile.things import Shown
from connector.recommendations.offers import MOST, Offers
from connector.store import Store, profiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """`shown` as on the card (`schemas.profile.RecommendationsSchema`), of the profile that the id leads to now."""

    profile_id: str
    shown: Shown

    @property
    def document(self) -> bytes:
        """As a card that somebody sees."""
        return b'{"recommendations":' + orjson.dumps(self.shown) + b"}"

    @property
    def etag(self) -> str:
        return blake2b(self.document, digest_size=16).hexdigest()


class Suggestions:
    """Reads a customer from the store, and asks what is offered to them."""

    def __init__(self, store: Store, offers: Offers) -> None:
        self.store, self.offers = store, offers

    def of(self, workspace: str, profile_id: str, most: int = MOST) -> Suggested | None:
        """Up to `most` hints in each list; None when there is no such profile, or nobody is left in it."""
        hints = self.offers.begin(workspace)
        with self.store.reading() as connection:
            current = profiles.current(connection, workspace, profile_id)
            if current is None:
                return None
            draft = gathered.drafts(connection, workspace, [current], hints.notes)[current]
            hints.read(connection, [current])
        return None if draft.is_empty else Suggested(profile_id=current, shown=hints.of(draft, most).shown)
