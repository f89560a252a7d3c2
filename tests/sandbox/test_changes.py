"""Ticks: what happens, and that it is kept."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.happenings import SHARES
from sandbox.overlay import StateError, settings_of
from sandbox.shop import every
from sandbox.world import TABLES, World

NOW = datetime(2026, 5, 1, 12, 0, 0, 250_000, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time


def small(state: Path | None = None, **more) -> World:
    return World(9, 600, Clock(), state=state, **more)


@pytest.fixture(scope="module")
def ticked() -> tuple[World, list]:
    world = small()
    return world, [change for _ in range(8) for change in world.tick(50)]


def everything(world: World) -> dict:
    return {key: list(every(world.table(*key))) for key in TABLES}


def test_a_tick_lets_as_much_happen_as_was_asked() -> None:
    world = small()
    assert len(world.tick(1)) >= 1
    assert len(world.tick(30)) >= 30


def test_everything_that_may_happen_does(ticked: tuple) -> None:
    _, changes = ticked
    seen = {(change.system, change.kind, change.what) for change in changes}
    assert {
        ("shop", "order", "created"),
        ("salesforce", "order", "created"),
        ("hubspot", "contact", "changed"),
        ("hubspot", "contact", "deleted"),
        ("salesforce", "contact", "merged"),
        ("hubspot", "contact", "merged"),
        ("hubspot", "ticket", "created"),
        ("salesforce", "case", "changed"),
        ("hubspot", "deal", "changed"),
        ("x", "mention", "created"),
        ("x", "reply", "created"),
    } <= seen


def test_the_shares_of_what_happens_make_a_hundred() -> None:
    assert sum(share for share, _ in SHARES) == 100


def test_a_change_is_stamped_with_the_second_in_which_it_happened() -> None:
    world = small()
    (change, *_) = world.tick(1)
    row = world.table(change.system, change.kind).get(change.id)
    assert row.modified == change.at == datetime(2026, 5, 1, 12, 0, 1, tzinfo=UTC)


def test_who_read_everything_before_sees_exactly_what_changed() -> None:
    world = small()
    before = everything(world)
    stamped = {(c.system, c.kind, c.id) for c in world.tick(80) if c.what != "associated"}
    for (system, kind), rows in before.items():
        last = max(rows, key=lambda row: (row.modified, row.id))
        behind = world.table(system, kind).after(last.modified, last.id, 1000)
        assert {row.id for row in behind} == {id for where, what, id in stamped if (where, what) == (system, kind)}


def test_tables_stay_whole_and_ordered(ticked: tuple) -> None:
    world, _ = ticked
    for (system, kind), rows in everything(world).items():
        table = world.table(system, kind)
        keys = [(row.modified, row.id) for row in rows]
        assert keys == sorted(keys)
        assert len({row.id for row in rows}) == len(rows) == len(table)
        assert table.newest(len(rows)) == rows[::-1]
        for row in rows[:: max(1, len(rows) // 20)]:
            assert table.get(row.id) == row
            assert table.count_since(row.modified) == sum(1 for other in rows if other.modified >= row.modified)


def test_the_truth_goes_on(ticked: tuple) -> None:
    world, changes = ticked
    told = {(system, kind, id): person for system, kind, id, person in world.truth()}
    for change in changes:
        if change.kind not in ("reply", "company", "account"):
            person = world.person_of(change.system, change.kind, change.id)
            assert told[change.system, change.kind, change.id] == person.number


def test_salesforce_keeps_the_winner_and_its_orders_follow(ticked: tuple) -> None:
    world, changes = ticked
    contacts = world.table("salesforce", "contact")
    merges = [
        change for change in changes if (change.system, change.kind, change.what) == ("salesforce", "contact", "merged")
    ]
    assert merges
    for change in merges:
        lost, kept = contacts.get(change.id), contacts.get(change.merged_into)
        assert lost.deleted and lost.merged_into == kept.id
        # The winner may itself have been deleted since.
        assert kept.modified >= change.at
        for kind in ("order", "opportunity", "case"):
            rows = every(world.table("salesforce", kind))
            assert not [row for row in rows if change.id in row.values["contact_ids"]]


def test_hubspot_makes_a_new_contact_of_two_and_their_children_move_without_a_stamp(ticked: tuple) -> None:
    world, changes = ticked
    contacts = world.table("hubspot", "contact")
    merges = [change for change in changes if (change.system, change.what) == ("hubspot", "merged")]
    assert len(merges) >= 2
    for change in merges:
        winner = contacts.get(change.merged_into)
        assert change.id in winner.values["merged_ids"]
        assert contacts.get(change.id).deleted
        assert world.person_of("hubspot", "contact", winner.id) == world.person_of("hubspot", "contact", change.id)
    moved = [change for change in changes if change.what == "associated"]
    assert moved
    stamped = {(change.kind, change.id) for change in changes if change.what in ("created", "changed")}
    for change in moved:
        if (change.kind, change.id) not in stamped:
            assert world.table("hubspot", change.kind).get(change.id).modified < NOW


def test_a_reply_answers_a_mention_that_had_none(ticked: tuple) -> None:
    world, _ = ticked
    asked = Counter(row.values["in_reply_to"] for row in every(world.table("x", "reply")))
    assert set(asked.values()) == {1}


def test_the_same_ticks_make_the_same_world() -> None:
    left, right = small(), small()
    assert left.tick(60) == right.tick(60)
    assert everything(left) == everything(right)


def test_a_restarted_sandbox_knows_what_happened(tmp_path: Path) -> None:
    state = tmp_path / "deep" / "state.json"
    first = small(state)
    first.tick(40)
    first.tick(40)
    again = small(state)
    assert everything(again) == everything(first)
    assert list(again.truth()) == list(first.truth())
    again.table("hubspot", "contact")
    assert {c.id for c in again.tick(40) if c.what == "created"}.isdisjoint(
        row.id for rows in everything(first).values() for row in rows
    )


def test_a_tick_that_a_crash_cut_short_did_not_happen(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    world = small(state)
    world.tick(20)
    whole, before = state.read_bytes(), everything(world)
    world.tick(20)
    state.write_bytes(state.read_bytes()[:-30])
    restarted = small(state)
    assert everything(restarted) == before
    restarted.tick(5)
    assert state.read_bytes().startswith(whole)
    assert everything(small(state)) == everything(restarted)


def test_a_state_of_another_world_is_refused(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    small(state)
    assert settings_of(state) == {"people": 600, "seed": "9", "until": "2026-04-30T00:00:00+00:00"}
    with pytest.raises(StateError, match=r"another world.*people 600"):
        World(9, 601, state=state)


def test_a_file_that_is_no_state_is_refused_and_left_alone(tmp_path: Path) -> None:
    state = tmp_path / "notes.txt"
    state.write_text("buy tea\n")
    with pytest.raises(StateError, match="not a sandbox's state"):
        small(state)
    assert state.read_text() == "buy tea\n"
