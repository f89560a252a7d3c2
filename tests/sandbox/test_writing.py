"""However it is written, it stays the same name, phone and mailbox."""

import pytest

from sandbox import writing
from sandbox.chance import Dice
from sandbox.countries import BY_SHARE, COUNTRIES
from schemas import identifiers


def test_shares_of_countries_make_a_hundred() -> None:
    assert len(BY_SHARE) == 100


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda country: country.code)
def test_every_spelling_of_a_phone_is_the_same_number_in_its_country(country) -> None:
    for form in country.mobiles + country.landlines:
        number = writing.spelt(form, 42 % 10 ** form.count("#"))
        true = "+" + country.calling_code + writing.digits(number).removeprefix(country.trunk)
        for turn in range(60):
            written = writing.phone(Dice("phone", turn), number, country)
            assert identifiers.phone(written, country.code) == true, written


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda country: country.code)
def test_every_name_makes_a_mailbox(country) -> None:
    for name in (*country.men, *country.women, *(part for family in country.families for part in family.split("|"))):
        local = writing.latin(name)
        assert local.isascii() and local.isalnum(), name
        assert identifiers.email(f"{local}@mail.example") == f"{local}@mail.example"


def test_a_mailbox_stays_the_same_but_for_a_plus_tag() -> None:
    written = {writing.mailbox(Dice("mail", turn), "anna.berg7@mail.example") for turn in range(300)}
    assert {identifiers.email(mailbox) for mailbox in written} == {
        "anna.berg7@mail.example",
        "anna.berg7+shop@mail.example",
    }
    assert len(written) == 5


def test_a_name_is_written_in_many_ways() -> None:
    written = {writing.name(Dice("name", turn), "Jürgen", "Müller") for turn in range(400)}
    assert {
        ("Jürgen", "Müller"),
        ("Jurgen", "Muller"),
        ("JÜRGEN", "MÜLLER"),
        ("J.", "Müller"),
        ("Müller", "Jürgen"),
        (None, "Müller"),
    } <= written


def test_a_typo_swaps_two_letters_and_spares_short_names() -> None:
    wrong = writing.typo(Dice("typo"), "Schneider")
    assert wrong != "Schneider" and sorted(wrong) == sorted("Schneider")
    assert writing.typo(Dice("typo"), "Lee") == "Lee"
