"""Alarms: what looks odd is counted and told, by ids alone."""

from datetime import timedelta

import pytest

from connector.identity.alarms import Watch
from connector.identity.brakes import USUAL, Brakes
from connector.identity.decisions import Decisions
from connector.identity.resolver import Resolver
from connector.sync.intake import Intake
from tests.connector.records import contact, email, handle

JOHN = {"given_name": "John", "family_name": "Smith"}


class Base:
    def __init__(self, store, clock) -> None:
        resolver = Resolver(clock, brakes=Brakes(USUAL))
        self.intake, self.watch = Intake(store, resolver, clock), Watch(store, clock)
        self.decisions = Decisions(store, resolver, clock)

    def now(self):
        self.watch.count("default")
        return self.watch.now("default")


@pytest.fixture
def base(store, clock):
    return Base(store, clock)


def mail(text):
    return email(text, label="primary")


def group(source, mailbox, *more, count=2):
    """Records of one mailbox."""
    return [contact(str(number), mail(mailbox), *more, source=source, **JOHN) for number in range(count)]


def two_groups_on_one_link():
    """Two crm records and two shop records; the last of each have a phone in common."""
    phone = handle("phone", "+4915112312345")
    left = [*group("crm", "js@mail.example"), contact("9", mail("js@mail.example"), phone, source="crm", **JOHN)]
    return [
        *left,
        *group("shop", "john@other.example"),
        contact("9", mail("john@other.example"), phone, source="shop", **JOHN),
    ]


def test_nothing_was_counted_yet(base):
    told = base.watch.now("default")
    assert (told.counted_at, told.largest, told.told(large=10)) == (None, (), [])


def test_the_largest_profiles_are_told(base, clock):
    base.intake.take("default", group("crm", "js@mail.example", count=12))
    told = base.now()
    assert [each.records for each in told.largest] == [12]
    assert told.counted_at == clock()
    assert "12 records" in told.told(large=10)[0]
    assert told.told(large=13) == []


def test_a_profile_that_one_link_holds_is_told_with_its_rule(base):
    base.intake.take("default", two_groups_on_one_link())
    (bridged,) = base.now().bridged
    assert (bridged.records, bridged.parts, bridged.rule) == (6, (3, 3), "own_phone")
    assert "hang on one link" in base.now().told(large=30)[0]


def test_what_a_person_joined_is_no_alarm(base):
    base.intake.take("default", two_groups_on_one_link())
    base.decisions.link("default", "crm:contact:1", "crm:contact:0", "k_1")
    assert base.now().bridged_count == 0


def test_values_that_turned_generic_are_told_until_they_turn_back(base, clock):
    names = ("John", "Jane", "Mary", "Paul", "Lucy")
    team = mail("team.north@mail.example")
    everybody = [contact(name, team, given_name=name, family_name="Smith") for name in names]
    base.intake.take("default", everybody[:4])
    assert base.now().generic_count == 0
    base.intake.take("default", everybody[4:])
    (generic,) = base.now().generic
    assert (generic.kind, generic.standing, generic.record, generic.source) == (
        "e",
        "generic",
        "crm:contact:Lucy",
        "crm",
    )
    assert "1 values turned generic" in base.now().told(large=30)[0]
    base.intake.take("default", [contact("Lucy", hours=1, given_name="Lucy")])
    assert base.now().generic_count == 0


def test_what_turned_long_ago_is_no_news_and_then_forgotten(base, clock):
    names = ("John", "Jane", "Mary", "Paul", "Lucy")
    base.intake.take("default", [contact(name, mail("team.north@mail.example"), given_name=name) for name in names[:4]])
    base.intake.take("default", [contact("Lucy", mail("team.north@mail.example"), given_name="Lucy")])
    clock.advance(timedelta(days=8).total_seconds())
    assert base.now().generic == ()
    clock.advance(timedelta(days=90).total_seconds())
    base.now()
    clock.time -= timedelta(days=98)
    assert base.watch.now("default").generic == ()


def test_nothing_that_is_told_holds_a_value(base):
    base.intake.take("default", [*two_groups_on_one_link(), *group("erp", "js@mail.example", count=12)])
    told = repr(base.now())
    assert not [word for word in ("mail.example", "4915112312345", "Smith", "smith") if word in told]
