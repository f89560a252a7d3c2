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
# What each of the six subjects is about (`phrases.SUBJECTS`).
TYPES = ("complaint", "problem", "billing", "exchange", "question", "praise")
# Stars out of five: who complains is seldom content afterwards.
STARS = {"complaint": (1, 2, 2, 3, 4), "problem": (1, 2, 3, 4, 5), "praise": (4, 5, 5, 5, 5)}
USUAL_STARS = (2, 3, 4, 4, 5)
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
    rating = _rating(Dice(world.seed, spot.system, "rating", spot.owner, spot.which), TYPES[subject])
    is_rated = rating is not None and status == "closed"
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
            "type": TYPES[subject],
            "priority": dice.pick(PRIORITIES),
            "channel": dice.pick(CHANNELS),
            "opened_at": moment(opened),
            "closed_at": moment(spot.seconds) if status == "closed" else None,
            "rating": rating if is_rated else None,
            "rated_at": moment(spot.seconds) if is_rated else None,
            "contact_ids": [contact] if contact else [],
            "company_id": company,
            "company_ids": [company] if company else [],
            "email": writing.mailbox(dice, person.private_mail) if dice.chance(60) or not contact else None,
            "owner": world.staff(spot.system, dice.below(1000)) if status != "new" else None,
        },
    )


def _rating(dice: Dice, about: str) -> int | None:
    """What the customer says of it afterwards, 1 to 5; most say nothing."""
    return dice.pick(STARS.get(about, USUAL_STARS)) if dice.chance(35) else None
