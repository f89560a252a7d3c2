"""The review queue: the most worth first, nobody is asked twice, and nothing is linked by it."""

import json

import pytest
from sqlalchemy import select, update

from connector.identity import review as review_module
from connector.identity.decisions import Decisions
from connector.identity.in_force import InForce
from connector.identity.resolver import Resolver
from connector.identity.review import Review
from connector.identity.strictness import STANDARD
from connector.identity.worth import certainty, worth
from connector.store import tables, tables_identity, tables_review
from connector.sync.intake import Intake
from tests.connector.records import contact, email

NAMES = (("Zebulon", "Quarles"), ("Ottokar", "Xylander"), ("Quirin", "Wolkenstein"), ("Leopold", "Zirbenholz"))


def twins(number: int, *, hours: float = 0):
    """Two records that may be one person: one name and street, and a letter behind the house's number of one."""
    given, family = NAMES[number]
    told = {"given_name": given, "family_name": family}
    street, postcode = f"Hauptstr. {number + 5}", f"1011{number}"
    born = told | {"birth_date": "1961-07-14", "address": {"street": street, "postcode": postcode, "country": "DE"}}
    other = told | {"address": {"street": f"{street} a", "postcode": postcode, "country": "DE"}}
    return [
        contact(str(number), email(f"a{number}@one.example", label="primary"), source="crm", hours=hours, **born),
        contact(str(number), email(f"b{number}@two.example", label="primary"), source="shop", hours=hours, **other),
    ]


class Base:
    def __init__(self, store, clock) -> None:
        self.store, self.clock, resolver = store, clock, Resolver(clock)
        self.intake, self.decisions = Intake(store, resolver, clock), Decisions(store, resolver, clock)
        self.review = Review(store, clock, InForce(STANDARD))

    def take(self, *records):
        self.intake.take("default", records)
        self.clock.advance(60)

    def queue(self, **more) -> list[str]:
        self.review.refresh("default", **more)
        return [item.left for item in self.review.page("default")]

    def profile(self, key: str) -> str:
        source, _, external_id = key.split(":")
        m, r = tables.members.c, tables.records.c
        here = (r.source == source, r.external_id == external_id)
        with self.store.reading() as connection:
            return connection.scalar(select(m.profile_id).join(tables.records, r.id == m.record_id).where(*here))

    def build(self, key: str, **document):
        """Let the record's profile have this document."""
        here = tables.profiles.c.id == self.profile(key)
        with self.store.transaction() as connection:
            connection.execute(update(tables.profiles).where(here).values(document=json.dumps(document).encode()))

    def listed(self) -> list:
        with self.store.reading() as connection:
            return connection.execute(select(tables_review.reviews)).all()

    def everything(self) -> list:
        with self.store.reading() as connection:
            found = (tables_identity.verdicts, tables.members, tables_identity.pins, tables.stale)
            return [sorted(map(tuple, connection.execute(select(table)))) for table in found]


@pytest.fixture
def base(store, clock):
    return Base(store, clock)


def test_a_possible_match_waits_for_a_person(base):
    base.take(*twins(0))
    base.review.refresh("default")
    (item,) = base.review.page("default")
    assert (item.left, item.right) == ("crm:contact:0", "shop:contact:0")
    assert (item.left_profile, item.right_profile) == (base.profile(item.left), base.profile(item.right))
    assert item.by_rule
    assert 0.5 <= item.certainty < 0.95
    assert base.review.item("default", item.right, item.left) == item


def test_the_most_worth_come_first_and_pages_follow_each_other(base):
    base.take(*(record for number in range(4) for record in twins(number)))
    base.build("crm:contact:2", orders={"count": 9, "totals": [{"currency": "EUR", "net": "900.00"}]})
    base.build("shop:contact:1", tickets={"open_count": 1})
    assert base.queue()[:2] == ["crm:contact:2", "crm:contact:1"]
    first = base.review.page("default", limit=3)
    second = base.review.page("default", first[-1].place, limit=3)
    assert len(first) == 3
    assert len({item.left for item in first + second}) == 4


def test_the_order_follows_what_profiles_are_worth_now(base):
    base.take(*twins(0), *twins(1))
    base.queue()
    for key in ("crm:contact:0", "crm:contact:1"):
        base.build(key, tickets={"open_count": 3 if base.queue()[-1] == key else 0})
    last = base.queue()[-1]
    base.build(last, tickets={"open_count": 30})
    assert base.queue(everything=True)[0] == last


@pytest.mark.parametrize("decide", ["link", "never"])
def test_what_is_decided_is_not_asked_again(base, decide):
    base.take(*twins(0), *twins(1))
    assert len(base.queue()) == 2
    getattr(base.decisions, decide)("default", "crm:contact:0", "shop:contact:0", "k_1")
    # At once, and also after the queue is made anew.
    assert [item.left for item in base.review.page("default")] == ["crm:contact:1"]
    assert base.queue() == ["crm:contact:1"]
    assert len(base.listed()) == 1
    assert base.queue(everything=True) == ["crm:contact:1"]
    assert base.review.item("default", "crm:contact:0", "shop:contact:0") is None
    base.decisions.take_back("default", "crm:contact:0", "shop:contact:0", "k_1")
    assert sorted(base.queue(everything=True)) == ["crm:contact:0", "crm:contact:1"]


def test_what_is_no_longer_thought_leaves_the_queue(base):
    base.take(*twins(0))
    assert base.queue() == ["crm:contact:0"]
    base.take(contact("0", source="shop", hours=1, given_name="Mary", family_name="Jones"))
    assert base.review.page("default") == []
    base.queue(everything=True)
    assert base.listed() == []


def test_two_profiles_are_asked_about_once_however_many_records_they_have(base):
    left, right = twins(0)
    more = contact("9", *left.identifiers, source="erp", **left.body)
    base.take(left, right, more)
    assert len(base.queue()) == 1


def test_only_what_is_new_is_read_again(base, monkeypatch):
    base.take(*twins(0))
    base.clock.advance(3600)
    assert base.review.refresh("default") == 1
    base.take(*twins(1))
    base.clock.advance(3600)
    assert base.review.refresh("default") == 1
    assert base.review.refresh("default") == 0
    monkeypatch.setattr(review_module, "BATCH", 1)
    assert base.review.refresh("default", everything=True) == 2


def suggest(base, *told):
    return base.review.suggest("default", [(*keys, 0.97, ("birth date",)) for keys in told])


def test_suggestions_are_listed_and_link_nobody(base):
    base.take(*twins(0), contact("7", source="shop", given_name="Mary", family_name="Jones"))
    before = base.everything()
    assert suggest(base, ("crm:contact:0", "shop:contact:7")) == 1
    assert base.everything() == before
    (item,) = [item for item in base.review.page("default") if not item.by_rule]
    assert (item.right, item.probability, item.agrees) == ("shop:contact:7", 0.97, ("birth date",))
    assert base.everything() == before


def test_a_suggestion_on_what_a_rule_thinks_possible_adds_its_word(base):
    base.take(*twins(0))
    base.queue()
    suggest(base, ("crm:contact:0", "shop:contact:0"))
    base.queue(everything=True)
    (item,) = base.review.page("default")
    assert (item.by_rule, item.probability, item.agrees) == (True, 0.97, ("birth date",))


def test_nobody_suggests_what_is_decided_gone_or_one_already(base):
    base.take(*twins(0), *twins(1))
    base.decisions.never("default", "crm:contact:0", "shop:contact:0", "k_1")
    base.decisions.link("default", "crm:contact:1", "shop:contact:1", "k_1")
    told = [("crm:contact:0", "shop:contact:0"), ("crm:contact:1", "shop:contact:1"), ("crm:contact:0", "x:contact:9")]
    assert suggest(base, *told) == 0
    assert base.review.page("default") == []


def test_suggestions_that_are_not_made_again_go(base):
    base.take(*twins(0), contact("7", source="shop", given_name="Mary", family_name="Jones"))
    suggest(base, ("crm:contact:0", "shop:contact:7"))
    base.clock.advance(60)
    base.review.forget_suggestions("default", base.clock())
    assert [item.by_rule for item in base.review.page("default")] == []


def test_worth_grows_with_what_a_customer_is_worth_and_currencies_are_never_added():
    euros = {"orders": {"count": 2, "totals": [{"currency": "EUR", "net": "100"}]}}
    both = {"orders": {"count": 2, "totals": [{"currency": "EUR", "net": "100"}, {"currency": "USD", "net": "90"}]}}
    assert worth(None) == worth({}) == 0
    assert 0 < worth(euros) == worth(both)
    assert worth(euros) < worth(euros | {"tickets": {"open_count": 1}}) < worth(euros | {"tickets": {"open_count": 4}})
    assert worth(euros, views=10) > worth(euros)
    assert worth({"orders": {"totals": [{"net": "-50"}, {"net": "odd"}]}}) == 0


def test_certainty_is_the_surer_of_the_two():
    bits = {"possible": 16, "sure": 29}
    assert certainty(16, None, **bits) == 500
    assert certainty(29, None, **bits) == certainty(60, None, **bits) == 950
    assert certainty(None, 0.5, **bits) == 475
    assert certainty(16, 0.99, **bits) > certainty(16, 0.4, **bits) == 500
