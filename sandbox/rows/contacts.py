"""Contacts: the same person as a CRM, another CRM and a shop hold them.

Here the traps lie: role mailboxes, placeholders, a partner's or the family's mailbox, the
company's switchboard, the household's landline, an old mobile that is another's now, and
cross-links that are wrong.
"""

from typing import TYPE_CHECKING, Any

from sandbox import writing
from sandbox.chance import Dice
from sandbox.people import Company, Person
from sandbox.rows.social import handle
from sandbox.rows.spot import DAY, Spot, moment
from sandbox.tables import Row

if TYPE_CHECKING:
    from sandbox.world import World

PLACEHOLDERS = ("noemail@example.com", "none@example.com", "unknown@example.org", "test@example.com")
ROLES = ("info", "office", "sales", "accounting")
NO_PHONES = ("0000000000", "n/a", "-", "123456")


def contact(world: "World", spot: Spot) -> Row:
    """A CRM's contact, or a shop's customer."""
    person = world.crowd.person(spot.owner)
    dice = Dice(world.seed, spot.system, "contact", spot.owner, spot.which)
    fate = (
        person.place.copies[spot.system][spot.which] if spot.which < len(person.place.copies[spot.system]) else "live"
    )
    employer = world.crowd.employer(person) if spot.system != "shop" else None
    given, family = writing.name(dice, person.given, person.family)
    values = {
        "given_name": given,
        "family_name": family,
        "suffix": person.suffix if person.suffix and dice.chance(70) else None,
        "emails": _emails(world, dice, spot.system, person, employer),
        "phones": _phones(world, dice, person, employer),
        "job_title": person.job_title if employer and dice.chance(70) else None,
        "address": person.address if dice.chance(80) else None,
        "birth_date": person.birth_date if dice.chance(30) else None,
        "language": person.country.language if dice.chance(75) else None,
        "marketing_consent": person.consents if dice.chance(70) else None,
        "description": "Prefers to be called in the morning." if dice.chance(4) else None,
        "owner": world.staff(spot.system, dice.below(1000)) if spot.system != "shop" else None,
        "social": _social(world, dice, spot.system, person),
    }
    values |= _standing(world, spot, person, employer) | _elsewhere(world, dice, spot, person, fate)
    return Row(
        id=spot.id,
        kind=spot.kind,
        modified=moment(spot.seconds),
        created=moment(world.begin - dice.below(1500 * DAY)),
        deleted=fate != "live",
        merged_into=_winner(world, spot, person) if fate == "merged" else None,
        values=values,
    )


def _emails(world: "World", dice: Dice, system: str, person: Person, employer: Company | None) -> list[str]:
    way = dice.below(100)
    if way < 3 and employer:
        return [f"{dice.pick(ROLES)}@{employer.domain}"]
    if way < 5:
        return [dice.pick(PLACEHOLDERS)]
    if way < 10:
        return []
    if way < 13:
        partner = world.crowd.spouse(person)
        return [partner.private_mail if partner else world.crowd.home(person.number - person.place.role).mail]
    private, work = writing.mailbox(dice, person.private_mail), person.work_mail
    if not employer or not work:
        return [private]
    at_work_first = 80 if system == "salesforce" else 50
    work = writing.mailbox(dice, work)
    both = [work, private] if dice.chance(at_work_first) else [private, work]
    return both if dice.chance(25) else both[:1]


def _phones(world: "World", dice: Dice, person: Person, employer: Company | None) -> list[dict[str, str]]:
    phones = []
    if dice.chance(55):
        # Numbers are handed on: this one belonged to this person until it went to another.
        mobile = person.mobile if dice.chance(98) else world.crowd.person(person.number + 11).mobile
        phones.append({"label": "mobile", "value": writing.phone(dice, mobile, person.country)})
    if employer and dice.chance(45):
        local = employer.country == person.country
        way = writing.phone(dice, employer.switchboard, employer.country)
        number = way if local else writing.international(employer.switchboard, employer.country)
        phones.append({"label": "phone", "value": number})
    elif dice.chance(35):
        phones.append({"label": "home", "value": writing.phone(dice, person.landline, person.country)})
    elif dice.chance(3):
        phones.append({"label": "phone", "value": dice.pick(NO_PHONES)})
    return phones


def _social(world: "World", dice: Dice, system: str, person: Person) -> dict[str, str] | None:
    """Told by the person, who agreed to it: else a CRM has no business knowing it."""
    if system != "hubspot" or "x" not in person.place.copies or not person.consents or not dice.chance(50):
        return None
    return {"user_id": world.id_of("x", "user", person.number, 0), "handle": handle(person)}


def _standing(world: "World", spot: Spot, person: Person, employer: Company | None) -> dict[str, Any]:
    """Which company the system puts the person into."""
    if spot.system == "salesforce" and person.place.is_person_account:
        account = world.id_of("salesforce", "account", person.number, spot.which)
        return {"company_id": account, "company_name": None, "company_ids": [account], "is_person_account": True}
    told: dict[str, Any] = {"is_person_account": False}
    if employer is None:
        return told | {"company_id": None, "company_name": None, "company_ids": []}
    kind = "account" if spot.system == "salesforce" else "company"
    company = world.id_of(spot.system, kind, employer.number, 0)
    return told | {"company_id": company, "company_name": employer.name, "company_ids": [company]}


def _elsewhere(world: "World", dice: Dice, spot: Spot, person: Person, fate: str) -> dict[str, Any]:
    """What this system says of other systems and of its own merges."""
    told: dict[str, str] = {}
    copies = person.place.copies
    if spot.system == "hubspot" and "salesforce" in copies and dice.chance(25):
        wrong = dice.chance(1)
        told["salesforce"] = (
            world.contact_near(person.number) if wrong else world.contact_id("salesforce", person.number)
        )
    if spot.system == "salesforce" and copies.get("shop") and dice.chance(15):
        told["shop"] = world.contact_id("shop", person.number)
    fates = copies[spot.system]
    merged = [which for which, other in enumerate(fates) if other == "merged"] if fate == "live" else []
    kind = "customer" if spot.system == "shop" else "contact"
    return {
        "external_ids": told,
        "merged_ids": [world.id_of(spot.system, kind, person.number, which) for which in merged],
    }


def _winner(world: "World", spot: Spot, person: Person) -> str:
    return world.id_of(spot.system, spot.kind, person.number, person.place.copies[spot.system].index("live"))
