"""Hints: what a profile's document says of what the customer may need next, and who is asked for it.

Recommendations stand above profiles and are handed in, so that a profile can be built
without knowing them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import Connection

from connector.profile.things import Shown, Thing

if TYPE_CHECKING:
    from connector.profile.build import Draft


@dataclass(frozen=True, slots=True)
class Offered:
    """`shown` is the document's part (`schemas.profile.RecommendationsSchema`).

    `revisit_at`: when time alone changes it (microseconds since 1970); None: never.
    """

    shown: Shown
    revisit_at: int | None = None


class Notes(Protocol):
    """Notes down of one customer what hints need, while the things pass by."""

    def add(self, thing: Thing) -> None:
        """Once for each order, ticket, deal and mention, in any order."""


class Round(Protocol):
    """The profiles of a workspace that are built together."""

    def notes(self) -> Notes:
        """For one more profile."""

    def read(self, connection: Connection, profile_ids: Sequence[str]) -> None:
        """Read at once what the hints of these profiles need beside their own records."""

    def of(self, draft: "Draft") -> Offered:
        """What one of them says. Pure: the same draft, and the same that was read, give the same."""


class Hints(Protocol):
    def begin(self, workspace: str) -> Round:
        """A round, with the model that serves now. It may ask the store, so nobody holds a connection meanwhile."""


class Nobody:
    """Notes for who asks nothing."""

    def add(self, thing: Thing) -> None:
        """Forget it."""


NOT_YET = "Not worked out yet: this profile is about to be built."


class Later:
    """Leaves hints to the rebuild that is coming: who waits for a card must not wait for a model."""

    def begin(self, workspace: str) -> "Later":
        return self

    def notes(self) -> Nobody:
        return Nobody()

    def read(self, connection: Connection, profile_ids: Sequence[str]) -> None:
        """Nothing."""

    def of(self, draft: "Draft") -> Offered:
        empty: dict[str, Any] = {"due": [], "may_like": [], "withheld": [], "likelihood": []}
        return Offered(empty | {"note": NOT_YET, "model": None})
