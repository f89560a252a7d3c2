"""Phone numbers for the world of hazards: valid ones, and the ways in which people write them."""

from functools import lru_cache

import phonenumbers

from sandbox.chance import Dice
from sandbox.countries import Country


@lru_cache(maxsize=1 << 18)
def phone(country: Country, kind: str, *words: object) -> str:
    """A number of that kind, of its own for these words: E.164, as no range for films is large enough."""
    of_kind = phonenumbers.PhoneNumberType.MOBILE if kind == "mobile" else phonenumbers.PhoneNumberType.FIXED_LINE
    example = str(phonenumbers.example_number_for_type(country.code, of_kind).national_number)
    dice = Dice("number", kind, *words)
    digits = example
    for _ in range(50):
        digits = example[:3] + "".join(str(dice.below(10)) for _ in example[3:])
        parsed = phonenumbers.PhoneNumber(
            int(country.calling_code), int(digits), italian_leading_zero=example[0] == "0"
        )
        if phonenumbers.is_valid_number(parsed):
            break
    lead = "0" if country.code == "IT" and kind == "landline" else ""
    return f"+{country.calling_code}{lead}{digits}"


def local(written: str, country: Country) -> str:
    return country.trunk + written.removeprefix(f"+{country.calling_code}")


def spelt(dice: Dice, written: str, country: Country, home: Country) -> str:
    way = dice.below(4)
    if way == 0 and country is home:
        return local(written, country)
    if way == 1:
        return f"+{country.calling_code} {written.removeprefix('+' + country.calling_code)}"
    return "00" + written[1:] if way == 2 and country.code != "US" else written
