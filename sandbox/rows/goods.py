"""The shop's products."""

from decimal import Decimal
from typing import TYPE_CHECKING

from sandbox.products import PRODUCTS
from sandbox.rows.spot import Spot, moment
from sandbox.tables import Row

if TYPE_CHECKING:
    from sandbox.world import World


def product(world: "World", spot: Spot) -> Row:
    article = PRODUCTS[spot.which]
    return Row(
        id=spot.id,
        kind="product",
        modified=moment(spot.seconds),
        created=moment(world.begin),
        values={
            "sku": article.sku,
            "name": article.name,
            "category": article.category,
            "price": Decimal(article.cents).scaleb(-2),
            "cost": Decimal(article.cost).scaleb(-2),
            "currency": "EUR",
            "is_available": article.is_available,
            "is_withdrawn": article.is_withdrawn,
            "is_durable": article.is_durable,
        },
    )
