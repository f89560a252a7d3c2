"""Names, mailboxes, numbers, homes and days as people of fifty countries write them: what is one, and what is two."""

from dataclasses import replace

import phonenumbers
import pytest

from connector.identity.evidence import days, handles, homes, likeness, names
from connector.identity.evidence.record import PROFILE, Told, read
from connector.identity.spelling import is_spelt
from tests.connector.identity import evidence_cases as cases


def rows(table: str) -> list[tuple[str, ...]]:
    lines = [line for line in table.splitlines() if line.strip()]
    return [tuple(part.strip() for part in f"{line} ".split(" | ")) for line in lines]


def name(text: str) -> names.Name:
    given, slash, family = text.partition(" / ")
    return names.read(given, family) if slash else names.read(None, None, text)


def home(country: str, text: str) -> homes.Home:
    street, postcode, city = text.split("; ")
    return homes.read(street, postcode, city, country)


PHONES = [(region, number, spelt) for region, number, *spellings in rows(cases.PHONES) for spelt in spellings]
TABLES = (cases.ONE_PERSON, cases.TWO_PEOPLE, cases.RENAMED, cases.NO_NAMES, cases.EMAILS, cases.HOMES,
          cases.TWO_HOMES, cases.DAYS, cases.DAYS_ALIKE)  # fmt: skip


def test_the_table_is_as_large_as_it_says():
    assert len(PHONES) + sum(len(rows(table)) for table in TABLES) >= 400
    assert len({region for region, _, _ in PHONES}) >= 40


@pytest.mark.parametrize(("region", "number", "spelt"), PHONES)
def test_phones_are_read_in_their_country(region, number, spelt):
    assert handles.phone(spelt, region)[0] == number


@pytest.mark.parametrize(("left", "right"), rows(cases.ONE_PERSON))
def test_names_of_one_person_agree(left, right):
    found = likeness.likeness(name(left), name(right))
    assert not found.clash and found.family not in (likeness.CLASH,), found
    assert found.given >= likeness.INITIAL


@pytest.mark.parametrize(("left", "right"), rows(cases.TWO_PEOPLE))
def test_names_of_two_people_clash(left, right):
    assert likeness.likeness(name(left), name(right)).clash


@pytest.mark.parametrize(
    "text", ["Anna Maria / Smith", "Anna / S.", "J. / Smith", "A. / B.", "영진 / 오", "오영진", "健 / 石川"]
)
def test_equal_names_are_alike_whether_or_not_they_are_one_object(text):
    told = name(text)
    found = []
    for other in (told, replace(told)):
        likeness.likeness.cache_clear()
        found.append(likeness.likeness(told, other))
    assert found[0] == found[1]


@pytest.mark.parametrize(("left", "right"), rows(cases.ONE_PERSON) + rows(cases.TWO_PEOPLE))
def test_likeness_has_no_direction(left, right):
    assert likeness.likeness(name(left), name(right)) == likeness.likeness(name(right), name(left))


@pytest.mark.parametrize(("left", "right"), rows(cases.RENAMED))
def test_another_family_name_alone_makes_nobody_two(left, right):
    found = likeness.likeness(name(left), name(right))
    assert not found.clash and not found.near


@pytest.mark.parametrize("row", rows(cases.NO_NAMES))
def test_what_fills_a_field_names_nobody(row):
    assert not name(row[0])


@pytest.mark.parametrize(("spelt", "address"), rows(cases.EMAILS))
def test_mailboxes_are_one_however_they_are_written(spelt, address):
    assert read(Told(key="1", emails=(spelt,))).emails == ((address,) if address else ())


@pytest.mark.parametrize(("country", "left", "right"), rows(cases.HOMES))
def test_one_home_has_many_spellings(country, left, right):
    assert homes.likeness(home(country, left), home(country, right)) >= homes.NEAR


@pytest.mark.parametrize(("country", "left", "right"), rows(cases.TWO_HOMES))
def test_next_door_is_another_home(country, left, right):
    assert homes.likeness(home(country, left), home(country, right)) <= homes.PLACE


@pytest.mark.parametrize(("spelt", "region", "day"), rows(cases.DAYS))
def test_days_of_birth_are_read_as_they_were_meant(spelt, region, day):
    found = days.read(spelt, region)
    assert ("-".join(map(str, found)) if found else "") == day


@pytest.mark.parametrize(("left", "right", "alike"), rows(cases.DAYS_ALIKE))
def test_days_of_birth_are_compared_as_clerks_write_them(left, right, alike):
    assert days.likeness(days.read(left), days.read(right)) == getattr(days, alike)


@pytest.mark.parametrize(("text", "suffix"), [("John Smith Jr.", 1), ("John Smith, Sr", 2), ("John Smith III", 4)])
def test_a_suffix_is_found_behind_the_name(text, suffix):
    found = names.read(None, None, text)
    assert (found.given, found.family, found.suffix) == (("john",), ("smith",), suffix)


def test_what_a_profile_calls_itself_is_no_name():
    assert not read(Told(key="1", kind=PROFILE, full_name="tea lover")).name
    assert read(Told(key="1", kind=PROFILE, full_name="Anna Smith")).name


@pytest.mark.parametrize(
    ("address", "given", "family", "spelt"),
    [
        ("anna.smith@example.com", "Anna", "Smith", True),
        ("asmith@example.com", "Anna", "Smith", True),
        ("peter.smith@example.com", "Anna", "Jones", False),
        ("mrusso7@example.com", "Anna", "Moretti", False),
        ("bsmith@example.com", "Robert", "Smith", True),
        ("ksmith@example.com", "Anna", "Smith", False),
        ("k.smith@example.com", "Anna", "Smith", False),
        ("kerem.yilmaz@example.com", "Elif", "Yilmaz", False),
        ("rahulc98@example.com", "Geetika", "Chaudry", False),
        ("isaacadam@example.com", "Christelle", "Adam", False),
        ("annalena26@example.com", "Anna Lena", "Becker", True),
        ("karlheinz.fischer@example.com", "Karl-Heinz", "Fischer", True),
        ("mdejong@example.com", "Milan", "de Jong", True),
        ("bvandenberg@example.com", "Bram", "Berg", True),
        ("huawei.yu@example.com", "Huawei", "Yu", True),
        ("sunny.garcia@example.com", "Maria", "Garcia", False),
        ("rania45@example.com", "رانيا", "الرامي", True),
        ("layla45@example.com", "رانيا", "الرامي", False),
        ("yuna.yamada@example.com", "優奈", "山田", True),
    ],
)
def test_a_mailbox_says_whose_it_is(address, given, family, spelt):
    assert is_spelt(names.read(given, family), handles.spelt_in(address)) is spelt


def test_a_letter_before_a_family_name_is_an_initial_and_no_particle():
    """`y` and `e` stand between family names, too."""
    assert is_spelt(names.read("Bram", "Kowalk"), ("vandenkowalk",))
    assert not is_spelt(names.read("John", "Kowalk"), ("ekowalk",))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("annasmith@example.com", ("anna", "smith")),
        ("smith.anna77@example.com", ("smith", "anna")),
        ("williammelton@example.com", ("william", "melton")),
        ("ax77@example.com", ()),
        ("cmartin@example.com", ("c", "martin")),
        ("rahulc98@example.com", ("c", "rahul")),
        ("isaacadam@example.com", ("isac", "adam")),
        ("j.watanabe@example.com", ("j", "watanabe")),
        ("sunnyfish08@example.com", ()),
        ("moonman34@example.com", ()),
        ("tigergamer1@example.com", ()),
        ("dragon88@example.com", ()),
    ],
)
def test_the_words_of_a_mailbox_are_found(address, words):
    assert handles.spelt_in(address) == words


@pytest.mark.parametrize(
    "mailbox",
    [
        "team53",
        "orders",
        "smithfamily",
        "familie.weber77",
        "themartinezs",
        "li.home",
        "thealghamdis126",
        "bestellung",
        "miller.haus",
    ],
)
def test_what_several_read_says_so(mailbox):
    assert handles.is_shared(f"{mailbox}@mail.de")


@pytest.mark.parametrize("mailbox", ["theodor", "theresa", "annasmith", "teamann"])
def test_what_one_reads_does_not(mailbox):
    assert not handles.is_shared(f"{mailbox}@mail.de")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (("سميرة", "درويش"), ("Sameera", "Darwish")),
        (("محمد", "حسن"), ("Mohammed", "Hassan")),
        (("东波", "李"), ("Dongbo", "Li")),
        (("सुनीता", "शर्मा"), ("Sunita", "Sharma")),
    ],
)
def test_names_in_two_scripts_agree_by_their_sounds(left, right):
    assert likeness.likeness(names.read(*left), names.read(*right)).full


@pytest.mark.parametrize(
    ("left", "right"), [(("علي", "ناصر"), ("Ameena", "Nasser")), (("直樹", "石川"), ("Naoki", "Ishikawa"))]
)
def test_what_two_scripts_do_not_tell_is_not_guessed(left, right):
    assert likeness.likeness(names.read(*left), names.read(*right)) == likeness.UNTOLD


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_a_number_that_was_read_before_is_not_read_again_and_means_the_same(region):
    for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE):
        example = phonenumbers.example_number_for_type(region, kind)
        if example:
            number = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
            digits = phonenumbers.national_significant_number(phonenumbers.parse(number))[-10:]
            assert handles.whole_phone(number) in ((number, digits), None)
            assert handles.whole_phone(number) == handles.phone(number, None)
