"""Products: by which key one is known in every source, and what of an order counts as a purchase.

The same for training and for serving, so that a customer's history means the same in both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from connector.recommendations.history import Basket

DAY = 86_400_000_000

# An order in these states is no purchase: not yet, not at all, or undone.
NO_PURCHASE = frozenset({"draft", "cancelled", "refunded"})
# Bytes of a product's key, as the store keeps it.
LONGEST_KEY = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """An order that counts. `day`: since 1970, None when the source tells no time; `products`: key to name, or None."""

    source: str
    external_id: str
    number: str | None
    day: int | None
    currency: str
    total: Decimal
    products: Mapping[str, str | None]

    @property
    def id(self) -> str:
        """Of one of the workspace's orders."""
        return f"{self.source}:{self.external_id}"

    @property
    def basket(self) -> Basket:
        """What the model sees of it."""
        return Basket(self.id, self.day, tuple(self.products))


def key(line: Mapping[str, Any]) -> str | None:
    """By what a line's product is known, whatever the source: its SKU, else its id, else its name; None without any."""
    told = _text(line.get("sku")) or _text(line.get("product_id")) or _text(line.get("name")).casefold()
    # Cut as bytes, because a database may count those.
    return told.encode()[:LONGEST_KEY].decode(errors="ignore") or None


def purchase(source: str, external_id: str, happened_at: int | None, body: Mapping[str, Any]) -> Purchase | None:
    """The order as a purchase; None for a refund, a draft, and what was cancelled or came back whole.

    `happened_at`: microseconds since 1970.
    """
    if body.get("is_refund") or body.get("state") in NO_PURCHASE:
        return None
    return Purchase(
        source=source,
        external_id=external_id,
        number=body.get("number"),
        day=None if happened_at is None else happened_at // DAY,
        currency=body["currency"],
        total=Decimal(body["total"]),
        products=named(body.get("lines") or ()),
    )


def named(lines: Sequence[Mapping[str, Any]]) -> dict[str, str | None]:
    """The products of these lines, each once, with the first name that a line gives it."""
    found: dict[str, str | None] = {}
    for line in lines:
        product = key(line)
        if product is not None:
            found[product] = found.get(product) or _text(line.get("name")) or None
    return found


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
