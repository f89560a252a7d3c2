"""Hazards: a world in which everything is there that makes two customers look like one, and one like two.

It writes a folder of records as four systems hold them (a CRM, a second CRM, a shop with its
guests' orders, social profiles), and the truth beside it. The people are those of the
sandbox; every hazard can be left out, to see what it costs.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sandbox import writing
from sandbox.chance import Dice
from sandbox.hazard_numbers import local, phone, spelt
from sandbox.people import Company, People, Person
from sandbox.phrases import NICKNAMES

Line = dict[str, Any]

# Every hazard, with its chance in a hundred where it can strike. Those of 100 are simply there, or not.
HAZARDS: dict[str, float] = {
    "switchboard": 30,  # a company's number on all of its people
    "household_landline": 35,
    "family_phone": 4,  # the partner's mobile
    "family_mailbox": 3,
    "role_mailbox": 3,  # info@ the employer
    "reseller_mailbox": 1.5,  # one mailbox that orders for a hundred customers
    "spouse_checkout": 2,  # ordered with the partner's mailbox, under the own name
    "nameless_checkout": 0.06,  # the same, and no name on the order
    "public_placeholder": 2,
    "own_placeholder": 1.5,  # the company's own, which no list has
    "call_centre": 1.5,  # our own call centre's number on the customers it served
    "recycled_mobile": 2,
    "reassigned_mailbox": 1.5,  # who came after at work got it
    "assistant": 1.5,  # an assistant's mailbox and name's absence
    "twins": 100,
    "generations": 35,  # Jr. and Sr.
    "namesakes": 0.25,  # a child with a parent's very name and no suffix
    "nickname": 9,
    "initial": 5,
    "typo": 4,
    "swapped_names": 3,
    "missing_name": 2,
    "name_change": 3,
    "swapped_birth": 4,
    "default_birth": 2,
    "local_phone": 20,  # no country on the number, nor on the record
    "company_handle": 1.5,  # the company's own handle on its contacts
    "reused_handle": 3,
    "wrong_merge": 2,  # of the merges that a CRM states
    "wrong_link": 1.5,  # of the links that a system states
}
# Folders are told apart by this much of a person: when records were last changed.
DAY_OF = "2026-{month:02d}-{day:02d}T08:00:00Z"
PUBLIC = ("noemail@example.com", "none@none.com", "test@test.com", "na@na.com", "unknown@example.org")
OWN_PLACEHOLDER = "kasse@teahouse.example"
CALL_CENTRE = "+49 30 2312 5000"
OUR_HANDLE = "teahouse"
RESELLERS = 12
SUCCESSOR = 7


@dataclass(frozen=True, slots=True)
class Self:
    """Who somebody is in this world: as the crowd has them, with given name and suffix as the hazards will."""

    person: Person
    given: str
    suffix: str | None
    birth: str
    mail: str
    mobile: str
    landline: str


class HazardWorld:
    """`without`: the hazards that are left out."""

    def __init__(self, customers: int, seed: int | str, without: Iterable[str] = ()) -> None:
        left_out = set(without)
        unknown = left_out - HAZARDS.keys()
        if unknown:
            raise ValueError(f"no such hazard: {', '.join(sorted(unknown))}; there are: {', '.join(HAZARDS)}")
        self.customers, self.seed = customers, seed
        self.chances = {name: 0.0 if name in left_out else chance for name, chance in HAZARDS.items()}
        self.crowd = People(seed)
        self.self = lru_cache(maxsize=8192)(self._self)

    def records(self) -> Iterator[tuple[Line, int]]:
        """Every record, and the number of the customer whose it is."""
        for number in range(self.customers):
            for line in self._of(number):
                yield line, number

    def strikes(self, name: str, dice: Dice) -> bool:
        """Whether the hazard strikes here. It throws in any case: the others stay the same without it."""
        thrown = dice.below(10_000)
        return thrown < self.chances[name] * 100

    def _self(self, number: int) -> Self:
        person = self.crowd.person(number)
        dice = Dice(self.seed, "self", number)
        given, suffix, birth = person.given, person.suffix, person.birth_date
        first = number - person.place.role
        if suffix and not self.strikes("generations", dice):
            suffix = None
        if person.place.role == 3 and birth == self.crowd.person(first + 2).birth_date and not self.chances["twins"]:
            birth = f"{int(birth[:4]) - 2}{birth[4:]}"
        taken = {self.self(other).given for other in range(first, number)} if person.place.role else set()
        names = person.country.women if person.is_woman else person.country.men
        if not suffix and given in taken:
            given = next(
                each for turn in range(99) if (each := names[(dice.below(len(names)) + turn) % len(names)]) not in taken
            )
        if person.place.role == 2 and not suffix and self.strikes("namesakes", dice):
            given = self.self(first).given
        mail = person.private_mail.replace(writing.latin(person.given), writing.latin(given))
        return Self(person, given, suffix, birth, mail, phone(person.country, "mobile", self.seed, number),
                    phone(person.country, "landline", self.seed, first))  # fmt: skip

    def _of(self, number: int) -> Iterator[Line]:
        dice = Dice(self.seed, "systems", number)
        made: list[str] = []
        for system, share, again in (("crm", 68, 6), ("crm2", 62, 5), ("shop", 62, 4)):
            copies = (1 + dice.chance(again)) if dice.chance(share) else 0
            for which in range(copies):
                line = self._contact(system, number, which, made)
                made.append(line["id"])
                yield line
        if dice.chance(22):
            for which in range(1 + dice.below(2)):
                yield self._order(number, which)
        if dice.chance(14) or not made:
            yield self._profile(number)

    def _contact(self, system: str, number: int, which: int, made: list[str]) -> Line:
        me = self.self(number)
        dice = Dice(self.seed, system, number, which)
        line: Line = {
            "id": _id(system, number, which),
            "source": system,
            "kind": "customer" if system == "shop" else "contact",
        }
        line |= self._names(dice, me)
        employer = self.crowd.employer(me.person) if system != "shop" else None
        line["company"] = employer.name if employer and dice.chance(75) else None
        line["job_title"] = me.person.job_title if employer and dice.chance(60) else None
        line["emails"] = self._emails(dice, me, employer, named=bool(line.get("given_name") or line.get("full_name")))
        line |= self._phones(dice, me, employer)
        if dice.chance(35 if system != "shop" else 10):
            line["birth_date"] = self._birth(dice, me)
        if dice.chance(80 if system == "shop" else 45):
            address = me.person.address
            line |= {name: address[name] for name in ("street", "city", "postcode")}
        if system == "crm2" and dice.chance(25):
            line["handles"] = [self._handle(dice, me, with_id=dice.chance(60))]
        if dice.chance(3) and employer:
            line["handles"] = [self._handle(dice, me, with_id=False)]
        if made and dice.chance(22):
            line["links"] = [self._stated(dice, "wrong_link", system, number, dice.pick(made))]
        if which and made:
            line["merged_from"] = (
                [self._stated(dice, "wrong_merge", system, number, made[-1])] if dice.chance(40) else []
            )
        return _whole(line, dice)

    def _order(self, number: int, which: int) -> Line:
        """A guest's order."""
        me = self.self(number)
        dice = Dice(self.seed, "order", number, which)
        line: Line = {"id": _id("order", number, which), "source": "shop", "kind": "order"}
        partner = self.crowd.spouse(me.person)
        borrowed = self._mail(partner)
        if borrowed and self.strikes("nameless_checkout", dice):
            return _whole(line | {"emails": [borrowed]}, dice)
        if dice.chance(85):
            line |= self._names(dice, me)
        mails = [writing.mailbox(dice, me.mail)]
        if "family_name" in line and borrowed and self.strikes("spouse_checkout", dice):
            mails = [borrowed]
        if self.strikes("reseller_mailbox", dice) and "family_name" in line:
            mails = [f"orders{dice.below(RESELLERS)}@reseller.example"]
        line["emails"] = mails
        if dice.chance(40):
            line |= self._phones(dice, me, None)
        if dice.chance(50) and "family_name" in line:
            line |= {name: me.person.address[name] for name in ("street", "city", "postcode")}
        return _whole(line, dice)

    def _profile(self, number: int) -> Line:
        me = self.self(number)
        dice = Dice(self.seed, "profile", number)
        line: Line = {"id": _id("social", number, 0), "source": "social", "kind": "profile"}
        family = me.person.family
        shown = dice.pick(
            (f"{me.given} {family}", f"{me.given} {family}", me.given, f"{me.given} {family[0]}.", "tea lover")
        )
        line["full_name"] = shown
        line["handles"] = [self._account(me)]
        if dice.chance(12):
            line["emails"] = [me.mail]
        return _whole(line, dice)

    def _names(self, dice: Dice, me: Self) -> Line:
        given, family, suffix = me.given, me.person.family, me.suffix if dice.chance(97) else None
        if self.strikes("name_change", dice) and me.person.is_woman:
            family = dice.pick(me.person.country.families).rpartition("|")[2]
        if self.strikes("nickname", dice):
            given = NICKNAMES.get(given, given)
        if self.strikes("typo", dice):
            given, family = (
                (writing.typo(dice, given), family) if dice.chance(40) else (given, writing.typo(dice, family))
            )
        if self.strikes("initial", dice):
            given = given[0] + "."
        if self.strikes("swapped_names", dice):
            given, family = family, given
        if dice.chance(6):
            given, family = writing.without_accents(given), writing.without_accents(family)
        if self.strikes("missing_name", dice):
            return {"family_name": family} if dice.chance(60) else {}
        if dice.chance(10):
            return {
                "full_name": f"{family}, {given}" if dice.chance(30) else f"{given} {family}",
                "suffix": suffix,
                "family_name": None,
            }
        return {"given_name": given, "family_name": family, "suffix": suffix}

    def _emails(self, dice: Dice, me: Self, employer: Company | None, *, named: bool) -> list[str]:
        private = writing.mailbox(dice, me.mail)
        partner = self.crowd.spouse(me.person)
        for name, mail in (
            ("public_placeholder", dice.pick(PUBLIC)),
            ("own_placeholder", OWN_PLACEHOLDER),
            ("family_mailbox", self.crowd.home(me.person.number - me.person.place.role).mail),
            ("spouse_checkout", self._mail(partner)),
            ("role_mailbox", f"info@{employer.domain}" if employer else None),
            ("reassigned_mailbox", self._another(me, employer)),
            ("assistant", self._another(me, employer)),
            ("reseller_mailbox", f"orders{dice.below(RESELLERS)}@reseller.example"),
        ):
            # Who takes another's mailbox at least asks for the name.
            if self.strikes(name, dice) and mail and (named or name not in ("spouse_checkout", "family_mailbox")):
                return [mail]
        if dice.chance(15):
            return []
        if employer and me.person.work_mail:
            work = writing.mailbox(dice, me.person.work_mail)
            return [work, private] if dice.chance(30) else [work] if dice.chance(50) else [private]
        return [private]

    def _another(self, me: Self, employer: Company | None) -> str | None:
        """The work mailbox of somebody else at the same company."""
        if employer is None:
            return None
        other = self.crowd.person((me.person.number + SUCCESSOR) % max(1, self.customers))
        return (
            other.work_mail
            if other.company == me.person.company
            else f"{writing.latin(me.person.family)}.office@{employer.domain}"
        )

    def _phones(self, dice: Dice, me: Self, employer: Company | None) -> Line:
        country, numbers = me.person.country, []
        if dice.chance(55):
            mobile = me.mobile
            if self.strikes("recycled_mobile", dice):
                mobile = self.self((me.person.number + 11) % self.customers).mobile
                country = self.self((me.person.number + 11) % self.customers).person.country
            partner = self.crowd.spouse(me.person)
            if self.strikes("family_phone", dice) and partner and partner.number < self.customers:
                mobile, country = self.self(partner.number).mobile, me.person.country
            numbers.append((mobile, country))
        if employer and self.strikes("switchboard", dice):
            office = employer.country
            numbers.append((phone(office, "landline", self.seed, f"switchboard {employer.number}"), office))
        elif self.strikes("household_landline", dice):
            numbers.append((me.landline, me.person.country))
        if self.strikes("local_phone", dice):
            return {"phones": [local(number, country) for number, country in numbers]}
        told: Line = {"phones": [spelt(dice, number, country, me.person.country) for number, country in numbers],
                      "country": me.person.country.code}  # fmt: skip
        if self.strikes("call_centre", dice):
            told["phones"] = [*told["phones"], CALL_CENTRE]
        return told

    def _mail(self, person: Person | None) -> str | None:
        return self.self(person.number).mail if person and person.number < self.customers else None

    def _birth(self, dice: Dice, me: Self) -> str:
        year, month, day = me.birth.split("-")
        if self.strikes("default_birth", dice):
            return dice.pick(("1970-01-01", "1900-01-01", "2000-01-01"))
        if self.strikes("swapped_birth", dice) and int(day) <= 12:
            return f"{year}-{day}-{month}"
        return me.birth

    def _account(self, me: Self) -> Line:
        number = me.person.number
        dice = Dice(self.seed, "account", number)
        handle = f"{writing.latin(me.given)}_{writing.latin(me.person.family)[:4]}{number}"
        if self.strikes("reused_handle", dice):
            # The handle was given up, and its next owner took it.
            before = self.crowd.person((number + 29) % self.customers)
            handle = f"{writing.latin(before.given)}_{writing.latin(before.family)[:4]}{before.number}"
        return {"platform": "x", "handle": handle, "user_id": str(10_000_000 + number * 37)}

    def _handle(self, dice: Dice, me: Self, *, with_id: bool) -> Line:
        if self.strikes("company_handle", dice):
            return {"platform": "x", "handle": OUR_HANDLE, "user_id": None}
        return self._account(me) if with_id else self._account(me) | {"user_id": None}

    def _stated(self, dice: Dice, hazard: str, system: str, number: int, right: str) -> str:
        if not self.strikes(hazard, dice):
            return right
        return _id(system, (number * 31 + 17) % self.customers, 0)


def write(world: HazardWorld, folder: Path) -> int:
    """records.jsonl and truth.csv into the folder; how many records there are."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with (
        (folder / "records.jsonl").open("w", encoding="utf-8") as lines,
        (folder / "truth.csv").open("w", newline="") as file,
    ):
        truth = csv.writer(file)
        truth.writerow(["record_id", "entity_id"])
        for line, number in world.records():
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")
            truth.writerow([line["id"], f"p{number}"])
            count += 1
    return count


def _id(system: str, number: int, which: int) -> str:
    return f"{system}:{number}{'abc'[which] if which else ''}"


def _whole(line: Line, dice: Dice) -> Line:
    told = {name: value for name, value in line.items() if value not in (None, [], "")}
    return told | {"updated_at": DAY_OF.format(month=1 + dice.below(9), day=1 + dice.below(28))}
