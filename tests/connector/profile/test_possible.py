"""Whom a profile may also be: told by kind alone, and right whatever happens to either of the two."""

import contextlib
import random
from collections.abc import Callable
from dataclasses import replace

import orjson
import pytest
from sqlalchemy import select

from connector.errors import ContradictedError
from connector.identity.decisions import Decisions
from connector.identity.resolver import Resolver
from connector.identity.unmerge import Unmerge
from connector.profile import gathered
from connector.store import keyed, profiles, tables
from connector.store.pins import key_of
from schemas.profile import PossibleSchema
from tests.connector.identity.test_review import twins
from tests.connector.records import contact, email, gone, handle, order

HOURS = 100


@pytest.fixture
def decisions(world, clock):
    return Decisions(world.store, Resolver(clock), clock)


def documents(world, workspace: str = "acme") -> dict[str, dict]:
    """Every profile as it is served after what is marked was rebuilt, by id."""
    world.rebuild.run(workspace)
    with world.store.reading() as connection:
        query = select(tables.members.c.profile_id).where(tables.members.c.workspace == workspace)
        found = profiles.documents(connection, workspace, sorted(set(connection.scalars(query))))
    return {each: orjson.loads(told) for each, told in found.items()}


def others(world) -> dict[str, list[str]]:
    """Whom each profile may also be."""
    return {each: [one["profile_id"] for one in told["may_also_be"]] for each, told in documents(world).items()}


def of(world, key: str) -> str:
    with world.store.reading() as connection:
        return keyed.profiles_of(connection, "acme", [key])[key]


def test_both_say_what_agrees_and_nothing_of_the_other(world):
    world.take(*twins(0))
    told = documents(world)
    left, right = of(world, "crm:contact:0"), of(world, "shop:contact:0")
    why = {"agrees": ["name", "place"], "why": "Name and place agree."}
    assert told[left]["may_also_be"] == [{"profile_id": right} | why]
    assert told[right]["may_also_be"] == [{"profile_id": left} | why]
    assert PossibleSchema().validate(told[left]["may_also_be"][0]) == {}
    assert b"b0@two.example" not in world.lookup.get("acme", left).document


def test_who_is_asked_by_an_identifier_hears_of_it(world):
    world.sync(*twins(0))
    assert world.card("email", "a0@one.example")["may_also_be_count"] == 1


@pytest.mark.parametrize("decide", ["link", "never"])
def test_what_is_decided_is_no_longer_possible_until_that_is_taken_back(world, decisions, decide):
    world.take(*twins(0))
    assert all(others(world).values())
    getattr(decisions, decide)("acme", "crm:contact:0", "shop:contact:0", "kim")
    assert not any(others(world).values())
    decisions.take_back("acme", "crm:contact:0", "shop:contact:0", "kim")
    assert sorted(map(len, others(world).values())) == [1, 1]


def test_who_is_gone_is_nobody_it_may_be(world):
    world.take(*twins(0))
    assert all(others(world).values())
    world.take(gone("0", source="shop", hours=HOURS))
    assert not any(others(world).values())


def test_an_id_that_is_retired_gives_way_to_its_successor(world, decisions):
    """Who is joined with others goes by their id from then on, and so does who is parted from them."""
    others_in_the_shop = [contact(f"s{each}", email(f"s{each}@x.example"), source="shop") for each in range(3)]
    world.take(*twins(0), *others_in_the_shop)
    mine, before = of(world, "crm:contact:0"), of(world, "shop:contact:0")
    assert others(world)[mine] == [before]
    decisions.link("acme", "shop:contact:s0", "shop:contact:s1", "kim")
    decisions.link("acme", "shop:contact:s1", "shop:contact:s2", "kim")
    decisions.link("acme", "shop:contact:s2", "shop:contact:0", "kim")
    after = of(world, "shop:contact:s0")
    assert after != before
    assert others(world)[mine] == [after]
    decisions.take_back("acme", "shop:contact:s2", "shop:contact:0", "kim")
    assert others(world)[mine] == [of(world, "shop:contact:0")]


def test_an_id_that_an_unmerge_had_retired_is_shown_again_when_it_is_taken_back(world, decisions, clock):
    unmerge = Unmerge(world.store, Resolver(clock), clock)
    world.take(*(contact(each, email(f"{each}@x.example"), source="shop") for each in "abc"), *twins(0))
    decisions.link("acme", "shop:contact:a", "shop:contact:0", "kim")
    mine, before = of(world, "crm:contact:0"), of(world, "shop:contact:0")
    done = unmerge.part("acme", before, ["shop:contact:0"], "kim")
    decisions.link("acme", "shop:contact:0", "shop:contact:b", "kim")
    decisions.link("acme", "shop:contact:b", "shop:contact:c", "kim")
    assert others(world)[mine] == [of(world, "shop:contact:b")] != [before]
    unmerge.undo("acme", done.decision, "kim")
    assert others(world)[mine] == [before] == [of(world, "shop:contact:b")]


def test_a_decision_on_other_records_of_theirs_counts_for_as_long_as_they_are_theirs(world, decisions):
    world.take(*twins(0), contact("9", email("nine@x.example"), source="shop"))
    mine = of(world, "crm:contact:0")
    decisions.link("acme", "shop:contact:0", "shop:contact:9", "kim")
    decisions.never("acme", "crm:contact:0", "shop:contact:9", "kim")
    assert others(world)[mine] == []
    decisions.take_back("acme", "shop:contact:0", "shop:contact:9", "kim")
    assert others(world)[mine] == [of(world, "shop:contact:0")]


def test_five_are_told_at_most_and_the_rest_counted(world):
    one, other = twins(0)
    world.take(one, *(beside(other, letter) for letter in "bcdefgh"))
    card = documents(world)[of(world, "crm:contact:0")]
    assert len(card["may_also_be"]) == 5
    assert card["may_also_be_count"] == 7


def beside(told, letter: str):
    """Somebody else of that name, a door further."""
    address = {"street": f"Hauptstr. 5 {letter}", "postcode": "10110", "country": "DE"}
    mailbox = (email(f"{letter}@two.example", label="primary"),)
    return replace(told, external_id=letter, identifiers=mailbox, body=told.body | {"address": address})


# PostgreSQL takes its time for each of many small transactions, and is asked the same.
LIVES = {"sqlite": 40, "postgresql": 5}

NAMES = [("Zebulon", "Quarles"), ("Zebulon", "Quarles"), ("Zeb", "Quarles"), ("Ottilie", "Quarles")]
HOMES = [None, "Hauptstr. 5", "Hauptstr. 5", "Hauptstr. 5 a", "Hauptstr. 7"]
MAILS = ["zq@one.example", "quarles@two.example", "oq@three.example"]


def anybody(chance: random.Random, source: str, external_id: str):
    given, family = chance.choice(NAMES)
    handles = [email(each) for each in chance.sample(MAILS, chance.choice([0, 0, 1]))]
    handles += [handle("phone", "+493023125123")] * chance.choice([0, 0, 1])
    body = {"given_name": given, "family_name": family}
    if street := chance.choice(HOMES):
        body["address"] = {"street": street, "postcode": "10115", "country": "DE"}
    if born := chance.choice([None, None, "1961-07-14", "1961-07-15"]):
        body["birth_date"] = born
    return replace(contact(external_id, *handles, source=source, **body), updated_at=None)


class Life:
    """Records come, change, go and come back; people decide, and think better of it."""

    def __init__(self, world, clock, number: int) -> None:
        resolver = Resolver(clock)
        self.world, self.workspace, self.chance = world, f"w{number}", random.Random(number)
        self.decisions, self.unmerge = Decisions(world.store, resolver, clock), Unmerge(world.store, resolver, clock)
        self.keys: set[str] = set()
        self.parted: list[int] = []

    def step(self) -> None:
        with contextlib.suppress(ContradictedError):
            self.chance.choice([self.come, self.come, self.order, self.go, *self.deciding()])()

    def deciding(self) -> list[Callable[[], None]]:
        return [self.decide, self.think_again, self.part, self.undo]

    def come(self) -> None:
        told = [anybody(self.chance, source, self.chance.choice("1234")) for source in ("crm", "shop")]
        self._take(*told[: self.chance.randint(1, 2)])

    def order(self) -> None:
        told = order(self.chance.choice("56"), email(self.chance.choice(MAILS)), source="shop")
        self._take(replace(told, updated_at=None))

    def go(self) -> None:
        left = gone(self.chance.choice("1234"), source=self.chance.choice(["crm", "shop"]), hours=None)
        self.world.intake.take(self.workspace, [left])

    def decide(self) -> None:
        what = self.chance.choice([self.decisions.link, self.decisions.never])
        what(self.workspace, *self._two(), "kim")

    def think_again(self) -> None:
        self.decisions.take_back(self.workspace, *self._two(), "kim")

    def part(self) -> None:
        with self.world.store.reading() as connection:
            of_key = keyed.profiles_of(connection, self.workspace, self.keys)
        several: dict[str, list[str]] = {}
        for key, profile_id in sorted(of_key.items()):
            several.setdefault(profile_id, []).append(key)
        whole = [(each, keys) for each, keys in several.items() if len(keys) > 1]
        if whole:
            profile_id, keys = self.chance.choice(whole)
            done = self.unmerge.part(self.workspace, profile_id, [self.chance.choice(keys)], "kim", "")
            self.parted.append(done.decision)

    def undo(self) -> None:
        if self.parted:
            self.unmerge.undo(self.workspace, self.parted.pop(), "kim")

    def _two(self) -> list[str]:
        return self.chance.sample(sorted(self.keys), 2)

    def _take(self, *records) -> None:
        self.keys |= {key_of(each.source, each.kind, each.external_id) for each in records}
        self.world.intake.take(self.workspace, records)


@pytest.mark.timeout(300)
def test_whatever_happens_every_card_that_changes_is_built_anew(world, clock):
    seen, lives = 0, LIVES[world.store.url.get_backend_name()]
    for number in range(lives):
        life = Life(world, clock, number)
        life.come()
        life.come()
        life.order()
        for _ in range(12):
            life.step()
            told = documents(world, life.workspace)
            with world.store.reading() as connection:
                fresh = gathered.drafts(connection, life.workspace, list(told))
            for profile_id, draft in fresh.items():
                now = draft.document()
                assert told[profile_id]["may_also_be"] == now["may_also_be"]
                assert told[profile_id]["links"] == now["links"]
                seen += len(now["may_also_be"])
    assert seen > 2 * lives
