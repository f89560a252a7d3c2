"""What every view has at hand: the program's parts, and what this process remembers for a moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app

if TYPE_CHECKING:
    from connector.api.auth import Keys
    from connector.api.background import Background
    from connector.api.counts import Counts
    from connector.api.deadline import Hurry
    from connector.api.exposurelog import Card, ExposureLog
    from connector.api.freshness import Freshness
    from connector.api.tickets import Tickets
    from connector.api.viewlog import ViewLog
    from connector.bootstrap import Parts

NAME = "visavis"


@dataclass(slots=True, kw_only=True)
class Desk:
    """One per application."""

    parts: "Parts"
    keys: "Keys"
    freshness: "Freshness"
    views: "ViewLog"
    exposures: "ExposureLog"
    counts: "Counts"
    hurry: "Hurry"
    tickets: "Tickets"
    background: "Background"
    # Where a workspace's local phone numbers are dialled.
    regions: Mapping[str, str]

    def region(self, workspace: str) -> str | None:
        return self.regions.get(workspace)

    def saw(self, workspace: str, card: "Card", viewer: str, way: str, reference: str | None = None) -> None:
        """Somebody sees this card now: the view is written down, and so are the hints that it holds."""
        self.views.add(workspace, card.profile_id, viewer, way, reference)
        self.exposures.saw(workspace, card)


def desk() -> Desk:
    """The desk of the application that answers this request."""
    return current_app.extensions[NAME]
