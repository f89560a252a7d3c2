"""X: public posts that mention the brand, and the brand's own answers."""

from adapters.x.adapter import X

__all__ = ["X"]
