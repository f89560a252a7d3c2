"""Orders and refunds: each person has favourites that come again, and some things go back."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox import writing
from sandbox.chance import Dice
from sandbox.people import Person
from sandbox.products import PRODUCTS, Product
from sandbox.rows.spot import DAY, Spot, moment
from sandbox.tables import Row

if TYPE_CHECKING:
    from sandbox.world import World

NUMBERS = {"salesforce": "{:08d}", "hubspot": "HS-{:07d}", "shop": "W{:08d}"}
STATUSES = ("fulfilled",) * 88 + ("placed",) * 6 + ("cancelled",) * 4 + ("draft",) * 2


def order(world: "World", spot: Spot) -> Row:
    """A purchase; every so often the refund of the purchase before it."""
    person = world.crowd.person(spot.owner)
    dice = Dice(world.seed, spot.system, "order", spot.owner, spot.which)
    refunded = _refunded(world, spot, dice)
    lines = _lines(world, spot, person, is_refund=refunded is not None)
    status = "fulfilled" if refunded else _status(world, spot.system, spot.owner, spot.which)
    delay = dice.below(12 * DAY) if status in ("fulfilled", "cancelled") else dice.below(3600)
    placed = moment(spot.seconds - delay)
    return Row(
        id=spot.id,
        kind="order",
        modified=moment(spot.seconds),
        created=placed,
        values={
            "number": NUMBERS[spot.system].format(spot.number + 1),
            "placed_at": placed,
            "status": status,
            "is_refund": refunded is not None,
            "refund_of": refunded,
            "currency": person.country.currency,
            "total": sum((line["total"] for line in lines), Decimal(0)),
            "lines": lines,
            **buyer(world, spot.system, person, dice),
        },
    )


def buyer(world: "World", system: str, person: Person, dice: Dice) -> dict[str, Any]:
    """Who ordered, as the checkout or the CRM knows: some as a guest, some with their partner's mailbox."""
    contact = world.some_contact(system, person, dice)
    employer = world.crowd.employer(person) if system != "shop" else None
    company = world.company_id(system, person)
    partner = world.crowd.spouse(person) if dice.chance(4) else None
    mail = (partner or person).private_mail if not employer or dice.chance(50) else person.work_mail
    given, family = writing.name(dice, person.given, person.family)
    return {
        "contact_ids": [contact] if contact else [],
        "company_id": company,
        "company_ids": [company] if company else [],
        "email": writing.mailbox(dice, mail),
        "name": " ".join(filter(None, (given, family))),
        "phone": writing.phone(dice, person.mobile, person.country) if dice.chance(30) else None,
        "address": person.address,
    }


def _status(world: "World", system: str, owner: int, which: int) -> str:
    return STATUSES[Dice(world.seed, system, "status", owner, which).below(100)]


def _refunded(world: "World", spot: Spot, dice: Dice) -> str | None:
    """The id of the order that this one takes back: the one before it, when that is older."""
    if not dice.chance(20) or spot.which % 2 == 0:
        return None
    layout = world.layout(spot.system, "order")
    if spot.which >= layout.rows_of(spot.owner):
        return None  # one that came later, by a tick
    if _status(world, spot.system, spot.owner, spot.which - 1) != "fulfilled":
        return None
    before = layout.place(spot.owner, spot.which - 1)
    if layout.seconds(before) + 12 * DAY > spot.seconds:
        return None
    return world.id_of(spot.system, "order", spot.owner, spot.which - 1)


def _lines(world: "World", spot: Spot, person: Person, *, is_refund: bool) -> list[dict[str, Any]]:
    # A refund's lines are those of the order before it.
    dice = Dice(world.seed, spot.system, "lines", spot.owner, spot.which - is_refund)
    favourites = Dice(world.seed, "favourites", spot.owner)
    liked = [favourites.below(len(PRODUCTS)) for _ in range(5)]
    count = min(1 + dice.below(3), 1 + dice.below(5))
    at_work = spot.system == "salesforce" and person.company is not None
    lines = []
    for turn in range(count):
        product = PRODUCTS[dice.pick(liked) if dice.chance(70) else dice.below(len(PRODUCTS))]
        quantity = (1 + min(dice.below(4), dice.below(4))) * (10 if at_work else 1)
        cut = 10 if dice.chance(10) else 0
        lines.append(line(world, spot, turn, product, quantity, person.country.per_euro, cut, is_refund))
    return lines


def line(
    world: "World", spot: Spot, turn: int, product: Product, quantity: int, rate: float, cut: int, is_refund: bool
) -> dict[str, Any]:
    """`cut` is the discount in per cent; a refund takes the line back."""
    price = round(product.cents * rate)
    total = quantity * price * (100 - cut) // 100
    sign = -1 if is_refund else 1
    return {
        "id": world.line_id(spot.system, spot.number, turn),
        "product_id": world.product_id(spot.system, product.number),
        "sku": product.sku,
        "name": product.name,
        "quantity": sign * quantity,
        "unit_price": Decimal(price).scaleb(-2),
        "total": Decimal(sign * total).scaleb(-2),
    }
