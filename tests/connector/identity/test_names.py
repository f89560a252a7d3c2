import pytest

from connector.identity.names import agree, are_one, person


def named(name: str | None, **more):
    return person({"name": name, **more})


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Anna Smith", "Smith, Anna"),
        ("Anna Smith", "ANNA SMITH"),
        ("Anna Smith", "A. Smith"),
        ("Anna Smith", "Anna"),
        ("Anna Smith", None),
        ("Anna Maria Smith", "Anna Smith"),
        ("Anna M. Smith", "Anna Maria Smith"),
        ("Dr. Anna Smith", "Anna Smith"),
        ("José Núñez", "Jose Nunez"),
        ("Jürgen Müller", "Juergen Mueller"),
        ("Søren Ødegård", "Soren Odegard"),
        ("Conor O'Neil", "Conor O\N{RIGHT SINGLE QUOTATION MARK}Neil"),
        ("Иван Петров", "Ivan Petrov"),
        ("Jean-Luc Picard", "Jean Luc Picard"),
    ],
)
def test_the_same_name_in_other_spellings_agrees(left, right):
    assert agree(named(left), named(right)) and agree(named(right), named(left))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Anna Smith", "Bob Smith"),
        ("Anna Smith", "Anna Miller"),
        ("Anna Smith", "B. Smith"),
        ("A. Smith", "Bob Smith"),
        ("Иван Петров", "Олег Петров"),
        ("Anna Smith", "Anna Anna"),
    ],
)
def test_other_names_contradict(left, right):
    assert not agree(named(left), named(right)) and not agree(named(right), named(left))


def test_senior_is_not_junior():
    assert not agree(named("John Smith", suffix="Jr."), named("John Smith", suffix="Sr."))
    assert not agree(named("John Smith Jr."), named("John Smith III"))
    assert agree(named("John Smith Jr."), named("John Smith"))


def test_two_birth_dates_contradict():
    assert not agree(named("Anna Smith", birth_date="1980-01-01"), named("Anna Smith", birth_date="1981-01-01"))


def test_the_parts_of_a_name_stand_for_a_missing_whole():
    assert not agree(person({"given_name": "Anna", "family_name": "Smith"}), named("Bob Smith"))


def test_one_contradiction_among_many_is_enough():
    assert not are_one([named("Smith"), named("Anna Smith"), named("Bob Smith")])
    assert are_one([named("Smith"), named("Anna Smith"), named("A. Smith")])
