"""Identifiers: every spelling of one handle is the same handle, and different handles stay apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.identifiers import Identifier, email, external, handle, handle_of, normalise, phone, salesforce_id, social

EMAILS = {
    "anna@example.com": "anna@example.com",
    "ANNA@EXAMPLE.COM": "anna@example.com",
    "Anna@Example.Com": "anna@example.com",
    "  anna@example.com  ": "anna@example.com",
    "\tanna@example.com\n": "anna@example.com",
    "\u00a0anna@example.com\u00a0": "anna@example.com",
    "\u200banna@example.com\ufeff": "anna@example.com",
    "anna\u200b@example.com": "anna@example.com",
    "mailto:anna@example.com": "anna@example.com",
    "MAILTO:anna@example.com?subject=hi": "anna@example.com",
    "<anna@example.com>": "anna@example.com",
    "Anna Example <anna@example.com>": "anna@example.com",
    '"Example, Anna" <Anna@example.com>': "anna@example.com",
    "anna@example.com.": "anna@example.com",
    "ａｎｎａ@example.com": "anna@example.com",
    "anna＠example.com": "anna@example.com",
    "anna+news@example.com": "anna+news@example.com",
    "an.na@example.com": "an.na@example.com",
    "an.na@gmail.com": "anna@gmail.com",
    "anna+news@gmail.com": "anna@gmail.com",
    "A.N.N.A+x+y@GoogleMail.com": "anna@gmail.com",
    "anna@googlemail.com": "anna@gmail.com",
    "anna@mail.gmail.com": "anna@mail.gmail.com",
    "anna@müller.example": "anna@xn--mller-kva.example",
    "anna@MÜLLER.example": "anna@xn--mller-kva.example",
    "anna@xn--mller-kva.example": "anna@xn--mller-kva.example",
    "anna@mu\u0308ller.example": "anna@xn--mller-kva.example",
    "jürgen@example.com": "jürgen@example.com",
    "ju\u0308rgen@example.com": "jürgen@example.com",
    "ß@example.com": "ß@example.com",
    "ss@example.com": "ss@example.com",
    "o'brien@example.com": "o'brien@example.com",
    "1@example.com": "1@example.com",
    "用户@例子.example": "用户@xn--fsqu00a.example",
    "": None,
    "anna": None,
    "anna@": None,
    "@example.com": None,
    "anna@b": None,
    "anna@localhost": None,
    "anna@@example.com": None,
    "anna example@example.com": None,
    "anna@example..com": None,
    ".anna@example.com": None,
    "anna@example.com, ben@example.com": None,
    "+tag@gmail.com": None,
    "anna@[192.0.2.1]": None,
    "n/a": None,
    "x" * 100_000 + "@example.com": None,
}

# Numbers that regulators reserve for fiction, or that phonenumbers gives as examples.
PHONES = {
    ("+44 20 7946 0018", None): "+442079460018",
    ("+44 (0)20 7946 0018", None): "+442079460018",
    ("+44-20-7946-0018", None): "+442079460018",
    ("+44.20.7946.0018", None): "+442079460018",
    (" 44 20 7946 0018", None): "+442079460018",
    ("442079460018", None): "+442079460018",
    ("0044 20 7946 0018", None): "+442079460018",
    ("0044 20 7946 0018", "GB"): "+442079460018",
    ("00 44 20 7946 0018", "US"): "+442079460018",
    ("011 44 20 7946 0018", "US"): "+442079460018",
    ("020 7946 0018", "GB"): "+442079460018",
    ("(020) 7946 0018", "GB"): "+442079460018",
    ("tel:+44-20-7946-0018", None): "+442079460018",
    ("TEL:+442079460018", None): "+442079460018",
    ("＋４４２０７９４６００１８", None): "+442079460018",
    ("٠٢٠٧٩٤٦٠٠١٨", "GB"): "+442079460018",
    ("+44\u00a020\u20117946\u20110018", None): "+442079460018",
    ("+44 20 7946 0018 ext. 12", None): "+442079460018;ext=12",
    ("020 7946 0018 x12", "GB"): "+442079460018;ext=12",
    ("+442079460018;ext=12", None): "+442079460018;ext=12",
    ("tel:+44-20-7946-0018;ext=12", None): "+442079460018;ext=12",
    ("020 7946 0018 #12", "GB"): "+442079460018;ext=12",
    ("07911 123456", "GB"): "+447911123456",
    ("(201) 555-0123", "US"): "+12015550123",
    ("201-555-0123", "US"): "+12015550123",
    ("201.555.0123", "US"): "+12015550123",
    ("1 201 555 0123", "US"): "+12015550123",
    ("+1 (201) 555-0123", None): "+12015550123",
    ("12015550123", None): "+12015550123",
    ("2015550123", "CA"): "+12015550123",
    ("1-800-FLOWERS", "US"): "+18003569377",
    ("030 901820", "DE"): "+4930901820",
    ("030/901820", "DE"): "+4930901820",
    ("+49 30 901820", "US"): "+4930901820",
    ("49 30 901820", "DE"): "+4930901820",
    ("0049 30 901820", "DE"): "+4930901820",
    ("01 23 45 67 89", "FR"): "+33123456789",
    ("+33 1 23 45 67 89", None): "+33123456789",
    ("06 12345678", "IT"): "+390612345678",
    ("+39 06 12345678", None): "+390612345678",
    ("010 123 4567", "NL"): "+31101234567",
    ("+41 44 668 18 00", None): "+41446681800",
    ("044 668 18 00", "CH"): "+41446681800",
    ("01 234567890", "AT"): "+431234567890",
    ("+351 21 234 5678", None): "+351212345678",
    ("810 12 34 56", "ES"): "+34810123456",
    ("08 123 456 00", "SE"): "+46812345600",
    ("+48 12 345 67 89", None): "+48123456789",
    ("8 (301) 123-45-67", "RU"): "+73011234567",
    ("+90 212 345 67 89", None): "+902123456789",
    ("03-1234-5678", "JP"): "+81312345678",
    ("81-3-1234-5678", None): "+81312345678",
    ("010-1234-5678", "CN"): "+861012345678",
    ("074104 10123", "IN"): "+917410410123",
    ("(11) 2345-6789", "BR"): "+551123456789",
    ("02 1234 5678", "AU"): "+61212345678",
    ("010 123 4567", "ZA"): "+27101234567",
    ("+971 2 234 5678", None): "+97122345678",
    ("020 7946 0018", None): None,
    ("", None): None,
    ("n/a", "GB"): None,
    ("anonymous", "DE"): None,
    ("911", "US"): None,
    ("1234", None): None,
    ("0000000000", "US"): None,
    ("+999 123456", None): None,
    ("+44 20 7946 0018 / +44 20 7946 0019", None): None,
    ("anna@example.com", "GB"): None,
    ("9" * 10_000, None): None,
}

SALESFORCE = {
    "001000000000001": "001000000000001AAA",
    "003D000000QV9nI": "003D000000QV9nIIAT",
    "003D000000qv9ni": "003D000000qv9niIAA",
    "00QAAAAAAAAAAAA": "00QAAAAAAAAAAAA255",
    "003D000000QV9nIIAT": "003D000000QV9nIIAT",
    " 003D000000QV9nI ": "003D000000QV9nIIAT",
    "12345": "12345",
    "003D000000QV9n-": "003D000000QV9n-",
}


@pytest.mark.parametrize("spelling, expected", EMAILS.items())
def test_emails(spelling, expected):
    assert email(spelling) == expected


@pytest.mark.parametrize("spelling, expected", PHONES.items())
def test_phones(spelling, expected):
    assert phone(*spelling) == expected


@pytest.mark.parametrize("spelling, expected", SALESFORCE.items())
def test_salesforce_ids(spelling, expected):
    assert salesforce_id(spelling) == expected


def test_salesforce_ids_that_differ_in_case_differ_without_it():
    assert salesforce_id("003D000000QV9nI").lower() != salesforce_id("003D000000qv9ni").lower()


def test_there_are_a_hundred_spellings_and_more():
    assert len(EMAILS) + len(PHONES) + len(SALESFORCE) >= 100


@pytest.mark.parametrize(
    "made, expected",
    [
        (social(" X ", " 12 "), "x:12"),
        (social("x", ""), None),
        (handle("x", "@AnnaB"), "x:annab"),
        (handle("X", "annab "), "x:annab"),
        (handle("x", "@"), None),
        (external("crm", " aB1 "), "crm:aB1"),
        (external("crm", " "), None),
    ],
)
def test_social_handles_and_external_ids(made, expected):
    assert made == expected


@given(st.text(max_size=80))
def test_any_text_is_read_or_not_but_never_trips_us_and_reading_twice_changes_nothing(text):
    for read in (email, phone):
        once = read(text)
        assert once is None or read(once) == once


def test_what_cannot_be_read_is_kept_as_it_came_and_matches_nothing():
    assert normalise({"kind": "phone", "value": " ask reception "}) == Identifier(
        kind="phone", value="ask reception", shown="ask reception", valid=False
    )


def test_a_social_id_keeps_its_handle_as_a_label_to_search_by():
    made = normalise({"kind": "social", "platform": "x", "user_id": 7, "handle": "@AnnaB", "verified": True})
    assert (made.value, made.label, made.verified) == ("x:7", "AnnaB", True)
    assert handle_of(made) == Identifier(kind="handle", value="x:annab", shown="AnnaB")


@pytest.mark.parametrize("told", [{"kind": "email", "value": None}, {"kind": "email", "value": " "}, {"kind": "phone"}])
def test_nothing_told_is_no_identifier(told):
    assert normalise(told) is None
