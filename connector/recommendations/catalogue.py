"""The catalogue: what the sources say of the products that a hint may name.

Held in memory per workspace and read again when a product changed; some 300 bytes a product.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from connector.recommendations.products import key
from connector.store import json
from connector.store import products as stored

# How often the store is asked whether a product changed.
EVERY = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What is known of one; None where no source says. `margin` is the share of the price that is left."""

    name: str | None = None
    category: str | None = None
    is_available: bool | None = None
    is_withdrawn: bool | None = None
    is_durable: bool | None = None
    margin: float | None = None


UNKNOWN = Product()

# By key.
Products = Mapping[str, Product]


@dataclass(slots=True)
class _Held:
    asked: datetime
    sign: Any
    products: Products = field(default_factory=dict)


class Catalogue:
    """The products of each workspace."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self._held: dict[str, _Held] = {}

    def of(self, connection: Connection, workspace: str) -> Products:
        """As they are now, or were a few seconds ago."""
        held, now = self._held.get(workspace), self.clock()
        if held and held.asked <= now < held.asked + EVERY:
            return held.products
        sign = stored.sign(connection, workspace)
        if held is None or held.sign != sign:
            held = _Held(now, sign, told(stored.living(connection, workspace)))
        held.asked = now
        self._held[workspace] = held
        return held.products


def told(rows: Iterable[Any]) -> dict[str, Product]:
    """By every key that an order line may have for it. `rows`: source, external_id and body (JSON), in their order."""
    found: dict[str, Product] = {}
    also: dict[str, Product] = {}
    for _, external_id, text in rows:
        body = json.load(text)
        product = product_of(body)
        own, *others = keys(external_id, body)
        found[own] = joined(found[own], product) if own in found else product
        for other in others:
            # A line without a SKU: by its id or name, unless that is somebody else's SKU.
            also.setdefault(other, product)
    return also | found


def keys(external_id: str, body: Mapping[str, Any]) -> list[str]:
    """The key of a line that says all there is to say, then those of lines that say less."""
    lines = ({"sku": body.get("sku")}, {"product_id": external_id}, {"name": body.get("name")})
    return list(dict.fromkeys(found for line in lines if (found := key(line))))


def product_of(body: Mapping[str, Any]) -> Product:
    return Product(
        name=body.get("name"),
        category=body.get("category"),
        is_available=body.get("is_available"),
        is_withdrawn=body.get("is_withdrawn"),
        is_durable=body.get("is_durable"),
        margin=margin(body),
    )


def margin(body: Mapping[str, Any]) -> float | None:
    """What of the price is left after the cost: 0.4 is 40 %. None unless both are known."""
    if body.get("price") is None or body.get("cost") is None or Decimal(body["price"]) <= 0:
        return None
    return float(1 - Decimal(body["cost"]) / Decimal(body["price"]))


def joined(left: Product, right: Product) -> Product:
    """One product in two sources: it can be had where one has it, and is withdrawn when all say so."""
    return Product(
        name=left.name or right.name,
        category=left.category or right.category,
        is_available=either(left.is_available, right.is_available),
        is_withdrawn=None if left.is_withdrawn is right.is_withdrawn is None else both(left, right),
        is_durable=either(left.is_durable, right.is_durable),
        margin=right.margin if left.margin is None else left.margin,
    )


def either(left: bool | None, right: bool | None) -> bool | None:
    return right if left is None else left if right is None else left or right


def both(left: Product, right: Product) -> bool:
    return left.is_withdrawn is not False and right.is_withdrawn is not False
