"""The store: records, links, cursors and marks, the truth from which everything else can be rebuilt."""

from connector.store.engine import Store

__all__ = ["Store"]
