"""Tickets: what people asked for, in their own languages; some wait for an answer."""

from typing import TYPE_CHECKING

from sandbox import writing
from sandbox.chance import Dice
from sandbox.phrases import BODIES, SUBJECTS
from sandbox.products import PRODUCTS
from sandbox.rows.spot import DAY, Spot, moment
from sandbox.tables import Row

if TYPE_CHECKING:
    from sandbox.world import World

STATUSES = ("closed",) * 75 + ("new",) * 9 + ("open",) * 10 + ("waiting",) * 6
PRIORITIES = ("low", "medium", "medium", "medium", "high")
CHANNELS = ("email", "email", "email", "web", "phone", "social")


def ticket(world: "World", spot: Spot) -> Row:
    """Salesforce's case, HubSpot's ticket."""
    person = world.crowd.person(spot.owner)
    dice = Dice(world.seed, spot.system, "ticket", spot.owner, spot.which)
    language = person.country.language
    status = STATUSES[dice.below(100)]
    opened = spot.seconds - (dice.below(14 * DAY) if status == "closed" else dice.below(2 * DAY))
    contact = world.some_contact(spot.system, person, dice) if dice.chance(96) else None
    company = world.company_id(spot.system, person)
    subject = dice.below(len(SUBJECTS[language]))
    return Row(
        id=spot.id,
        kind=spot.kind,
        modified=moment(spot.seconds),
        created=moment(opened),
        values={
            "number": f"{spot.number + 1:08d}",
            "subject": SUBJECTS[language][subject],
            "text": BODIES[language].format(
                number=f"W{dice.below(99_999_999):08d}", product=dice.pick(PRODUCTS).name, name=person.given
            ),
            "status": status,
            "is_open": status != "closed",
            "priority": dice.pick(PRIORITIES),
            "channel": dice.pick(CHANNELS),
            "opened_at": moment(opened),
            "closed_at": moment(spot.seconds) if status == "closed" else None,
            "contact_ids": [contact] if contact else [],
            "company_id": company,
            "company_ids": [company] if company else [],
            "email": writing.mailbox(dice, person.private_mail) if dice.chance(60) or not contact else None,
            "owner": world.staff(spot.system, dice.below(1000)) if status != "new" else None,
        },
    )
