"""Files: contacts, orders and products from CSV, JSON Lines and Parquet."""

from adapters.files.adapter import Files

__all__ = ["Files"]
