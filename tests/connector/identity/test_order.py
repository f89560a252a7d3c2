"""The order in which records arrive, how they are batched, repeated or late: none of it may matter."""

import uuid

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from schemas.records import Record
from tests.connector.records import contact, email, gone, handle, order

SOURCES = ("crm", "shop")
IDS = ("1", "2", "3", "4")

emails = some.builds(
    email,
    some.sampled_from(["a@example.com", "b@example.com", "info@example.com"]),
    label=some.sampled_from([None, "primary", "secondary"]),
    verified=some.booleans(),
    valid=some.sampled_from([True, True, True, False]),
)
socials = some.builds(handle, some.just("social"), some.sampled_from(["x:1", "x:2"]))
externals = some.builds(
    handle, some.just("external"), some.sampled_from([f"{s}:{i}" for s in SOURCES for i in IDS[:2]] + ["erp:1"])
)
handles = some.lists(
    some.one_of(emails, socials, externals), max_size=3, unique_by=lambda each: (each.kind, each.value)
)


@some.composite
def record(draw, source: str, kind: str, external_id: str, hours: int) -> Record:
    others = [each for each in IDS if each != external_id]
    if kind == "order":
        contacts = draw(some.lists(some.sampled_from(IDS), max_size=1))
        return order(external_id, *draw(handles), contacts=tuple(contacts), source=source, hours=hours)
    if draw(some.integers(0, 3)) == 0:
        winner = draw(some.sampled_from([None, *others]))
        return gone(external_id, source=source, hours=hours, merged_into=winner)
    name = draw(some.sampled_from([None, "Anna Smith", "Smith, A.", "Bob Smith"]))
    losers = draw(some.lists(some.sampled_from(others), max_size=1)) if draw(some.booleans()) else []
    return contact(external_id, *draw(handles), source=source, hours=hours, name=name, merged_from=losers)


@some.composite
def histories(draw) -> list[Record]:
    """Up to three versions of each thing."""
    keys = some.tuples(
        some.sampled_from(SOURCES),
        some.sampled_from(["contact", "contact", "contact", "order"]),
        some.sampled_from(IDS),
        some.integers(1, 3),
    )
    chosen = draw(some.lists(keys, min_size=2, max_size=14, unique=True))
    return [draw(record(*key)) for key in chosen]


def take(intake, told: list[Record], size: int) -> str:
    """Into a workspace of its own."""
    workspace = uuid.uuid4().hex
    for start in range(0, len(told), size):
        intake.take(workspace, told[start : start + size])
    return workspace


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories(), more=some.data())
def test_any_order_batching_and_repetition_ends_with_the_same_people(intake, people, profile, history, more):
    straight = take(intake, history, len(history))
    again = more.draw(some.lists(some.sampled_from(history), max_size=6), label="told again")
    shuffled = more.draw(some.permutations(history + again), label="order")
    other = take(intake, shuffled, more.draw(some.integers(1, 5), label="batch"))
    assert people(other) == people(straight)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories())
def test_resolving_everything_anew_changes_nothing(intake, store, people, history):
    from sqlalchemy import select

    from connector.store import tables

    workspace = take(intake, history, 3)
    before = people(workspace), members(store, workspace)
    with store.transaction() as connection:
        ids = list(connection.scalars(select(tables.records.c.id).where(tables.records.c.workspace == workspace)))
        intake.resolver.resolve(connection, workspace, ids)
    assert (people(workspace), members(store, workspace)) == before


def members(store, workspace: str) -> list[tuple]:
    from sqlalchemy import select

    from connector.store import tables

    with store.reading() as connection:
        table = tables.members
        query = select(table.c.record_id, table.c.profile_id).where(table.c.workspace == workspace)
        return sorted(tuple(row) for row in connection.execute(query))
