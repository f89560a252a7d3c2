"""People, homes and companies: who they truly are, each a pure function of the seed and a number."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import phonenumbers

from sandbox import hazard_numbers
from sandbox.chance import Dice
from sandbox.countries import BY_SHARE, Country
from sandbox.crowd import BLOCK, Place, crowd
from sandbox.phrases import INDUSTRIES, JOBS, LEGAL_FORMS, TRADES
from sandbox.writing import latin, spelt

# Mail hosts for private people; all of them reserved, so that no mail can reach anyone.
MAILS = (
    "mail.example",
    "post.example",
    "example.com",
    "example.org",
    "example.net",
    "inbox.example.net",
    "web.example.org",
)


# How many houses the longest street has.
MOST_HOUSES = 400

# Those in which postcodes end.
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Those who live together: one address, one landline, mostly one family name."""

    country: Country
    family: str
    address: Mapping[str, Any]
    landline: str
    mail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """`number` is that of the person who founded it."""

    number: int
    name: str
    domain: str
    industry: str
    switchboard: str
    country: Country


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The true one; what a system holds of them may be written otherwise, older or wrong."""

    number: int
    place: Place
    country: Country
    given: str
    family: str
    is_woman: bool
    suffix: str | None
    birth_date: str
    address: Mapping[str, Any]
    mobile: str
    landline: str
    private_mail: str
    work_mail: str | None
    company: int | None
    job_title: str | None
    consents: bool


class People:
    """Everybody of one seed. Nothing is kept but a few thousand of the last ones asked for."""

    def __init__(self, seed: int | str) -> None:
        self.seed = seed
        self.places: Sequence[Place] = crowd(seed)
        self.person = lru_cache(maxsize=4096)(self._person)
        self.home = lru_cache(maxsize=4096)(self._home)
        self.company = lru_cache(maxsize=8192)(self._company)

    def place(self, number: int) -> Place:
        return self.places[number % BLOCK]

    def spouse(self, person: Person) -> Person | None:
        """The other adult at home."""
        if person.place.home_size < 2 or person.place.role > 1:
            return None
        return self.person(person.number + (1 if person.place.role == 0 else -1))

    def employer(self, person: Person) -> Company | None:
        return None if person.company is None else self.company(person.company)

    def _home(self, number: int) -> Home:
        """The home whose first member has this number."""
        dice = Dice(self.seed, "home", number)
        country = BY_SHARE[dice.below(100)]
        # Common names are common: the smaller of two throws.
        family = country.families[min(dice.below(len(country.families)), dice.below(len(country.families)))]
        return Home(
            country=country,
            family=family,
            address=_address(dice, country),
            landline=_number(country, "landline", number),
            mail=f"familie.{latin(family.partition('|')[0])}{number}@{MAILS[dice.below(2)]}",
        )

    def _company(self, number: int) -> Company:
        dice = Dice(self.seed, "company", number)
        founder = self.home(number - self.place(number).role)
        name = f"{founder.family.partition('|')[0]} {dice.pick(TRADES[founder.country.language])}"
        return Company(
            number=number,
            name=f"{name} {LEGAL_FORMS[founder.country.code]}",
            domain=f"{latin(name)}{number}.example",
            industry=dice.pick(INDUSTRIES),
            switchboard=_number(founder.country, "landline", number + 7),
            country=founder.country,
        )

    def seat(self, company: Company) -> Mapping[str, Any]:
        """The company's address."""
        return _address(Dice(self.seed, "seat", company.number), company.country)

    def _person(self, number: int) -> Person:
        place = self.place(number)
        first = number - place.role
        home = self.home(first)
        dice = Dice(self.seed, "person", number)
        is_woman = dice.chance(50)  # the first throw: a partner looks at it below
        given = dice.pick(home.country.women if is_woman else home.country.men)
        suffix, birth_date = None, _birth_date(dice, place.role)
        if place.role == 1 and dice.chance(85):
            # Couples of the same sex exist, but most are not.
            is_woman = not Dice(self.seed, "person", first).chance(50)
            given = dice.pick(home.country.women if is_woman else home.country.men)
        if place.role == 2 and home.country.code in ("US", "GB") and dice.chance(15):
            given, is_woman, suffix = self.person(first).given, self.person(first).is_woman, "Jr."
        if place.role == 3 and dice.chance(15):
            birth_date = self.person(first + 2).birth_date  # twins
        keeps_name = place.role == 1 and dice.chance(30)
        family = dice.pick(home.country.families) if keeps_name else home.family
        family = family.rpartition("|")[2] if is_woman else family.partition("|")[0]
        employer = None if place.employer is None else self.company(number - place.number + place.employer)
        return Person(
            number=number,
            place=place,
            country=home.country,
            given=given,
            family=family,
            is_woman=is_woman,
            suffix=suffix,
            birth_date=birth_date,
            address=home.address,
            mobile=_number(home.country, "mobile", number),
            landline=home.landline,
            private_mail=_private_mail(dice, latin(given), latin(family), number),
            work_mail=employer and _work_mail(employer, latin(given), latin(family), place),
            company=employer and employer.number,
            job_title=employer and dice.pick(JOBS[home.country.language]),
            consents=dice.chance(60),
        )


def _private_mail(dice: Dice, given: str, family: str, number: int) -> str:
    # Always with the person's number, for no two people share a mailbox by accident.
    way = dice.below(4)
    if way == 0:
        return f"{given}.{family}{number}@{dice.pick(MAILS)}"
    if way == 1:
        return f"{given[0]}{family}{number}@{dice.pick(MAILS)}"
    if way == 2:
        return f"{family}.{given}{number}@{dice.pick(MAILS)}"
    return f"{given}{number}@{dice.pick(MAILS)}"


def _work_mail(employer: Company, given: str, family: str, place: Place) -> str:
    return (
        f"{given}.{family}@{employer.domain}"
        if place.founds
        else f"{given[0]}.{family}{place.number}@{employer.domain}"
    )


def _address(dice: Dice, country: Country) -> Mapping[str, Any]:
    city, region, postcode = dice.pick(country.places)
    number = str(1 + dice.below(MOST_HOUSES)) + ("b" if dice.chance(4) else "")
    return {
        "street": country.street_form.format(street=dice.pick(country.streets), number=number),
        "city": city,
        "region": region,
        "postcode": _postcode(dice, postcode),
        "country": country.code,
    }


def _postcode(dice: Dice, form: str) -> str:
    """One of the city's many: homes do not crowd as the world grows."""
    if form[-1].isdigit() or form[-1] == "#":
        return re.sub(r"\d?#", f"{1 + dice.below(99):02d}", form)
    # British and Dutch ones end in two letters.
    return form[:-2].replace("#", str(1 + dice.below(9))) + dice.pick(LETTERS) + dice.pick(LETTERS)


def _number(country: Country, kind: str, turn: int) -> str:
    """A number of the ranges that are kept for films, as dialled at home; when they are used up, any valid one."""
    ranges = country.mobiles if kind == "mobile" else country.landlines
    form = ranges[turn % len(ranges)]
    place = turn // len(ranges)
    if place < 10 ** form.count("#"):
        return spelt(form, place)
    number = phonenumbers.parse(hazard_numbers.phone(country, kind, turn))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def _birth_date(dice: Dice, role: int) -> str:
    year = (1945 + dice.below(50)) if role < 2 else (1992 + dice.below(14))
    return f"{year}-{1 + dice.below(12):02d}-{1 + dice.below(28):02d}"
