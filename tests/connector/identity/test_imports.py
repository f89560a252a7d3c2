"""Imports that join too many: they are stopped, let go without a trace, and undone exactly."""

from collections import defaultdict
from datetime import timedelta

import pytest
from sqlalchemy import select

from connector.errors import InvalidRequestError, NotFoundError
from connector.identity.alarms import Watch
from connector.identity.brake import Thresholds
from connector.identity.brakes import NO_BRAKES, Brakes
from connector.identity.decisions import Decisions
from connector.identity.resolver import Resolver
from connector.identity.undo import Imports
from connector.store import brakes, pins, tables, tables_identity
from connector.sync.intake import Intake
from tests.connector.records import contact, email, handle

EAGER = Brakes(Thresholds(joins=4, percent=10, times=5))
NAMES = ("Ada", "Berta", "Clara", "Dora", "Emma", "Frida", "Greta", "Hanna")


def person(number: int) -> dict:
    return {"given_name": NAMES[number % 8], "family_name": f"Quist{'abcdefghij'[number // 8]}son"}


def mailbox(number: int):
    return email(f"quist{number}@mail.example", label="primary")


def phone(number: int):
    return handle("phone", f"+49151123{number:05}")


def crm(numbers):
    return [contact(str(n), mailbox(n), source="crm", **person(n)) for n in numbers]


def shop(numbers):
    return [contact(str(n), phone(n), source="shop", **person(n)) for n in numbers]


def bridges(numbers, source="bad", hours=0.0):
    """Records that say of two who are apart that they are one."""
    return [contact(str(n), mailbox(n), phone(n), source=source, hours=hours, **person(n)) for n in numbers]


class Base:
    """A store with whom the tests talk."""

    def __init__(self, store, clock, how: Brakes) -> None:
        self.store, self.clock = store, clock
        resolver = Resolver(clock, brakes=how)
        self.intake = Intake(store, resolver, clock)
        self.imports = Imports(store, resolver, clock, how)
        self.decisions = Decisions(store, resolver, clock)
        self.watch = Watch(store, clock)

    def take(self, *batches):
        for batch in batches:
            self.intake.take("default", batch)
            self.clock.advance(60)

    def people(self) -> set[tuple[str, ...]]:
        """Who is together."""
        query = select(tables.members.c.profile_id, tables.records.c.source, tables.records.c.external_id)
        found = defaultdict(list)
        with self.store.reading() as connection:
            for profile_id, source, number in connection.execute(
                query.join(tables.records, tables.records.c.id == tables.members.c.record_id)
            ):
                found[profile_id].append(f"{source}:{number}")
        return {tuple(sorted(each)) for each in found.values()}

    def links(self) -> set[tuple]:
        table = tables_identity.verdicts.c
        with self.store.reading() as connection:
            query = select(table.left_id, table.right_id, table.tier, table.rule, table.value, table.made_by)
            return {tuple(row) for row in connection.execute(query)}

    def braked(self) -> list[str]:
        with self.store.reading() as connection:
            return [brake.source for brake in brakes.on(connection, "default")]

    def stale(self) -> int:
        with self.store.reading() as connection:
            return len(connection.execute(select(tables.stale)).all())


@pytest.fixture
def base(store, clock):
    return Base(store, clock, EAGER)


APART = {(f"{source}:{n}",) for source in ("crm", "shop") for n in range(8)}


def test_a_source_that_joins_suddenly_many_is_stopped_and_its_batch_waits(base):
    base.take(crm(range(8)), shop(range(8)), bridges(range(8)))
    assert base.braked() == ["bad"]
    # Its records are there, and served.
    assert base.people() == APART | {(f"bad:{n}",) for n in range(8)}
    (rate,) = [rate for rate in base.watch.now("default").rates if rate.source == "bad"]
    assert (rate.held, rate.recent_records) == (16, 8)
    assert "8 of its last 8 records" in rate.why


def test_other_sources_go_on(base):
    base.take(crm(range(8)), shop(range(8)), bridges(range(8)), bridges([1], source="erp"))
    assert ("crm:1", "erp:1", "shop:1") in base.people()


def test_a_few_joins_stop_nobody(base):
    base.take(crm(range(8)), shop(range(8)), bridges(range(3)))
    assert base.braked() == []
    assert ("bad:1", "crm:1", "shop:1") in base.people()


@pytest.mark.parametrize("batch", [1, 3, 8])
def test_once_released_everything_is_as_if_there_had_been_no_brake(base, store, clock, batch, tmp_path):
    story = [crm(range(8)), shop(range(8))]
    story += [bridges(range(start, min(8, start + batch))) for start in range(0, 8, batch)]
    # While it waits, records change, and others come.
    story += [bridges([2], hours=1), [contact("3", mailbox(3), source="crm", hours=1, **person(5))], crm([8])]
    base.take(*story)
    assert base.braked() == ["bad"]
    assert base.imports.release("default", "bad", "k_1")
    waiting = base.imports.drain("default")
    assert waiting
    assert base.stale()
    calm = Base(next(_another(tmp_path)), clock, NO_BRAKES)
    calm.take(*story)
    assert base.people() == calm.people()
    assert {link[2:5] for link in base.links()} == {link[2:5] for link in calm.links()}
    assert base.imports.drain("default") == 0


def _another(tmp_path):
    from tests.conftest import migrated

    yield from migrated(f"sqlite:///{tmp_path / 'calm.db'}")


def test_letting_go_can_be_cut_off_and_goes_on(base, monkeypatch):
    monkeypatch.setattr("connector.identity.undo.BATCH", 3)
    base.take(crm(range(8)), shop(range(8)), bridges(range(8)))
    base.imports.release("default", "bad", "k_1")

    def stop(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        base.imports.drain("default", stop)
    joined = sum(len(each) > 1 for each in base.people())
    assert 0 < joined < 8
    base.imports.drain("default")
    assert sum(len(each) == 3 for each in base.people()) == 8


def test_what_a_person_released_is_usual_from_then_on(base):
    base.take(crm(range(16)), shop(range(16)), bridges(range(8)))
    base.imports.release("default", "bad", "k_1")
    base.imports.drain("default")
    base.take(bridges(range(8, 16)))
    assert base.braked() == []
    assert sum(len(each) == 3 for each in base.people()) == 16


def test_nobody_releases_what_is_not_held(base):
    assert not base.imports.release("default", "crm", "k_1")


def test_a_decision_joins_whatever_waits(base):
    base.take(crm(range(8)), shop(range(8)), bridges(range(8)))
    base.decisions.link("default", "bad:contact:1", "crm:contact:1", "k_1")
    assert ("bad:1", "crm:1") in base.people()


def test_an_import_is_undone_exactly_and_brought_back_exactly(base, clock):
    base.take(crm(range(8)), shop(range(8)), bridges([0], source="erp"))
    before = base.people()
    since = clock()
    base.take(bridges([1, 2]), bridges([3], source="erp"))
    until = clock() - timedelta(seconds=1)
    base.take(bridges([4]))
    after, links = base.people(), base.links()
    undone = base.imports.undo("default", "bad", since, until, "k_1", "columns were swapped")
    assert undone.links == 4
    gone = {("bad:1", "crm:1", "shop:1"), ("bad:2", "crm:2", "shop:2")}
    apart = {(f"{source}:{n}",) for source in ("bad", "crm", "shop") for n in (1, 2)}
    assert base.people() == after - gone | apart
    assert ("crm:0", "erp:0", "shop:0") in before & base.people()
    base.imports.take_back("default", undone.decision, "k_2")
    assert (base.people(), base.links()) == (after, links)


def test_what_was_undone_stays_so_when_the_import_comes_again(base, clock):
    base.take(crm([1]), shop([1]))
    since = clock()
    base.take(bridges([1]))
    undone = base.imports.undo("default", "bad", since, clock(), "k_1")
    base.take(bridges([1], hours=1), [contact("1", source="bad", hours=2)], bridges([1], hours=3))
    assert ("crm:1",) in base.people()
    base.imports.take_back("default", undone.decision, "k_1")
    assert base.people() == {("bad:1", "crm:1", "shop:1")}


def test_two_undoings_of_one_link_are_taken_back_one_by_one(base, clock):
    base.take(crm([1]), shop([1]))
    since = clock()
    base.take(bridges([1]))
    first = base.imports.undo("default", "bad", since, clock(), "k_1")
    with pytest.raises(NotFoundError):
        base.imports.undo("default", "bad", since, clock(), "k_1")
    base.imports.take_back("default", first.decision, "k_1")
    again = base.imports.undo("default", "bad", since, clock(), "k_1")
    assert again.links == 2


class Stopped(Exception):
    """Somebody pressed Ctrl-C."""


def stop_at(links: int):
    """A progress that stops what it is told of when so many links are done."""

    def progress(done: int) -> None:
        if done >= links:
            raise Stopped

    return progress


def cut_off(base, since, links: int) -> int:
    """Begin to undo what came since then, and stop when so many links are held."""
    decision = base.imports.begin("default", "bad", since, base.clock(), "k_1")
    with pytest.raises(Stopped):
        base.imports.go_on("default", decision, stop_at(links))
    return decision


@pytest.fixture
def imported(base, monkeypatch):
    """Six links of three people, of which two are undone at once."""
    monkeypatch.setattr("connector.identity.undo.BATCH", 2)
    base.take(crm(range(8)), shop(range(8)))
    base.apart, base.since = base.people(), base.clock()
    base.take(bridges(range(3)))
    return base


def test_an_undoing_that_is_cut_off_goes_on_where_it_was(imported):
    decision = cut_off(imported, imported.since, 4)
    state = imported.imports.state("default", decision)
    assert (state.state, state.links) == ("running", 4)
    assert imported.imports.finish("default") == 1
    state = imported.imports.state("default", decision)
    assert (state.state, state.links) == ("done", 6)
    assert imported.people() == imported.apart | {(f"bad:{n}",) for n in range(3)}
    assert imported.imports.finish("default") == 0


def test_what_is_taken_back_in_the_middle_is_not_gone_on_with(imported):
    together = imported.people()
    decision = cut_off(imported, imported.since, 4)
    assert imported.people() != together
    assert imported.imports.take_back("default", decision, "k_2").links == 4
    assert imported.imports.finish("default") == 0
    assert imported.imports.go_on("default", decision).links == 0
    assert imported.imports.state("default", decision).state == "taken_back"
    assert imported.people() == together


def test_a_taking_back_that_is_cut_off_goes_on_where_it_was(imported):
    together = imported.people()
    decision = imported.imports.undo("default", "bad", imported.since, imported.clock(), "k_1").decision
    imported.imports.begin_back("default", decision, "k_2")
    with pytest.raises(Stopped):
        imported.imports.go_on("default", decision, stop_at(4))
    state = imported.imports.state("default", decision)
    assert (state.state, state.links) == ("taking_back", 2)
    assert imported.imports.finish("default") == 1
    state = imported.imports.state("default", decision)
    assert (state.state, state.links) == ("taken_back", 0)
    assert imported.people() == together
    assert imported.imports.finish("default") == 0


def test_who_asks_twice_to_take_it_back_asked_once(imported, store):
    decision = imported.imports.undo("default", "bad", imported.since, imported.clock(), "k_1").decision
    for who in ("k_2", "k_3"):
        imported.imports.begin_back("default", decision, who)
    assert imported.imports.finish("default") == 1
    imported.imports.begin_back("default", decision, "k_4")
    assert imported.imports.state("default", decision).state == "taken_back"
    with store.reading() as connection:
        assert [each.made_by for each in pins.logged(connection, "default") if each.undoes] == ["k_2"]


def test_what_nothing_is_held_of_yet_is_taken_back_at_once(imported):
    decision = imported.imports.begin("default", "bad", imported.since, imported.clock(), "k_1")
    imported.imports.begin_back("default", decision, "k_2")
    assert imported.imports.state("default", decision).state == "taken_back"
    assert imported.imports.finish("default") == 0


def test_the_same_asked_for_while_it_is_under_way_is_the_same_decision(imported):
    until = imported.clock()
    first = imported.imports.begin("default", "bad", imported.since, until, "k_1")
    assert imported.imports.begin("default", "bad", imported.since, until, "k_2") == first
    assert imported.imports.begin("default", "bad", imported.since, until + timedelta(days=1), "k_1") != first
    assert imported.imports.finish("default") == 2
    with pytest.raises(NotFoundError):
        imported.imports.begin("default", "bad", imported.since, until, "k_1")


def test_only_an_undone_import_is_taken_back(base, clock):
    base.take(crm([1]), shop([1]))
    base.decisions.never("default", "crm:contact:1", "shop:contact:1", "k_1")
    with pytest.raises(InvalidRequestError):
        base.imports.take_back("default", 1, "k_1")
    with pytest.raises(NotFoundError):
        base.imports.take_back("default", 99, "k_1")
    with pytest.raises(NotFoundError):
        base.imports.undo("default", "crm", clock() - timedelta(days=1), clock(), "k_1")
