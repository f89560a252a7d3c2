"""Deals: what may be sold, not what was."""

from decimal import Decimal
from typing import TYPE_CHECKING

from sandbox.chance import Dice
from sandbox.products import RANGES
from sandbox.rows.spot import DAY, Spot, moment
from sandbox.tables import Row

if TYPE_CHECKING:
    from sandbox.world import World

STAGES = ("new", "qualified", "qualified", "proposal", "proposal", "won", "won", "won", "lost", "lost")


def deal(world: "World", spot: Spot) -> Row:
    """Salesforce's opportunity, HubSpot's deal."""
    person = world.crowd.person(spot.owner)
    dice = Dice(world.seed, spot.system, "deal", spot.owner, spot.which)
    stage = dice.pick(STAGES)
    employer = world.crowd.employer(person)
    company = world.company_id(spot.system, person)
    contact = world.some_contact(spot.system, person, dice)
    closed = stage in ("won", "lost")
    created = spot.seconds - dice.below(90 * DAY)
    closes = spot.seconds if closed else spot.seconds + dice.below(90 * DAY)
    subject = employer.name if employer else f"{person.given} {person.family}"
    return Row(
        id=spot.id,
        kind=spot.kind,
        modified=moment(spot.seconds),
        created=moment(created),
        values={
            "name": f"{subject}: {dice.pick(tuple(RANGES))} {moment(created).year}",
            "stage": stage,
            "amount": Decimal(dice.below(20_000) + 100) if dice.chance(90) else None,
            "currency": person.country.currency,
            "is_closed": closed,
            "is_won": stage == "won",
            "closes_at": moment(closes // DAY * DAY),
            "contact_ids": [contact] if contact else [],
            "company_id": company,
            "company_ids": [company] if company else [],
            "owner": world.staff(spot.system, dice.below(1000)),
        },
    )
