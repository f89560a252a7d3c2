"""Hints: what a profile's document says of what the customer may need next, and who is asked for it.

Recommendations stand above profiles and are handed in, so that a profile can be built without knowing them.
"""

from collections.abc import Mapping
from typing import Any, Protocol


class Hints(Protocol):
    def of(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The shape of `schemas.profile.RecommendationsSchema`. Pure: the same document gets the same answer."""
