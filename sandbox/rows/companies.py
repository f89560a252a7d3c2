"""Companies, and Salesforce's accounts: some of those are companies, others are one person each."""

from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox import writing
from sandbox.chance import Dice
from sandbox.rows.contacts import contact
from sandbox.rows.spot import DAY, Spot, moment
from sandbox.tables import Row

if TYPE_CHECKING:
    from sandbox.world import World


def account(world: "World", spot: Spot) -> Row:
    """A business account, or the account that is a person."""
    place = world.crowd.place(spot.owner)
    if place.founds:
        return company(world, spot)
    contact_id = world.id_of("salesforce", "contact", spot.owner, spot.which)
    person = contact(world, replace(spot, kind="contact", id=contact_id))
    winner = None
    if person.merged_into:
        winner = world.id_of("salesforce", "account", spot.owner, place.copies["salesforce"].index("live"))
    names = (person.values["given_name"], person.values["family_name"])
    more = {
        "name": " ".join(filter(None, names)),
        "person_contact_id": contact_id,
        "domain": None,
        "industry": None,
    }
    return replace(person, id=spot.id, kind="account", merged_into=winner, values={**person.values, **more})


def company(world: "World", spot: Spot) -> Row:
    truly = world.crowd.company(spot.owner)
    dice = Dice(world.seed, spot.system, "company", spot.owner)
    return Row(
        id=spot.id,
        kind=spot.kind,
        modified=moment(spot.seconds),
        created=moment(world.begin - dice.below(2000 * DAY)),
        values={
            "name": truly.name if dice.chance(75) else writing.without_accents(truly.name).upper(),
            "is_person_account": False,
            "person_contact_id": None,
            "domain": truly.domain,
            "industry": truly.industry if dice.chance(80) else None,
            "phones": [{"label": "phone", "value": writing.phone(dice, truly.switchboard, truly.country)}],
            "address": world.crowd.seat(truly) if dice.chance(85) else None,
            "owner": world.staff(spot.system, dice.below(1000)),
        },
    )
