"""Offers: hints on what the customer may need next, or why there are none.

Until there is a model of what customers need, nothing is offered: an invented hint
costs the agent's trust in all the others.
"""

from collections.abc import Mapping
from typing import Any

NOTE = "Nothing is suggested: no recommendation model is set up."


class Offers:
    """Looks at a profile's document, and answers with hints, with those withheld and why, and with a note."""

    def of(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Pure: the same document gets the same answer."""
        return {"due": [], "may_like": [], "withheld": [], "note": NOTE, "likelihood": [], "model": None}
