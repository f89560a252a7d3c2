"""What the company of this world sells: tea and what goes with it."""

from dataclasses import dataclass

RANGES = {
    "Black tea": ("Assam", "Darjeeling", "Ceylon", "Keemun", "Earl Grey", "English Breakfast", "Lapsang Souchong"),
    "Green tea": ("Sencha", "Matcha", "Gunpowder", "Jasmine", "Genmaicha", "Long Jing"),
    "Herbal tea": ("Peppermint", "Camomile", "Rooibos", "Hibiscus", "Lemon Verbena", "Nettle"),
    "Teapots": ("Cast Iron Pot", "Glass Pot", "Porcelain Pot", "Travel Pot"),
    "Cups": ("Double-wall Cup", "Stoneware Cup", "Bone China Cup", "Enamel Mug"),
    "Kettles": ("Gooseneck Kettle", "Variable Kettle", "Stovetop Kettle"),
    "Sweets": ("Shortbread", "Candied Ginger", "Chocolate Thins", "Stroopwafels"),
    "Gifts": ("Gift Box", "Advent Calendar", "Tasting Set", "Voucher"),
}
SIZES = {
    "Black tea": (("50 g", 590), ("100 g", 990), ("250 g", 2190), ("1 kg", 7490)),
    "Green tea": (("50 g", 790), ("100 g", 1390), ("250 g", 2990)),
    "Herbal tea": (("50 g", 490), ("100 g", 790), ("20 bags", 590)),
    "Teapots": (("0.5 l", 3490), ("1 l", 4990), ("1.5 l", 6990)),
    "Cups": (("single", 1290), ("set of 2", 2290), ("set of 6", 5990)),
    "Kettles": (("0.8 l", 7990), ("1.2 l", 9990)),
    "Sweets": (("small", 450), ("large", 890)),
    "Gifts": (("small", 1990), ("medium", 3990), ("large", 7990)),
}


# Who has one needs no other for years.
DURABLE = frozenset({"Teapots", "Kettles"})
# What the company pays, in per cent of the price; sweets are sold to please, and earn little.
COSTS = {"Sweets": 88, "Gifts": 60, "Teapots": 55, "Kettles": 70}
USUAL_COST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """`cents` is the price in euro cents; each system and country has its own currency."""

    number: int
    sku: str
    name: str
    category: str
    cents: int
    cost: int
    is_available: bool
    is_withdrawn: bool
    is_durable: bool


def _assortment() -> tuple[Product, ...]:
    articles = [
        (category, f"{name}, {size}", cents + 40 * place)
        for category, names in RANGES.items()
        for place, name in enumerate(names)
        for size, cents in SIZES[category]
    ]
    return tuple(
        Product(
            number=number,
            sku=f"{category[:2].upper()}-{number:04d}",
            name=name,
            category=category,
            cents=cents,
            cost=cents * COSTS.get(category, USUAL_COST) // 100,
            is_available=number % 19 != 7,
            is_withdrawn=number % 29 == 11,
            is_durable=category in DURABLE,
        )
        for number, (category, name, cents) in enumerate(articles)
    )


PRODUCTS = _assortment()
